#include "promise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOW = 1800000000, HOUR = 3600 };

static void what_was_just_read_is_promised_for_the_overlap_less_a_margin(void **state) {
    (void)state;
    assert_int_equal(promise_known_at(0, 300, NOW), NOW);
    assert_int_equal(promise_until(HOUR, NOW, NOW), NOW + HOUR - 60);
    assert_int_equal(promise_until(8, NOW, NOW), NOW + 6);
    assert_int_equal(promise_until(14 * 24 * HOUR, NOW, NOW), NOW + 12 * HOUR);
    assert_int_equal(promise_until(0, NOW, NOW), NOW + 20 * 60);
}

/* It was current when it was filled in. A promotion a second later, which Redis forgot when it fell over, turns it off an overlap after that, whatever
 * Redis says now. */
static void what_comes_from_the_cache_is_promised_from_when_it_was_filled_in(void **state) {
    const int64_t filled = NOW - 1700;
    const int64_t promoted = filled + 1;
    (void)state;
    int64_t known_at = promise_known_at(filled + 1800, 1800, NOW);
    assert_int_equal(known_at, filled);
    assert_true(promise_until(HOUR, known_at, NOW) < promoted + HOUR);
    assert_true(promise_until(HOUR, known_at, NOW) > NOW);
    /* one that says it was filled in the future was filled for longer */
    assert_int_equal(promise_known_at(NOW + 3600, 60, NOW), NOW);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_just_read_is_promised_for_the_overlap_less_a_margin),
        cmocka_unit_test(what_comes_from_the_cache_is_promised_from_when_it_was_filled_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
