/* A message as the sink gets it: one block of memory of our own, so that a worker that keeps it for long does not keep
 * a whole fetch of librdkafka's, nor the client, alive. Private to this library. */
#ifndef KEYTURN_DELIVERY_H
#define KEYTURN_DELIVERY_H

#include "kafka.h"

#include <librdkafka/rdkafka.h>

struct delivery {
    struct kafka_message message; /* first: the sink's pointer is this block */
    uint64_t assignment;          /* of the partition when the message was read */
    bool in_window;               /* of its partition */
    struct kafka_header headers[KAFKA_MAX_HEADERS];
    char bytes[]; /* key, value, header names and values */
};

/* A copy; `topic` is borrowed and must outlive it. The caller frees it by mem_free(). */
struct delivery *delivery_copy(const rd_kafka_message_t *raw, const char *topic, uint64_t assignment);

#endif
