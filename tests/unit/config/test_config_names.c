#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define USER_ID "AIDAEXAMPLEEXAMPLE01"

static struct config *with_template(const char *template) {
    char yaml[512];
    snprintf(yaml, sizeof yaml, "secrets: {name: '%s'}\n", template);
    return scratch_load(yaml);
}

static void expect_name(const char *template, const char *user, const char *user_id, const char *expected) {
    char name[600];
    struct fault fault;
    struct config *config = with_template(template);
    assert_true(config_secret_name(config, "111111111111", user, user_id, name, sizeof name, &fault));
    assert_string_equal(name, expected);
    config_close(config);
    scratch_clean();
}

static void the_default_names_account_and_user_id(void **state) {
    char name[600];
    struct fault fault;
    (void)state;
    struct config *config = scratch_load("log: {level: info}\n");
    assert_true(config_secret_name(config, "111111111111", "ann", USER_ID, name, sizeof name, &fault));
    assert_string_equal(name, "keyturn/111111111111/" USER_ID);
    config_close(config);
}

static void what_secrets_manager_refuses_is_escaped(void **state) {
    (void)state;
    expect_name("k/{user}/{user_id}", "a,b", USER_ID, "k/a_2cb/" USER_ID);
    expect_name("k/{user}/{user_id}", "a_2cb", USER_ID, "k/a_5f2cb/" USER_ID);
    expect_name("k/{user}/{user_id}", "+=.@-", USER_ID, "k/+=.@-/" USER_ID);
}

static void a_name_never_ends_like_an_arn(void **state) {
    (void)state;
    expect_name("{user_id}/{user}", "team-ab12CD", "AIDA1", "AIDA1/team_2dab12CD");
    expect_name("{user_id}/{user}", "team-ab12C", "AIDA1", "AIDA1/team-ab12C");
    expect_name("{user_id}/{user}", "team-ab12CDE", "AIDA1", "AIDA1/team-ab12CDE");
    expect_name("{user_id}/{user}", "team-ab.2CD", "AIDA1", "AIDA1/team-ab.2CD");
    expect_name("k-{user_id}", "ann", "AIDA12", "k_2dAIDA12");
}

static void two_users_never_share_a_name(void **state) {
    static const char *const users[] = {"a", "a_", "a,", "a_2c", "a_5f", "a-abcdef", "a_2dabcdef", "a/b", "a=b"};
    char names[COUNT_OF(users)][600];
    struct fault fault;
    (void)state;
    struct config *config = with_template("{user_id}/{user}");
    for (size_t i = 0; i < COUNT_OF(users); i++) {
        assert_true(config_secret_name(config, "111111111111", users[i], "AIDA1", names[i], sizeof names[i], &fault));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(names[i], names[j]);
    }
    config_close(config);
}

static void a_name_that_does_not_fit_is_refused(void **state) {
    char name[600];
    char commas[300];
    struct fault fault;
    (void)state;
    memset(commas, ',', sizeof commas - 1);
    commas[sizeof commas - 1] = '\0';
    struct config *config = with_template("{user_id}/{user}");
    assert_false(config_secret_name(config, "111111111111", commas, "AIDA1", name, sizeof name, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_false(config_secret_name(config, "111111111111", "ann", "AIDA1", name, 5, &fault));
    config_close(config);
}

static int clean(void **state) {
    (void)state;
    scratch_clean();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_names_account_and_user_id),
        cmocka_unit_test(what_secrets_manager_refuses_is_escaped),
        cmocka_unit_test(a_name_never_ends_like_an_arn),
        cmocka_unit_test(two_users_never_share_a_name),
        cmocka_unit_test(a_name_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, clean);
}
