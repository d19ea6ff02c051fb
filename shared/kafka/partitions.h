/* The partitions a reader owns now, each with its watermark. Locked by the reader; this only keeps the table. Private
 * to this library. */
#ifndef KEYTURN_PARTITIONS_H
#define KEYTURN_PARTITIONS_H

#include "kafka.h"
#include "offsets.h"

struct partition {
    const char *topic; /* borrowed from the reader */
    int32_t number;
    uint64_t assignment; /* which assignment gave it: what was handed out in an earlier one no longer counts */
    struct offsets offsets;
    size_t in_flight;
    int64_t committed; /* the position the group was told last, -1: none */
    bool spoken; /* a message of it came, so it is being fetched: before that it must be neither paused nor resumed */
    bool paused;
    bool stalled;  /* its window is full */
    bool revoking; /* about to be given up */
};

struct partitions {
    size_t count;
    uint64_t assignments;
    struct partition rows[KAFKA_MAX_PARTITIONS];
};

/* Adds a partition with an empty window. False if the table is full. */
bool partitions_add(struct partitions *partitions, const char *topic, int32_t number, size_t window) MUST_CHECK;

/* The row of a partition, or NULL. */
struct partition *partitions_find(struct partitions *partitions, const char *topic, int32_t number);

/* The row a message came from, or NULL if it was given up since. */
struct partition *partitions_owner(struct partitions *partitions, const struct kafka_message *message,
                                   uint64_t assignment);

/* Gives up the rows that are revoking. */
void partitions_let_go(struct partitions *partitions);

/* Messages in flight, of all rows or of the revoking ones. */
size_t partitions_in_flight(const struct partitions *partitions, bool revoking_only);

/* Watches the window of a row: true when it became full, or roomy again. */
bool partition_turned(struct partition *partition);

#endif
