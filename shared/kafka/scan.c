#include "scan.h"

#include "clock.h"
#include "kafka_fault.h"
#include "properties.h"

#include <string.h>

enum { ANSWER_MS = 10000, QUIET_MS = 30000, SLICE_MS = 200 };

static const char WHERE[] = "kafka scan";

static const struct property_row every_scan[] = {
    {"enable.auto.commit", "false", "a scan leaves no trace"},
    {"enable.auto.offset.store", "false", "a scan leaves no trace"},
    {"enable.partition.eof", "true", "a scan ends where the topic ends"},
};

struct scan {
    rd_kafka_t *client;
    const char *topic;
    bool (*visit)(const struct kafka_message *message, void *context);
    void *context;
    size_t open;                        /* partitions not read to their ends yet */
    int32_t partition_count;            /* of the topic */
    int64_t ends[KAFKA_MAX_PARTITIONS]; /* -1: read */
    bool enough;                        /* the visitor's word */
};

static rd_kafka_t *open_client(const struct kafka_settings *settings, struct fault *fault) {
    /* librdkafka wants a name for a group that is never joined. */
    const struct property_row own[] = {{"group.id", settings->client_id, "a scan joins no group"}};
    struct property_list list;
    properties_begin(&list, settings);
    properties_add(&list, every_scan, COUNT_OF(every_scan));
    properties_add(&list, own, COUNT_OF(own));
    rd_kafka_conf_t *conf = properties_conf(&list, settings, fault);
    rd_kafka_t *client = conf == NULL ? NULL : properties_client(RD_KAFKA_CONSUMER, conf, fault);
    if (client != NULL)
        rd_kafka_poll_set_consumer(client);
    return client;
}

/* All topics are asked for, because asking for one by name may create it. */
static bool count_partitions(struct scan *scan, struct fault *fault) {
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t error = rd_kafka_metadata(scan->client, 1, NULL, &metadata, ANSWER_MS);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_fault(fault, error, WHERE, NULL, NULL);
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, scan->topic) == 0)
            scan->partition_count = metadata->topics[i].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    if (scan->partition_count == 0)
        return kafka_fault(fault, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, WHERE, scan->topic, NULL);
    return scan->partition_count <= KAFKA_MAX_PARTITIONS ||
           fault_set(fault, FAULT_CONFIG, WHERE, "%s has more than %d partitions", scan->topic, KAFKA_MAX_PARTITIONS);
}

/* Only partitions that hold something are read. */
static bool add_partition(struct scan *scan, int32_t partition, rd_kafka_topic_partition_list_t *list,
                          struct fault *fault) {
    int64_t low = 0;
    int64_t high = 0;
    rd_kafka_resp_err_t error =
        rd_kafka_query_watermark_offsets(scan->client, scan->topic, partition, &low, &high, ANSWER_MS);
    scan->ends[partition] = -1;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_fault(fault, error, WHERE, scan->topic, NULL);
    if (low >= high)
        return true;
    scan->ends[partition] = high;
    scan->open++;
    rd_kafka_topic_partition_list_add(list, scan->topic, partition)->offset = low;
    return true;
}

static bool assign(struct scan *scan, struct fault *fault) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(scan->partition_count);
    bool fine = true;
    for (int32_t i = 0; fine && i < scan->partition_count; i++)
        fine = add_partition(scan, i, list, fault);
    rd_kafka_resp_err_t error =
        fine && scan->open > 0 ? rd_kafka_assign(scan->client, list) : RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_topic_partition_list_destroy(list);
    return fine && (error == RD_KAFKA_RESP_ERR_NO_ERROR || kafka_fault(fault, error, WHERE, scan->topic, NULL));
}

static void end_partition(struct scan *scan, int32_t partition) {
    if (scan->ends[partition] < 0)
        return;
    scan->ends[partition] = -1;
    scan->open--;
}

static size_t read_headers(const rd_kafka_message_t *raw, struct kafka_header headers[SCAN_HEADERS]) {
    rd_kafka_headers_t *list = NULL;
    size_t count = 0;
    if (rd_kafka_message_headers(raw, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    while (count < SCAN_HEADERS && rd_kafka_header_get_all(list, count, &headers[count].name, &headers[count].value,
                                                           &headers[count].length) == RD_KAFKA_RESP_ERR_NO_ERROR)
        count++;
    return count;
}

static void take_message(struct scan *scan, const rd_kafka_message_t *raw) {
    struct kafka_header headers[SCAN_HEADERS];
    int64_t end = scan->ends[raw->partition];
    if (end < 0 || raw->offset >= end) { /* written after the scan began */
        end_partition(scan, raw->partition);
        return;
    }
    const struct kafka_message message = {
        .topic = scan->topic,
        .partition = raw->partition,
        .offset = raw->offset,
        .key = raw->key,
        .key_length = raw->key_len,
        .value = raw->payload,
        .length = raw->len,
        .timestamp_ms = rd_kafka_message_timestamp(raw, NULL),
        .headers = headers,
        .header_count = read_headers(raw, headers),
    };
    scan->enough = !scan->visit(&message, scan->context);
    if (raw->offset + 1 >= end)
        end_partition(scan, raw->partition);
}

/* What passes by itself is no end: librdkafka connects again. */
static bool take(struct scan *scan, const rd_kafka_message_t *raw, struct fault *fault) {
    if (raw->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        take_message(scan, raw);
    else if (raw->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        end_partition(scan, raw->partition);
    else if (!kafka_fault(fault, raw->err, WHERE, scan->topic, NULL) && fault->kind == FAULT_CONFIG)
        return false;
    return true;
}

static bool read_all(struct scan *scan, struct fault *fault) {
    int64_t heard_ms = clock_boot_ms();
    bool fine = true;
    while (fine && scan->open > 0 && !scan->enough) {
        rd_kafka_message_t *raw = rd_kafka_consumer_poll(scan->client, SLICE_MS);
        if (raw != NULL) {
            fine = take(scan, raw, fault);
            heard_ms = clock_boot_ms();
            rd_kafka_message_destroy(raw);
        } else if (clock_boot_ms() - heard_ms > QUIET_MS) {
            fine = kafka_fault(fault, RD_KAFKA_RESP_ERR__TIMED_OUT, WHERE, scan->topic, NULL);
        }
    }
    return fine;
}

bool kafka_scan(const struct kafka_settings *settings, const char *topic,
                bool (*visit)(const struct kafka_message *message, void *context), void *context, struct fault *fault) {
    struct fault own = {.kind = FAULT_NONE};
    struct scan scan = {.topic = topic, .visit = visit, .context = context};
    fault = fault != NULL ? fault : &own;
    scan.client = open_client(settings, fault);
    if (scan.client == NULL)
        return false;
    bool read = count_partitions(&scan, fault) && assign(&scan, fault) && read_all(&scan, fault);
    rd_kafka_destroy(scan.client);
    return read;
}
