/* The dead letter topic: a message nobody can read goes there with its bytes untouched and headers that say why. */
#ifndef KEYTURN_DEAD_LETTER_H
#define KEYTURN_DEAD_LETTER_H

#include "kafka.h"

/* Writes the message to `topic` with its own headers and __keyturn.errors.{topic,partition,offset,code,message,time},
 * and waits for the acknowledgement. One that leaves no room for these headers is not repeated: a letter without a
 * value says where it is. Faults are kafka_write()'s. */
bool dead_letter_write(struct kafka_writer *writer, const char *topic, const struct kafka_message *message,
                       const struct fault *why, struct fault *fault) MUST_CHECK;

#endif
