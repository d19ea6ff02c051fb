#include "cluster.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ANSWER_MS = 10000, PATIENCE_MS = 30000, LOOK_AGAIN_MS = 20, BROKERS = 1 };

void cluster_open(struct cluster *cluster) {
    char reason[256] = "";
    memset(cluster, 0, sizeof *cluster);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "0", NULL, 0);
    cluster->owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    assert_non_null(cluster->owner);
    cluster->mock = rd_kafka_mock_cluster_new(cluster->owner, BROKERS);
    assert_non_null(cluster->mock);
    assert_true(text_copy(cluster->settings.brokers, sizeof cluster->settings.brokers,
                          rd_kafka_mock_cluster_bootstraps(cluster->mock)));
    assert_true(text_copy(cluster->settings.client_id, sizeof cluster->settings.client_id, "unit"));
    cluster_property(cluster, "fetch.wait.max.ms", "10");    /* the mock never cuts a fetch short */
    cluster_property(cluster, "session.timeout.ms", "4000"); /* the first join waits 3 s, whatever this is */
}

void cluster_close(struct cluster *cluster) {
    rd_kafka_mock_cluster_destroy(cluster->mock);
    rd_kafka_destroy(cluster->owner);
}

void cluster_topic(struct cluster *cluster, const char *name, int partitions) {
    assert_int_equal(RD_KAFKA_RESP_ERR_NO_ERROR, rd_kafka_mock_topic_create(cluster->mock, name, partitions, BROKERS));
}

void cluster_property(struct cluster *cluster, const char *name, const char *value) {
    struct kafka_property *row = &cluster->settings.properties[cluster->settings.property_count++];
    assert_true(text_copy(row->name, sizeof row->name, name));
    assert_true(text_copy(row->value, sizeof row->value, value));
}

void cluster_fill(struct cluster *cluster, const char *topic, const char *prefix, int count) {
    struct fault fault = {.kind = FAULT_NONE};
    int64_t failed = -1;
    struct kafka_writer *writer = kafka_writer_open(&cluster->settings, ANSWER_MS, &fault);
    assert_non_null(writer);
    for (int i = 0; i < count; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s-%d", prefix, i);
        assert_true(kafka_write_later(writer, topic, text, text, strlen(text), NULL, 0, &fault));
    }
    assert_true(kafka_writer_flush(writer, ANSWER_MS, &failed, &fault));
    assert_int_equal(0, failed);
    kafka_writer_close(writer, ANSWER_MS);
}

static rd_kafka_t *open_client(struct cluster *cluster, const char *group) {
    char reason[256] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", cluster->settings.brokers, NULL, 0);
    rd_kafka_conf_set(conf, "group.id", group, NULL, 0);
    rd_kafka_conf_set(conf, "fetch.wait.max.ms", "10", NULL, 0);
    rd_kafka_conf_set(conf, "log_level", "0", NULL, 0);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
    assert_non_null(client);
    return client;
}

static bool has_key(const rd_kafka_message_t *raw, const char *key) {
    return raw->err == RD_KAFKA_RESP_ERR_NO_ERROR &&
           (key == NULL || (raw->key_len == strlen(key) && memcmp(raw->key, key, raw->key_len) == 0));
}

static rd_kafka_t *read_from_start(struct cluster *cluster, const char *topic) {
    rd_kafka_t *client = open_client(cluster, "peek");
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return client;
}

struct delivery *cluster_read(struct cluster *cluster, const char *topic, const char *key) {
    struct delivery *found = NULL;
    rd_kafka_t *client = read_from_start(cluster, topic);
    for (bool more = true; more && found == NULL;) {
        rd_kafka_message_t *raw = rd_kafka_consumer_poll(client, ANSWER_MS);
        more = raw != NULL;
        if (more && has_key(raw, key))
            found = delivery_copy(raw, topic, 0);
        if (more)
            rd_kafka_message_destroy(raw);
    }
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return found;
}

void cluster_each(struct cluster *cluster, const char *topic, int count,
                  void (*visit)(int *context, const rd_kafka_message_t *raw), int *context) {
    rd_kafka_t *client = read_from_start(cluster, topic);
    for (int i = 0; i < count; i++) {
        rd_kafka_message_t *raw = rd_kafka_consumer_poll(client, ANSWER_MS);
        assert_non_null(raw);
        assert_int_equal(RD_KAFKA_RESP_ERR_NO_ERROR, raw->err);
        visit(context, raw);
        rd_kafka_message_destroy(raw);
    }
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

int64_t cluster_committed(struct cluster *cluster, const char *group, const char *topic, int32_t partition) {
    rd_kafka_t *client = open_client(cluster, group);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition);
    assert_int_equal(RD_KAFKA_RESP_ERR_NO_ERROR, rd_kafka_committed(client, list, ANSWER_MS));
    int64_t offset = list->elems[0].offset >= 0 ? list->elems[0].offset : -1;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(client);
    return offset;
}

void cluster_assert_commits(struct cluster *cluster, const char *group, const char *topic, int64_t wanted) {
    int64_t until_ms = clock_boot_ms() + PATIENCE_MS;
    int64_t committed = cluster_committed(cluster, group, topic, 0);
    while (committed != wanted && clock_boot_ms() < until_ms) {
        clock_sleep_ms(LOOK_AGAIN_MS);
        committed = cluster_committed(cluster, group, topic, 0);
    }
    assert_int_equal(wanted, committed);
}
