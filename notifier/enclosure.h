/* The secret that a letter encloses: of a policy with `deliver.mail: inline`, in the user's own mail about a key that became current, and in no
 * other. It is read from Secrets Manager when the mail is about to go. Nothing the event says of the secret is believed: its name comes from
 * the configuration, and what is in it must be the key, the user and the account that the event is about. Owns nothing. */
#ifndef KEYTURN_ENCLOSURE_H
#define KEYTURN_ENCLOSURE_H

#include "notifier.h"

enum { ENCLOSURE_STALE_MS = 60 * 1000 /* so long a read may not have seen the promotion yet */ };

/* Does the mail to this posting's person enclose the secret, by the policies in force? Never the admin's, nor one to the admin's address. */
bool enclosure_is_wanted(const struct post *post, const struct policy_set *policies, const struct notice *notice,
                         const struct posting *posting);

/* For a posting that is CLAIMED. True: the letter can be written. `secret`, a zeroed one that the caller closes, then holds the secret access key; or it is empty, since
 * it cannot be had: the letter is one with the reference, and the reason was logged. False, FAULT_TRANSIENT or FAULT_THROTTLED: not now. */
bool enclosure_read(const struct post *post, const struct notice *notice, const struct posting *posting,
                    struct secret *secret, struct fault *fault) MUST_CHECK;

#endif
