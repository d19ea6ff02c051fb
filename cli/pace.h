/* A pace kept by several threads together: so many calls a second, evenly, and none saved up. Owns a lock. */
#ifndef KEYTURN_PACE_H
#define KEYTURN_PACE_H

#include "base.h"

#include <pthread.h>

struct pace {
    pthread_mutex_t lock;
    int64_t rate;
    int64_t next_us; /* of CLOCK_BOOTTIME: when the next call may be made */
};

/* `rate`: calls a second, at least 1. */
void pace_open(struct pace *pace, int64_t rate);
void pace_close(struct pace *pace);

/* Sleeps until `calls` more may be made. */
void pace_wait(struct pace *pace, int64_t calls);

#endif
