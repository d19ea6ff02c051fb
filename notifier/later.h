/* Notices that wait for their time: what is to be run again, and what a digest gathers. No thread of the pool waits:
 * whoever drives this hands them out when they are due. Owns the notices it keeps. Time is that of clock.h. */
#ifndef KEYTURN_LATER_H
#define KEYTURN_LATER_H

#include "notifier.h"

enum { LATER_TICK_MS = 200 };

/* What a thread of the pool gets: one notice to be run, or several for one digest. Made by errand_new(), freed by mem_free(). */
struct errand {
    bool digest;
    size_t count;
    struct notice *notices[DIGEST_MOST];
};

struct errand *errand_new(struct notice *notice);

/* Called by later_work(). */
struct later_owner {
    bool (*give)(void *context, struct errand *errand); /* false: nobody is free; it comes again */
    void (*tick)(void *context);                        /* before anything is given */
    void *context;
};

struct later;

struct later *later_open(const struct later_owner *owner);

/* Gives what is due to its owner. From one thread, every LATER_TICK_MS or sooner. */
void later_work(struct later *later);

/* Keeps the notice until its again_ms are over; those for_digest leave together when the first of them is due.
 * From any thread. */
void later_keep(struct later *later, struct notice *notice);

/* How many it keeps. From any thread. */
size_t later_count(struct later *later);

/* In how many ms the first of them is due; 0: now; -1: none is kept. From any thread. */
int64_t later_due(struct later *later);

/* Frees it; returns the notices left, chained by `next`. NULL: none. */
struct notice *later_close(struct later *later);

#endif
