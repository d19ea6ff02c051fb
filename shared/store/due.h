/* The due set: who is to be looked at, and not before when. Per account three sorted sets, changed by Lua scripts only,
 * and an index:
 *
 *   started:<account>  user -> not before   asked for, or a rotation begun: handed out first
 *   due:<account>      user -> not before   everybody else
 *   out:<account>      user -> hold         handed out; when the hold expires the user returns to where it was
 *   held:<account>     user -> what is to be known of a user that is out (lua/due.lua)
 *   next               account -> earliest  schedulers sleep until its head or a wake-up
 *
 * Members are user names; times are Redis milliseconds made from Redis TIME plus a delay, so no host's clock enters. */
#ifndef KEYTURN_DUE_H
#define KEYTURN_DUE_H

#include "store.h"

enum { DUE_BATCH = 64, DUE_HOLD_MS = 150 * 1000 };

/* Where a user waits next. */
enum due_place {
    DUE_PLACE_DUE,
    DUE_PLACE_STARTED, /* first in line: a rotation is under way */
    DUE_PLACE_SAME,    /* where it was when it was handed out: nothing was found out about it */
};

struct due_user {
    int64_t hold; /* the hold handed out, Redis ms; unique enough to name this handing out */
    char user[USER_NAME_SIZE];
    bool started;
};

/* The account whose head is due earliest, and in how many ms (0 = now, -1 = nobody anywhere). */
bool due_next(struct store *store, char account[ACCOUNT_SIZE], int64_t *in_ms, struct fault *fault) MUST_CHECK;

/* Moves at most `limit` (<= DUE_BATCH) due users of an account to `out` under a hold of `hold_ms`; first those whose
 * hold expired (they return first), then started, then due. */
bool due_hand_out(struct store *store, const char *account, size_t limit, int64_t hold_ms, struct due_user *users,
                  size_t *count, struct fault *fault) MUST_CHECK;

/* The worker's first act: is this hold still current? *taken false: drop the job, no AWS call. Extends the hold to
 * `hold_ms` from now without changing its name (the job's hold stays valid for due_put). */
bool due_take(struct store *store, const char *account, const char *user, int64_t hold, bool *taken,
              struct fault *fault) MUST_CHECK;

/* Puts the user back to `place`, due in `delay_ms` (at least 1,000; a test clock may go lower). Needs the hold (else
 * *kept false and nothing changes); keeps an earlier time that somebody set meanwhile, and the place first in line of
 * one that was woken. Where Redis died between doing it and answering, *kept may be false though it was done. */
bool due_put(struct store *store, const char *account, const char *user, int64_t hold, int64_t delay_ms,
             enum due_place place, bool *kept, struct fault *fault) MUST_CHECK;

/* Makes a user due now, first in line (or lowers its time if it is out). */
bool due_wake(struct store *store, const char *account, const char *user, struct fault *fault) MUST_CHECK;

/* Adds a user that is in none of the sets, due in `delay_ms`; others stay as they are. *added says which. */
bool due_add(struct store *store, const char *account, const char *user, int64_t delay_ms, bool *added,
             struct fault *fault) MUST_CHECK;

/* Lowers the time of a user to `delay_ms` from now if that is earlier (a changed policy); one that is out is put back
 * no later. */
bool due_lower(struct store *store, const char *account, const char *user, int64_t delay_ms,
               struct fault *fault) MUST_CHECK;

/* Leaves an account alone: due_next() does not name it any more, until something is done with a user of it. Its users stay. */
bool due_forget(struct store *store, const char *account, struct fault *fault) MUST_CHECK;

/* Takes a user out of all sets. */
bool due_remove(struct store *store, const char *account, const char *user, struct fault *fault) MUST_CHECK;

/* How many users are in each set of an account: for metrics and tests. */
bool due_count(struct store *store, const char *account, int64_t *started, int64_t *due, int64_t *out,
               struct fault *fault) MUST_CHECK;

/* Blocks until somebody wakes the schedulers (a put or wake that made an earlier head publishes on <prefix>wake), or
 * `at_most_ms` passed. Uses a connection of its own inside the store. */
bool due_wait(struct store *store, int64_t at_most_ms, struct fault *fault) MUST_CHECK;

#endif
