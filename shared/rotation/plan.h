/* The decision: given a policy and what one look showed, what to do next. A pure function: no clock, no I/O, no allocation.
 *
 *     observe --> plan_next --> act --> (announce) --> look again, not before T
 *                  ^    |
 *                  +----+  a step of gathering (ask_use, verify, recheck) fills in a fact and the decision is made again
 */
#ifndef KEYTURN_PLAN_H
#define KEYTURN_PLAN_H

#include "keyring.h"
#include "policy.h"
#include "seen_key.h"
#include "vocabulary.h"

/* The gate of a policy's `in_use.require`, while it holds the deactivation of a superseded key: a fact to be announced once. */
struct plan_gate {
    char key[KEY_ID_SIZE]; /* empty: it holds nothing */
    int64_t since;         /* the end of the overlap */
    int64_t until;         /* and no longer than this, used or not */
    int64_t last_used;     /* the evidence; 0: being asked for, by STEP_ASK_USE */
};

struct plan {
    int row; /* of the decision table in docs/rotation.md, for tests and for the curious; 0: the notes kept between its rows */
    enum step step;
    enum reason reason;
    char key[KEY_ID_SIZE];     /* the key the step is about; empty where none */
    char key_too[KEY_ID_SIZE]; /* NOTE_INACTIVE, DELETE_BOTH: a second key meant by the same step; else empty */
    int64_t not_before;        /* look again at this AWS time (for changing steps: after them). Never 0 */
    bool
        shown; /* a changing step that is announced and not done: in mode plan, and of users that are not in the roll-out */
    struct plan_gate gate;
    bool emergency;    /* a key is reported as leaked, and neither replaced nor inactive yet */
    bool current_gone; /* AWSCURRENT names a key IAM does not list any more: to be announced once as current_dead */
};

/* What a listed key is, by its stages, the intents and the notes alone. */
enum key_role { ROLE_CURRENT, ROLE_CANDIDATE, ROLE_SUPERSEDED, ROLE_ORPHAN, ROLE_FOREIGN, ROLE_OWN };

/* The role of ring->keys[index]. OWN: unstored while there is no current; the user's own key, to be succeeded. */
enum key_role plan_role(const struct policy *policy, const struct keyring *ring, size_t index);

/* "current", "candidate", ... */
const char *key_role_name(enum key_role role);

/* The listed keys with their roles, as they are kept between looks (seen_key.h). */
void plan_seen_keys(const struct policy *policy, const struct keyring *ring, char text[SEEN_KEYS_SIZE]);

/* The first row of the decision table that holds. Total: every input has an answer. */
struct plan plan_next(const struct policy *policy, const struct keyring *ring);

/* A word ahead or overdue, about a listed Active key. */
struct plan_notice {
    enum reason
        reason; /* PRE_NOTICE: it will be replaced; NOTIFY_ONLY: its owner has to; OVERDUE: its owner should have */
    char key[KEY_ID_SIZE];
    int64_t at;  /* the notice's time, by the key's age */
    int64_t due; /* the date meant; 0: the policy names none */
};

enum { PLAN_NOTICES = 2 * (NOTICE_MAX + 1) }; /* both slots' */

struct plan_notices {
    size_t count;
    struct plan_notice all[PLAN_NOTICES];
};

/* The notices whose time has come, of keys that are not superseded yet: row 18. They stand whatever the decision is, for users in scope.
 * plan_next() sees to a look at the time of the next. */
void plan_notices(const struct policy *policy, const struct keyring *ring, struct plan_notices *notices);

/* May ring->intents[index] be taken off? It is a safety floor old, and no listed key can have come of it. CLOSE_INTENTS takes off all
 * such intents at once. */
bool plan_closes_intent(const struct policy *policy, const struct keyring *ring, size_t index);

/* Does the step change something at AWS? Such a step is done only after RECHECK_SAME, within the lease, and never in
 * mode plan. */
bool plan_changes(enum step step);

#endif
