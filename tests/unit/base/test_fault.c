#include "fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void setting_a_fault_ends_a_function(void **state) {
    (void)state;
    struct fault fault;
    assert_false(fault_set(&fault, FAULT_DENIED, "CreateUser", "not allowed to %s", "create"));
    assert_int_equal(fault.kind, FAULT_DENIED);
    assert_string_equal(fault.where, "CreateUser");
    assert_string_equal(fault.message, "not allowed to create");
    assert_string_equal(fault.code, "");
    assert_false(fault_set(NULL, FAULT_DENIED, "nobody", "listens"));
}

static void waits_double_up_to_their_bound(void **state) {
    (void)state;
    static const int64_t waits[] = {5, 10, 20, 40, 80, 160, 300, 300};
    for (unsigned attempt = 0; attempt < COUNT_OF(waits); attempt++)
        assert_int_equal(fault_wait(FAULT_THROTTLED, attempt, 0), waits[attempt]);
    assert_int_equal(fault_wait(FAULT_THROTTLED, 4000000000U, 0), 300);
}

static void a_test_clock_shortens_every_wait(void **state) {
    (void)state;
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        int64_t wait = fault_wait((enum fault_kind)kind, 5, 3);
        assert_in_range(wait, 1, 3);
    }
}

static void every_kind_has_a_name_and_a_sentence(void **state) {
    (void)state;
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        assert_true(fault_name((enum fault_kind)kind)[0] != '\0');
        assert_true(fault_sentence((enum fault_kind)kind)[0] != '\0');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_a_fault_ends_a_function),
        cmocka_unit_test(waits_double_up_to_their_bound),
        cmocka_unit_test(a_test_clock_shortens_every_wait),
        cmocka_unit_test(every_kind_has_a_name_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
