/*     topic ──tail thread──► ring ──► followers ──► connections        all of it under one lock; writing to a connection never waits */
#include "events.h"

#include "clock.h"
#include "event_ring.h"
#include "follower.h"
#include "history.h"
#include "mem.h"
#include "metrics.h"
#include "tail.h"
#include "topics.h"

#include <pthread.h>
#include <string.h>

enum { CHECK_EVERY_MS = 1000 };

struct events {
    pthread_mutex_t lock;
    struct api_keys *keys;
    struct event_ring *ring;
    struct offset_vector ends; /* of the partitions, when they were begun */
    struct follower *first;
    size_t count;
    int32_t partitions; /* of the topic; 0: not known yet */
    int32_t begun;      /* of them are read */
    bool ready;         /* once all that were known are read */
    bool ending;
    int64_t checked_ms;
    struct kafka_tail *tail;
    bool runs;
    pthread_t thread;
};

/* --- streams; the lock is held */

static void drop(struct events *events, struct follower **place, enum follower_end end) {
    struct follower *follower = *place;
    *place = follower->after;
    events->count--;
    metric_add(METRIC_STREAMS_ENDED, 1, follower_end_name(end), NULL);
    metric_set(METRIC_STREAMS, (double)events->count, NULL);
    follower_close(follower);
}

static void pump_all(struct events *events, bool check) {
    int64_t now_ms = clock_boot_ms();
    int64_t now = clock_wall_ms() / 1000;
    struct follower **place = &events->first;
    while (*place != NULL) {
        enum follower_end end = check ? follower_check(*place, events->keys, now) : FOLLOWER_GOES_ON;
        if (end == FOLLOWER_GOES_ON)
            end = follower_pump(*place, events->ring, now_ms);
        if (end == FOLLOWER_GOES_ON)
            place = &(*place)->after;
        else
            drop(events, place, end);
    }
}

/* --- what the tail tells */

static void on_partitions(void *context, int32_t count) {
    struct events *events = context;
    pthread_mutex_lock(&events->lock);
    events->partitions = count;
    pthread_mutex_unlock(&events->lock);
}

static void on_begin(void *context, int32_t partition, int64_t start, int64_t end) {
    struct events *events = context;
    pthread_mutex_lock(&events->lock);
    event_ring_begin(events->ring, partition, start);
    events->ends.next[partition] = end;
    events->begun++;
    events->ready = events->ready || events->begun >= events->partitions;
    pthread_mutex_unlock(&events->lock);
}

static void on_message(void *context, const struct kafka_message *message) {
    struct events *events = context;
    struct event event;
    struct fault fault;
    bool read = event_parse(message->value, message->length, &event, &fault);
    pthread_mutex_lock(&events->lock);
    bool onward = event_ring_put(events->ring, message->partition, message->offset, read ? &event : NULL);
    if (!onward)
        events->ends.next[message->partition] = message->offset;
    for (struct follower *each = onward ? NULL : events->first; each != NULL; each = each->after)
        follower_restart(each, message->partition, message->offset);
    pump_all(events, false);
    pthread_mutex_unlock(&events->lock);
}

static void *keep_reading(void *argument) {
    struct events *events = argument;
    kafka_tail_run(events->tail);
    return NULL;
}

/* --- for the routes */

static size_t count_of_key(const struct events *events, const char *key_id) {
    size_t count = 0;
    for (const struct follower *each = events->first; each != NULL; each = each->after)
        count += text_equal(each->key.id, key_id) ? 1 : 0;
    return count;
}

static enum events_verdict judge(const struct events *events, const struct api_key *key) {
    if (events->ending)
        return EVENTS_ENDING;
    if (!events->ready)
        return EVENTS_NOT_READ_YET;
    if (events->count >= EVENTS_STREAMS)
        return EVENTS_TOO_MANY;
    return count_of_key(events, key->id) >= EVENTS_STREAMS_KEY ? EVENTS_TOO_MANY_OF_KEY : EVENTS_STREAM;
}

/* Behind all that was there when this process began to read, be it read by now or not, and all that was read since. */
static struct offset_vector now_of(const struct events *events) {
    struct offset_vector now = *event_ring_position(events->ring);
    for (size_t i = 0; i < OFFSET_VECTOR_MOST; i++)
        if (now.next[i] < events->ends.next[i])
            now.next[i] = events->ends.next[i];
    return now;
}

enum events_verdict events_follow(struct events *events, const struct api_key *key, const struct event_filter *filter,
                                  const struct offset_vector *from, struct web_response *response) {
    pthread_mutex_lock(&events->lock);
    enum events_verdict verdict = judge(events, key);
    if (verdict == EVENTS_STREAM) {
        const struct offset_vector now = now_of(events);
        struct follower *follower =
            follower_open(events->ring, key, filter, from != NULL ? from : &now, response, clock_boot_ms());
        follower->after = events->first;
        events->first = follower;
        events->count++;
        metric_set(METRIC_STREAMS, (double)events->count, NULL);
    }
    pthread_mutex_unlock(&events->lock);
    return verdict;
}

enum events_verdict events_judge(struct events *events, const struct api_key *key) {
    pthread_mutex_lock(&events->lock);
    enum events_verdict verdict = judge(events, key);
    pthread_mutex_unlock(&events->lock);
    return verdict;
}

void events_tick(struct events *events) {
    int64_t now_ms = clock_boot_ms();
    pthread_mutex_lock(&events->lock);
    bool check = now_ms - events->checked_ms >= CHECK_EVERY_MS;
    if (check)
        events->checked_ms = now_ms;
    pump_all(events, check);
    pthread_mutex_unlock(&events->lock);
}

struct doc *events_history(struct events *events, const char *account, const char *user) {
    pthread_mutex_lock(&events->lock);
    struct doc *list = history_of(events->ring, account, user, HISTORY_MOST);
    pthread_mutex_unlock(&events->lock);
    return list;
}

void events_end(struct events *events) {
    pthread_mutex_lock(&events->lock);
    events->ending = true;
    while (events->first != NULL)
        drop(events, &events->first, FOLLOWER_SERVER_ENDS);
    pthread_mutex_unlock(&events->lock);
}

/* --- open and close */

static bool begin(struct events *events, const struct kafka_settings *settings, struct fault *fault) {
    const struct kafka_tail_settings own = {
        .topic = TOPIC_EVENTS,
        .partitions_most = OFFSET_VECTOR_MOST,
        .back = EVENTS_KEPT,
        .sink = {.partitions = on_partitions, .begin = on_begin, .take = on_message, .context = events},
    };
    events->tail = kafka_tail_open(settings, &own, fault);
    if (events->tail == NULL)
        return false;
    events->runs = pthread_create(&events->thread, NULL, keep_reading, events) == 0;
    return events->runs || fault_set(fault, FAULT_UNAVAILABLE, "events", "no thread could be started");
}

struct events *events_open(const struct kafka_settings *settings, struct api_keys *keys, struct fault *fault) {
    struct events *events = mem_zero(1, sizeof *events);
    pthread_mutex_init(&events->lock, NULL);
    events->keys = keys;
    events->ring = event_ring_open(EVENTS_KEPT, EVENTS_KEPT_BYTES);
    if (begin(events, settings, fault))
        return events;
    events_close(events);
    return NULL;
}

void events_close(struct events *events) {
    if (events == NULL)
        return;
    if (events->runs) {
        kafka_tail_stop(events->tail);
        pthread_join(events->thread, NULL);
    }
    events_end(events);
    kafka_tail_close(events->tail);
    event_ring_close(events->ring);
    pthread_mutex_destroy(&events->lock);
    mem_free(events);
}
