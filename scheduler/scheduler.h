/* The tick: the account that is due earliest, at most a batch of its users handed out, one job each, acknowledged. It
 * knows time and decides nothing about keys. A scheduler belongs to one thread; several of them, in any number of
 * processes, agree by the scripts of the due set. */
#ifndef KEYTURN_SCHEDULER_H
#define KEYTURN_SCHEDULER_H

#include "config.h"
#include "due.h"
#include "job.h"
#include "kafka.h"
#include "status.h"

enum {
    SCHEDULER_PROVEN_MS = 1000, /* how long an answer of the broker is believed */
    SCHEDULER_PING_MS = 2 * 1000,
    SCHEDULER_MESSAGE_MOST_MS = 10 * 1000,
    SCHEDULER_UNKNOWN_MS = 30 * 1000, /* until a user is tried again that no inventory has seen */
    SCHEDULER_EARLY_SECONDS = 5,      /* before its own time by more than this a user was asked for or changed */
};

struct scheduler {
    struct store *store;         /* borrowed */
    struct kafka_writer *writer; /* borrowed */
    const struct config *config; /* borrowed: users of other accounts than these are not handed out */
    int64_t hold_ms;
    size_t batch;
    bool warmed;               /* the topic is there */
    int64_t proven_until;      /* boot ms: until then the broker counts as answering */
    struct fault writer_fault; /* of the last tick; kind NONE: it answers */
    struct fault store_fault;
};

/* How long jobs are tried to be delivered, for kafka_writer_open(): well below the hold. */
int64_t scheduler_message_timeout(int64_t hold_ms);

/* One tick. *idle_ms is 0 if there may be more to do at once, else the time until the earliest user is due, -1 if there
 * is none. Nobody is handed out unless the broker is known to answer; what was handed out and not acknowledged is due
 * again when its hold expires. An account that is not configured is left alone: should it be configured again, its next
 * inventory brings its users back. */
bool scheduler_tick(struct scheduler *scheduler, int64_t *idle_ms, struct fault *fault) MUST_CHECK;

/* Why a job is published, as far as is known. `now` is Redis's time in seconds. */
enum job_reason scheduler_reason(const struct due_user *user, const struct status *status, int64_t now);

#endif
