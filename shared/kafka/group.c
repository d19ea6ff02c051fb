#include "clock.h"
#include "reader.h"

#include <string.h>

enum { COMMIT_MS = 3000 };

typedef rd_kafka_topic_partition_list_t list_of_partitions;

static const char *own_name(const struct kafka_reader *reader, const char *topic) {
    for (size_t i = 0; i < reader->topic_count; i++)
        if (strcmp(reader->topics[i], topic) == 0)
            return reader->topics[i];
    return NULL;
}

static bool add_all(struct kafka_reader *reader, const list_of_partitions *list) {
    bool fits = true;
    pthread_mutex_lock(&reader->lock);
    for (int i = 0; fits && i < list->cnt; i++) {
        const char *topic = own_name(reader, list->elems[i].topic);
        fits = topic != NULL && partitions_add(&reader->partitions, topic, list->elems[i].partition, reader->window);
    }
    pthread_mutex_unlock(&reader->lock);
    return fits;
}

static void assign(struct kafka_reader *reader, list_of_partitions *list) {
    rd_kafka_assign(reader->client, list);
    flow_assigned(&reader->flow);
    watch_answer(reader, list->cnt);
    if (!add_all(reader, list))
        watch_error(reader, RD_KAFKA_RESP_ERR__FATAL, NULL,
                    "the group assigned more than 1,024 partitions to one reader");
}

/* Returns how many messages in hand are of them. */
static size_t mark_revoking(struct kafka_reader *reader, const list_of_partitions *list) {
    pthread_mutex_lock(&reader->lock);
    for (int i = 0; i < list->cnt; i++) {
        struct partition *row = partitions_find(&reader->partitions, list->elems[i].topic, list->elems[i].partition);
        if (row != NULL)
            row->revoking = true;
    }
    size_t holding = hand_revoking(&reader->hand, &reader->partitions);
    pthread_mutex_unlock(&reader->lock);
    return holding;
}

/* A partition given up while paused comes back paused and silent. To resume it at its next assignment would be too
 * late: librdkafka 2.0 starts to fetch in the background then, and a pause or resume that overtakes the start makes it
 * forget to. For the same reason a partition is paused only after it has spoken. */
static void resume_revoking(struct kafka_reader *reader) {
    list_of_partitions *paused = rd_kafka_topic_partition_list_new(16);
    pthread_mutex_lock(&reader->lock);
    for (size_t i = 0; i < reader->partitions.count; i++) {
        const struct partition *row = &reader->partitions.rows[i];
        if (row->revoking && row->paused)
            rd_kafka_topic_partition_list_add(paused, row->topic, row->number);
    }
    pthread_mutex_unlock(&reader->lock);
    if (paused->cnt > 0)
        rd_kafka_resume_partitions(reader->client, paused);
    rd_kafka_topic_partition_list_destroy(paused);
}

static void revoke(struct kafka_reader *reader, const list_of_partitions *list) {
    size_t holding = mark_revoking(reader, list);
    flow_revoke(&reader->flow, holding, rd_kafka_assignment_lost(reader->client) != 0, clock_boot_ms());
    reader_drive(reader, FLOW_LET_GO);
    resume_revoking(reader);
    pthread_mutex_lock(&reader->lock);
    partitions_let_go(&reader->partitions);
    pthread_mutex_unlock(&reader->lock);
    rd_kafka_assign(reader->client, NULL);
    watch_left(reader);
}

void group_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t what, list_of_partitions *list, void *reader) {
    if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assign(reader, list);
    } else if (what == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
        revoke(reader, list);
    } else {
        watch_error(reader, what, NULL, NULL);
        rd_kafka_assign(client, NULL);
    }
}

