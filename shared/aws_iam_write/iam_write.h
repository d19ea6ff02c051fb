/* Changing IAM: the three calls that can lock a user out. Only the worker links this library.
 * Each checks first that the look it rests on is fresh (FAULT_LATE), and is signed with the look's own time. */
#ifndef KEYTURN_IAM_WRITE_H
#define KEYTURN_IAM_WRITE_H

#include "aws.h"
#include "iam_read.h"

/* CreateAccessKey: one attempt on a fresh connection. The secret goes to `secret`.
 * FAULT_UNKNOWN: a key may exist (timeout, reset, 5xx, unreadable answer). Other faults: definitely refused, no key. */
bool iam_create_access_key(struct aws *aws, const char *user, struct iam_key *key, struct secret *secret,
                           struct fault *fault) MUST_CHECK;

/* UpdateAccessKey to Active or Inactive. */
bool iam_update_access_key(struct aws *aws, const char *user, const char *key_id, enum key_status status,
                           struct fault *fault) MUST_CHECK;

/* DeleteAccessKey. A key that is gone already counts as done. */
bool iam_delete_access_key(struct aws *aws, const char *user, const char *key_id, struct fault *fault) MUST_CHECK;

#endif
