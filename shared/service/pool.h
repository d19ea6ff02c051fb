/* A bounded pool of share-nothing threads: each has state of its own (curl handle, Redis connection) and runs one item
 * at a time. */
#ifndef KEYTURN_POOL_H
#define KEYTURN_POOL_H

#include "fault.h"

struct pool;

struct pool_work {
    /* Makes a thread's own state, in that thread. NULL and a fault: the pool does not open. */
    void *(*thread_open)(void *context, struct fault *fault);
    /* Runs one item with the thread's state. */
    void (*run)(void *context, void *thread, void *item);
    void (*thread_close)(void *context, void *thread);
    void *context;
};

/* `threads` threads (1-1024), no queue: an item is taken only by a free thread. */
struct pool *pool_open(size_t threads, const struct pool_work *work, struct fault *fault);

/* Gives the item to a free thread, waiting at most `wait_ms` for one. False: none was free. */
bool pool_offer(struct pool *pool, void *item, int64_t wait_ms);

/* Threads at work now. */
size_t pool_busy(struct pool *pool);

/* Waits for the running items, at most `wait_ms`; ends the threads. True if all of them ended. */
bool pool_close(struct pool *pool, int64_t wait_ms);

#endif
