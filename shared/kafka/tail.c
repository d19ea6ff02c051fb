#include "tail.h"

#include "clock.h"
#include "delivery.h"
#include "mem.h"
#include "properties.h"

#include <stdatomic.h>

enum {
    POLL_MS = 100,
    ASK_MS = 1000,         /* how long one question may keep messages waiting */
    LOOK_EVERY_MS = 10000, /* for partitions that were added */
    RETRY_MS = 1000,       /* while not all that are known are read */
};

struct kafka_tail {
    struct kafka_tail_settings own;
    rd_kafka_t *client;
    rd_kafka_topic_partition_list_t *assigned; /* with the offset each is to be read at next */
    int32_t known;                             /* partitions the topic has */
    int64_t look_at_ms;
    atomic_bool stop;
};

static const struct property_row every_tail[] = {
    {"enable.auto.commit", "false", "nothing is committed: there is no group"},
    {"enable.auto.offset.store", "false", "nothing is committed: there is no group"},
    {"auto.offset.reset", "earliest", "anything else silently skips messages"},
    {"enable.partition.eof", "false", "the end of a partition is no message"},
    {"group.instance.id", "", "there is no group"},
    {"queued.max.messages.kbytes", "8192", NULL},
};

/* librdkafka wants the name of a group from every consumer; this one never joins it. */
static rd_kafka_conf_t *tail_conf(const struct kafka_settings *settings, struct fault *fault) {
    const struct property_row own[] = {{"group.id", "keyturn-tail", "it is never joined"}};
    struct property_list list;
    properties_begin(&list, settings);
    properties_add(&list, every_tail, COUNT_OF(every_tail));
    properties_add(&list, own, COUNT_OF(own));
    return properties_conf(&list, settings, fault);
}

struct kafka_tail *kafka_tail_open(const struct kafka_settings *settings, const struct kafka_tail_settings *own,
                                   struct fault *fault) {
    rd_kafka_conf_t *conf = tail_conf(settings, fault);
    rd_kafka_t *client = conf != NULL ? properties_client(RD_KAFKA_CONSUMER, conf, fault) : NULL;
    if (client == NULL)
        return NULL;
    rd_kafka_poll_set_consumer(client);
    struct kafka_tail *tail = mem_zero(1, sizeof *tail);
    tail->own = *own;
    tail->client = client;
    tail->assigned = rd_kafka_topic_partition_list_new(0);
    return tail;
}

/* How many partitions the topic has; -1: nobody answers, or it does not exist. */
static int32_t count_partitions(struct kafka_tail *tail) {
    const struct rd_kafka_metadata *metadata = NULL;
    int32_t count = -1;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(tail->client, tail->own.topic, NULL);
    if (topic == NULL)
        return -1;
    if (rd_kafka_metadata(tail->client, 0, topic, &metadata, ASK_MS) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR)
            count = metadata->topics[0].partition_cnt;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(topic);
    return count < tail->own.partitions_most ? count : tail->own.partitions_most;
}

/* Where to begin: so far before the end as its share of the way back allows. False: its leader does not answer. */
static bool begin_partition(struct kafka_tail *tail, int32_t partition) {
    int64_t low = 0;
    int64_t high = 0;
    int64_t back = tail->own.back / (tail->known > 0 ? tail->known : 1);
    if (rd_kafka_query_watermark_offsets(tail->client, tail->own.topic, partition, &low, &high, ASK_MS) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    int64_t start = high - back > low ? high - back : low;
    rd_kafka_topic_partition_list_add(tail->assigned, tail->own.topic, partition)->offset = start;
    tail->own.sink.begin(tail->own.sink.context, partition, start, high);
    return true;
}

/* Each where it is: an assignment begins every partition at the offset it names. */
static void assign(struct kafka_tail *tail) {
    rd_kafka_topic_partition_list_t *next = rd_kafka_topic_partition_list_copy(tail->assigned);
    (void)rd_kafka_assign(tail->client, next);
    rd_kafka_topic_partition_list_destroy(next);
}

static void tell_count(struct kafka_tail *tail, int32_t count) {
    if (count <= tail->known)
        return;
    tail->known = count;
    if (tail->own.sink.partitions != NULL)
        tail->own.sink.partitions(tail->own.sink.context, count);
}

/* Reads what is not read yet. */
static void look(struct kafka_tail *tail) {
    int before = tail->assigned->cnt;
    bool all = true;
    int32_t count = count_partitions(tail);
    tell_count(tail, count);
    for (int32_t i = 0; all && i < tail->known && !atomic_load(&tail->stop); i++)
        if (rd_kafka_topic_partition_list_find(tail->assigned, tail->own.topic, i) == NULL)
            all = begin_partition(tail, i);
    if (tail->assigned->cnt > before)
        assign(tail);
    tail->look_at_ms = clock_boot_ms() + (count >= 0 && all ? LOOK_EVERY_MS : RETRY_MS);
}

static void hand_over(struct kafka_tail *tail, const rd_kafka_message_t *raw) {
    struct delivery *delivery = delivery_copy(raw, tail->own.topic, 0);
    rd_kafka_topic_partition_t *row =
        rd_kafka_topic_partition_list_find(tail->assigned, tail->own.topic, raw->partition);
    if (row != NULL) {
        row->offset = raw->offset + 1;
        tail->own.sink.take(tail->own.sink.context, &delivery->message);
    }
    mem_free(delivery);
}

void kafka_tail_run(struct kafka_tail *tail) {
    while (!atomic_load(&tail->stop)) {
        if (clock_boot_ms() >= tail->look_at_ms)
            look(tail);
        rd_kafka_message_t *raw = rd_kafka_consumer_poll(tail->client, POLL_MS);
        if (raw == NULL)
            continue;
        if (raw->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            hand_over(tail, raw); /* errors pass: the client tries again by itself */
        rd_kafka_message_destroy(raw);
    }
}

void kafka_tail_stop(struct kafka_tail *tail) {
    atomic_store(&tail->stop, true);
}

void kafka_tail_close(struct kafka_tail *tail) {
    if (tail == NULL)
        return;
    rd_kafka_topic_partition_list_destroy(tail->assigned);
    rd_kafka_destroy_flags(tail->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    mem_free(tail);
}
