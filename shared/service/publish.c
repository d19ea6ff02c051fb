#include "publish.h"

#include "instant.h"
#include "metrics.h"
#include "topics.h"

#include <string.h>

static struct kafka_header header(const char *name, const char *value) {
    return (struct kafka_header){name, value, strlen(value)};
}

/* The attributes as text: what the headers point to. */
struct attributes {
    char id[EVENT_ID_SIZE];
    char type[64];
    char source[EVENT_SOURCE_SIZE];
    char time[INSTANT_SIZE];
    char schema[EVENT_SCHEMA_SIZE];
    char sequence[EVENT_SEQUENCE_SIZE];
};

static void spell(const struct event *event, struct attributes *attributes) {
    event_id(event, attributes->id);
    event_full_type(event->type, attributes->type);
    event_source(event, attributes->source);
    event_schema(event->type, attributes->schema);
    event_sequence_text(event, attributes->sequence);
    instant_iso(event->time, attributes->time);
}

static bool write_value(struct kafka_writer *writer, const struct event *event, const struct kafka_header *headers,
                        size_t count, struct fault *fault) {
    char key[EVENT_KEY_SIZE];
    struct text value;
    event_key_text(event, key);
    text_open(&value, EVENT_MAX_BYTES);
    event_print(event, &value);
    bool written = value.overflowed
                       ? fault_set(fault, FAULT_INVALID, "event", "it does not fit %d bytes", (int)EVENT_MAX_BYTES)
                       : kafka_write(writer, TOPIC_EVENTS, key, value.bytes, value.length, headers, count, fault);
    text_close(&value);
    return written;
}

bool publish_event(struct kafka_writer *writer, const struct event *event, struct fault *fault) {
    struct attributes attributes;
    spell(event, &attributes);
    const struct kafka_header headers[] = {
        header("content-type", "application/cloudevents+json; charset=UTF-8"),
        header("ce_specversion", "1.0"),
        header("ce_id", attributes.id),
        header("ce_type", attributes.type),
        header("ce_source", attributes.source),
        header("ce_time", attributes.time),
        header("ce_dataschema", attributes.schema),
        header("ce_sequence", attributes.sequence),
        header("ce_subject", event->key_id),
    };
    size_t count = COUNT_OF(headers) - (event->key_id[0] == '\0' ? 1 : 0);
    if (!write_value(writer, event, headers, count, fault))
        return false;
    metric_add(METRIC_EVENTS, 1.0, event_type_name(event->type), NULL);
    return true;
}
