/* One event about the user of a look. Inside this program only. */
#ifndef KEYTURN_ANNOUNCE_EVENT_H
#define KEYTURN_ANNOUNCE_EVENT_H

#include "event.h"
#include "look.h"

/* Redis may forget what was told: changes younger than this, in seconds, are then told again. */
enum { ANNOUNCE_AGAIN_FOR = 24 * 3600 };

/* An event of the user, with its keys, its policy and who caused it. `key` is empty where it is about none; `time` is Unix seconds;
 * `reason` is the wire name of a reason or a fault, or empty. */
struct event announce_event(const struct look *look, enum event_type type, const char *key, int64_t time,
                            const char *reason);

/* Gives the event the user's next sequence number (in look->status, to be written by the caller), publishes it, and logs it by its id.
 * False: Kafka is down. */
bool announce_publish(struct look *look, struct event *event, struct fault *fault) MUST_CHECK;

#endif
