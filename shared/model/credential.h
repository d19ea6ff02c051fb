/* A user's current credential, as it is served: one access key with its secret and whose it is.
 * The secret is owned: credential_close() wipes it. A zeroed struct is an empty credential. */
#ifndef KEYTURN_CREDENTIAL_H
#define KEYTURN_CREDENTIAL_H

#include "doc.h"
#include "secret.h"

enum { CREDENTIAL_CREATED_SIZE = 40, CREDENTIAL_SECRET_MOST = 256, CREDENTIAL_JSON_MOST = 1024 };

struct credential {
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    char access_key_id[KEY_ID_SIZE];
    char created[CREDENTIAL_CREATED_SIZE]; /* when IAM made the key, ISO 8601 as AWS wrote it */
    struct secret secret_access_key;       /* at most CREDENTIAL_SECRET_MOST bytes */
};

/* Copies everything; the copy's secret is opened (or reused, where it is open already). */
void credential_copy(struct credential *copy, const struct credential *credential);

/* Wipes the secret and empties the rest. */
void credential_close(struct credential *credential);

/* Replaces `json` by {"AccessKeyId","SecretAccessKey","CreatedDate","UserName","Account"}, the shape of the user's secret in Secrets Manager.
 * FAULT_INVALID if a member is empty or too long. */
bool credential_print(const struct credential *credential, struct secret *json, struct fault *fault) MUST_CHECK;

/* Reads that shape. FAULT_INVALID, with an empty credential, otherwise; the fault never quotes what it read. */
bool credential_read(const struct secret *json, struct credential *credential, struct fault *fault) MUST_CHECK;

#endif
