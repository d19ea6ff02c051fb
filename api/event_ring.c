#include "event_ring.h"

#include "mem.h"

#include <string.h>

struct event_ring {
    size_t most;
    size_t bytes_most;
    size_t bytes;
    uint64_t first;
    uint64_t next;
    struct offset_vector position;
    struct offset_vector floor;
    struct ring_event *slots[]; /* by number modulo `most` */
};

struct event_ring *event_ring_open(size_t events_most, size_t bytes_most) {
    struct event_ring *ring = mem_zero(1, sizeof *ring + events_most * sizeof(struct ring_event *));
    ring->most = events_most;
    ring->bytes_most = bytes_most;
    return ring;
}

static size_t weight(const struct ring_event *event) {
    return sizeof *event + event->length + 1;
}

/* Whoever has not read past the event cannot go on without a gap any more. */
static void drop_oldest(struct event_ring *ring) {
    struct ring_event *event = ring->slots[ring->first % ring->most];
    if (!event->stale)
        ring->floor.next[event->partition] = event->offset + 1;
    ring->bytes -= weight(event);
    ring->slots[ring->first % ring->most] = NULL;
    ring->first++;
    mem_free(event);
}

void event_ring_close(struct event_ring *ring) {
    if (ring == NULL)
        return;
    while (ring->first < ring->next)
        drop_oldest(ring);
    mem_free(ring);
}

void event_ring_begin(struct event_ring *ring, int32_t partition, int64_t start) {
    ring->position.next[partition] = start;
    ring->floor.next[partition] = start;
}

static void begin_anew(struct event_ring *ring, int32_t partition, int64_t offset) {
    for (uint64_t i = ring->first; i < ring->next; i++) {
        struct ring_event *event = ring->slots[i % ring->most];
        event->stale = event->stale || event->partition == partition;
    }
    event_ring_begin(ring, partition, offset);
}

static struct ring_event *copy_of(const struct event *event, int32_t partition, int64_t offset) {
    struct text json;
    text_open(&json, EVENT_MAX_BYTES);
    event_print(event, &json);
    struct ring_event *copy = NULL;
    if (!json.overflowed) {
        copy = mem_zero(1, sizeof *copy + json.length + 1);
        copy->partition = partition;
        copy->offset = offset;
        copy->type = event->type;
        memcpy(copy->account, event->account, sizeof copy->account);
        memcpy(copy->user, event->user, sizeof copy->user);
        copy->length = json.length;
        memcpy(copy->json, json.bytes, json.length);
    }
    text_close(&json);
    return copy;
}

static void keep(struct event_ring *ring, struct ring_event *event) {
    while (ring->first < ring->next &&
           (ring->next - ring->first == ring->most || ring->bytes + weight(event) > ring->bytes_most))
        drop_oldest(ring);
    ring->slots[ring->next % ring->most] = event;
    ring->bytes += weight(event);
    ring->next++;
}

bool event_ring_put(struct event_ring *ring, int32_t partition, int64_t offset, const struct event *event) {
    bool onward = offset >= ring->position.next[partition];
    if (!onward)
        begin_anew(ring, partition, offset);
    ring->position.next[partition] = offset + 1;
    struct ring_event *copy = event != NULL ? copy_of(event, partition, offset) : NULL;
    if (copy != NULL)
        keep(ring, copy);
    return onward;
}

uint64_t event_ring_first(const struct event_ring *ring) {
    return ring->first;
}

uint64_t event_ring_next(const struct event_ring *ring) {
    return ring->next;
}

const struct ring_event *event_ring_at(const struct event_ring *ring, uint64_t number) {
    return number >= ring->first && number < ring->next ? ring->slots[number % ring->most] : NULL;
}

const struct offset_vector *event_ring_position(const struct event_ring *ring) {
    return &ring->position;
}

const struct offset_vector *event_ring_floor(const struct event_ring *ring) {
    return &ring->floor;
}

bool event_ring_resume(const struct event_ring *ring, struct offset_vector *from) {
    bool whole = true;
    for (size_t i = 0; i < OFFSET_VECTOR_MOST; i++) {
        bool behind = from->next[i] < ring->floor.next[i];
        bool beyond = from->next[i] > ring->position.next[i] + (int64_t)ring->most;
        if (behind || beyond)
            from->next[i] = ring->floor.next[i];
        whole = whole && !behind && !beyond;
    }
    return whole;
}
