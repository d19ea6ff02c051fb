/* What a thread needs while it answers: a connection to Redis and a session with AWS, what was read ahead for the calls it answers together, and the
 * audit records that go out before their answers. It is taken for these calls and given back, the one used last first, so that there are never more
 * than threads. The set is shared by all threads. */
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
    struct cache_row ahead;       /* empty between calls, as are the records */
    struct text records;
    size_t record_count;
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
