/* An event on its way out: structured CloudEvents JSON on keyturn.events.v1, its attributes as headers too, counted.
 * Owns nothing. */
#ifndef KEYTURN_PUBLISH_H
#define KEYTURN_PUBLISH_H

#include "event.h"
#include "kafka.h"

/* Publishes and waits for the acknowledgement. The event must be complete, its sequence included. Faults are kafka_write()'s. */
bool publish_event(struct kafka_writer *writer, const struct event *event, struct fault *fault) MUST_CHECK;

#endif
