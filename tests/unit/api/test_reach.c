#include "reach.h"

#include "mem.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char first[] = "111111111111";
static const char second[] = "222222222222";

static struct config *two_accounts(void) {
    struct config *config = mem_zero(1, sizeof *config);
    config->accounts = mem_zero(2, sizeof *config->accounts);
    config->account_count = 2;
    text_clip(config->accounts[0].id, sizeof config->accounts[0].id, first);
    text_clip(config->accounts[1].id, sizeof config->accounts[1].id, second);
    return config;
}

static void one_account_that_refuses_is_not_all(void **state) {
    struct config *config = two_accounts();
    struct reach *reach = reach_open(config);
    (void)state;
    assert_false(reach_none(reach)); /* nobody was asked yet */
    reach_note(reach, first, true);
    reach_note(reach, second, false);
    assert_false(reach_none(reach));
    reach_note(reach, first, false);
    assert_true(reach_none(reach));
    reach_note(reach, second, true);
    assert_false(reach_none(reach));
    reach_close(reach);
    mem_free(config->accounts);
    mem_free(config);
}

static void what_was_never_tried_does_not_count(void **state) {
    struct config *config = two_accounts();
    struct reach *reach = reach_open(config);
    (void)state;
    reach_note(reach, "333333333333", true);
    reach_note(reach, second, false);
    assert_true(reach_none(reach));
    reach_close(reach);
    mem_free(config->accounts);
    mem_free(config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_account_that_refuses_is_not_all),
        cmocka_unit_test(what_was_never_tried_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
