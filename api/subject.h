/* Which user a call is about, and what must be known of it before its credential may leave. Plain structs. */
#ifndef KEYTURN_SUBJECT_H
#define KEYTURN_SUBJECT_H

#include "call.h"

enum { SUBJECT_ACCOUNTS = 8 };

struct subject {
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    char user_id[USER_ID_SIZE];
    /* Seconds a served key is left on at least: the policy's, or where it is not known the least of all policies'. */
    int64_t overlap;
    int64_t ttl; /* for which its credential may be cached; 0: not at all */
    bool cached; /* what is cached was read with it, into the bench of the call */
    bool dead;   /* somebody else turned off or deleted its current key: there is none to give */
    /* With SUBJECT_SEVERAL: accounts that have such a user and the key may see, how many, and the first of them. */
    size_t account_count;
    char accounts[SUBJECT_ACCOUNTS][ACCOUNT_SIZE];
};

enum subject_found {
    SUBJECT_FOUND,
    SUBJECT_NONE,    /* there is none, or the key may not see it */
    SUBJECT_SEVERAL, /* `account` is NULL, and more than one account has such a user */
    SUBJECT_SLOWLY,  /* ask again on a thread that may block */
    SUBJECT_FAILED,  /* the fault says why */
};

/* Whom the cache is asked for: true where there is one account only in which the user may be, the one given or the only one that the key may see. */
bool subject_sole(const struct call *call, const char *account, const char *user, struct cache_user *sole);

/* Looks for the user in the account, or where that is NULL in all that the key may see. By Redis; users it does not know, or while it is
 * down, by iam:GetUser. */
enum subject_found subject_find(struct call *call, const char *account, const char *user, struct subject *subject,
                                struct fault *fault);

#endif
