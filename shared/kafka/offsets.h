/* The low watermark of one partition: messages are dealt with out of order, and what may be committed is the lowest
 * offset that is not done yet. Pure: no clock, no I/O; the caller brings the time.
 *
 *     taken   40  41  42  45  46        (43 and 44 never came: gaps are normal)
 *     done     x   x       x
 *                     ^ offsets_position() = 42
 */
#ifndef KEYTURN_OFFSETS_H
#define KEYTURN_OFFSETS_H

#include "base.h"

struct offsets_entry {
    int64_t offset;
    int64_t taken_ms; /* OFFSETS_DONE once it is done, OFFSETS_HELD: never too old */
};

/* Owned by whoever owns the partition; opened and closed by the pair below. */
struct offsets {
    struct offsets_entry *entries; /* a ring, in the order taken, from the lowest undone one on */
    size_t window;
    size_t head;
    size_t count;
    int64_t last; /* the highest offset taken, -1: none */
};

/* An empty tracker that holds at most `window` offsets, counted from the lowest undone one. */
void offsets_open(struct offsets *offsets, size_t window);

/* Frees it. A zeroed struct is fine. */
void offsets_close(struct offsets *offsets);

/* A message came. False when the window is full, or the offset is not beyond all taken before. */
bool offsets_take(struct offsets *offsets, int64_t offset, int64_t now_ms);

/* The message was dealt with. False if it was not taken, or is done already. */
bool offsets_done(struct offsets *offsets, int64_t offset);

/* The message will be dealt with however long it takes: it does not expire. False if it was not taken, or is done already. */
bool offsets_hold(struct offsets *offsets, int64_t offset);

/* Everything taken at `until_ms` or before counts as done, except what is held. Returns how many undone ones that were. */
size_t offsets_expire(struct offsets *offsets, int64_t until_ms);

/* The offset to commit: the lowest undone one, or the one after the last; -1 before anything was taken. */
int64_t offsets_position(const struct offsets *offsets);

/* Does nothing more fit in the window? */
bool offsets_full(const struct offsets *offsets);

/* Is at most half of the window taken? */
bool offsets_roomy(const struct offsets *offsets);

#endif
