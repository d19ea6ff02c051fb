#include "rates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { START_MS = 1000000 };

static int taken_of(struct rates *limits, const char *name, int tries, int64_t at_ms) {
    int64_t wait = 0;
    int taken = 0;
    for (int i = 0; i < tries; i++)
        taken += rates_take(limits, name, at_ms, &wait);
    return taken;
}

static void a_burst_then_a_rate(void **state) {
    struct rates *limits = rates_open(10, 20);
    (void)state;
    assert_int_equal(taken_of(limits, "a", 100, START_MS), 20);
    assert_int_equal(taken_of(limits, "a", 100, START_MS + 500), 5);
    assert_int_equal(taken_of(limits, "a", 100, START_MS + 3600 * 1000), 20);
    rates_close(limits);
}

static void each_name_has_its_own(void **state) {
    struct rates *limits = rates_open(1, 3);
    (void)state;
    assert_int_equal(taken_of(limits, "a", 10, START_MS), 3);
    assert_int_equal(taken_of(limits, "b", 10, START_MS), 3);
    rates_close(limits);
}

static void who_must_wait_is_told_how_long(void **state) {
    struct rates *limits = rates_open(0.1, 1);
    int64_t wait = 0;
    (void)state;
    assert_true(rates_take(limits, "a", START_MS, &wait));
    assert_false(rates_take(limits, "a", START_MS, &wait));
    assert_int_equal(wait, 10);
    assert_false(rates_take(limits, "a", START_MS + 9500, &wait));
    assert_int_equal(wait, 1);
    assert_true(rates_take(limits, "a", START_MS + 10000 + wait, &wait));
    rates_close(limits);
}

static void no_rate_is_no_limit(void **state) {
    struct rates *limits = rates_open(0, 0);
    (void)state;
    assert_int_equal(taken_of(limits, "a", 10000, START_MS), 10000);
    rates_close(limits);
}

/* A flood of names pushes out those that were used least lately, not the one that is in use. */
static void many_names_share_a_table_of_fixed_size(void **state) {
    struct rates *limits = rates_open(0.001, 5);
    (void)state;
    int taken = 0;
    for (int i = 0; i < 50000; i++) {
        char name[24];
        snprintf(name, sizeof name, "10.0.%d.%d", i / 256, i % 256);
        assert_int_equal(taken_of(limits, name, 1, START_MS + i), 1);
        taken += taken_of(limits, "busy", 1, START_MS + i);
    }
    assert_int_equal(taken, 5);
    rates_close(limits);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_then_a_rate),
        cmocka_unit_test(each_name_has_its_own),
        cmocka_unit_test(who_must_wait_is_told_how_long),
        cmocka_unit_test(no_rate_is_no_limit),
        cmocka_unit_test(many_names_share_a_table_of_fixed_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
