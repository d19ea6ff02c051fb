/* One look at one user: what it works with, what it saw, what it decided. Owned by the pool thread that makes it. */
#ifndef KEYTURN_LOOK_H
#define KEYTURN_LOOK_H

#include "aws.h"
#include "config.h"
#include "iam_read.h"
#include "job.h"
#include "kafka.h"
#include "keyring.h"
#include "plan.h"
#include "secretsmanager.h"
#include "status.h"
#include "watch.h"

enum { LOOK_WRONGS = 4 };

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

#endif
