#include "topics.h"

#include "kafka_fault.h"
#include "properties.h"

#include <string.h>

enum { ANSWER_MS = 10000 };

#define DAYS_3   "259200000"
#define DAYS_30  "2592000000"
#define DAYS_365 "31536000000"

/* Jobs, events and audit records are spread alike, so that a subscriber may join them; dead letters are few. */
const struct topic topics[] = {
    {TOPIC_JOBS, 64, {{"cleanup.policy", "delete"}, {"retention.ms", DAYS_3}}},
    {TOPIC_EVENTS, 64, {{"cleanup.policy", "delete"}, {"retention.ms", DAYS_30}}},
    {TOPIC_AUDIT, 64, {{"cleanup.policy", "delete"}, {"retention.ms", DAYS_365}}},
    {TOPIC_JOBS_DLQ, 4, {{"cleanup.policy", "delete"}, {"retention.ms", DAYS_30}}},
    {TOPIC_EVENTS_DLQ, 4, {{"cleanup.policy", "delete"}, {"retention.ms", DAYS_30}}},
};
const size_t topic_count = COUNT_OF(topics);

static const struct rd_kafka_metadata_topic *find(const struct rd_kafka_metadata *metadata, const char *name) {
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, name) == 0)
            return &metadata->topics[i];
    return NULL;
}

static enum topic_change compare(const struct topic *wanted, const struct rd_kafka_metadata_topic *there) {
    if (there == NULL || there->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return TOPIC_MISSING;
    if (there->partition_cnt == wanted->partitions)
        return TOPIC_FINE;
    return there->partition_cnt < wanted->partitions ? TOPIC_FEWER_PARTITIONS : TOPIC_MORE_PARTITIONS;
}

/* "No broker answers" says little where a login or a certificate was refused: librdkafka told that beside, as an event. */
static bool explain(rd_kafka_t *client, rd_kafka_resp_err_t error, struct fault *fault) {
    rd_kafka_queue_t *queue = rd_kafka_queue_get_main(client);
    rd_kafka_event_t *event;
    (void)kafka_fault(fault, error, "kafka metadata", NULL, NULL);
    while ((event = rd_kafka_queue_poll(queue, 0)) != NULL) {
        rd_kafka_resp_err_t told = rd_kafka_event_error(event);
        if (told == RD_KAFKA_RESP_ERR__AUTHENTICATION || told == RD_KAFKA_RESP_ERR__SSL)
            (void)kafka_fault_told(fault, client, told, "kafka metadata", rd_kafka_event_error_string(event));
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
    return false;
}

/* All topics are asked for, because asking for one by name may create it. */
static bool compare_all(rd_kafka_t *client, enum topic_change changes[], int32_t partitions[], struct fault *fault) {
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t error = rd_kafka_metadata(client, 1, NULL, &metadata, ANSWER_MS);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return explain(client, error, fault);
    for (size_t i = 0; i < topic_count; i++) {
        const struct rd_kafka_metadata_topic *there = find(metadata, topics[i].name);
        changes[i] = compare(&topics[i], there);
        partitions[i] = changes[i] == TOPIC_MISSING ? 0 : there->partition_cnt;
    }
    rd_kafka_metadata_destroy(metadata);
    return true;
}

bool topics_compare(const struct kafka_settings *settings, enum topic_change changes[], int32_t partitions[],
                    struct fault *fault) {
    rd_kafka_t *client = properties_plain_client(settings, fault);
    if (client == NULL)
        return false;
    bool compared = compare_all(client, changes, partitions, fault);
    rd_kafka_destroy(client);
    return compared;
}

static rd_kafka_NewTopic_t *new_topic(const struct topic *topic, int32_t partitions, int16_t replication,
                                      struct fault *fault) {
    char reason[256] = "";
    int32_t number = partitions > 0 ? partitions : topic->partitions;
    rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(topic->name, number, replication, reason, sizeof reason);
    if (made == NULL) {
        fault_set(fault, FAULT_CONFIG, "kafka topics", "%s: %s", topic->name, reason);
        return NULL;
    }
    for (size_t i = 0; i < TOPIC_CONFIGS && topic->configs[i][0] != NULL; i++)
        rd_kafka_NewTopic_set_config(made, topic->configs[i][0], topic->configs[i][1]);
    return made;
}

/* Made by somebody else meanwhile is made. */
static bool judge(const rd_kafka_CreateTopics_result_t *result, struct fault *fault) {
    size_t count = 0;
    const rd_kafka_topic_result_t **answers = rd_kafka_CreateTopics_result_topics(result, &count);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t error = rd_kafka_topic_result_error(answers[i]);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            return kafka_fault(fault, error, "kafka topics", rd_kafka_topic_result_name(answers[i]),
                               rd_kafka_topic_result_error_string(answers[i]));
    }
    return true;
}

static bool await_answer(rd_kafka_queue_t *queue, struct fault *fault) {
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 2 * ANSWER_MS);
    if (event == NULL)
        return kafka_fault(fault, RD_KAFKA_RESP_ERR__TIMED_OUT, "kafka topics", NULL, NULL);
    rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    bool made = error == RD_KAFKA_RESP_ERR_NO_ERROR
                    ? judge(rd_kafka_event_CreateTopics_result(event), fault)
                    : kafka_fault(fault, error, "kafka topics", NULL, rd_kafka_event_error_string(event));
    rd_kafka_event_destroy(event);
    return made;
}

static bool create(rd_kafka_t *client, rd_kafka_NewTopic_t **wanted, size_t count, struct fault *fault) {
    char reason[256];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    (void)rd_kafka_AdminOptions_set_request_timeout(options, ANSWER_MS, reason, sizeof reason);
    (void)rd_kafka_AdminOptions_set_operation_timeout(options, ANSWER_MS, reason, sizeof reason);
    rd_kafka_CreateTopics(client, wanted, count, options, queue);
    bool made = await_answer(queue, fault);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    return made;
}

bool topics_create_missing(const struct kafka_settings *settings, const enum topic_change changes[], int32_t partitions,
                           int16_t replication, struct fault *fault) {
    rd_kafka_NewTopic_t *wanted[TOPIC_COUNT_MAX];
    size_t count = 0;
    bool fine = true;
    for (size_t i = 0; fine && i < topic_count; i++) {
        if (changes[i] != TOPIC_MISSING)
            continue;
        wanted[count] = new_topic(&topics[i], partitions, replication, fault);
        fine = wanted[count] != NULL;
        count += fine ? 1 : 0;
    }
    rd_kafka_t *client = fine && count > 0 ? properties_plain_client(settings, fault) : NULL;
    if (client != NULL) {
        fine = create(client, wanted, count, fault);
        rd_kafka_destroy(client);
    } else {
        fine = fine && count == 0;
    }
    rd_kafka_NewTopic_destroy_array(wanted, count);
    return fine;
}
