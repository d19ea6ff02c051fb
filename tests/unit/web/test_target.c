#include "target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void paths_fit_their_templates_and_no_others(void **state) {
    static const struct {
        const char *text;
        const char *template;
        bool fits;
    } rows[] = {
        {"/", "/", true},
        {"/health", "/health", true},
        {"/health/", "/health", false},
        {"//health", "/health", false},
        {"/healthz", "/health", false},
        {"/users/ann", "/users/{user}", true},
        {"/users/", "/users/{user}", false},
        {"/users", "/users/{user}", false},
        {"/users/ann/keys", "/users/{user}", false},
        {"/users/ann/keys", "/users/{user}/keys", true},
        {"/%75sers/ann", "/users/{user}", true},
        {"/Users/ann", "/users/{user}", false},
        {"/users/..", "/users/{user}", true}, /* a name like any other: nothing is resolved */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct target target;
        assert_null(target_open(&target, rows[i].text));
        if (target_fits(&target, rows[i].template) != rows[i].fits)
            fail_msg("%s and %s", rows[i].text, rows[i].template);
        target_close(&target);
    }
}

static void parameters_are_decoded(void **state) {
    struct target target;
    (void)state;
    assert_null(
        target_open(&target, "/accounts/111111111111/users/a+b%40c%3d%C3%A9?after=x%2Fy+z&empty=&bare&&n%61me=1"));
    static const char template[] = "/accounts/{account}/users/{user}";
    assert_true(target_fits(&target, template));
    assert_string_equal(target_part(&target, template, "account"), "111111111111");
    assert_string_equal(target_part(&target, template, "user"), "a+b@c=\xc3\xa9");
    assert_null(target_part(&target, template, "use"));
    assert_null(target_part(&target, template, "users"));
    assert_string_equal(target_query(&target, "after"), "x/y z");
    assert_string_equal(target_query(&target, "empty"), "");
    assert_string_equal(target_query(&target, "bare"), "");
    assert_string_equal(target_query(&target, "name"), "1");
    assert_null(target_query(&target, "user"));
    assert_string_equal(target.path, "/accounts/111111111111/users/a+b%40c%3d%C3%A9");
    target_close(&target);
}

static void what_is_no_target_is_refused(void **state) {
    static const char *const texts[] = {
        "",
        "*",
        "users",
        "http://host/users",
        "/a b",
        "/a\tb",
        "/\xc3\xa9", /* not encoded */
        "/a#b",
        "/%",
        "/%4",
        "/%4g",
        "/%g4",
        "/%00",
        "/%0a",
        "/%7f",
        "/a%2fb",  /* an encoded slash in a part */
        "/%c0%af", /* overlong */
        "/%c3",    /* cut short */
        "/%c3%28",
        "/%ed%a0%80",    /* a surrogate */
        "/%f4%90%80%80", /* beyond Unicode */
        "/%e0%80%af",
        "/%f0%80%80%af",
        "/%80",
        "/?a=%zz",
        "/?%zz=a",
        "/?a=%00",
        "/?a=1&a=2",
        "/?a=1&%61=2",
        "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a",
        "/?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct target target;
        if (target_open(&target, texts[i]) == NULL)
            fail_msg("taken: %s", texts[i]);
        assert_int_equal(target.path[strcspn(target.path, "?")], '\0');
        target_close(&target);
    }
}

static void every_single_byte_is_decoded_or_refused(void **state) {
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        static const char digits[] = "0123456789abcdef";
        const char text[] = {'/', '%', digits[byte / 16], digits[byte % 16], '\0'};
        struct target target;
        bool taken = target_open(&target, text) == NULL;
        assert_int_equal(taken, byte >= 0x20 && byte < 0x7f && byte != '/');
        if (taken)
            assert_int_equal((unsigned char)target.parts[0][0], byte);
        target_close(&target);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_fit_their_templates_and_no_others),
        cmocka_unit_test(parameters_are_decoded),
        cmocka_unit_test(what_is_no_target_is_refused),
        cmocka_unit_test(every_single_byte_is_decoded_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
