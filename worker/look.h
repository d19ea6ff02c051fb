/* One look at one user: what it works with, what it saw, what it decided. Owned by the pool thread that makes it. */
#ifndef KEYTURN_LOOK_H
#define KEYTURN_LOOK_H

#include "aws.h"
#include "config.h"
#include "due.h"
#include "iam_read.h"
#include "job.h"
#include "kafka.h"
#include "keyring.h"
#include "plan.h"
#include "secretsmanager.h"
#include "status.h"
#include "watch.h"

enum { LOOK_WRONGS = 4, LOOK_LEAST_DELAY_MS = 1000 };

/* One thing that the brake counts. */
struct wrong {
    const char *kind; /* failures, discards, rollbacks */
    char id[WATCH_ID_SIZE];
    int64_t at; /* AWS time */
};

struct look {
    /* with what: a thread's own session and connection, the process's writer and configuration; borrowed */
    struct aws *aws;
    struct store *store;
    struct kafka_writer *writer;
    const struct config *config;
    const struct policy_set *policies;

    /* at whom */
    struct job job;
    const struct policy *owner; /* of the set: the policy that owns the user; NULL: none does */
    const struct policy
        *policy; /* what is decided by: `owner`, or `own`; where nobody owns the user, one that only keeps times */
    struct policy own; /* the owner with what the user's tags set */
    bool tags_unknown; /* the inventory did not tell what they say, or not to this policy */
    char refused[512]; /* why the policy ignores them; empty: it does not */
    bool in_scope;
    char secret_name[SECRET_NAME_SIZE];
    struct status status;

    /* what was seen, and kept true to what this look itself changes */
    struct keyring ring;
    struct secret_description secret;
    struct iam_user user; /* of the recheck */

    /* what went wrong in it, for the brake */
    size_t wrong_count;
    struct wrong wrong[LOOK_WRONGS];

    /* what was decided last */
    struct plan plan;
};

/* The four parts of a look, in their order, of a look whose first members and job are set and whose others are zero. False: the fault says
 * what failed, and the user is to be put back. */

/* Reads what is remembered of the user, and finds its policy, its tags' wishes and the name of its secret. */
bool look_begin(struct look *look, struct fault *fault) MUST_CHECK;

/* Fills the ring and the secret's description from AWS; `hold` and `held_since` are what the account's control says. FAULT_GONE: there is
 * no such user. */
bool look_see(struct look *look, enum account_hold hold, int64_t held_since, struct fault *fault) MUST_CHECK;

/* Decides, tells and does what is decided, again and again until the plan waits or a key was changed (act_goes_on() in act.h). */
bool look_work(struct look *look, struct fault *fault) MUST_CHECK;

/* Remembers the plan, and puts the user back until the time that the plan names. */
bool look_finish(struct look *look, struct fault *fault) MUST_CHECK;

/* Puts the user back, if the job's hold is still current: due again in `delay_ms`. */
bool look_put_back(struct look *look, int64_t delay_ms, enum due_place place, struct fault *fault) MUST_CHECK;

#endif
