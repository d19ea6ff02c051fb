/* The requests that are answered later: those that wait for a wake or a time, and those that wait for a thread that may block. Owns a
 * thread for the times and the slow threads; exchanges are its own only while their connections are suspended. */
#ifndef KEYTURN_WAITING_H
#define KEYTURN_WAITING_H

#include "exchange.h"

struct waiting;

/* Begins, without threads: each is made when it is first needed. What a lane gets of each number is said in web.h. */
struct waiting *waiting_open(unsigned slow_threads, unsigned slow_queue, unsigned connections);

/* How many wakes there were; to be asked before a route is called. */
uint64_t waiting_wakes(struct waiting *waiting);

/* Suspends the connection until a wake, or until response.later_ms passed (request.expired is set then). False, and nothing happens: a wake
 * came since `wakes` was asked, or the server ends or too many of its lane wait (request.expired is set): call the route again. */
bool waiting_later(struct waiting *waiting, struct exchange *exchange, uint64_t wakes) MUST_CHECK;

/* Suspends the connection; a slow thread calls the route. False: the queue, or its lane's part of it, is full, no thread can be made, or the server ends. */
bool waiting_slowly(struct waiting *waiting, struct exchange *exchange) MUST_CHECK;

/* Calls all again that wait for a wake. */
void waiting_wake(struct waiting *waiting);

/* From now on nothing waits: what does is called a last time, slow threads end when their queue is empty. Returns when they have. Where they
 * have not after `patience_ms`, `give_up` (may be NULL) is called, once, to have them end. */
void waiting_end(struct waiting *waiting, int64_t patience_ms, void (*give_up)(void *context), void *context);

/* After waiting_end(). NULL does nothing. */
void waiting_close(struct waiting *waiting);

#endif
