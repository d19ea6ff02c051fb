#include "dead_letter.h"

#include "clock.h"
#include "instant.h"
#include "writer.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_SIZE = 24, WHY_HEADERS = 6, DEAD_LETTER_HEADERS = KAFKA_MAX_HEADERS + WHY_HEADERS };

struct reason_headers {
    char partition[NUMBER_SIZE];
    char offset[NUMBER_SIZE];
    char time[INSTANT_SIZE];
};

static struct kafka_header text_header(const char *name, const char *value) {
    return (struct kafka_header){name, value, strlen(value)};
}

static void fill_reasons(struct reason_headers *text, const struct kafka_message *message) {
    snprintf(text->partition, sizeof text->partition, "%d", (int)message->partition);
    snprintf(text->offset, sizeof text->offset, "%lld", (long long)message->offset);
    instant_iso(clock_wall_ms() / 1000, text->time);
}

bool dead_letter_write(struct kafka_writer *writer, const char *topic, const struct kafka_message *message,
                       const struct fault *why, struct fault *fault) {
    struct reason_headers text = {.time = ""};
    struct kafka_header headers[DEAD_LETTER_HEADERS];
    size_t own = message->header_count < KAFKA_MAX_HEADERS ? message->header_count : KAFKA_MAX_HEADERS;
    fill_reasons(&text, message);
    const struct kafka_header reasons[WHY_HEADERS] = {
        text_header("__keyturn.errors.topic", message->topic),
        text_header("__keyturn.errors.partition", text.partition),
        text_header("__keyturn.errors.offset", text.offset),
        text_header("__keyturn.errors.code", why->code[0] != '\0' ? why->code : fault_name(why->kind)),
        text_header("__keyturn.errors.message", why->message),
        text_header("__keyturn.errors.time", text.time),
    };
    if (own > 0)
        memcpy(headers, message->headers, own * sizeof *headers);
    memcpy(headers + own, reasons, sizeof reasons);
    const struct writer_message letter = {topic,           message->key, message->key_length, message->value,
                                          message->length, headers,      own + WHY_HEADERS};
    return writer_write(writer, &letter, fault);
}
