/* A broker inside the test process: librdkafka's mock cluster, in memory. */
#ifndef KEYTURN_TEST_CLUSTER_H
#define KEYTURN_TEST_CLUSTER_H

#include "delivery.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

struct cluster {
    rd_kafka_t *owner;
    rd_kafka_mock_cluster_t *mock;
    struct kafka_settings settings;
};

/* One broker, no topics; `settings` points at it, with the properties the mock cluster needs. */
void cluster_open(struct cluster *cluster);

/* Ends it. */
void cluster_close(struct cluster *cluster);

/* Makes a topic. */
void cluster_topic(struct cluster *cluster, const char *name, int partitions);

/* Adds a row to kafka.properties. */
void cluster_property(struct cluster *cluster, const char *name, const char *value);

/* Writes `count` messages "<prefix>-<i>" to a topic, keys the same, and waits for them. */
void cluster_fill(struct cluster *cluster, const char *topic, const char *prefix, int count);

/* Reads the first message of a topic's partition 0 that has this key (NULL: any) without a group; the caller frees it
 * by mem_free(). NULL: none came. */
struct delivery *cluster_read(struct cluster *cluster, const char *topic, const char *key);

/* Calls `visit` for the first `count` messages of a topic's partition 0, in their order, with `context`. */
void cluster_each(struct cluster *cluster, const char *topic, int count,
                  void (*visit)(int *context, const rd_kafka_message_t *raw), int *context);

/* The group's committed position of a partition, -1 if none. */
int64_t cluster_committed(struct cluster *cluster, const char *group, const char *topic, int32_t partition);

/* Waits, bounded, until the group's position of partition 0 is `wanted`. */
void cluster_assert_commits(struct cluster *cluster, const char *group, const char *topic, int64_t wanted);

#endif
