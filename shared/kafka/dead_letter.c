#include "dead_letter.h"

#include "clock.h"
#include "instant.h"
#include "scan.h"
#include "topics.h"
#include "writer.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_SIZE = 24, WHY_HEADERS = 6, DEAD_LETTER_HEADERS = KAFKA_MAX_HEADERS + WHY_HEADERS };

#define OURS "__keyturn.errors."

static const char NO_ROOM[] = "; too large to be repeated here: its bytes are where these headers say";

/* The headers of a letter, and the texts they point to. */
struct envelope {
    char partition[NUMBER_SIZE];
    char offset[NUMBER_SIZE];
    char time[INSTANT_SIZE];
    char message[sizeof((struct fault *)0)->message + sizeof NO_ROOM];
    struct kafka_header why[WHY_HEADERS];
    size_t count;
    struct kafka_header headers[DEAD_LETTER_HEADERS]; /* the message's own, then why */
};

static struct kafka_header text_header(const char *name, const char *value) {
    return (struct kafka_header){name, value, strlen(value)};
}

static void fill_texts(struct envelope *envelope, const struct kafka_message *message, const struct fault *why,
                       const char *more) {
    snprintf(envelope->partition, sizeof envelope->partition, "%d", (int)message->partition);
    snprintf(envelope->offset, sizeof envelope->offset, "%lld", (long long)message->offset);
    snprintf(envelope->message, sizeof envelope->message, "%s%s", why->message, more);
    instant_iso(clock_wall_ms() / 1000, envelope->time);
}

static void fill_headers(struct envelope *envelope, const struct kafka_message *message, const struct fault *why) {
    const struct kafka_header reasons[WHY_HEADERS] = {
        text_header(OURS "topic", message->topic),
        text_header(OURS "partition", envelope->partition),
        text_header(OURS "offset", envelope->offset),
        text_header(OURS "code", why->code[0] != '\0' ? why->code : fault_name(why->kind)),
        text_header(OURS "message", envelope->message),
        text_header(OURS "time", envelope->time),
    };
    memcpy(envelope->why, reasons, sizeof reasons);
    envelope->count = message->header_count < KAFKA_MAX_HEADERS ? message->header_count : KAFKA_MAX_HEADERS;
    if (envelope->count > 0)
        memcpy(envelope->headers, message->headers, envelope->count * sizeof *envelope->headers);
    memcpy(envelope->headers + envelope->count, reasons, sizeof reasons);
    envelope->count += WHY_HEADERS;
}

static bool write_whole(struct kafka_writer *writer, const char *topic, const struct kafka_message *message,
                        const struct fault *why, struct fault *fault) {
    struct envelope envelope = {.count = 0};
    fill_texts(&envelope, message, why, "");
    fill_headers(&envelope, message, why);
    const struct writer_message letter = {topic,           message->key,     message->key_length, message->value,
                                          message->length, envelope.headers, envelope.count};
    return writer_write(writer, &letter, fault);
}

static bool write_why_only(struct kafka_writer *writer, const char *topic, const struct kafka_message *message,
                           const struct fault *why, struct fault *fault) {
    struct envelope envelope = {.count = 0};
    fill_texts(&envelope, message, why, NO_ROOM);
    fill_headers(&envelope, message, why);
    const struct writer_message letter = {topic, NULL, 0, NULL, 0, envelope.why, WHY_HEADERS};
    return writer_write(writer, &letter, fault);
}

bool dead_letter_write(struct kafka_writer *writer, const char *topic, const struct kafka_message *message,
                       const struct fault *why, struct fault *fault) {
    struct fault refusal = {.kind = FAULT_NONE};
    if (write_whole(writer, topic, message, why, &refusal))
        return true;
    if (refusal.kind == FAULT_INVALID)
        return write_why_only(writer, topic, message, why, fault);
    if (fault != NULL)
        *fault = refusal;
    return false;
}

/* --- and back ------------------------------------------------------------------------------------------------------------ */

static const struct {
    const char *letters;
    const char *from;
} homes[] = {{TOPIC_JOBS_DLQ, TOPIC_JOBS}, {TOPIC_EVENTS_DLQ, TOPIC_EVENTS}};

const struct kafka_header *dead_letter_header(const struct kafka_message *letter, const char *name) {
    for (size_t i = letter->header_count; i > 0; i--)
        if (strcmp(letter->headers[i - 1].name, name) == 0)
            return &letter->headers[i - 1];
    return NULL;
}

static const char *home_of(const struct kafka_message *letter) {
    for (size_t i = 0; i < COUNT_OF(homes); i++)
        if (strcmp(homes[i].letters, letter->topic) == 0)
            return homes[i].from;
    return NULL;
}

static bool is_from(const struct kafka_message *letter, const char *home) {
    const struct kafka_header *said = dead_letter_header(letter, OURS "topic");
    return home != NULL && said != NULL && said->length == strlen(home) && memcmp(said->value, home, said->length) == 0;
}

static size_t own_headers(const struct kafka_message *letter, struct kafka_header own[SCAN_HEADERS]) {
    size_t count = 0;
    for (size_t i = 0; i < letter->header_count && count < SCAN_HEADERS; i++)
        if (!text_starts(letter->headers[i].name, OURS))
            own[count++] = letter->headers[i];
    return count;
}

bool dead_letter_retry(struct kafka_writer *writer, const struct kafka_message *letter, struct fault *fault) {
    struct kafka_header own[SCAN_HEADERS];
    const char *home = home_of(letter);
    if (!is_from(letter, home))
        return fault_set(fault, FAULT_INVALID, "dead letter", "it does not say that it came from %s",
                         home != NULL ? home : "any topic with dead letters");
    if (letter->value == NULL)
        return fault_set(fault, FAULT_INVALID, "dead letter", "it was too large to be kept; its bytes are at %s", home);
    const struct writer_message message = {home,           letter->key, letter->key_length,      letter->value,
                                           letter->length, own,         own_headers(letter, own)};
    return writer_write(writer, &message, fault);
}
