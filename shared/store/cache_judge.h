/* What the cache decides without Redis: whether an entry may be served, and for how long one may be kept. Inside the library (and its tests) only. */
#ifndef KEYTURN_CACHE_JUDGE_H
#define KEYTURN_CACHE_JUDGE_H

#include "cache.h"

/* Fills the answer from what Redis holds: the current key id and the entry, each NULL where there is none. */
void cache_judge(struct seal_ring *ring, const char *account, const char *user, const char *current, const char *text,
                 struct cache_answer *answer);

/* How long (seconds) an entry may be kept: `ttl`, within the bounds of cache_fill(). */
int64_t cache_seconds(int64_t ttl, const char *current);

/* The time by which entries end, Unix seconds. */
int64_t cache_now(void);

#endif
