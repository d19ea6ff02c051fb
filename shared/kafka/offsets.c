#include "offsets.h"

#include "mem.h"

#include <string.h>

static const int64_t OFFSETS_DONE = -1;
static const int64_t OFFSETS_HELD = -2;

void offsets_open(struct offsets *offsets, size_t window) {
    *offsets = (struct offsets){.window = window, .last = -1};
    offsets->entries = mem_zero(window, sizeof *offsets->entries);
}

void offsets_close(struct offsets *offsets) {
    mem_free(offsets->entries);
    memset(offsets, 0, sizeof *offsets);
}

static struct offsets_entry *entry_at(const struct offsets *offsets, size_t place) {
    return &offsets->entries[(offsets->head + place) % offsets->window];
}

/* The first place whose offset is not below the one asked for: offsets only grow along the ring. */
static size_t find(const struct offsets *offsets, int64_t offset) {
    size_t low = 0;
    size_t high = offsets->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (entry_at(offsets, middle)->offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void advance(struct offsets *offsets) {
    while (offsets->count > 0 && entry_at(offsets, 0)->taken_ms == OFFSETS_DONE) {
        offsets->head = (offsets->head + 1) % offsets->window;
        offsets->count--;
    }
}

bool offsets_take(struct offsets *offsets, int64_t offset, int64_t now_ms) {
    if (offsets_full(offsets) || offset <= offsets->last)
        return false;
    *entry_at(offsets, offsets->count) = (struct offsets_entry){.offset = offset, .taken_ms = now_ms};
    offsets->count++;
    offsets->last = offset;
    return true;
}

/* The entry of an offset that was taken and is not done; NULL. */
static struct offsets_entry *undone(const struct offsets *offsets, int64_t offset) {
    size_t place = find(offsets, offset);
    if (place == offsets->count)
        return NULL;
    struct offsets_entry *entry = entry_at(offsets, place);
    return entry->offset == offset && entry->taken_ms != OFFSETS_DONE ? entry : NULL;
}

bool offsets_done(struct offsets *offsets, int64_t offset) {
    struct offsets_entry *entry = undone(offsets, offset);
    if (entry == NULL)
        return false;
    entry->taken_ms = OFFSETS_DONE;
    advance(offsets);
    return true;
}

bool offsets_hold(struct offsets *offsets, int64_t offset) {
    struct offsets_entry *entry = undone(offsets, offset);
    if (entry == NULL)
        return false;
    entry->taken_ms = OFFSETS_HELD;
    return true;
}

size_t offsets_expire(struct offsets *offsets, int64_t until_ms) {
    size_t expired = 0;
    for (size_t place = 0; place < offsets->count && entry_at(offsets, place)->taken_ms <= until_ms; place++) {
        struct offsets_entry *entry = entry_at(offsets, place);
        if (entry->taken_ms == OFFSETS_DONE || entry->taken_ms == OFFSETS_HELD)
            continue;
        entry->taken_ms = OFFSETS_DONE;
        expired++;
    }
    advance(offsets);
    return expired;
}

int64_t offsets_position(const struct offsets *offsets) {
    if (offsets->count > 0)
        return entry_at(offsets, 0)->offset;
    return offsets->last < 0 ? -1 : offsets->last + 1;
}

bool offsets_full(const struct offsets *offsets) {
    return offsets->count == offsets->window;
}

bool offsets_roomy(const struct offsets *offsets) {
    return offsets->count <= offsets->window / 2;
}
