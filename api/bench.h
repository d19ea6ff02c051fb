/* What a thread needs while it answers: a connection to Redis and a session with AWS. A call takes a bench and gives it back, the one used
 * last first, so that there are never more than calls at once. The set is shared by all threads; a bench belongs to one call. */
#ifndef KEYTURN_BENCH_H
#define KEYTURN_BENCH_H

#include "aws.h"
#include "cache.h"
#include "store.h"

struct benches;

struct bench {
    struct store *store;
    struct aws *aws; /* NULL until bench_aws() */
    struct aws_environment *environment;
    struct cache_answer cached;   /* room for what the cache answers; its locked pages are kept */
    struct credential credential; /* room for what is served; empty between calls */
    struct bench *next;
};

/* The settings are borrowed. */
struct benches *benches_open(const struct store_settings *store, struct aws_environment *environment);

/* When all are given back. NULL does nothing. */
void benches_close(struct benches *benches);

struct bench *bench_take(struct benches *benches);
void bench_give(struct benches *benches, struct bench *bench);

/* The session; opened with the first call. NULL and the fault of aws_open(). It may block: on slow threads only. */
struct aws *bench_aws(struct bench *bench, struct fault *fault);

#endif
