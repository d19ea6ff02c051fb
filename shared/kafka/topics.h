/* The topics Keyturn needs, compared with those the broker has. For `keyturn topics plan|apply`. */
#ifndef KEYTURN_TOPICS_H
#define KEYTURN_TOPICS_H

#include "kafka.h"

enum { TOPIC_COUNT_MAX = 8, TOPIC_CONFIGS = 4 };

#define TOPIC_JOBS       "keyturn.jobs.v1"
#define TOPIC_EVENTS     "keyturn.events.v1"
#define TOPIC_AUDIT      "keyturn.audit.v1"
#define TOPIC_JOBS_DLQ   "keyturn.jobs.dlq.v1"
#define TOPIC_EVENTS_DLQ "keyturn.events.dlq.v1"

/* A topic as it should be. */
struct topic {
    const char *name;
    int32_t partitions;
    const char *configs[TOPIC_CONFIGS][2]; /* name and value, closed by NULL */
};

/* The contract's topics. */
extern const struct topic topics[];
extern const size_t topic_count;

enum topic_change { TOPIC_FINE, TOPIC_MISSING, TOPIC_FEWER_PARTITIONS, TOPIC_MORE_PARTITIONS };

/* What the broker has, in the order of topics[]: existing partitions to `partitions`. FAULT_UNAVAILABLE if it does not answer. */
bool topics_compare(const struct kafka_settings *settings, enum topic_change changes[], int32_t partitions[],
                    struct fault *fault) MUST_CHECK;

/* Creates the missing ones (existing topics are never altered: keys would move). `partitions` overrides the contract's number
 * (0: as in topics[]), `replication` the broker's default (-1). */
bool topics_create_missing(const struct kafka_settings *settings, const enum topic_change changes[], int32_t partitions,
                           int16_t replication, struct fault *fault) MUST_CHECK;

#endif
