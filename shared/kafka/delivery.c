#include "delivery.h"

#include "mem.h"

#include <string.h>

struct parts {
    size_t count;
    struct kafka_header headers[KAFKA_MAX_HEADERS];
    size_t bytes;
};

static void find_parts(const rd_kafka_message_t *raw, struct parts *parts) {
    rd_kafka_headers_t *headers = NULL;
    *parts = (struct parts){.bytes = raw->key_len + raw->len};
    if (rd_kafka_message_headers(raw, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    for (struct kafka_header header; parts->count < KAFKA_MAX_HEADERS; parts->count++) {
        if (rd_kafka_header_get_all(headers, parts->count, &header.name, &header.value, &header.length) !=
            RD_KAFKA_RESP_ERR_NO_ERROR)
            return;
        parts->headers[parts->count] = header;
        parts->bytes += strlen(header.name) + 1 + header.length;
    }
}

/* Copies to *to and moves it on. NULL (a missing key, a tombstone) stays NULL. */
static const void *put(char **to, const void *bytes, size_t length) {
    if (bytes == NULL)
        return NULL;
    char *start = *to;
    if (length > 0)
        memcpy(start, bytes, length);
    *to += length;
    return start;
}

struct delivery *delivery_copy(const rd_kafka_message_t *raw, const char *topic, uint64_t assignment) {
    struct parts parts;
    find_parts(raw, &parts);
    struct delivery *delivery = mem_zero(1, sizeof *delivery + parts.bytes);
    char *to = delivery->bytes;
    delivery->assignment = assignment;
    for (size_t i = 0; i < parts.count; i++) {
        const struct kafka_header *header = &parts.headers[i];
        delivery->headers[i].name = put(&to, header->name, strlen(header->name) + 1);
        delivery->headers[i].value = put(&to, header->value, header->length);
        delivery->headers[i].length = header->length;
    }
    delivery->message = (struct kafka_message){
        .topic = topic,
        .partition = raw->partition,
        .offset = raw->offset,
        .key = put(&to, raw->key, raw->key_len),
        .key_length = raw->key_len,
        .value = put(&to, raw->payload, raw->len),
        .length = raw->len,
        .timestamp_ms = rd_kafka_message_timestamp(raw, NULL),
        .headers = delivery->headers,
        .header_count = parts.count,
    };
    return delivery;
}
