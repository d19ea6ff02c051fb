/* How often somebody may ask: token buckets by name, in a table of fixed size (the one unused for longest makes room). Shared by all
 * threads. Reads no clock. */
#ifndef KEYTURN_RATES_H
#define KEYTURN_RATES_H

#include "base.h"

struct rates;

/* Each name gets `rate` tokens a second and holds at most `burst`. A rate of 0: no limit. */
struct rates *rates_open(double rate, double burst);
void rates_close(struct rates *limits);

/* Takes a token of `name` at `now_ms` (of a clock that is never set back). False: there is none; *wait_seconds (at least 1) until there is. */
bool rates_take(struct rates *limits, const char *name, int64_t now_ms, int64_t *wait_seconds) MUST_CHECK;

#endif
