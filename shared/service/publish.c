#include "publish.h"

#include "instant.h"
#include "metrics.h"
#include "topics.h"

#include <string.h>

static struct kafka_header header(const char *name, const char *value) {
    return (struct kafka_header){name, value, strlen(value)};
}

bool publish_event(struct kafka_writer *writer, const struct event *event, struct fault *fault) {
    char id[EVENT_ID_SIZE];
    char type[64];
    char source[EVENT_SOURCE_SIZE];
    char time[INSTANT_SIZE];
    char schema[EVENT_SCHEMA_SIZE];
    char sequence[EVENT_SEQUENCE_SIZE];
    char key[EVENT_KEY_SIZE];
    event_id(event, id);
    event_full_type(event->type, type);
    event_source(event, source);
    event_schema(event->type, schema);
    event_sequence_text(event, sequence);
    event_key_text(event, key);
    instant_iso(event->time, time);
    const struct kafka_header headers[] = {
        header("content-type", "application/cloudevents+json; charset=UTF-8"),
        header("ce_specversion", "1.0"),
        header("ce_id", id),
        header("ce_type", type),
        header("ce_source", source),
        header("ce_time", time),
        header("ce_dataschema", schema),
        header("ce_sequence", sequence),
        header("ce_subject", event->key_id),
    };
    size_t count = COUNT_OF(headers) - (event->key_id[0] == '\0' ? 1 : 0);
    struct text value;
    text_open(&value, EVENT_MAX_BYTES);
    event_print(event, &value);
    bool written = value.overflowed
                       ? fault_set(fault, FAULT_INVALID, "event", "it does not fit %d bytes", (int)EVENT_MAX_BYTES)
                       : kafka_write(writer, TOPIC_EVENTS, key, value.bytes, value.length, headers, count, fault);
    text_close(&value);
    if (written)
        metric_add(METRIC_EVENTS, 1.0, event_type_name(event->type), NULL);
    return written;
}
