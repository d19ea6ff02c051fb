/* The periods of digests: whole days that begin at a time of day in a zone, or equal parts of a day. Pure: a plain struct without
 * pointers, no I/O, no clock. Instants are Unix seconds. */
#ifndef KEYTURN_SLOTS_H
#define KEYTURN_SLOTS_H

#include "zone.h"

enum { SLOTS_GATHER_MOST = 15 * 60 };

/* `every`: a divisor of a day, or whole days. Days are counted such that weeks begin on Mondays. */
struct slots {
    int64_t every; /* seconds */
    int64_t at;    /* local seconds of the day at which whole days begin; of parts of a day, in UTC */
    struct zone zone;
};

/* May periods be so long? A part of a day must divide it. */
bool slots_may_last(int64_t every);

/* The begin of the period an instant is in: not after it. */
int64_t slots_begin(const struct slots *slots, int64_t instant);

/* The end of the period an instant is in, which is the begin of the next: after it. */
int64_t slots_end(const struct slots *slots, int64_t instant);

/* For how many seconds after its end a period still takes what belongs to it: an eighth of it, a quarter of an hour at most. */
int64_t slots_gather(const struct slots *slots);

#endif
