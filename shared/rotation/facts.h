/* What the rows of the decision work with: the look's facts and what follows from them, worked out once, on the stack.
 * Inside this library only. A row compares a time by reached(), which remembers the earliest that has not come yet: so "look again"
 * can never forget a time that some row is waiting for. */
#ifndef KEYTURN_FACTS_H
#define KEYTURN_FACTS_H

#include "plan.h"

#define NEVER INT64_MAX

enum { SLOTS = 2 }; /* AWS's quota of access keys for a user, Active and Inactive together */

/* A time that is waited for, and why. */
struct moment {
    int64_t at;
    enum reason reason;
};

/* What keeps the next key from being made: STEP_WAIT until a time, STEP_BLOCK, or nothing (STEP_CREATE). */
struct hold {
    enum step step;
    struct moment until;
};

struct facts {
    const struct policy *policy;
    const struct keyring *ring;
    int64_t now;
    int64_t floor;
    size_t count;                     /* of keys; never more than there is room for */
    enum key_role roles[KEYRING_MAX]; /* an orphan that proved to be somebody's key is foreign or own here */
    const struct key *current;        /* listed, Active or not; or NULL */
    const struct key *succeeded;      /* the key to be succeeded, on which "due" and "asked" are judged; or NULL */
    bool live;                        /* current is listed and Active */
    bool current_gone;                /* AWSCURRENT names a key that is not listed */
    bool first;                       /* the first rotation: nothing of this user was ever stored */
    int64_t start;                    /* before which the policy begins nothing for this user; 0: it always did */
    bool rolled_out;                  /* ... and which has come, for a user in the roll-out */
    int64_t due_at;                   /* when the succeeded key reaches rotate_after */
    bool due;
    bool asked;         /* an unmet request to rotate */
    bool met;           /* there is a request, and it is met */
    bool rollback;      /* an unmet request to roll back */
    bool rollback_only; /* nothing but that rollback may go on */
    bool emergency;     /* a leaked key is Active or current */
    bool replacing;     /* ... and it is the key to be succeeded */
    int64_t leaked_at;  /* the newest emergency; with `emergency` */
    struct hold held;
    bool slot_needed;   /* the next key could be made now, were there room */
    struct moment wake; /* the earliest time at which some row could change its mind */
    struct moment slot; /* ... and at which rows 11 and 12 free a slot */
};

/* Works all of them out, of any ring whatever it holds. */
void facts_of(const struct policy *policy, const struct keyring *ring, struct facts *facts);

/* --- times */

/* A sum that saturates, since a ring may hold anything; the greater and the lesser of two times. */
int64_t later(int64_t at, int64_t seconds);
int64_t latest(int64_t a, int64_t b);
int64_t earliest(int64_t a, int64_t b);

/* Has that time come? If not, it is one to look again at. */
bool reached(struct facts *facts, int64_t at, enum reason reason);

/* The same, of a time at which a slot becomes free. */
bool freed(struct facts *facts, int64_t at, enum reason reason);

/* When the successor of a key is due: at its age, and not before the policy's start. */
int64_t due_time(const struct facts *facts, const struct key *key);

/* The first time from `at` (and now) on at which the policy's calendar and the account allow what begins; `at` itself if they do then.
 * How long an account is held nobody knows: it is asked again. */
int64_t allowed_at(const struct facts *facts, int64_t at);

/* The same of now: is something in the way? And what is, of something that could be done from `at` on. */
bool shut(const struct facts *facts);
enum reason why_shut(const struct facts *facts, int64_t at);

/* A span that no policy sets, bounded by the floor where a test clock runs. */
int64_t span(const struct facts *facts, int64_t seconds);

/* Since when the key AWSCURRENT names is current, and since when a key is Inactive: as noted, else now. */
int64_t promoted_at(const struct facts *facts);
int64_t inactive_since(const struct facts *facts, const struct key *key);

/* AWSCURRENT moves at most once in a floor: not before this time. Nothing moved yet: 0. */
int64_t may_move_at(const struct facts *facts);

/* --- keys */

/* Does the note on Inactive keys name this one? */
bool named_inactive(const struct keyring *ring, const struct key *key);

/* The first key at or after `from` of that role and status; its index, or facts->count. */
size_t next_key(const struct facts *facts, enum key_role role, enum key_status status, size_t from);
size_t count_keys(const struct facts *facts, enum key_role role, enum key_status status);

/* Is the key's mark still good: is it to be finished by row 5, and no target of a rollback? */
bool mark_holds(const struct facts *facts, size_t index);

/* --- roles.c: is another unexplained key in the window of an intent that may have made this one? */
bool role_crowded(const struct policy *policy, const struct keyring *ring, size_t index);

/* --- rollback.c: the superseded key to go back to, unleaked and without a valid mark; or NULL */
const struct key *rollback_target(const struct facts *facts);

/* --- notices.c: those that stand; the times of the others are ones to look again at. Of facts that are complete but for `wake` */
void gather_notices(struct facts *facts, struct plan_notices *notices);

/* --- decide.c: what a row decides */

/* Each fills the plan and returns true, so that it ends the row. wait_until() waits for a time of this row, or an earlier one of a
 * row before it; rest() for the earliest of all times, or a day. */
bool wait_until(const struct facts *facts, struct plan *plan, int64_t at, enum reason reason);
bool rest(const struct facts *facts, struct plan *plan, enum reason reason);
bool block(const struct facts *facts, struct plan *plan, const char *key, enum reason reason);
bool skip(const struct facts *facts, struct plan *plan, enum reason reason);
bool gather(const struct facts *facts, struct plan *plan, enum step step, const struct key *key, enum reason reason);
bool change(const struct facts *facts, struct plan *plan, enum step step, const char *key, enum reason reason);

/* --- the rows, in three acts */

typedef bool row(struct facts *facts, struct plan *plan);

/* standing.c: may anything be done at all? */
row row_1_hands_off, row_2_doubtful, keep_notes, tidy_up, row_3_current_inactive, row_4_current_gone;

/* unfinished.c: what began is finished; rollback.c */
row row_5_marked, row_6_candidate, row_7_candidate_inactive, row_8_young, row_9_orphan, row_10_rollback;

/* succession.c: the old key leaves, the next is made */
row row_11_deactivate, row_12_delete, row_13_foreign, row_14_two_active, row_15_spare_inactive, row_16_two_inactive;
row row_17_no_active, row_19_create, row_20_wait;

#endif
