#include "route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The whole table once more, from the contract: what is not here is told to nobody. */
static const struct {
    enum event_type type;
    const char *reason;
    const char *letter;
    unsigned audience;
} told[] = {
    {EVENT_KEY_ACTIVATED, "", "created", TO_USER | TO_ADMIN},
    {EVENT_KEY_DEACTIVATED, "", "deactivated", TO_USER | TO_ADMIN},
    {EVENT_KEY_DELETED, "", "deleted", TO_USER | TO_ADMIN},
    {EVENT_ROTATION_DUE_SOON, "pre_notice", "due_soon", TO_USER | TO_ADMIN},
    {EVENT_ROTATION_DUE_SOON, "notify_only", "service_due", TO_USER | TO_ADMIN},
    {EVENT_USER_OVERDUE, "overdue", "overdue", TO_USER | TO_ADMIN},
    {EVENT_ROTATION_SKIPPED, "two_active", "skipped", TO_USER | TO_ADMIN},
    {EVENT_ROTATION_BLOCKED, "foreign_key", "blocked", TO_ADMIN},
    {EVENT_KEY_FOREIGN, "", "foreign", TO_ADMIN},
    {EVENT_ACCOUNT_BRAKED, "discards", "account_braked", TO_ADMIN},
    {EVENT_ACCOUNT_PAUSED, "", "account_paused", TO_ADMIN},
    {EVENT_ACCOUNT_RESUMED, "", "account_resumed", TO_ADMIN},
};

static void each_type_is_told_to_whom_the_contract_says(void **state) {
    (void)state;
    for (size_t row = 0; row < COUNT_OF(told); row++) {
        const struct route *route = route_of(told[row].type, told[row].reason);
        assert_non_null(route);
        assert_string_equal(letter_name(route->letter), told[row].letter);
        assert_int_equal(route->audience, told[row].audience);
    }
}

static void what_the_contract_does_not_name_is_told_to_nobody(void **state) {
    (void)state;
    for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
        size_t row = 0;
        while (row < COUNT_OF(told) && (int)told[row].type != type)
            row++;
        assert_true(row < COUNT_OF(told) || route_of((enum event_type)type, "") == NULL);
    }
    assert_null(route_of(EVENT_ROTATION_SKIPPED, "out_of_scope"));
    assert_null(route_of(EVENT_ROTATION_SKIPPED, "paused"));
}

static void a_key_is_told_of_when_it_is_proven_not_when_it_is_made(void **state) {
    (void)state;
    assert_null(route_of(EVENT_KEY_CREATED, ""));
    assert_int_equal(route_of(EVENT_KEY_ACTIVATED, "")->letter, LETTER_CREATED);
}

static void a_failed_notice_is_told_to_nobody(void **state) {
    (void)state;
    assert_null(route_of(EVENT_NOTICE_FAILED, "gone"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_told_to_whom_the_contract_says),
        cmocka_unit_test(what_the_contract_does_not_name_is_told_to_nobody),
        cmocka_unit_test(a_key_is_told_of_when_it_is_proven_not_when_it_is_made),
        cmocka_unit_test(a_failed_notice_is_told_to_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
