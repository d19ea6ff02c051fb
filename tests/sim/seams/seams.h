/* The five seams of a simulated run: clock, randomness, HTTP, Redis and Kafka, all in memory, all of one seed, driven
 * by one thread. The real programs are linked with these instead of the libraries; virtual time passes while they wait
 * for an answer, and only then.
 *
 *     AWS's clock is the run's own; this host's is a little behind it and Redis's a little ahead: nothing may rest on
 * their agreeing. */
#ifndef KEYTURN_TESTS_SEAMS_H
#define KEYTURN_TESTS_SEAMS_H

#include "kafka.h"
#include "world.h"

enum {
    SEAMS_WALL_BEHIND_MS = 2300,
    SEAMS_REDIS_AHEAD_MS = 1700,
    SEAMS_BOOT_MS = 1000 * 1000, /* this host has been up for a while */
    SEAMS_AWS_LEAST_MS = 20,     /* an answer of AWS takes this long at least, and three times it at most */
    SEAMS_STORE_MS = 1,
    SEAMS_KAFKA_MS = 3,
};

struct seams {
    int64_t now_ms; /* AWS's, Unix */
    int64_t began_ms;
    uint64_t random;
    struct world *world; /* borrowed; behind http.h */
};

extern struct seams seams;

/* Begins a run: an empty Redis, empty topics, time as given. */
void seams_begin(uint64_t seed, int64_t now_ms, struct world *world);

/* Ends it: everything is given back. */
void seams_end(void);

/* Time passes. */
void seams_pass(int64_t milliseconds);

/* Empties Redis as a loss of it would. */
void seams_store_flush(void);

/* When the earliest inventory is due, in ms from now (0: now). `count` accounts. */
int64_t seams_inventory_due(const char *const *accounts, size_t count);

/* When the first digest is due, in ms from now (0: now); -1: none is gathered. */
int64_t seams_gather_due(void);

/* Told of every message written, before it can be read. NULL: nobody. */
typedef void (*seams_listener)(void *context, const char *topic, const void *value, size_t length);
void seams_listen(seams_listener listener, void *context);

/* The next message of a topic, or NULL. Belongs to the caller until given back. */
struct kafka_message *seams_take(const char *topic);
void seams_done(struct kafka_message *message);

#endif
