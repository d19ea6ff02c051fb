/* Kafka, as one of the five seams: a writer that waits for its acknowledgement, and a reader that hands messages to a
 * pool and commits low watermarks. Over librdkafka, the only place that knows it.
 *
 *     poll ──► flow (pure: dispatch, wait, pause, resume, revoke) ──► pool of threads ──► kafka_reader_done()
 *                                                                          │
 *     commit ◄── offsets (pure: the lowest undone offset of each partition) ┘
 */
#ifndef KEYTURN_KAFKA_H
#define KEYTURN_KAFKA_H

#include "fault.h"
#include "text.h"

enum {
    KAFKA_MAX_PROPERTIES = 64,
    KAFKA_NAME_SIZE = 250,
    KAFKA_MAX_HEADERS = 16,
    KAFKA_MAX_TOPICS = 8,
    KAFKA_MAX_PARTITIONS = 1024
};

/* kafka.properties of the configuration, any librdkafka property. Passwords come by file, into `value`; wiped on close. */
struct kafka_property {
    char name[128];
    char value[1024];
};

struct kafka_settings {
    char brokers[1024]; /* bootstrap.servers */
    char client_id[65];
    size_t property_count;
    struct kafka_property properties[KAFKA_MAX_PROPERTIES];
};

struct kafka_header {
    const char *name;
    const void *value;
    size_t length;
};

/* A message read; everything is borrowed until kafka_reader_done(). */
struct kafka_message {
    const char *topic;
    int32_t partition;
    int64_t offset;
    const void *key;
    size_t key_length;
    const void *value;
    size_t length;
    int64_t timestamp_ms;
    const struct kafka_header *headers; /* the first KAFKA_MAX_HEADERS of them */
    size_t header_count;
};

struct kafka_writer; /* may be used by many threads */
struct kafka_reader; /* driven by one thread; done() may be called by many */

/* What the two below say of kafka.properties, without making a client: nothing is connected to. FAULT_CONFIG as theirs. */
bool kafka_writer_check(const struct kafka_settings *settings, struct fault *fault) MUST_CHECK;
bool kafka_reader_check(const struct kafka_settings *settings, struct fault *fault) MUST_CHECK;

/* A producer: acks=all, one request in flight, murmur2_random. FAULT_CONFIG names the property that is wrong, or that
 * the design fixes. `message_timeout_ms` bounds each message from kafka_write() to its acknowledgement. */
struct kafka_writer *kafka_writer_open(const struct kafka_settings *settings, int64_t message_timeout_ms,
                                       struct fault *fault);

/* Flushes (bounded by `wait_ms`) and closes. */
void kafka_writer_close(struct kafka_writer *writer, int64_t wait_ms);

/* Asks for the topic's metadata so that the first message does not wait a second for it. FAULT_UNAVAILABLE, or
 * FAULT_CONFIG when the topic does not exist ("run keyturn topics apply"). */
bool kafka_writer_warm(struct kafka_writer *writer, const char *topic, struct fault *fault) MUST_CHECK;

/* Produces one message and waits until the broker has acknowledged it, at most the writer's message timeout.
 * FAULT_UNAVAILABLE (queue full, no answer: the message may have been written all the same), FAULT_INVALID (too large),
 * FAULT_CONFIG (no such topic, not allowed). */
bool kafka_write(struct kafka_writer *writer, const char *topic, const char *key, const void *value, size_t length,
                 const struct kafka_header *headers, size_t header_count, struct fault *fault) MUST_CHECK;

/* Produces without waiting; failures are counted. FAULT_UNAVAILABLE when the queue is full. */
bool kafka_write_later(struct kafka_writer *writer, const char *topic, const char *key, const void *value,
                       size_t length, const struct kafka_header *headers, size_t header_count,
                       struct fault *fault) MUST_CHECK;

/* Waits until nothing is on its way, at most `wait_ms`; the number of messages that failed since the last call goes to
 * *failed. */
bool kafka_writer_flush(struct kafka_writer *writer, int64_t wait_ms, int64_t *failed, struct fault *fault) MUST_CHECK;

/* Does the broker answer? For readiness. */
bool kafka_writer_ping(struct kafka_writer *writer, int64_t wait_ms, struct fault *fault) MUST_CHECK;

/* What the reader does with a message: try to give it to a free worker within `wait_ms`. The sink keeps `message` (it stays valid
 * until done() is called with it). False: nobody was free. */
struct kafka_sink {
    bool (*offer)(void *context, struct kafka_message *message, int64_t wait_ms);
    void *context;
};

struct kafka_reader_settings {
    const char *group;
    const char *topics[KAFKA_MAX_TOPICS];
    size_t topic_count;
    int64_t window;         /* undone messages a partition, 0: 1,024 */
    int64_t job_timeout_ms; /* a message undone for longer, and not held, counts as done for the watermark; 0: never */
    int64_t drain_ms;       /* how long revoke and stop wait for what is in flight; 0: 10 s */
};

/* A consumer of a group: auto.offset.reset=earliest, no auto commit, range assignment. FAULT_CONFIG names the property
 * that is wrong, or that the design fixes. A topic that does not exist is no fault here: kafka_reader_health() tells,
 * and it is found once it is made. */
struct kafka_reader *kafka_reader_open(const struct kafka_settings *settings,
                                       const struct kafka_reader_settings *reader, struct kafka_sink sink,
                                       struct fault *fault);

/* Polls, dispatches and commits until kafka_reader_stop(); then takes no new message, waits for what is in flight
 * (bounded), commits. */
bool kafka_reader_run(struct kafka_reader *reader, struct fault *fault) MUST_CHECK;

/* Asks run() to end. Safe from any thread and from a signal handler. */
void kafka_reader_stop(struct kafka_reader *reader);

/* While paused no new message is handed out (Redis or AWS is down: the backlog waits); polling goes on. */
void kafka_reader_pause(struct kafka_reader *reader, bool paused);

/* The message was dealt with; its memory is given back. From any thread, also after kafka_reader_close(). */
void kafka_reader_done(struct kafka_reader *reader, struct kafka_message *message);

/* This message will be dealt with however long it takes: job_timeout_ms does not apply to it any more. From any thread. */
void kafka_reader_hold(struct kafka_reader *reader, const struct kafka_message *message);

/* The message was not dealt with, and its memory is given back: it stays undone, and comes again when its partition is
 * assigned anew. For what a stopping program cannot finish. From any thread. */
void kafka_reader_give_back(struct kafka_reader *reader, struct kafka_message *message);

/* Has the group answered with an assignment (be it an empty one: more readers than partitions), does a broker answer,
 * has run() polled within the last 30 s? For readiness. */
bool kafka_reader_ready(const struct kafka_reader *reader);

/* The same, and if not: what is wrong and what to do about it. */
bool kafka_reader_health(struct kafka_reader *reader, struct fault *fault) MUST_CHECK;

/* Messages between the committed positions and the ends, -1 if unknown: for metrics. */
int64_t kafka_reader_lag(struct kafka_reader *reader);

/* After run() returned. Bounded (5 s, and drain_ms where run() ended by a fault): leaves the group. Messages still in
 * flight may be given back later; the memory goes with the last one. */
void kafka_reader_close(struct kafka_reader *reader);

#endif
