/* What `keyturn plan` reads: the inventory of each account, what holds it, then two calls a user that a policy selects, paced. A reading owns its
 * lists. */
#ifndef KEYTURN_PLAN_READ_H
#define KEYTURN_PLAN_READ_H

#include "aws.h"
#include "config.h"
#include "control.h"
#include "options.h"
#include "outlook.h"
#include "override.h"

enum { PLAN_USERS_MAX = 1000 * 1000, PLAN_DESCRIBED = KEYRING_MAX, PLAN_WHY_SIZE = 640 };

/* One user that is told about. */
struct plan_user {
    char account[ACCOUNT_SIZE];
    char name[USER_NAME_SIZE];
    char user_id[USER_ID_SIZE];
    const struct policy *policy; /* of the configuration; NULL: none selects it, and it was asked for by name */
    bool reachable;              /* has a mail address by the policy's recipient tags */
    bool legible;                /* false: the inventory showed more groups or tags than can be judged */
    size_t described_count;
    char described[PLAN_DESCRIBED][KEY_ID_SIZE]; /* user tags named like a key: the console's descriptions */
    struct override override;                    /* what its tags ask of the policy */
    char refused[PLAN_WHY_SIZE];                 /* why the policy ignores them; empty: it does not */
    struct outlook outlook;
    char why[PLAN_WHY_SIZE]; /* UNREADABLE: the fault */
};

struct plan_account {
    char id[ACCOUNT_SIZE];
    size_t seen;       /* users of the account */
    size_t selected;   /* by a policy, of all or of those asked for */
    size_t unselected; /* out of every policy */
    struct control control;
    char unread[PLAN_WHY_SIZE]; /* why the control could not be read; empty: it was */
};

struct plan_reading {
    const struct policy_set *policies;
    size_t account_count;
    struct plan_account *accounts;
    size_t user_count;
    size_t user_capacity;
    struct plan_user *users; /* by account, kind and name */
};

struct plan_request {
    const struct config *config; /* its accounts are read; outlives the reading */
    struct aws_environment *environment;
    const struct option_list *users; /* none: all */
    int64_t rate;                    /* calls a second in an account */
    bool progress;                   /* say on stderr how far it is */
};

/* Reads everything. False: an account could not be read to its end, and nothing of the reading is to be shown. One user that cannot be read is no
 * such fault: it is UNREADABLE. A user asked for by name that no account has is FAULT_GONE. */
bool plan_read(const struct plan_request *request, struct plan_reading *reading, struct fault *fault) MUST_CHECK;
void plan_reading_close(struct plan_reading *reading);

/* Are there accounts of which nobody could read what holds them? */
bool plan_is_held_unread(const struct plan_reading *reading);

/* How many users are of that kind. */
size_t plan_count(const struct plan_reading *reading, enum outlook_kind kind);

/* Would anything be changed? */
bool plan_has_changes(const struct plan_reading *reading);

/* Puts the users in the order of a report: by account, kind and name. */
void plan_sort(struct plan_reading *reading);

#endif
