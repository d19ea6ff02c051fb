#include "rates.h"

#include "digest.h"
#include "mem.h"

#include <math.h>
#include <pthread.h>

enum { PLACES = 4096, NEIGHBOURS = 8 };

struct bucket {
    uint64_t name; /* its digest; 0: free */
    double tokens;
    int64_t at_ms;
};

struct rates {
    pthread_mutex_t lock;
    double rate;
    double burst;
    struct bucket buckets[PLACES];
};

struct rates *rates_open(double rate, double burst) {
    struct rates *limits = mem_zero(1, sizeof *limits);
    pthread_mutex_init(&limits->lock, NULL);
    limits->rate = rate;
    limits->burst = burst < 1 ? 1 : burst;
    return limits;
}

void rates_close(struct rates *limits) {
    if (limits == NULL)
        return;
    pthread_mutex_destroy(&limits->lock);
    mem_free(limits);
}

/* Its bucket; where it has none, the one of its neighbourhood that is free or was used least lately. */
static struct bucket *find(struct rates *limits, uint64_t name, int64_t now_ms) {
    struct bucket *oldest = &limits->buckets[name % PLACES];
    for (uint64_t i = 0; i < NEIGHBOURS; i++) {
        struct bucket *bucket = &limits->buckets[(name + i) % PLACES];
        if (bucket->name == name)
            return bucket;
        if (bucket->at_ms < oldest->at_ms)
            oldest = bucket;
    }
    *oldest = (struct bucket){.name = name, .tokens = limits->burst, .at_ms = now_ms};
    return oldest;
}

bool rates_take(struct rates *limits, const char *name, int64_t now_ms, int64_t *wait_seconds) {
    *wait_seconds = 0;
    if (limits->rate <= 0)
        return true;
    pthread_mutex_lock(&limits->lock);
    struct bucket *bucket = find(limits, digest_number(name), now_ms);
    bucket->tokens = fmin(limits->burst, bucket->tokens + limits->rate * (double)(now_ms - bucket->at_ms) / 1000.0);
    bucket->at_ms = now_ms;
    bool taken = bucket->tokens >= 1.0;
    if (taken)
        bucket->tokens -= 1.0;
    else
        *wait_seconds = (int64_t)ceil((1.0 - bucket->tokens) / limits->rate);
    pthread_mutex_unlock(&limits->lock);
    return taken;
}
