#include "pool.h"

#include "mem.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum { MOST_THREADS = 1024 };

/* Straight-line code with small buffers: a TLS handshake and a name look-up were measured at 16 KiB; address space is
 * all that the rest costs. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const size_t STACK_BYTES = (size_t)2 * 1024 * 1024; /* instrumented frames are several times as large */
#else
static const size_t STACK_BYTES = (size_t)256 * 1024;
#endif

struct pool {
    struct pool_work work;
    size_t threads;
    pthread_t *ids;
    pthread_mutex_t lock;
    pthread_cond_t offered; /* an item waits, or the end has come */
    pthread_cond_t turned;  /* a thread became free, opened or ended */
    size_t opened;          /* threads that made their state, or failed to */
    size_t alive;
    size_t busy;
    size_t head; /* of the ring of items that are promised to free threads */
    size_t waiting;
    void **items;
    bool closing;
    bool abandoned; /* nobody waits for the threads any more: the last one frees the pool */
    struct fault fault;
};

static void free_pool(struct pool *pool) {
    pthread_cond_destroy(&pool->offered);
    pthread_cond_destroy(&pool->turned);
    pthread_mutex_destroy(&pool->lock);
    mem_free(pool->items);
    mem_free(pool->ids);
    mem_free(pool);
}

static struct timespec time_in(int64_t wait_ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(wait_ms / 1000);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    return until;
}

static bool await_turn(struct pool *pool, const struct timespec *until) {
    return pthread_cond_timedwait(&pool->turned, &pool->lock, until) == 0;
}

/* What waits is run even while the pool closes: whoever offered it was told that it is taken. */
static bool next_item(struct pool *pool, void **item) {
    pthread_mutex_lock(&pool->lock);
    while (pool->waiting == 0 && !pool->closing)
        pthread_cond_wait(&pool->offered, &pool->lock);
    bool found = pool->waiting > 0;
    if (found) {
        *item = pool->items[pool->head];
        pool->head = (pool->head + 1) % pool->threads;
        pool->waiting--;
        pool->busy++;
    }
    pthread_mutex_unlock(&pool->lock);
    return found;
}

static void item_ended(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    pool->busy--;
    pthread_cond_signal(&pool->turned);
    pthread_mutex_unlock(&pool->lock);
}

static void thread_opened(struct pool *pool, void *state, const struct fault *fault) {
    pthread_mutex_lock(&pool->lock);
    pool->opened++;
    if (state == NULL && pool->fault.kind == FAULT_NONE)
        pool->fault = *fault;
    pthread_cond_broadcast(&pool->turned);
    pthread_mutex_unlock(&pool->lock);
}

static void thread_ended(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    pool->alive--;
    bool last = pool->abandoned && pool->alive == 0;
    pthread_cond_broadcast(&pool->turned);
    pthread_mutex_unlock(&pool->lock);
    if (last)
        free_pool(pool);
}

static void *work(void *context) {
    struct pool *pool = context;
    const struct pool_work *own = &pool->work;
    struct fault fault = {.kind = FAULT_UNAVAILABLE};
    void *item = NULL;
    void *state = own->thread_open(own->context, &fault);
    thread_opened(pool, state, &fault);
    while (state != NULL && next_item(pool, &item)) {
        own->run(own->context, state, item);
        item_ended(pool);
    }
    if (state != NULL)
        own->thread_close(own->context, state);
    thread_ended(pool);
    return NULL;
}

static struct pool *new_pool(size_t threads, const struct pool_work *own) {
    struct pool *pool = mem_zero(1, sizeof *pool);
    pthread_condattr_t monotonic;
    pool->work = *own;
    pool->threads = threads;
    pool->ids = mem_zero(threads, sizeof *pool->ids);
    pool->items = mem_zero(threads, sizeof *pool->items);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->offered, &monotonic);
    pthread_cond_init(&pool->turned, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return pool;
}

/* Returns how many threads were started. */
static size_t start_threads(struct pool *pool) {
    pthread_attr_t small;
    size_t started = 0;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, STACK_BYTES);
    pthread_mutex_lock(&pool->lock);
    while (started < pool->threads && pthread_create(&pool->ids[started], &small, work, pool) == 0)
        started++;
    pool->alive = started;
    pthread_mutex_unlock(&pool->lock);
    pthread_attr_destroy(&small);
    return started;
}

static void await_opened(struct pool *pool, size_t started) {
    pthread_mutex_lock(&pool->lock);
    while (pool->opened < started)
        pthread_cond_wait(&pool->turned, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static void end_threads(struct pool *pool, size_t started) {
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->offered);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < started; i++)
        pthread_join(pool->ids[i], NULL);
    free_pool(pool);
}

struct pool *pool_open(size_t threads, const struct pool_work *own, struct fault *fault) {
    if (threads < 1 || threads > MOST_THREADS) {
        fault_set(fault, FAULT_CONFIG, "pool", "a pool has 1 to %d threads, not %zu", MOST_THREADS, threads);
        return NULL;
    }
    struct pool *pool = new_pool(threads, own);
    size_t started = start_threads(pool);
    await_opened(pool, started);
    if (started == threads && pool->fault.kind == FAULT_NONE)
        return pool;
    if (started < threads)
        fault_set(&pool->fault, FAULT_UNAVAILABLE, "pool", "the system gives %zu threads, not %zu", started, threads);
    if (fault != NULL)
        *fault = pool->fault;
    end_threads(pool, started);
    return NULL;
}

static bool has_room(const struct pool *pool) {
    return pool->busy + pool->waiting < pool->threads;
}

bool pool_offer(struct pool *pool, void *item, int64_t wait_ms) {
    struct timespec until = time_in(wait_ms);
    pthread_mutex_lock(&pool->lock);
    while (!has_room(pool) && !pool->closing && await_turn(pool, &until))
        continue;
    bool taken = has_room(pool) && !pool->closing;
    if (taken) {
        pool->items[(pool->head + pool->waiting) % pool->threads] = item;
        pool->waiting++;
        pthread_cond_signal(&pool->offered);
    }
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

size_t pool_busy(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    size_t busy = pool->busy + pool->waiting;
    pthread_mutex_unlock(&pool->lock);
    return busy;
}

bool pool_close(struct pool *pool, int64_t wait_ms) {
    if (pool == NULL)
        return true;
    struct timespec until = time_in(wait_ms);
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->offered);
    pthread_cond_broadcast(&pool->turned);
    while (pool->alive > 0 && await_turn(pool, &until))
        continue;
    bool ended = pool->alive == 0;
    pool->abandoned = !ended;
    for (size_t i = 0; !ended && i < pool->threads; i++)
        pthread_detach(pool->ids[i]);
    pthread_mutex_unlock(&pool->lock);
    if (ended)
        end_threads(pool, pool->threads);
    return ended;
}
