/*     audit log ──audit_trail──► lines ──audit_event──► Kafka ──acknowledged──► the trail's place moves, on disk */
#include "audit_sender.h"

#include "audit_event.h"
#include "audit_trail.h"
#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "topics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum {
    BATCH_BYTES = 256 * 1024,
    IDLE_MS = 200,
    BACKOFF_MS = 1000,
    BACKOFF_MOST_MS = 15 * 1000,
    SLICE_MS = 100,
    MESSAGE_MS = 10 * 1000,
    LAST_MS = 3000,
};

struct audit_sender {
    struct audit *audit;
    const char *path;
    struct kafka_writer *writer;
    struct audit_trail *trail; /* NULL: it could not be opened yet */
    char *batch;
    bool troubled; /* a fault was logged, and nothing went since */
    bool opened;   /* what came of opening the trail was logged */
    int64_t backoff_ms;
    atomic_bool ending;
    atomic_llong until_ms; /* of the clock; when ending */
    bool runs;
    pthread_t thread;
};

static bool is_over(struct audit_sender *sender) {
    return atomic_load(&sender->ending) && clock_boot_ms() >= atomic_load(&sender->until_ms);
}

/* --- one batch */

static struct kafka_header header(const char *name, const char *value) {
    return (struct kafka_header){name, value, strlen(value)};
}

static bool write_event(struct audit_sender *sender, const struct audit_event *event, const struct text *value,
                        struct fault *fault) {
    const struct kafka_header headers[] = {
        header("content-type", "application/cloudevents+json; charset=UTF-8"),
        header("ce_specversion", "1.0"),
        header("ce_id", event->id),
        header("ce_type", event->type),
        header("ce_source", audit_event_source),
        header("ce_subject", event->subject),
    };
    size_t count = COUNT_OF(headers) - (event->subject[0] == '\0' ? 1 : 0);
    return kafka_write_later(sender->writer, TOPIC_AUDIT, event->key, value->bytes, value->length, headers, count,
                             fault);
}

/* A line that is no record, which only a full disk or a torn write leaves, cannot hold up those behind it; an empty one ends a torn one. */
static bool send_line(struct audit_sender *sender, const char *line, size_t length, struct fault *fault) {
    struct audit_event event;
    struct text value;
    bool sent = true;
    if (length == 0)
        return true;
    text_open(&value, AUDIT_EVENT_MOST);
    if (audit_event_print(line, length, &value, &event, fault)) {
        sent = write_event(sender, &event, &value, fault);
    } else {
        metric_add(METRIC_AUDIT_RECORDS, 1, "unreadable", NULL);
        log_fault(LOG_ERROR, "a line of the audit log is no record and is passed over", fault, NULL);
    }
    text_close(&value);
    return sent;
}

/* Until each is acknowledged or has failed, which the writer's message timeout bounds. */
static bool await_all(struct audit_sender *sender, struct fault *fault) {
    int64_t failed = 0;
    int64_t all = 0;
    bool done = false;
    while (!done && !is_over(sender)) {
        done = kafka_writer_flush(sender->writer, SLICE_MS, &failed, fault);
        all += failed;
    }
    if (done && all > 0)
        return fault_set(fault, FAULT_UNAVAILABLE, "kafka write", "%lld records of %s were not acknowledged",
                         (long long)all, TOPIC_AUDIT);
    return done;
}

static bool send_batch(struct audit_sender *sender, size_t length, struct fault *fault) {
    const char *line = sender->batch;
    const char *end = sender->batch + length;
    int64_t count = 0;
    bool sent = true;
    while (sent && line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop != NULL ? stop : end;
        sent = send_line(sender, line, (size_t)(stop - line), fault);
        line = stop < end ? stop + 1 : end;
        count++;
    }
    struct fault unsent;
    bool acknowledged = await_all(sender, sent ? fault : &unsent);
    metric_add(METRIC_AUDIT_RECORDS, (double)count, sent && acknowledged ? "sent" : "failed", NULL);
    return sent && acknowledged;
}

/* --- the trail */

