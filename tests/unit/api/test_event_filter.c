#include "event_filter.h"

#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char ONE[] = "111111111111";
static const char TWO[] = "222222222222";

static struct api_key key_of(const char *account, const char *user) {
    struct api_key key = {.accounts = {.count = 1}, .users = {.count = 1}};
    text_clip(key.accounts.items[0], API_KEY_PATTERN_SIZE, account);
    text_clip(key.users.items[0], API_KEY_PATTERN_SIZE, user);
    return key;
}

static struct event_filter read_filter(const char *account, const char *type) {
    struct event_filter filter;
    const char *wrong = NULL;
    assert_true(event_filter_read(account, type, &filter, &wrong));
    return filter;
}

static void a_key_gets_what_its_patterns_allow(void **state) {
    const struct api_key key = key_of("1*", "team-*");
    const struct event_filter all = read_filter(NULL, NULL);
    (void)state;
    assert_true(event_filter_lets(&all, &key, EVENT_KEY_CREATED, ONE, "team-ann"));
    assert_true(event_filter_lets(&all, &key, EVENT_KEY_CREATED, ONE, "Team-Ann"));
    assert_false(event_filter_lets(&all, &key, EVENT_KEY_CREATED, ONE, "other"));
    assert_false(event_filter_lets(&all, &key, EVENT_KEY_CREATED, TWO, "team-ann"));
}

static void events_of_an_account_go_to_who_sees_something_of_it(void **state) {
    const struct api_key key = key_of("1*", "team-*");
    const struct event_filter all = read_filter(NULL, NULL);
    (void)state;
    assert_true(event_filter_lets(&all, &key, EVENT_ACCOUNT_PAUSED, ONE, ""));
    assert_false(event_filter_lets(&all, &key, EVENT_ACCOUNT_PAUSED, TWO, ""));
}

static void the_query_narrows(void **state) {
    const struct api_key key = key_of("*", "*");
    const struct event_filter account = read_filter(TWO, NULL);
    const struct event_filter type = read_filter(NULL, "key.created");
    (void)state;
    assert_true(event_filter_lets(&account, &key, EVENT_KEY_CREATED, TWO, "ann"));
    assert_false(event_filter_lets(&account, &key, EVENT_KEY_CREATED, ONE, "ann"));
    assert_true(event_filter_lets(&type, &key, EVENT_KEY_CREATED, ONE, "ann"));
    assert_false(event_filter_lets(&type, &key, EVENT_KEY_DELETED, ONE, "ann"));
}

static void what_is_no_account_or_type_is_named(void **state) {
    static const char *const accounts[] = {"", "1", "11111111111a", "1111111111111", "*"};
    static const char *const types[] = {"", "key", "io.keyturn.key.created.v1", "KEY.CREATED", "gap"};
    struct event_filter filter;
    const char *wrong = NULL;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(accounts); i++) {
        assert_false(event_filter_read(accounts[i], NULL, &filter, &wrong));
        assert_string_equal(wrong, "account");
        assert_false(event_filter_read(NULL, types[i], &filter, &wrong));
        assert_string_equal(wrong, "type");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_gets_what_its_patterns_allow),
        cmocka_unit_test(events_of_an_account_go_to_who_sees_something_of_it),
        cmocka_unit_test(the_query_narrows),
        cmocka_unit_test(what_is_no_account_or_type_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
