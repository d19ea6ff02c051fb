/* What is remembered of an account beside its users: what went wrong lately, for its brake, and which of its own events were told. Lost with
 * Redis: then what went wrong counts from the beginning again, and the brake itself, a tag, still holds.
 *
 *   wrong:<account>   what went wrong -> when, Redis milliseconds
 *   told:<account>    ids of the told events that still stand, parted by spaces */
#ifndef KEYTURN_WATCH_H
#define KEYTURN_WATCH_H

#include "store.h"

enum { WATCH_MOST = 4096, WATCH_ID_SIZE = 96, WATCH_TOLD_SIZE = 129 };

struct watch_tally {
    int64_t wrongs; /* that are remembered, the new one among them */
    int64_t users;  /* of the account, as far as inventories know */
    bool added;     /* false: it was counted before, or is older than the window */
};

/* Counts one thing that went wrong `age_ms` ago. `what` is an id of its own: however often it is told, and by whom, it counts once, at the
 * time it was told first. Forgets what is older than `window_ms`, and all but the newest WATCH_MOST; the tally is of what is left. */
bool watch_count(struct store *store, const char *account, const char *what, int64_t age_ms, int64_t window_ms,
                 struct watch_tally *tally, struct fault *fault) MUST_CHECK;

/* The ids told before; *known false: nothing is remembered of this account, since it is new or Redis was lost. */
bool watch_told(struct store *store, const char *account, char told[WATCH_TOLD_SIZE], bool *known,
                struct fault *fault) MUST_CHECK;

/* Remembers these instead. */
bool watch_tell(struct store *store, const char *account, const char *told, struct fault *fault) MUST_CHECK;

#endif
