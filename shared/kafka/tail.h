/* A reader without a group: follows all partitions of one topic from a little before their ends, on every process that wants to, and commits
 * nothing. For what each instance must see, not for what one of them must do. Over librdkafka. */
#ifndef KEYTURN_TAIL_H
#define KEYTURN_TAIL_H

#include "kafka.h"

struct kafka_tail;

/* What is told, by the thread that runs the tail, one call at a time. */
struct kafka_tail_sink {
    /* How many partitions the topic has: when that is first known, and when it has more. May be NULL. */
    void (*partitions)(void *context, int32_t count);
    /* A partition is read from `start` on; `end` is where its next message would have gone just now. Once, before its first message. */
    void (*begin)(void *context, int32_t partition, int64_t start, int64_t end);
    /* A message; everything in it is borrowed for the call. Offsets of a partition grow, unless the topic was made anew. */
    void (*take)(void *context, const struct kafka_message *message);
    void *context;
};

struct kafka_tail_settings {
    const char *topic;
    int32_t partitions_most; /* those beyond are not read */
    int64_t back;            /* begin so many messages before the ends, spread evenly over the partitions */
    struct kafka_tail_sink sink;
};

/* Makes the client; nothing is connected to yet. The settings are copied, the topic's name and the context are borrowed. NULL and
 * FAULT_CONFIG naming the property that is wrong. */
struct kafka_tail *kafka_tail_open(const struct kafka_settings *settings, const struct kafka_tail_settings *own,
                                   struct fault *fault);

/* Reads until kafka_tail_stop(). A broker that is away is waited for, and partitions that are added are found within ten seconds. */
void kafka_tail_run(struct kafka_tail *tail);

/* Asks run() to end. From any thread. */
void kafka_tail_stop(struct kafka_tail *tail);

/* After run() returned. NULL does nothing. */
void kafka_tail_close(struct kafka_tail *tail);

#endif
