/* A thread that calls somebody again and again, by the clock of clock.h. */
#ifndef KEYTURN_TICKER_H
#define KEYTURN_TICKER_H

#include "fault.h"

#include <stdint.h>

struct ticker;

/* Calls `tick` from a thread of its own, `every_ms` after it came back. FAULT_UNAVAILABLE: there is no thread. */
struct ticker *ticker_open(void (*tick)(void *context), void *context, int64_t every_ms, struct fault *fault);

/* Waits for a tick that is running, and for at most `every_ms` more; none comes afterwards. NULL does nothing. */
void ticker_close(struct ticker *ticker);

#endif
