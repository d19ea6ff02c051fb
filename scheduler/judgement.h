/* What an inventory makes of one user: pure, from the policies, the user as IAM shows it and what was known before.
 * Owns nothing, reads no clock. */
#ifndef KEYTURN_JUDGEMENT_H
#define KEYTURN_JUDGEMENT_H

#include "iam_read.h"
#include "status.h"

enum {
    JUDGEMENT_JITTER_MS = 5 * 60 * 1000, /* new users are first looked at within this */
};

#define JUDGEMENT_SPREAD_MS INT64_MAX /* no bound but each policy's own */

/* What all users of an inventory are judged by. */
struct judgement_rules {
    const struct policy_set *policies;
    const char *account;
    int64_t started;   /* of this inventory, AWS seconds: its stamp */
    int64_t spread_ms; /* the most of any policy's own `spread`; 0 in either: at once */
    int64_t jitter_ms;
};

enum judgement_verdict {
    JUDGEMENT_NOT_OURS, /* no policy selects it, none ever did: nothing is written */
    JUDGEMENT_KEEP,     /* as it was: stamped, and added to the due set if it is in none of the sets */
    JUDGEMENT_NEW,      /* first seen: added */
    JUDGEMENT_REPLACED, /* another user of this name (the id differs): what was remembered is dropped first */
    JUDGEMENT_CHANGED, /* its policy changed: due within the policy's spread, from the day it is effective on; its own tags: soon */
    JUDGEMENT_LEFT, /* no policy selects it any more: one more look says so */
    JUDGEMENT_UNREADABLE /* more groups or tags than fit: left alone; stamped if known, so that it is not taken for deleted */
};

struct judgement {
    char user[USER_NAME_SIZE];
    enum judgement_verdict verdict;
    bool write;           /* status is to be written */
    struct status status; /* the inventory's members */
    bool lower;           /* due within delay_ms also if it is in the due set already */
    int64_t delay_ms;
};

/* The policy that only its tags keep a user out of, which no policy selects; NULL: none. */
const struct policy *judgement_missed(const struct judgement_rules *rules, const struct iam_user *user);

/* Judges one user. `before` is what status_read() gave. */
void judgement_make(const struct judgement_rules *rules, const struct iam_user *user, const struct status *before,
                    struct judgement *judgement);

#endif
