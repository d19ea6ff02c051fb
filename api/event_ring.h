/* The last events of the topic, in the order they came to this process: what streams are sent from, what a stream that comes back is told again, and what
 * a user's history is read from. Bounded in number and in bytes; the oldest makes room. Pure: no clock, no lock. Owns its copies. */
#ifndef KEYTURN_EVENT_RING_H
#define KEYTURN_EVENT_RING_H

#include "event.h"
#include "offset_vector.h"

struct ring_event {
    int32_t partition;
    int64_t offset;
    bool stale; /* of a topic that was made anew since: history, but no place to go on from */
    enum event_type type;
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    size_t length;
    char json[]; /* the CloudEvent on one line, zero-terminated */
};

struct event_ring;

/* An empty ring of at most so many events, and so many bytes of memory for them. */
struct event_ring *event_ring_open(size_t events_most, size_t bytes_most);
void event_ring_close(struct event_ring *ring);

/* The partition is read from `start` on: what was before is not known here. */
void event_ring_begin(struct event_ring *ring, int32_t partition, int64_t start);

/* A message came. `event` NULL: it is none that anybody is told of, and only its place counts. False: its offset goes back, so the topic was made anew; what is
 * there of the partition is stale, and the partition begins here. */
bool event_ring_put(struct event_ring *ring, int32_t partition, int64_t offset, const struct event *event);

/* Events are numbered as they come, from 0: the number of the oldest that is there, and the one the next will have. */
uint64_t event_ring_first(const struct event_ring *ring);
uint64_t event_ring_next(const struct event_ring *ring);

/* The event of that number, borrowed until the next put; NULL: it made room, or has not come. */
const struct ring_event *event_ring_at(const struct event_ring *ring, uint64_t number);

/* What will be read next of each partition; and from where on everything of it is there. Both borrowed. */
const struct offset_vector *event_ring_position(const struct event_ring *ring);
const struct offset_vector *event_ring_floor(const struct event_ring *ring);

/* Can somebody who stands at `from` go on without a gap? If not, *from is moved to where that is possible, as early as can be. One who stands further than
 * this process has read may be right, as instances are not equally fast; but not by more than a whole ring. */
bool event_ring_resume(const struct event_ring *ring, struct offset_vector *from) MUST_CHECK;

#endif