static void say_trouble(struct audit_sender *sender, const struct fault *fault) {
    if (!sender->troubled)
        log_fault(LOG_ERROR, "audit records wait in the local log; Kafka gets them later", fault, NULL);
    sender->troubled = true;
    sender->backoff_ms = sender->backoff_ms == 0                    ? BACKOFF_MS
                         : sender->backoff_ms * 2 < BACKOFF_MOST_MS ? sender->backoff_ms * 2
                                                                    : BACKOFF_MOST_MS;
}

static void say_well(struct audit_sender *sender) {
    if (sender->troubled)
        log_line(LOG_INFO, "audit records go to Kafka again", NULL);
    sender->troubled = false;
    sender->backoff_ms = 0;
}

static bool open_trail(struct audit_sender *sender) {
    struct fault fault;
    bool lost = false;
    sender->trail = audit_trail_open(sender->path, &lost, &fault);
    if (sender->trail == NULL && !sender->opened)
        log_fault(LOG_WARN, "the audit log does not go to Kafka from here", &fault, NULL);
    if (lost)
        log_line(LOG_ERROR, "a file of the audit log is gone that Kafka had not got to its end", "path", sender->path,
                 NULL);
    sender->opened = true;
    return sender->trail != NULL;
}

/* Whether the file is complete is asked before it is read: what is not there then never comes. */
static bool step(struct audit_sender *sender, bool *moved, struct fault *fault) {
    struct stat file;
    audit_trail_file(sender->trail, &file);
    bool complete = !audit_writes_to(sender->audit, &file);
    size_t length = audit_trail_read(sender->trail, sender->batch, BATCH_BYTES);
    *moved = length > 0;
    if (length > 0)
        return send_batch(sender, length, fault) && audit_trail_advance(sender->trail, length, fault);
    return !complete || audit_trail_next(sender->trail, moved, fault);
}

static void await(struct audit_sender *sender, int64_t wait_ms) {
    int64_t until = clock_boot_ms() + wait_ms;
    while (clock_boot_ms() < until && !atomic_load(&sender->ending))
        clock_sleep_ms(SLICE_MS);
    if (atomic_load(&sender->ending))
        clock_sleep_ms(SLICE_MS);
}

/* One round; false when there is nothing more to do at the end. */
static bool go_round(struct audit_sender *sender) {
    struct fault fault = {0};
    bool moved = false;
    bool ending = atomic_load(&sender->ending);
    if (sender->trail == NULL && !open_trail(sender)) {
        await(sender, BACKOFF_MOST_MS);
        return !ending;
    }
    if (step(sender, &moved, &fault))
        say_well(sender);
    else if (!is_over(sender))
        say_trouble(sender, &fault);
    metric_set(METRIC_AUDIT_BEHIND, (double)audit_trail_behind(sender->trail), NULL);
    if (sender->troubled || !moved)
        await(sender, sender->troubled ? sender->backoff_ms : IDLE_MS);
    return !ending || moved || sender->troubled;
}

static void *keep_sending(void *argument) {
    struct audit_sender *sender = argument;
    while (!is_over(sender) && go_round(sender))
        continue;
    return NULL;
}

/* --- open and close */

struct audit_sender *audit_sender_open(const struct kafka_settings *settings, struct audit *audit, const char *path,
                                       struct fault *fault) {
    struct audit_sender *sender = mem_zero(1, sizeof *sender);
    sender->audit = audit;
    sender->path = path;
    sender->batch = mem_alloc(BATCH_BYTES);
    sender->writer = kafka_writer_open(settings, MESSAGE_MS, fault);
    sender->runs = sender->writer != NULL && pthread_create(&sender->thread, NULL, keep_sending, sender) == 0;
    if (sender->runs)
        return sender;
    if (sender->writer != NULL)
        fault_set(fault, FAULT_UNAVAILABLE, "audit", "no thread could be started");
    audit_sender_close(sender);
    return NULL;
}

void audit_sender_close(struct audit_sender *sender) {
    if (sender == NULL)
        return;
    atomic_store(&sender->until_ms, clock_boot_ms() + LAST_MS);
    atomic_store(&sender->ending, true);
    if (sender->runs)
        pthread_join(sender->thread, NULL);
    audit_trail_close(sender->trail);
    kafka_writer_close(sender->writer, 0);
    mem_free(sender->batch);
    mem_free(sender);
}
