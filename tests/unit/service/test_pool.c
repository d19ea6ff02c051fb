#include "pool.h"

#include "clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LONG_MS = 20000, SHORT_MS = 100, THREADS = 4, ITEMS = 5000 };

/* A gate that items wait at, so that a story decides when a thread is free. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;
    int inside;
};

/* What the pool runs, and what came of it. */
struct story {
    struct gate gate;
    atomic_int opened;
    atomic_int closed;
    atomic_int ran;
    atomic_int refuse_after; /* so many threads may make their state */
    atomic_int shared;       /* an item ran with the state of another thread */
    atomic_int times[ITEMS];
};

/* A thread's own state. */
struct own {
    pthread_t thread;
    int runs;
};

static struct story story;

static int begin(void **state) {
    (void)state;
    memset(&story, 0, sizeof story);
    pthread_mutex_init(&story.gate.lock, NULL);
    pthread_cond_init(&story.gate.changed, NULL);
    story.gate.open = true;
    atomic_store(&story.refuse_after, 1 << 20);
    return 0;
}

static void gate_set(bool open) {
    pthread_mutex_lock(&story.gate.lock);
    story.gate.open = open;
    pthread_cond_broadcast(&story.gate.changed);
    pthread_mutex_unlock(&story.gate.lock);
}

static void gate_pass(void) {
    pthread_mutex_lock(&story.gate.lock);
    story.gate.inside++;
    pthread_cond_broadcast(&story.gate.changed);
    while (!story.gate.open)
        pthread_cond_wait(&story.gate.changed, &story.gate.lock);
    story.gate.inside--;
    pthread_mutex_unlock(&story.gate.lock);
}

static void await_inside(int count) {
    pthread_mutex_lock(&story.gate.lock);
    while (story.gate.inside < count)
        pthread_cond_wait(&story.gate.changed, &story.gate.lock);
    pthread_mutex_unlock(&story.gate.lock);
}

static void *open_own(void *context, struct fault *fault) {
    (void)context;
    if (atomic_fetch_add(&story.opened, 1) >= atomic_load(&story.refuse_after)) {
        fault_set(fault, FAULT_UNAVAILABLE, "redis", "connection refused");
        return NULL;
    }
    static struct own owns[1024];
    static atomic_int next;
    struct own *own = &owns[atomic_fetch_add(&next, 1) % 1024];
    *own = (struct own){.thread = pthread_self()};
    return own;
}

static void run_item(void *context, void *thread, void *item) {
    struct own *own = thread;
    (void)context;
    gate_pass();
    own->runs++;
    if (!pthread_equal(own->thread, pthread_self()))
        atomic_fetch_add(&story.shared, 1);
    if (item != NULL)
        atomic_fetch_add((atomic_int *)item, 1);
    atomic_fetch_add(&story.ran, 1);
}

static void close_own(void *context, void *thread) {
    (void)context;
    (void)thread;
    atomic_fetch_add(&story.closed, 1);
}

static const struct pool_work work = {open_own, run_item, close_own, NULL};

static struct pool *open_pool(size_t threads) {
    struct fault fault = {.kind = FAULT_NONE};
    struct pool *pool = pool_open(threads, &work, &fault);
    assert_non_null(pool);
    return pool;
}

static void every_item_runs_once_with_its_threads_own_state(void **state) {
    (void)state;
    struct pool *pool = open_pool(THREADS);
    for (int i = 0; i < ITEMS; i++)
        assert_true(pool_offer(pool, &story.times[i], LONG_MS));
    assert_true(pool_close(pool, LONG_MS));
    for (int i = 0; i < ITEMS; i++)
        assert_int_equal(1, atomic_load(&story.times[i]));
    assert_int_equal(0, atomic_load(&story.shared));
    assert_int_equal(THREADS, atomic_load(&story.opened));
    assert_int_equal(THREADS, atomic_load(&story.closed));
}

