#include "reader.h"

#include "clock.h"
#include "kafka_fault.h"
#include "mem.h"

#include <string.h>

enum {
    WINDOW = 1024,
    CLOSE_MS = 5000,
    SLICE_MS = 100,
    MAX_POLL_INTERVAL_MS = 300000, /* librdkafka's default */
};

static const struct property_row every_reader[] = {
    {"enable.auto.commit", "false", "only what is dealt with may be committed"},
    {"enable.auto.offset.store", "false", "only what is dealt with may be committed"},
    {"auto.offset.reset", "earliest", "anything else silently skips messages"},
    {"partition.assignment.strategy", "range", "partitions are given up all at once before they are assigned again"},
    {"enable.partition.eof", "false", "the end of a partition is no message"},
    {"group.instance.id", "", "one configuration serves many processes, and each needs a name of its own"},
    {"session.timeout.ms", "15000", NULL},   /* how long the partitions of a killed process wait */
    {"heartbeat.interval.ms", "1000", NULL}, /* a member learns of a rebalance by its heartbeat */
    {"queued.min.messages", "10000", NULL},
    {"queued.max.messages.kbytes", "8192", NULL},
};

static rd_kafka_conf_t *reader_conf(const struct kafka_settings *settings, const char *group, struct fault *fault) {
    const struct property_row own[] = {{"group.id", group, "each program has its own group"}};
    struct property_list list;
    properties_begin(&list, settings);
    properties_add(&list, every_reader, COUNT_OF(every_reader));
    properties_add(&list, own, COUNT_OF(own));
    return properties_conf(&list, settings, fault);
}

bool kafka_reader_check(const struct kafka_settings *settings, struct fault *fault) {
    rd_kafka_conf_t *conf = reader_conf(settings, settings->client_id, fault);
    if (conf == NULL)
        return false;
    rd_kafka_conf_destroy(conf);
    return true;
}

static int64_t at_most(int64_t wanted, int64_t most) {
    return wanted < most ? wanted : most;
}

/* No wait may come near the time after which the group takes a member that does not poll for dead. */
static void set_times(struct kafka_reader *reader, const struct kafka_reader_settings *settings,
                      const rd_kafka_conf_t *conf) {
    int64_t third = properties_number(conf, "max.poll.interval.ms", MAX_POLL_INTERVAL_MS) / 3;
    int64_t drain_ms = settings->drain_ms > 0 ? settings->drain_ms : FLOW_DRAIN_MS;
    reader->beat_ms = clock_boot_ms();
    reader->window = settings->window > 0 ? (size_t)settings->window : WINDOW;
    reader->job_timeout_ms = settings->job_timeout_ms;
    flow_open(&reader->flow, at_most(FLOW_PATIENCE_MS, third), at_most(drain_ms, third), reader->beat_ms);
}

static void make_locks(struct kafka_reader *reader) {
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&reader->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&reader->lock, NULL);
}

static void free_reader(struct kafka_reader *reader) {
    pthread_cond_destroy(&reader->changed);
    pthread_mutex_destroy(&reader->lock);
    mem_free(reader);
}

