/* Signals, read by one thread with sigtimedwait() instead of handlers: SIGTERM and SIGINT stop, a second one ends the
 * process at once, SIGHUP reloads. The same thread is the watchdog of the drain, and looks around now and then. Owns its thread. */
#ifndef KEYTURN_SIGNALS_H
#define KEYTURN_SIGNALS_H

#include "fault.h"

struct signals;

enum { SIGNALS_LOOK_MS = 2000 };

/* Called from the signal thread. */
struct signals_target {
    void (*stop)(void *context); /* once */
    void (*reload)(void *context);
    void (*look)(void *context); /* every SIGNALS_LOOK_MS, until the drain begins; NULL: never */
    void *context;
    int64_t drain_ms; /* from the first signal, or from signals_drain(), to the end of the process */
};

/* Blocks them in the calling thread and in all it will start: call it before any other thread is there. */
void signals_block(void);

/* Starts the thread. FAULT_UNAVAILABLE when there is none to be had. */
struct signals *signals_open(const struct signals_target *target, struct fault *fault);

/* The drain begins, if it has not yet: when it takes longer than it may, the process exits 1. */
void signals_drain(struct signals *signals);

/* Ends the thread. NULL does nothing. */
void signals_close(struct signals *signals);

#endif
