/* The periods of digests. */
#include "instant.h"
#include "slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOUR = 3600, DAY = 24 * HOUR };

/* Two hours ahead of UTC until 2026-10-25T01:00Z, then one. */
static const struct zone berlin = {.first = 2 * HOUR, .count = 1, .shifts = {{1792890000, HOUR}}};

static int64_t at(const char *text) {
    int64_t instant = 0;
    assert_true(instant_parse_iso(text, &instant));
    return instant;
}

static void is_in(const struct slots *slots, const char *instant, const char *begin, const char *end) {
    assert_int_equal(slots_begin(slots, at(instant)), at(begin));
    assert_int_equal(slots_end(slots, at(instant)), at(end));
}

static void a_day_begins_at_its_time_of_day(void **state) {
    (void)state;
    const struct slots slots = {.every = DAY, .at = 7 * HOUR};
    is_in(&slots, "2026-11-18T06:59:59Z", "2026-11-17T07:00:00Z", "2026-11-18T07:00:00Z");
    is_in(&slots, "2026-11-18T07:00:00Z", "2026-11-18T07:00:00Z", "2026-11-19T07:00:00Z");
}

static void weeks_begin_on_mondays(void **state) {
    (void)state;
    const struct slots slots = {.every = 7 * DAY};
    is_in(&slots, "2026-11-18T12:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z");
    is_in(&slots, "2026-11-16T00:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z");
}

static void parts_of_a_day_divide_it(void **state) {
    (void)state;
    const struct slots slots = {.every = 2 * HOUR, .at = 30 * 60};
    is_in(&slots, "2026-11-18T02:29:59Z", "2026-11-18T00:30:00Z", "2026-11-18T02:30:00Z");
    is_in(&slots, "2026-11-18T00:29:59Z", "2026-11-17T22:30:00Z", "2026-11-18T00:30:00Z");
    assert_true(slots_may_last(2 * HOUR));
    assert_true(slots_may_last(30 * DAY));
    assert_false(slots_may_last(7 * HOUR));
    assert_false(slots_may_last(DAY + HOUR));
    assert_false(slots_may_last(0));
}

/* The day on which the clock is set back has 25 hours, and its digest one period. */
static void a_day_begins_at_local_time(void **state) {
    (void)state;
    const struct slots slots = {.every = DAY, .at = 7 * HOUR, .zone = berlin};
    is_in(&slots, "2026-10-24T12:00:00Z", "2026-10-24T05:00:00Z", "2026-10-25T06:00:00Z");
    is_in(&slots, "2026-10-25T05:30:00Z", "2026-10-24T05:00:00Z", "2026-10-25T06:00:00Z");
    is_in(&slots, "2026-10-25T06:00:00Z", "2026-10-25T06:00:00Z", "2026-10-26T06:00:00Z");
}

/* Every instant is in one period, and the next begins where one ends: over a year, in steps that meet every hour. */
static void periods_follow_each_other(void **state) {
    (void)state;
    static const int64_t lengths[] = {HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        const struct slots slots = {.every = lengths[i], .at = 23 * HOUR + 1800, .zone = berlin};
        for (int64_t instant = 1780000000; instant < 1780000000 + (int64_t)365 * DAY; instant += 3499) {
            int64_t begin = slots_begin(&slots, instant);
            int64_t end = slots_end(&slots, instant);
            assert_true(begin <= instant && instant < end);
            assert_int_equal(slots_begin(&slots, begin), begin);
            assert_int_equal(slots_begin(&slots, end), end);
            assert_int_equal(slots_end(&slots, end - 1), end);
        }
    }
}

static void what_comes_late_is_waited_for_a_while(void **state) {
    (void)state;
    assert_int_equal(slots_gather(&(const struct slots){.every = DAY}), 15 * 60);
    assert_int_equal(slots_gather(&(const struct slots){.every = HOUR}), 450);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_begins_at_its_time_of_day), cmocka_unit_test(weeks_begin_on_mondays),
        cmocka_unit_test(parts_of_a_day_divide_it),        cmocka_unit_test(a_day_begins_at_local_time),
        cmocka_unit_test(periods_follow_each_other),       cmocka_unit_test(what_comes_late_is_waited_for_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
