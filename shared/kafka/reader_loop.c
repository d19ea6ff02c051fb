#include "clock.h"
#include "mem.h"
#include "reader.h"

#include <time.h>

void reader_await(struct kafka_reader *reader, int64_t wait_ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(wait_ms / 1000);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_cond_timedwait(&reader->changed, &reader->lock, &until);
}

/* A message of a partition we do not own (any more) comes again, to whoever does. */
static void hold(struct kafka_reader *reader, const rd_kafka_message_t *raw) {
    pthread_mutex_lock(&reader->lock);
    struct partition *row = partitions_find(&reader->partitions, rd_kafka_topic_name(raw->rkt), raw->partition);
    if (row != NULL) {
        hand_put(&reader->hand, delivery_copy(raw, row->topic, row->assignment));
        reader->unsettled |= !row->spoken && reader->flow.paused;
        row->spoken = true;
        row->in_flight++;
        reader->outstanding++;
        reader->down = false;
        reader->trouble.kind = FAULT_NONE;
    }
    pthread_mutex_unlock(&reader->lock);
    if (row != NULL)
        flow_took(&reader->flow, clock_boot_ms());
}

static void act_poll(struct kafka_reader *reader, int64_t wait_ms) {
    if (hand_full(&reader->hand))
        return;
    rd_kafka_message_t *raw = rd_kafka_consumer_poll(reader->client, (int)wait_ms);
    if (raw == NULL)
        return;
    if (raw->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        hold(reader, raw);
    else
        watch_error(reader, raw->err, raw->rkt != NULL ? rd_kafka_topic_name(raw->rkt) : NULL,
                    rd_kafka_message_errstr(raw));
    rd_kafka_message_destroy(raw);
}

/* Offsets that go back are those of a topic made anew, or of a reset: the old window says nothing about them. */
static bool into_window(struct kafka_reader *reader, struct partition *row, struct delivery *delivery) {
    if (delivery->message.offset <= row->offsets.last) {
        offsets_close(&row->offsets);
        offsets_open(&row->offsets, reader->window);
        row->committed = -1;
        row->in_flight = 1;
        row->assignment = delivery->assignment = ++reader->partitions.assignments;
    }
    return offsets_take(&row->offsets, delivery->message.offset, clock_boot_ms());
}

/* A full window is waited for like a full pool. */
static bool enter_window(struct kafka_reader *reader, struct delivery *delivery, int64_t wait_ms) {
    pthread_mutex_lock(&reader->lock);
    struct partition *row = partitions_owner(&reader->partitions, &delivery->message, delivery->assignment);
    delivery->in_window = delivery->in_window || row == NULL || into_window(reader, row, delivery);
    if (row != NULL)
        reader->unsettled |= partition_turned(row);
    if (!delivery->in_window)
        reader_await(reader, wait_ms);
    pthread_mutex_unlock(&reader->lock);
    return delivery->in_window;
}

/* Once it is taken it may be done with, and freed, before the offer returns. */
static void act_offer(struct kafka_reader *reader, int64_t wait_ms) {
    struct delivery *oldest = hand_oldest(&reader->hand);
    bool taken =
        enter_window(reader, oldest, wait_ms) && reader->sink.offer(reader->sink.context, &oldest->message, wait_ms);
    if (taken)
        hand_take(&reader->hand);
    flow_offered(&reader->flow, taken, clock_boot_ms());
}

static void act_drop(struct kafka_reader *reader, int64_t wait_ms) {
    (void)wait_ms;
    pthread_mutex_lock(&reader->lock);
    reader->outstanding -= hand_drop(&reader->hand, &reader->partitions, reader->flow.revoking);
    pthread_mutex_unlock(&reader->lock);
}

static void act_settle(struct kafka_reader *reader, int64_t wait_ms) {
    (void)wait_ms;
    group_settle(reader);
}

static void act_commit(struct kafka_reader *reader, int64_t wait_ms) {
    (void)wait_ms;
    group_commit(reader, false);
}

static void act_commit_now(struct kafka_reader *reader, int64_t wait_ms) {
    (void)wait_ms;
    group_commit(reader, true);
}

static void act_await(struct kafka_reader *reader, int64_t wait_ms) {
    pthread_mutex_lock(&reader->lock);
    if (partitions_in_flight(&reader->partitions, true) > 0)
        reader_await(reader, wait_ms);
    pthread_mutex_unlock(&reader->lock);
}

static void act_nothing(struct kafka_reader *reader, int64_t wait_ms) {
    (void)reader;
    (void)wait_ms;
}

static void (*const acts[FLOW_ACTIONS])(struct kafka_reader *, int64_t) = {
    [FLOW_POLL] = act_poll,      [FLOW_OFFER] = act_offer,           [FLOW_DROP] = act_drop,
    [FLOW_PAUSE] = act_settle,   [FLOW_RESUME] = act_settle,         [FLOW_SETTLE] = act_settle,
    [FLOW_COMMIT] = act_commit,  [FLOW_COMMIT_NOW] = act_commit_now, [FLOW_AWAIT] = act_await,
    [FLOW_LET_GO] = act_nothing, [FLOW_LEAVE] = act_nothing,
};

/* Counting what is in flight costs a walk over the partitions, and only ends ask for it. */
static struct flow_facts look(struct kafka_reader *reader) {
    struct flow_facts facts = {
        .now_ms = clock_boot_ms(),
        .pause_asked = atomic_load(&reader->pause),
        .stop_asked = atomic_load(&reader->stop),
    };
    pthread_mutex_lock(&reader->lock);
    facts.unsettled = reader->unsettled;
    if (facts.stop_asked || reader->flow.revoking)
        facts.in_flight = partitions_in_flight(&reader->partitions, reader->flow.revoking);
    pthread_mutex_unlock(&reader->lock);
    return facts;
}

static bool ended(struct kafka_reader *reader) {
    pthread_mutex_lock(&reader->lock);
    bool over = reader->ended;
    pthread_mutex_unlock(&reader->lock);
    return over;
}

void reader_drive(struct kafka_reader *reader, enum flow_action end) {
    struct flow_step step = {FLOW_POLL, 0};
    while (step.action != end && !ended(reader)) {
        struct flow_facts facts = look(reader);
        step = flow_next(&reader->flow, &facts);
        acts[step.action](reader, step.wait_ms);
        watch_beat(reader);
    }
}

bool kafka_reader_run(struct kafka_reader *reader, struct fault *fault) {
    reader_drive(reader, FLOW_LEAVE);
    if (!ended(reader))
        return true;
    if (fault != NULL)
        *fault = reader->trouble;
    return false;
}
