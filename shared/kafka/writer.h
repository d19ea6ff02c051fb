/* What the rest of this library needs of the writer beyond kafka.h: keys that are bytes. Private to this library. */
#ifndef KEYTURN_WRITER_H
#define KEYTURN_WRITER_H

#include "kafka.h"

/* One message to write; everything is borrowed for the call. A NULL key is no key. */
struct writer_message {
    const char *topic;
    const void *key;
    size_t key_length;
    const void *value;
    size_t length;
    const struct kafka_header *headers;
    size_t header_count;
};

/* As kafka_write(). */
bool writer_write(struct kafka_writer *writer, const struct writer_message *message, struct fault *fault) MUST_CHECK;

/* Breaks the client as a broker does that has lost track of its sequence: for tests. */
void writer_break(struct kafka_writer *writer);

#endif
