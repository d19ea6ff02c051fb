#include "accounts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char a[] = "111111111111";
static const char b[] = "222222222222";

static int64_t again_ms;

static bool enter(struct accounts *accounts, const char *account) {
    return accounts_enter(accounts, account, 5000, &again_ms);
}

static int open_two(void **state) {
    static struct config_account rows[2];
    static struct config config;
    strcpy(rows[0].id, a);
    strcpy(rows[1].id, b);
    config.accounts = rows;
    config.account_count = 2;
    *state = accounts_open(&config, 2);
    return 0;
}

static int close_both(void **state) {
    accounts_close(*state);
    return 0;
}

static void one_account_never_takes_more_than_its_share(void **state) {
    assert_true(enter(*state, a));
    assert_true(enter(*state, a));
    assert_false(enter(*state, a));
    assert_true(enter(*state, b));
    accounts_leave(*state, a);
    assert_true(enter(*state, a));
}

static void an_account_that_is_not_configured_gets_no_thread(void **state) {
    assert_true(accounts_known(*state, a));
    assert_false(accounts_known(*state, "999999999999"));
    assert_false(enter(*state, "999999999999"));
    accounts_leave(*state, "999999999999");
    assert_false(accounts_may_tell(*state, "999999999999", 1795298400));
}

static void trouble_is_told_once_an_hour_and_account(void **state) {
    const int64_t hour = 1795298400;
    assert_true(accounts_may_tell(*state, a, hour));
    assert_false(accounts_may_tell(*state, a, hour + 3599));
    assert_true(accounts_may_tell(*state, b, hour + 5));
    assert_true(accounts_may_tell(*state, a, hour + 3600));
}

static void only_when_every_account_fails_is_aws_out_of_reach(void **state) {
    assert_false(accounts_all_out_of_reach(*state));
    accounts_reached(*state, a, false);
    assert_true(accounts_all_out_of_reach(*state));
    accounts_reached(*state, b, true);
    assert_false(accounts_all_out_of_reach(*state));
    accounts_reached(*state, b, false);
    assert_true(accounts_all_out_of_reach(*state));
    accounts_reached(*state, a, true);
    assert_false(accounts_all_out_of_reach(*state));
}

static int64_t turned_away(struct accounts *accounts, int64_t now_ms) {
    assert_false(accounts_enter(accounts, a, now_ms, &again_ms));
    return again_ms;
}

/* Two threads do two looks a second. */
static void who_is_turned_away_comes_back_the_later_the_larger_the_crowd(void **state) {
    assert_true(enter(*state, a));
    assert_true(enter(*state, a));
    assert_int_equal(turned_away(*state, 5000), 1000);
    assert_int_equal(turned_away(*state, 5000), 1500);
    assert_int_equal(turned_away(*state, 5000), 2000);
    assert_int_equal(turned_away(*state, 5500), 2000);
    for (int i = 0; i < 1000; i++)
        assert_in_range(turned_away(*state, 5500), 2500, ACCOUNTS_CROWD_MS);
    assert_int_equal(turned_away(*state, 5500), ACCOUNTS_CROWD_MS);
    assert_int_equal(turned_away(*state, 200000), 1000); /* the crowd has gone */
    assert_true(enter(*state, b));
}

static void a_share_is_at_least_one(void **state) {
    struct config_account row = {0};
    struct config config = {.accounts = &row, .account_count = 1};
    (void)state;
    strcpy(row.id, a);
    struct accounts *accounts = accounts_open(&config, 0);
    assert_true(enter(accounts, a));
    assert_false(enter(accounts, a));
    accounts_close(accounts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_account_never_takes_more_than_its_share, open_two, close_both),
        cmocka_unit_test_setup_teardown(an_account_that_is_not_configured_gets_no_thread, open_two, close_both),
        cmocka_unit_test_setup_teardown(trouble_is_told_once_an_hour_and_account, open_two, close_both),
        cmocka_unit_test_setup_teardown(only_when_every_account_fails_is_aws_out_of_reach, open_two, close_both),
        cmocka_unit_test_setup_teardown(who_is_turned_away_comes_back_the_later_the_larger_the_crowd, open_two,
                                        close_both),
        cmocka_unit_test(a_share_is_at_least_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
