/* The digest of a period: what the events say is gathered in Redis under policy and period (gather.h), and goes to the admin in one mail
 * when the period is over. Only the events tell: key.activated is a rotation, account.listed says who stands how. Whichever notifier
 * comes first sends it; the others see that it did. One that died in the middle of sending is not sent again: the next digest of
 * the policy says so, and notice.failed does at once. */
#ifndef KEYTURN_LISTS_H
#define KEYTURN_LISTS_H

#include "notifier.h"

enum { LISTS_PATIENCE_MS = 24 * 3600 * 1000 /* how long after its time a digest is tried again */ };

/* Enters an event into the digest of its policy, if that lists such, once however often it comes. What belongs to a period that is closed goes
 * into the one that is running. Nobody is told where there is no notify.admin, and nothing is gathered. False: Redis is down. */
bool lists_enter(const struct post *post, const struct policy_set *policies, const struct event *event, const char *id,
                 struct fault *fault) MUST_CHECK;

/* Enters a line of its own, into the running period of the policy: for what is to be told and is no event. */
bool lists_enter_line(const struct post *post, const char *policy, const char *id, const char *field, const char *line,
                      struct fault *fault) MUST_CHECK;

/* Sends the digests that are due, at most GATHER_DUE_MOST; *sent of them. Sleeps for settling and for the pace of mails. False: some could not be
 * sent now, and the fault says why; they stay due. */
bool lists_send(const struct post *post, size_t *sent, struct fault *fault) MUST_CHECK;

#endif