/* The watermarks that moved, taken as committed; while revoking, only those being given up: the others go on. */
static list_of_partitions *moved(struct kafka_reader *reader) {
    list_of_partitions *list = rd_kafka_topic_partition_list_new(16);
    int64_t until_ms = reader->job_timeout_ms > 0 ? clock_boot_ms() - reader->job_timeout_ms : -1;
    pthread_mutex_lock(&reader->lock);
    for (size_t i = 0; i < reader->partitions.count; i++) {
        struct partition *row = &reader->partitions.rows[i];
        if (until_ms >= 0 && offsets_expire(&row->offsets, until_ms) > 0)
            reader->unsettled |= partition_turned(row);
        int64_t position = offsets_position(&row->offsets);
        if (position < 0 || position == row->committed)
            continue;
        row->committed = position;
        rd_kafka_topic_partition_list_add(list, row->topic, row->number)->offset = position;
    }
    pthread_mutex_unlock(&reader->lock);
    return list;
}

/* What was not committed is committed again with the next one, if the partition is still ours. */
static void not_committed(struct kafka_reader *reader, const list_of_partitions *list) {
    pthread_mutex_lock(&reader->lock);
    for (int i = 0; list != NULL && i < list->cnt; i++) {
        struct partition *row = partitions_find(&reader->partitions, list->elems[i].topic, list->elems[i].partition);
        if (row != NULL)
            row->committed = -1;
    }
    pthread_mutex_unlock(&reader->lock);
}

void group_committed(rd_kafka_t *client, rd_kafka_resp_err_t error, list_of_partitions *list, void *reader) {
    (void)client;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        watch_answer(reader, -1);
    else
        not_committed(reader, list);
}

static void commit_answered(rd_kafka_t *client, rd_kafka_resp_err_t error, list_of_partitions *list, void *answered) {
    (void)client;
    (void)error; /* the partitions may be others' already; the work is safe to be done again */
    (void)list;
    *(bool *)answered = true;
}

/* rd_kafka_commit() would wait for the coordinator as long as the session lasts; this gives up after a while. */
static void commit_and_wait(struct kafka_reader *reader, const list_of_partitions *list) {
    bool answered = false;
    int64_t until_ms = clock_boot_ms() + COMMIT_MS;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(reader->client);
    if (rd_kafka_commit_queue(reader->client, list, queue, commit_answered, &answered) == RD_KAFKA_RESP_ERR_NO_ERROR)
        while (!answered && clock_boot_ms() < until_ms)
            rd_kafka_queue_poll_callback(queue, FLOW_SLICE_MS);
    rd_kafka_queue_destroy(queue);
}

void group_commit(struct kafka_reader *reader, bool wait) {
    list_of_partitions *list = moved(reader);
    if (list->cnt > 0 && wait)
        commit_and_wait(reader, list);
    else if (list->cnt > 0 && rd_kafka_commit(reader->client, list, 1) != RD_KAFKA_RESP_ERR_NO_ERROR)
        not_committed(reader, list);
    rd_kafka_topic_partition_list_destroy(list);
}

void group_settle(struct kafka_reader *reader) {
    list_of_partitions *pause = rd_kafka_topic_partition_list_new(16);
    list_of_partitions *resume = rd_kafka_topic_partition_list_new(16);
    pthread_mutex_lock(&reader->lock);
    reader->unsettled = false;
    for (size_t i = 0; i < reader->partitions.count; i++) {
        struct partition *row = &reader->partitions.rows[i];
        bool wanted = row->spoken && (reader->flow.paused || row->stalled);
        if (wanted != row->paused)
            rd_kafka_topic_partition_list_add(wanted ? pause : resume, row->topic, row->number);
        row->paused = wanted;
    }
    pthread_mutex_unlock(&reader->lock);
    if (pause->cnt > 0)
        rd_kafka_pause_partitions(reader->client, pause);
    if (resume->cnt > 0)
        rd_kafka_resume_partitions(reader->client, resume);
    rd_kafka_topic_partition_list_destroy(pause);
    rd_kafka_topic_partition_list_destroy(resume);
}
