/* One event, delivered to the notifier in the played world, as often as the notifier asks for it. */
#ifndef KEYTURN_TEST_DELIVERY_H
#define KEYTURN_TEST_DELIVERY_H

#include "world.h"

#define ADMIN "admin@example.org"
#define USER  "ann@example.org" /* that world_begin() gives the user */

enum { SETTLE_MS = 2000, DELIVERY_RUNS = 400 };

struct delivery {
    struct config *config; /* an admin, and the policy "people", which mails a reference */
    struct channel_pace pace;
    struct post post;
    struct event event; /* the one that the message carries */
    struct kafka_message message;
    struct fault fault; /* of the last run */
    size_t unavailable; /* runs that found Redis or Kafka down */
};

/* Setup and teardown: *state is a struct delivery, in a fresh world. */
int delivery_begin(void **state);
int delivery_end(void **state);

/* What is delivered from here on: an event of the user, `age_s` old. */
void happens(struct delivery *delivery, enum event_type type, int64_t age_s);

/* A process reads the message and runs it until it is done, at the times the notifier names, as the program does; what the last run said.
 * Gives up after DELIVERY_RUNS runs: NOTICE_LATER. */
enum notice_end deliver(struct delivery *delivery);

#endif
