/* The dead letter topic: a message nobody can read goes there with its bytes untouched and headers that say why. */
#ifndef KEYTURN_DEAD_LETTER_H
#define KEYTURN_DEAD_LETTER_H

#include "kafka.h"

/* Writes the message to `topic` with its own headers and __keyturn.errors.{topic,partition,offset,code,message,time},
 * and waits for the acknowledgement. One that leaves no room for these headers is not repeated: a letter without a
 * value says where it is. Faults are kafka_write()'s. */
bool dead_letter_write(struct kafka_writer *writer, const char *topic, const struct kafka_message *message,
                       const struct fault *why, struct fault *fault) MUST_CHECK;

/* The last header of that name: Keyturn's own stand behind those the message came with. NULL: none. */
const struct kafka_header *dead_letter_header(const struct kafka_message *letter, const char *name);

/* Puts a letter back where it came from: its bytes, its key and its headers, without those of Keyturn, on the topic that __keyturn.errors.topic names, and waits for the
 * acknowledgement. FAULT_INVALID, and nothing is written: a letter whose bytes were left behind, one without that header, or one that names another topic
 * than the one whose dead letters these are. Other faults are kafka_write()'s. */
bool dead_letter_retry(struct kafka_writer *writer, const struct kafka_message *letter, struct fault *fault) MUST_CHECK;

#endif
