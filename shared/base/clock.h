/* Time, as one of the five seams to the world: the simulation links its own.
 * The core never reads it; only the edges do. */
#ifndef KEYTURN_CLOCK_H
#define KEYTURN_CLOCK_H

#include "base.h"

/* Milliseconds since 1970 by this host's clock: for logs and message stamps, never for a decision about a key. */
int64_t clock_wall_ms(void);

/* Milliseconds of CLOCK_BOOTTIME: never set back, and going on while the machine sleeps. */
int64_t clock_boot_ms(void);

/* Sleeps. For tools and retries within a call; workers wait in the due set instead. */
void clock_sleep_ms(int64_t milliseconds);

#endif
