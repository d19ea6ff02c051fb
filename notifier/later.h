/* Notices that wait for their time: what is to be run again, and what a digest gathers. No thread of the pool waits;
 * one thread here hands them out when they are due. Owns the notices it keeps. */
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

/* Called from the thread of `later`. */
struct later_owner {
    bool (*give)(void *context, struct errand *errand); /* false: nobody is free; it comes again */
    void (*tick)(void *context);                        /* about five times a second */
    void *context;
};

struct later;

struct later *later_open(const struct later_owner *owner, struct fault *fault);

/* Keeps the notice until its again_ms are over; those for_digest leave together when the first of them is due. */
void later_keep(struct later *later, struct notice *notice);

/* How many it keeps. */
size_t later_count(struct later *later);

/* Ends the thread; notices may still be brought. */
void later_stop(struct later *later);

/* Frees it; returns the notices left, chained by `next`. NULL: none. */
struct notice *later_close(struct later *later);

#endif
