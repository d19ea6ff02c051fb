/* The events topic as this process sees it: one thread reads all of its partitions into a ring, from which streams are fed and histories are told. Every
 * instance does so for itself, without a consumer group. Safe from any thread. */
#ifndef KEYTURN_EVENTS_H
#define KEYTURN_EVENTS_H

#include "api_keys.h"
#include "event_filter.h"
#include "kafka.h"
#include "offset_vector.h"
#include "web.h"

enum {
    EVENTS_STREAMS = 256,    /* at once */
    EVENTS_STREAMS_KEY = 16, /* of one API key */
    EVENTS_KEPT = 32 * 1024, /* the last events, in memory */
    EVENTS_KEPT_BYTES = 48 * 1024 * 1024,
    HISTORY_MOST = 100,
};

struct events;

/* Begins to read, EVENTS_KEPT events before the ends: a restart forgets little. `keys` is borrowed. A broker that is away is waited for. */
struct events *events_open(const struct kafka_settings *settings, struct api_keys *keys, struct fault *fault);

/* What became of a wish for a stream. */
enum events_verdict { EVENTS_STREAM, EVENTS_NOT_READ_YET, EVENTS_TOO_MANY, EVENTS_TOO_MANY_OF_KEY, EVENTS_ENDING };

/* Makes the response a stream of what the filter and the key let through, from `from` on, or from now on where that is NULL. What was missed is told by an event
 * "gap". It ends when the client goes or cannot keep up, or the key is no longer in force, or events_end() is called. */
enum events_verdict events_follow(struct events *events, const struct api_key *key, const struct event_filter *filter,
                                  const struct offset_vector *from, struct web_response *response) MUST_CHECK;

/* Would a stream for this key begin now? */
enum events_verdict events_judge(struct events *events, const struct api_key *key) MUST_CHECK;

/* Sends what waits for slow clients, and looks once a second whether the keys of all streams are in force. To be called several times a second. */
void events_tick(struct events *events);

/* What is known here about a user, newest first, at most HISTORY_MOST entries as docs/openapi.json has them. An array, the caller's to close. */
struct doc *events_history(struct events *events, const char *account, const char *user);

/* Ends all streams, once what was written is sent, and lets none begin. */
void events_end(struct events *events);

/* Stops reading. When no call is under way. NULL does nothing. */
void events_close(struct events *events);

#endif
