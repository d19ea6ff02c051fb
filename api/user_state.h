/* The state of a user in one word, from what is remembered of its last look. Pure. */
#ifndef KEYTURN_USER_STATE_H
#define KEYTURN_USER_STATE_H

#include "status.h"

/* state, name */
#define USER_STATES(X)                                                           \
    X(NEW, "new")           /* not looked at yet */                              \
    X(STEADY, "steady")     /* nothing to do before the current key is due */    \
    X(ROTATING, "rotating") /* a key is due, is being tried, or two overlap */   \
    X(FAILING, "failing")   /* the last look ended in a fault and is repeated */ \
    X(BLOCKED, "blocked")   /* waits for a person */                             \
    X(SKIPPED, "skipped")   /* the policy leaves the user alone */               \
    X(WATCHED, "watched")   /* the policy only tells of ages */                  \
    X(PAUSED, "paused")     /* by an operator */

enum user_state {
#define X(state, name) USER_##state,
    USER_STATES(X)
#undef X
        USER_STATE_COUNT
};

/* `policy` is the one the status names; NULL: none, or not known here. */
enum user_state user_state_of(const struct status *status, const struct policy *policy);

/* "steady". */
const char *user_state_name(enum user_state state);

/* False if it is none. */
bool user_state_parse(const char *name, enum user_state *state) MUST_CHECK;

#endif
