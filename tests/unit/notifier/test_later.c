#include "later.h"

#include "mem.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

enum { MOST = 16 };

/* Takes what it is given, after refusing as often as told. */
struct taker {
    atomic_int refuse;
    sem_t taken;
    pthread_mutex_t lock;
    size_t count;
    struct errand errands[MOST];
};

static bool take(void *context, struct errand *errand) {
    struct taker *taker = context;
    if (atomic_fetch_sub(&taker->refuse, 1) > 0)
        return false;
    pthread_mutex_lock(&taker->lock);
    taker->errands[taker->count++] = *errand;
    pthread_mutex_unlock(&taker->lock);
    mem_free(errand);
    sem_post(&taker->taken);
    return true;
}

static void tick(void *context) {
    (void)context;
}

static struct later *begin(struct taker *taker) {
    const struct later_owner owner = {take, tick, taker};
    struct fault fault = {0};
    atomic_init(&taker->refuse, 0);
    sem_init(&taker->taken, 0, 0);
    pthread_mutex_init(&taker->lock, NULL);
    taker->count = 0;
    return later_open(&owner, &fault);
}

static void await(struct taker *taker) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    assert_int_equal(sem_timedwait(&taker->taken, &until), 0);
}

static void what_is_due_comes_out_and_what_is_not_stays(void **state) {
    (void)state;
    static struct taker taker;
    struct notice soon = {.again_ms = 1};
    struct notice never = {.again_ms = 3600 * 1000};
    struct later *later = begin(&taker);
    later_keep(later, &never);
    later_keep(later, &soon);
    await(&taker);
    later_stop(later);
    assert_int_equal(taker.count, 1);
    assert_ptr_equal(taker.errands[0].notices[0], &soon);
    assert_int_equal(later_count(later), 1);
    assert_ptr_equal(later_close(later), &never);
}

static void what_nobody_takes_comes_again(void **state) {
    (void)state;
    static struct taker taker;
    struct notice notice = {.again_ms = 1};
    struct later *later = begin(&taker);
    atomic_store(&taker.refuse, 2);
    later_keep(later, &notice);
    await(&taker);
    assert_null(later_close(later));
}

static void those_for_a_digest_leave_together(void **state) {
    (void)state;
    static struct taker taker;
    struct notice notices[4] = {{.for_digest = true, .again_ms = 1000},
                                {.for_digest = true, .again_ms = 3600 * 1000},
                                {.for_digest = true, .again_ms = 3600 * 1000},
                                {.for_digest = false, .again_ms = 3600 * 1000}};
    struct later *later = begin(&taker);
    for (size_t i = 0; i < COUNT_OF(notices); i++)
        later_keep(later, &notices[i]);
    await(&taker);
    later_stop(later);
    assert_int_equal(taker.count, 1);
    assert_true(taker.errands[0].digest);
    assert_int_equal(taker.errands[0].count, 3);
    assert_ptr_equal(later_close(later), &notices[3]);
}

static void a_digest_has_a_ceiling(void **state) {
    (void)state;
    static struct taker taker;
    static struct notice notices[DIGEST_MOST + 50];
    struct later *later = begin(&taker);
    for (size_t i = 0; i < COUNT_OF(notices); i++) {
        notices[i] = (struct notice){.for_digest = true, .again_ms = 1000};
        later_keep(later, &notices[i]);
    }
    await(&taker);
    await(&taker);
    later_stop(later);
    assert_int_equal(taker.errands[0].count, DIGEST_MOST);
    assert_int_equal(taker.errands[1].count, 50);
    assert_null(later_close(later));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_due_comes_out_and_what_is_not_stays),
        cmocka_unit_test(what_nobody_takes_comes_again),
        cmocka_unit_test(those_for_a_digest_leave_together),
        cmocka_unit_test(a_digest_has_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