static bool subscribe(struct kafka_reader *reader, struct fault *fault) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)reader->topic_count);
    for (size_t i = 0; i < reader->topic_count; i++)
        rd_kafka_topic_partition_list_add(list, reader->topics[i], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t error = rd_kafka_subscribe(reader->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR || kafka_fault(fault, error, "kafka subscribe", NULL, NULL);
}

static bool copy_topics(struct kafka_reader *reader, const struct kafka_reader_settings *settings,
                        struct fault *fault) {
    if (settings->topic_count == 0 || settings->topic_count > KAFKA_MAX_TOPICS)
        return fault_set(fault, FAULT_CONFIG, "kafka subscribe", "a reader needs 1 to %d topics", KAFKA_MAX_TOPICS);
    for (size_t i = 0; i < settings->topic_count; i++)
        if (!text_copy(reader->topics[i], KAFKA_NAME_SIZE, settings->topics[i]))
            return fault_set(fault, FAULT_CONFIG, "kafka subscribe", "the name of a topic is too long");
    reader->topic_count = settings->topic_count;
    return true;
}

static bool open_client(struct kafka_reader *reader, const struct kafka_settings *settings,
                        const struct kafka_reader_settings *own, struct fault *fault) {
    rd_kafka_conf_t *conf = reader_conf(settings, own->group, fault);
    if (conf == NULL)
        return false;
    set_times(reader, own, conf);
    rd_kafka_conf_set_opaque(conf, reader);
    rd_kafka_conf_set_rebalance_cb(conf, group_rebalance);
    rd_kafka_conf_set_offset_commit_cb(conf, group_committed);
    rd_kafka_conf_set_error_cb(conf, watch_client_error);
    reader->client = properties_client(RD_KAFKA_CONSUMER, conf, fault);
    if (reader->client == NULL)
        return false;
    rd_kafka_poll_set_consumer(reader->client); /* from here on only kafka_reader_run() polls, and only the consumer */
    return true;
}

struct kafka_reader *kafka_reader_open(const struct kafka_settings *settings, const struct kafka_reader_settings *own,
                                       struct kafka_sink sink, struct fault *fault) {
    struct kafka_reader *reader = mem_zero(1, sizeof *reader);
    reader->sink = sink;
    make_locks(reader);
    if (copy_topics(reader, own, fault) && open_client(reader, settings, own, fault) && subscribe(reader, fault))
        return reader;
    if (reader->client != NULL)
        rd_kafka_destroy_flags(reader->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    free_reader(reader);
    return NULL;
}

void kafka_reader_stop(struct kafka_reader *reader) {
    atomic_store(&reader->stop, true);
}

void kafka_reader_pause(struct kafka_reader *reader, bool paused) {
    atomic_store(&reader->pause, paused);
}

void kafka_reader_hold(struct kafka_reader *reader, const struct kafka_message *message) {
    const struct delivery *delivery = (const struct delivery *)message;
    pthread_mutex_lock(&reader->lock);
    struct partition *row = partitions_owner(&reader->partitions, message, delivery->assignment);
    if (row != NULL)
        (void)offsets_hold(&row->offsets, message->offset);
    pthread_mutex_unlock(&reader->lock);
}

static void take_back(struct kafka_reader *reader, struct kafka_message *message, bool done) {
    struct delivery *delivery = (struct delivery *)message;
    pthread_mutex_lock(&reader->lock);
    struct partition *row = partitions_owner(&reader->partitions, message, delivery->assignment);
    if (row != NULL) {
        row->in_flight--;
        if (done && offsets_done(&row->offsets, message->offset))
            reader->unsettled |= partition_turned(row);
    }
    reader->outstanding--;
    bool last = reader->closed && reader->outstanding == 0;
    pthread_cond_signal(&reader->changed);
    pthread_mutex_unlock(&reader->lock);
    mem_free(delivery);
    if (last)
        free_reader(reader);
}

void kafka_reader_done(struct kafka_reader *reader, struct kafka_message *message) {
    take_back(reader, message, true);
}

void kafka_reader_give_back(struct kafka_reader *reader, struct kafka_message *message) {
    take_back(reader, message, false);
}

/* -1 for a partition whose end or position is not known yet. */
static int64_t lag_of(const struct kafka_reader *reader, const struct partition *row) {
    int64_t low = -1;
    int64_t high = -1;
    int64_t position = offsets_position(&row->offsets);
    if (rd_kafka_get_watermark_offsets(reader->client, row->topic, row->number, &low, &high) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return -1;
    if (position < 0 || high < 0)
        return -1;
    return high > position ? high - position : 0;
}

int64_t kafka_reader_lag(struct kafka_reader *reader) {
    int64_t lag = -1;
    pthread_mutex_lock(&reader->lock);
    for (size_t i = 0; i < reader->partitions.count; i++) {
        int64_t more = lag_of(reader, &reader->partitions.rows[i]);
        if (more >= 0)
            lag = lag < 0 ? more : lag + more;
    }
    pthread_mutex_unlock(&reader->lock);
    return lag;
}

/* The last revocation comes here. So do messages fetched meanwhile, which a queue polled for callbacks alone cannot
 * take: librdkafka aborts the process. Whoever owns the partition next reads them again. */
static void serve_last(struct kafka_reader *reader, rd_kafka_queue_t *queue) {
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, SLICE_MS);
    if (event == NULL)
        return;
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
        group_rebalance(reader->client, rd_kafka_event_error(event), rd_kafka_event_topic_partition_list(event),
                        reader);
    rd_kafka_event_destroy(event);
}

/* rd_kafka_consumer_close() may hang while the coordinator is down; this gives up after a while. */
static void leave_group(struct kafka_reader *reader) {
    int64_t until_ms = clock_boot_ms() + CLOSE_MS;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(reader->client);
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(reader->client, queue);
    while (error == NULL && !rd_kafka_consumer_closed(reader->client) && clock_boot_ms() < until_ms)
        serve_last(reader, queue);
    if (error != NULL)
        rd_kafka_error_destroy(error);
    rd_kafka_queue_destroy(queue);
}

void kafka_reader_close(struct kafka_reader *reader) {
    if (reader == NULL)
        return;
    atomic_store(&reader->stop, true);
    leave_group(reader);
    rd_kafka_destroy_flags(reader->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    pthread_mutex_lock(&reader->lock);
    for (size_t i = 0; i < reader->partitions.count; i++)
        reader->partitions.rows[i].revoking = true;
    partitions_let_go(&reader->partitions);
    reader->closed = true;
    bool last = reader->outstanding == 0;
    pthread_mutex_unlock(&reader->lock);
    if (last)
        free_reader(reader);
}
