#include "later.h"

#include "clock.h"
#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST = 16 };

/* --- clock.h: time that only these stories move */

static int64_t now_ms;

int64_t clock_boot_ms(void) {
    return now_ms;
}

int64_t clock_wall_ms(void) {
    return now_ms;
}

void clock_sleep_ms(int64_t milliseconds) {
    now_ms += milliseconds;
}

/* Takes what it is given, after refusing as often as told. */
struct taker {
    int refuse;
    size_t count;
    struct errand errands[MOST];
};

static bool take(void *context, struct errand *errand) {
    struct taker *taker = context;
    if (taker->refuse-- > 0)
        return false;
    taker->errands[taker->count++] = *errand;
    mem_free(errand);
    return true;
}

static void tick(void *context) {
    (void)context;
}

static struct later *begin(struct taker *taker) {
    *taker = (struct taker){0};
    return later_open(&(const struct later_owner){take, tick, taker});
}

/* As the program drives it, for so long. */
static void pass(struct later *later, int64_t milliseconds) {
    for (int64_t end = now_ms + milliseconds; now_ms < end; now_ms += LATER_TICK_MS)
        later_work(later);
}

static void what_is_due_comes_out_and_what_is_not_stays(void **state) {
    (void)state;
    static struct taker taker;
    struct notice soon = {.again_ms = 500};
    struct notice never = {.again_ms = 3600 * 1000};
    struct later *later = begin(&taker);
    assert_int_equal(later_due(later), -1);
    later_keep(later, &never);
    later_keep(later, &soon);
    assert_int_equal(later_due(later), 500);
    later_work(later);
    assert_int_equal(taker.count, 0);
    pass(later, 2000);
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
    taker.refuse = 2;
    later_keep(later, &notice);
    pass(later, 2000);
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
    pass(later, 2000);
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
    pass(later, 2000);
    assert_int_equal(taker.count, 2);
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
