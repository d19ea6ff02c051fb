/* A look at one user, made because somebody asks now: who it is to IAM, which policy it is under, what holds its account, its keys and its
 * secret. Five reads; so
 * it neither needs Redis nor believes it. */
#ifndef KEYTURN_GLANCE_H
#define KEYTURN_GLANCE_H

#include "call.h"
#include "observe.h"

struct glance {
    struct aws *aws;                   /* the bench's, in the user's account */
    const struct policy_set *policies; /* held */
    struct policy own; /* with what the user's tags set; where none selects the user, one that only keeps times */
    char refused[512]; /* why the policy ignores the tags; empty: it does not */
    char secret_name[SECRET_NAME_SIZE];
    struct iam_user user;
    enum account_hold hold; /* of the account; one that could not be read holds like a pause */
    int64_t held_since;
    struct keyring ring; /* rechecked; in_scope: a policy selects the user, and no tag of it says otherwise */
    struct secret_description secret;
};

/* Looks at the user that the path's parameters `account` and `user` name. On slow threads only. NULL: the call is answered, with the uniform
 * 404 where the key may not see the user or IAM has none. */
struct glance *glance_open(struct call *call);

/* NULL does nothing. */
void glance_close(struct call *call, struct glance *glance);

#endif
