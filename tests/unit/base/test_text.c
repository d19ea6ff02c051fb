#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void growing_text_keeps_what_was_added(void **state) {
    (void)state;
    struct text text;
    text_open(&text, 10000);
    for (int i = 0; i < 1000; i++)
        assert_true(text_format(&text, "%03d", i));
    assert_int_equal(text.length, 3000);
    assert_memory_equal(text.bytes + 2997, "999", 4);
    text_close(&text);
}

static void a_format_longer_than_the_room_is_whole(void **state) {
    (void)state;
    struct text text;
    char longer[3000];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    text_open(&text, sizeof longer + 10);
    assert_true(text_format(&text, "<%s>", longer));
    assert_int_equal(text.length, sizeof longer + 1);
    assert_int_equal(text.bytes[text.length - 1], '>');
    assert_false(text_format(&text, "0123456789%d", 7));
    assert_true(text.overflowed);
    assert_int_equal(strlen(text.bytes), sizeof longer + 1);
    text_close(&text);
}

static void room_is_made_for_what_is_filled_in(void **state) {
    (void)state;
    struct text text;
    text_open(&text, 1000);
    assert_true(text_add(&text, "ab"));
    memset(text_extend(&text, 900), 'c', 900);
    assert_int_equal(text.length, 902);
    assert_memory_equal(text.bytes, "abcc", 4);
    assert_int_equal(text.bytes[902], '\0');
    assert_null(text_extend(&text, 99));
    assert_true(text.overflowed);
    assert_int_equal(text.length, 902);
    text_close(&text);
}

static void the_ceiling_is_reached_exactly_and_never_passed(void **state) {
    (void)state;
    struct text text;
    text_open(&text, 4);
    assert_true(text_add(&text, "1234"));
    assert_false(text.overflowed);
    assert_false(text_add(&text, "5"));
    assert_true(text.overflowed);
    assert_string_equal(text.bytes, "1234");
    text_close(&text);
}

static void reset_wipes_and_forgives(void **state) {
    (void)state;
    struct text text;
    text_open(&text, 8);
    assert_true(text_add(&text, "password"));
    assert_false(text_add(&text, "!"));
    text_reset(&text);
    assert_int_equal(text.length, 0);
    assert_false(text.overflowed);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(text.bytes[i], 0);
    text_close(&text);
}

static void encoding_leaves_only_unreserved_characters(void **state) {
    (void)state;
    struct text text;
    text_open(&text, 1000);
    assert_true(text_add_encoded(&text, "a b/ü~*", false));
    assert_string_equal(text.bytes, "a%20b%2F%C3%BC~%2A");
    text_reset(&text);
    assert_true(text_add_encoded(&text, "/a b/", true));
    assert_string_equal(text.bytes, "/a%20b/");
    text_close(&text);
}

static void an_identity_that_does_not_fit_is_refused_not_cut(void **state) {
    (void)state;
    char four[5] = "keep";
    assert_false(text_copy(four, sizeof four, "12345"));
    assert_string_equal(four, "");
    assert_true(text_copy(four, sizeof four, "1234"));
    assert_string_equal(four, "1234");
}

static void patterns_match_as_shells_do(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *pattern;
        bool matches;
    } rows[] = {
        {"", "", true},           {"", "*", true},
        {"a", "", false},         {"alice", "alice", true},
        {"alice", "al*", true},   {"alice", "*ice", true},
        {"alice", "a*i*e", true}, {"alice", "a?ice", true},
        {"alice", "b*", false},   {"alice", "alic", false},
        {"aab", "*ab", true},     {"aaaaaaaaaaab", "*a*a*a*b", true},
        {"aaaa", "*a*b", false},  {"1111", "1*1*1*1*", true},
        {"a.b", "a.b", true},     {"axb", "a.b", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (text_matches(rows[i].text, rows[i].pattern) != rows[i].matches)
            fail_msg("'%s' against '%s'", rows[i].text, rows[i].pattern);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growing_text_keeps_what_was_added),
        cmocka_unit_test(a_format_longer_than_the_room_is_whole),
        cmocka_unit_test(room_is_made_for_what_is_filled_in),
        cmocka_unit_test(the_ceiling_is_reached_exactly_and_never_passed),
        cmocka_unit_test(reset_wipes_and_forgives),
        cmocka_unit_test(encoding_leaves_only_unreserved_characters),
        cmocka_unit_test(an_identity_that_does_not_fit_is_refused_not_cut),
        cmocka_unit_test(patterns_match_as_shells_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
