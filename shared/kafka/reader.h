/* The inside of a reader, shared by its files: reader.c opens, closes and answers questions; reader_loop.c drives the
 * flow; group.c talks to the consumer group; watch.c knows whether all is well. Private to this library.
 *
 * Three kinds of thread: the consumer thread, which alone calls librdkafka; pool threads, which call kafka_reader_done(); and
 * whoever asks for readiness or lag. `lock` guards the table of partitions and what the watch saw. */
#ifndef KEYTURN_READER_H
#define KEYTURN_READER_H

#include "delivery.h"
#include "flow.h"
#include "hand.h"
#include "partitions.h"
#include "properties.h"

#include <pthread.h>
#include <stdatomic.h>

struct kafka_reader {
    rd_kafka_t *client;
    struct kafka_sink sink;
    size_t window;
    int64_t job_timeout_ms;
    size_t topic_count;
    char topics[KAFKA_MAX_TOPICS][KAFKA_NAME_SIZE];

    atomic_bool stop;
    atomic_bool pause;

    /* The consumer thread's own. */
    struct flow flow;
    struct hand hand;
    int64_t probe_at_ms;

    pthread_mutex_t lock;
    pthread_cond_t changed; /* something was dealt with */
    struct partitions partitions;
    size_t outstanding; /* messages whose memory was not given back yet */
    bool closed;        /* the last message given back frees the reader */
    bool unsettled;     /* a partition is to be paused or resumed */

    /* What the watch saw. */
    int64_t beat_ms; /* when the loop last went round */
    bool joined;     /* the group has answered with an assignment, be it an empty one */
    bool down;       /* no broker answers */
    bool ended;      /* a fault that this client cannot live with */
    struct fault trouble;
};

/* group.c: the callback of rebalances. */
void group_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t *list, void *reader);

/* group.c: the callback of commits nobody waited for. */
void group_committed(rd_kafka_t *client, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *list,
                     void *reader);

/* group.c: makes the pauses at librdkafka what the flow and the windows want them to be. */
void group_settle(struct kafka_reader *reader);

/* group.c: commits the watermarks that moved; `wait`: until the answer, bounded. */
void group_commit(struct kafka_reader *reader, bool wait);

/* reader_loop.c: drives the flow until it says `end`, or the reader cannot go on. */
void reader_drive(struct kafka_reader *reader, enum flow_action end);

/* reader_loop.c: a monotonic wait for `changed`, with the lock held. */
void reader_await(struct kafka_reader *reader, int64_t wait_ms);

/* watch.c: the loop went round; asks the brokers again if none answered lately. */
void watch_beat(struct kafka_reader *reader);

/* watch.c: an error of a poll or of the client. */
void watch_error(struct kafka_reader *reader, rd_kafka_resp_err_t error, const char *topic, const char *detail);

/* watch.c: librdkafka's callback for errors of no call in particular. */
void watch_client_error(rd_kafka_t *client, int error, const char *detail, void *reader);

/* watch.c: a broker answered; `assigned` partitions, or -1 if that is not news. */
void watch_answer(struct kafka_reader *reader, int assigned);

/* watch.c: the group took everything back. */
void watch_left(struct kafka_reader *reader);

#endif
