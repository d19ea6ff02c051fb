/* The inside of a session, for the calls of this library and of aws_iam_write. Belongs to one thread. */
#ifndef KEYTURN_AWS_SESSION_H
#define KEYTURN_AWS_SESSION_H

#include "aws_environment.h"
#include "signing_keys.h"

struct aws {
    struct aws_environment *environment;
    struct http_client *http;
    struct http_response response; /* to the last call */
    struct signing_keys keys;
    const struct aws_account *account; /* NULL: the program's own */
    struct credential_held own;
    struct credential_held role; /* of `account` */
    size_t role_slot;            /* what `role` was taken from; 0: nothing */
    bool looking;
    int64_t look_began_ms;    /* of CLOCK_BOOTTIME, as the next */
    int64_t look_answered_ms; /* when the first answer came */
    int64_t look_now;         /* its Date; 0: none came yet */
};

/* The region the session's account keeps its secrets in, else the program's. */
const char *aws_session_region(const struct aws *aws);

/* The credentials that sign now: the account's role, fetched if need be, else the program's own. Borrowed until the next call. */
bool aws_session_credentials(struct aws *aws, const struct credentials **credentials, struct fault *fault) MUST_CHECK;

/* The program's own, whatever the account. */
bool aws_session_own(struct aws *aws, const struct credentials **credentials, struct fault *fault) MUST_CHECK;

/* AWS refused the credentials that sign now (or, with `own`, the program's): the next call gets others. */
void aws_session_refused(struct aws *aws, bool own);

/* What the next request is signed with: the look's time once it has one, else this host's, corrected. For one that `changes`
 * only while the look is fresh, else FAULT_LATE. One reading of CLOCK_BOOTTIME decides and dates: who is suspended after it
 * sends a signature that has aged as long, and AWS refuses it. */
bool aws_session_time(const struct aws *aws, bool changes, int64_t *time, struct fault *fault) MUST_CHECK;

/* Milliseconds since the look began, by CLOCK_BOOTTIME. */
int64_t aws_session_look_age_ms(const struct aws *aws);

/* An answer of AWS bore this Date: the first one of a look sets its time. */
void aws_session_answered(struct aws *aws, int64_t date);

#endif
