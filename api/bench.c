#include "bench.h"

#include "audit.h"
#include "mem.h"
#include "web.h"

#include <pthread.h>

struct benches {
    pthread_mutex_t lock;
    const struct store_settings *store;
    struct aws_environment *environment;
    struct bench *free;
};

struct benches *benches_open(const struct store_settings *store, struct aws_environment *environment) {
    struct benches *benches = mem_zero(1, sizeof *benches);
    pthread_mutex_init(&benches->lock, NULL);
    benches->store = store;
    benches->environment = environment;
    return benches;
}

void benches_close(struct benches *benches) {
    if (benches == NULL)
        return;
    while (benches->free != NULL) {
        struct bench *bench = benches->free;
        benches->free = bench->next;
        store_close(bench->store);
        cache_answer_close(&bench->cached);
        credential_close(&bench->credential);
        text_close(&bench->records);
        aws_close(bench->aws);
        mem_free(bench);
    }
    pthread_mutex_destroy(&benches->lock);
    mem_free(benches);
}

struct bench *bench_take(struct benches *benches) {
    pthread_mutex_lock(&benches->lock);
    struct bench *bench = benches->free;
    if (bench != NULL)
        benches->free = bench->next;
    pthread_mutex_unlock(&benches->lock);
    if (bench != NULL)
        return bench;
    bench = mem_zero(1, sizeof *bench);
    bench->store = store_open(benches->store);
    text_open(&bench->records, (size_t)WEB_TOGETHER * AUDIT_RECORD_CEILING);
    bench->environment = benches->environment;
    return bench;
}

void bench_give(struct benches *benches, struct bench *bench) {
    pthread_mutex_lock(&benches->lock);
    bench->next = benches->free;
    benches->free = bench;
    pthread_mutex_unlock(&benches->lock);
}

struct aws *bench_aws(struct bench *bench, struct fault *fault) {
    if (bench->aws == NULL)
        bench->aws = aws_open(bench->environment, fault);
    return bench->aws;
}
