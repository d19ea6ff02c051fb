/* One job: take it, look at its user, do at most one change, say when to look again. Straight-line and blocking, on a thread that owns all
 * it touches. Kill it anywhere and run it again: the same result. */
#ifndef KEYTURN_WORKER_H
#define KEYTURN_WORKER_H

#include "accounts.h"
#include "controls.h"
#include "look.h"
#include "policies.h"

/* What all threads of a worker share. Borrowed. */
struct worker {
    const struct config *config;
    struct kafka_writer *writer;
    struct accounts *accounts;
    struct controls *controls;
    struct policies *policies; /* replaced on reload; a look holds the set it began with */
};

/* What one thread owns. */
struct worker_thread {
    struct aws *aws;
    struct store *store;
    struct look look;
};

/* How a job ended: wire names of the metric keyturn_jobs_total{result}. */
#define JOB_RESULTS(X)                                                                 \
    X(DONE, "done")       /* looked, and put back */                                   \
    X(STALE, "stale")     /* its hold is not current: dropped before any AWS call */   \
    X(LEASED, "leased")   /* another worker is at it: put back until the lease ends */ \
    X(CROWDED, "crowded") /* the account has its share of the pool: put back */        \
    X(FAILED, "failed")   /* a call failed; put back by the kind of the fault */       \
    X(DROPPED, "dropped") /* Redis is down, or the account not configured here: the hold will expire */

enum job_result {
#define X(result, name) JOB_RESULT_##result,
    JOB_RESULTS(X)
#undef X
        JOB_RESULT_COUNT
};

/* Does the whole job. Never fails: what went wrong is logged, announced and put back with a delay. */
enum job_result worker_job(struct worker *worker, struct worker_thread *thread, const struct job *job);

/* The metric label of a result. */
const char *job_result_name(enum job_result result);

#endif
