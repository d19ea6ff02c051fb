/* kafka.h of a simulated run, the writing half, and dead letters: topics are lists in memory. Reading is seams_take():
 * the run itself hands messages out, where a reader's thread would. */
#include "dead_letter.h"
#include "mem.h"
#include "seams.h"
#include "sim_store.h"

#include <string.h>

struct kafka_writer {
    int64_t messages;
};

/* A message and the room it lives in; `message` is the first member. */
struct kept {
    struct kafka_message message;
    struct kept *next;
    char topic[KAFKA_NAME_SIZE];
    char bytes[];
};

static struct {
    struct kept *first;
    struct kept **last;
    int64_t offset;
    seams_listener listener;
    void *context;
} log_;

void seams_listen(seams_listener listener, void *context) {
    log_.listener = listener;
    log_.context = context;
}

void sim_kafka_flush(void) {
    while (log_.first != NULL) {
        struct kept *next = log_.first->next;
        mem_free(log_.first);
        log_.first = next;
    }
    memset(&log_, 0, sizeof log_);
}

struct kafka_writer *kafka_writer_open(const struct kafka_settings *settings, int64_t message_timeout_ms,
                                       struct fault *fault) {
    (void)settings;
    (void)message_timeout_ms;
    (void)fault;
    return mem_zero(1, sizeof(struct kafka_writer));
}

void kafka_writer_close(struct kafka_writer *writer, int64_t wait_ms) {
    (void)wait_ms;
    mem_free(writer);
}

bool kafka_writer_warm(struct kafka_writer *writer, const char *topic, struct fault *fault) {
    (void)topic;
    return kafka_writer_ping(writer, 0, fault);
}

bool kafka_writer_ping(struct kafka_writer *writer, int64_t wait_ms, struct fault *fault) {
    (void)writer;
    (void)wait_ms;
    (void)fault;
    seams_pass(SEAMS_KAFKA_MS);
    return true;
}

bool kafka_writer_flush(struct kafka_writer *writer, int64_t wait_ms, int64_t *failed, struct fault *fault) {
    *failed = 0;
    return kafka_writer_ping(writer, wait_ms, fault);
}

bool kafka_write_later(struct kafka_writer *writer, const char *topic, const char *key, const void *value,
                       size_t length, const struct kafka_header *headers, size_t header_count, struct fault *fault) {
    (void)headers;
    (void)header_count;
    (void)fault;
    size_t key_length = key == NULL ? 0 : strlen(key);
    struct kept *kept = mem_alloc(sizeof *kept + length + key_length + 1);
    memset(kept, 0, sizeof *kept);
    text_clip(kept->topic, sizeof kept->topic, topic);
    memcpy(kept->bytes, value, length);
    memcpy(kept->bytes + length, key == NULL ? "" : key, key_length + 1);
    kept->message = (struct kafka_message){.topic = kept->topic,
                                           .offset = log_.offset++,
                                           .key = kept->bytes + length,
                                           .key_length = key_length,
                                           .value = kept->bytes,
                                           .length = length,
                                           .timestamp_ms = seams.now_ms - SEAMS_WALL_BEHIND_MS};
    writer->messages++;
    struct kept **last = log_.first == NULL ? &log_.first : log_.last;
    *last = kept;
    log_.last = &kept->next;
    if (log_.listener != NULL)
        log_.listener(log_.context, topic, value, length);
    return true;
}

bool kafka_write(struct kafka_writer *writer, const char *topic, const char *key, const void *value, size_t length,
                 const struct kafka_header *headers, size_t header_count, struct fault *fault) {
    return kafka_write_later(writer, topic, key, value, length, headers, header_count, fault) &&
           kafka_writer_ping(writer, 0, fault);
}

bool dead_letter_write(struct kafka_writer *writer, const char *topic, const struct kafka_message *message,
                       const struct fault *why, struct fault *fault) {
    (void)why;
    return kafka_write(writer, topic, NULL, message->value, message->length, message->headers, message->header_count,
                       fault);
}

struct kafka_message *seams_take(const char *topic) {
    for (struct kept **link = &log_.first; *link != NULL; link = &(*link)->next) {
        struct kept *found = *link;
        if (strcmp(found->topic, topic) != 0)
            continue;
        if (log_.last == &found->next)
            log_.last = link;
        *link = found->next;
        return &found->message;
    }
    return NULL;
}

void seams_done(struct kafka_message *message) {
    mem_free(message);
}
