#include "plan_accounts.h"

#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct config *config;

static int begin(void **state) {
    (void)state;
    config = mem_zero(1, sizeof *config);
    return 0;
}

static int end(void **state) {
    (void)state;
    config_close(config);
    return 0;
}

static void a_role_says_its_account(void **state) {
    (void)state;
    struct fault fault;
    const struct options options = {
        .roles = {2, {"arn:aws:iam::111111111111:role/Reader", "arn:aws-cn:iam::222222222222:role/path/Reader"}},
        .accounts = {1, {"333333333333=arn:aws:iam::333333333333:role/R"}}};
    assert_true(plan_accounts_read(&options, config, &fault));
    assert_int_equal(3, config->account_count);
    assert_string_equal("222222222222", config->accounts[1].id);
    assert_string_equal("arn:aws-cn:iam::222222222222:role/path/Reader", config->accounts[1].role_arn);
    assert_string_equal("333333333333", config->accounts[2].id);
}

static void without_a_role_no_account_is_named(void **state) {
    (void)state;
    struct fault fault;
    const struct options options = {.json = true};
    assert_true(plan_accounts_read(&options, config, &fault));
    assert_int_equal(0, config->account_count);
}

static const struct {
    const char *role;
    const char *pair;
    const char *reason;
} wrong[] = {
    {"Reader", NULL, "\"Reader\" is no role: arn:aws:iam::123456789012:role/NAME"},
    {"arn:aws:iam::111111111111:user/Reader", NULL, NULL},
    {"arn:aws:iam::1111:role/Reader", NULL, NULL},
    {"arn:aws:iam::111111111111:role/", NULL, NULL},
    {NULL, "111111111111", "\"111111111111\" lacks its role: ID=ROLE_ARN"},
    {NULL, "111111111111=Reader", NULL},
    {NULL, "222222222222=arn:aws:iam::111111111111:role/R",
     "the role arn:aws:iam::111111111111:role/R is not of account 222222222222"},
    {"arn:aws:iam::111111111111:role/R", "111111111111=arn:aws:iam::111111111111:role/R",
     "account 111111111111 is named twice"},
};

static void a_wrong_role_is_refused_with_the_reason(void **state) {
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct fault fault = {.kind = FAULT_NONE};
        struct options options = {.json = false};
        options.roles = (struct option_list){wrong[i].role != NULL, {wrong[i].role}};
        options.accounts = (struct option_list){wrong[i].pair != NULL, {wrong[i].pair}};
        begin(state);
        assert_false(plan_accounts_read(&options, config, &fault));
        assert_int_equal(FAULT_CONFIG, fault.kind);
        if (wrong[i].reason != NULL)
            assert_string_equal(wrong[i].reason, fault.message);
        end(state);
    }
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup_teardown(a_role_says_its_account, begin, end),
        cmocka_unit_test_setup_teardown(without_a_role_no_account_is_named, begin, end),
        cmocka_unit_test(a_wrong_role_is_refused_with_the_reason),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
