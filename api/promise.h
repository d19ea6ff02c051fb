/* Until when a credential that leaves now is promised to work (S7). */
#ifndef KEYTURN_PROMISE_H
#define KEYTURN_PROMISE_H

#include "base.h"

/* When the credential was known to be current, at the latest before it leaves (`now`): an entry of the cache that ends at `ends` and was made for
 * `ttl` seconds at most, when it was filled, for all that Redis said since may have been forgotten; `ends` 0: just read, so `now`. */
int64_t promise_known_at(int64_t ends, int64_t ttl, int64_t now);

/* The end of the promise: `overlap` seconds (0: none is given; 20 minutes are named then), less a margin, after `known_at`; 12 h after `now` at most. */
int64_t promise_until(int64_t overlap, int64_t known_at, int64_t now);

#endif