static void a_full_pool_takes_nothing_and_waits_no_longer_than_asked(void **state) {
    (void)state;
    struct pool *pool = open_pool(THREADS);
    gate_set(false);
    for (int i = 0; i < THREADS; i++)
        assert_true(pool_offer(pool, NULL, LONG_MS));
    assert_int_equal(THREADS, pool_busy(pool));
    int64_t began_ms = clock_boot_ms();
    assert_false(pool_offer(pool, NULL, SHORT_MS));
    assert_true(clock_boot_ms() - began_ms >= SHORT_MS - 1);
    assert_false(pool_offer(pool, NULL, 0));
    gate_set(true);
    assert_true(pool_offer(pool, NULL, LONG_MS));
    assert_true(pool_close(pool, LONG_MS));
    assert_int_equal(THREADS + 1, atomic_load(&story.ran));
}

static void *open_gate_soon(void *context) {
    (void)context;
    await_inside(1);
    clock_sleep_ms(SHORT_MS); /* long enough for the offer to be waiting */
    gate_set(true);
    return NULL;
}

static void an_offer_gets_the_thread_that_becomes_free(void **state) {
    (void)state;
    pthread_t opener;
    struct pool *pool = open_pool(1);
    gate_set(false);
    assert_true(pool_offer(pool, NULL, LONG_MS));
    assert_int_equal(0, pthread_create(&opener, NULL, open_gate_soon, NULL));
    int64_t began_ms = clock_boot_ms();
    assert_true(pool_offer(pool, NULL, LONG_MS));
    assert_true(clock_boot_ms() - began_ms < LONG_MS / 2);
    pthread_join(opener, NULL);
    assert_true(pool_close(pool, LONG_MS));
    assert_int_equal(2, atomic_load(&story.ran));
}

static void a_thread_that_cannot_open_fails_the_pool_with_its_fault(void **state) {
    (void)state;
    struct fault fault = {.kind = FAULT_NONE};
    atomic_store(&story.refuse_after, THREADS - 1);
    assert_null(pool_open(THREADS, &work, &fault));
    assert_int_equal(FAULT_UNAVAILABLE, fault.kind);
    assert_string_equal("connection refused", fault.message);
    assert_int_equal(THREADS - 1, atomic_load(&story.closed));
}

static void a_pool_of_no_size_or_beyond_its_bound_is_refused(void **state) {
    (void)state;
    struct fault fault = {.kind = FAULT_NONE};
    assert_null(pool_open(0, &work, &fault));
    assert_int_equal(FAULT_CONFIG, fault.kind);
    assert_null(pool_open(1025, &work, &fault));
    assert_int_equal(FAULT_CONFIG, fault.kind);
    assert_int_equal(0, atomic_load(&story.opened));
}

static void a_thousand_threads_fit(void **state) {
    (void)state;
    struct pool *pool = open_pool(1024);
    gate_set(false);
    for (int i = 0; i < 1024; i++)
        assert_true(pool_offer(pool, NULL, LONG_MS));
    await_inside(1024);
    assert_false(pool_offer(pool, NULL, 0));
    gate_set(true);
    assert_true(pool_close(pool, LONG_MS));
    assert_int_equal(1024, atomic_load(&story.ran));
}

static void close_waits_only_so_long_and_what_hangs_may_still_end(void **state) {
    (void)state;
    struct pool *pool = open_pool(THREADS);
    gate_set(false);
    assert_true(pool_offer(pool, &story.times[0], LONG_MS));
    await_inside(1);
    assert_false(pool_close(pool, SHORT_MS));
    gate_set(true);
    for (int64_t until_ms = clock_boot_ms() + LONG_MS;
         atomic_load(&story.closed) < THREADS && clock_boot_ms() < until_ms;)
        clock_sleep_ms(1);
    assert_int_equal(THREADS, atomic_load(&story.closed));
    assert_int_equal(1, atomic_load(&story.times[0]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_item_runs_once_with_its_threads_own_state, begin),
        cmocka_unit_test_setup(a_full_pool_takes_nothing_and_waits_no_longer_than_asked, begin),
        cmocka_unit_test_setup(an_offer_gets_the_thread_that_becomes_free, begin),
        cmocka_unit_test_setup(a_thread_that_cannot_open_fails_the_pool_with_its_fault, begin),
        cmocka_unit_test_setup(a_pool_of_no_size_or_beyond_its_bound_is_refused, begin),
        cmocka_unit_test_setup(a_thousand_threads_fit, begin),
        cmocka_unit_test_setup(close_waits_only_so_long_and_what_hangs_may_still_end, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
