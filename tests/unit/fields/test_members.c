/* What is read where it stands is what the parser reads: for each text both are asked. */
#include "members.h"

#include "flat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"a", "b", "", "AccessKeyId", "c d"};

static void assert_as_parsed(const char *json, size_t length) {
    struct members members;
    struct fault fault = {0};
    struct doc *doc = doc_parse(json, length, "test", &fault);
    bool opened = members_open(&members, json, length, "test", &fault);
    if (opened != (doc != NULL && doc_is_object(doc)))
        fail_msg("\"%s\" is %s", json, opened ? "taken" : "refused");
    for (size_t i = 0; i < COUNT_OF(names) && opened; i++) {
        const char *expected = doc_text(doc_member(doc, names[i]));
        struct member_text text;
        assert_int_equal(members_text(&members, names[i], &text), expected != NULL);
        assert_int_equal(text.length, expected != NULL ? strlen(expected) : 0);
        assert_memory_equal(text.bytes, expected != NULL ? expected : "", text.length);
    }
    if (opened)
        members_close(&members);
    else
        assert_int_equal(fault.kind, FAULT_INVALID);
    doc_close(doc);
}

static void each_text_is_read_as_the_parser_reads_it(void **state) {
    static const char *const texts[] = {
        "{\"a\":\"1\",\"b\":\"2\"}",
        " {\t\"a\" : \"1\" ,\r\n \"b\":\"2\" } ",
        "{}",
        "{\"a\":\"\"}",
        "{\"\":\"empty\"}",
        "{\"a\":\"\\u00e4\\n\\\"\",\"b\":\"plain\"}",
        "{\"a\":\"\xc3\xa4\"}",
        "{\"a\":\"\xc3\"}",
        "{\"a\":1,\"b\":null,\"c d\":\"x\"}",
        "{\"a\":{\"b\":\"inner\"},\"b\":[\"x\"]}",
        "{\"a\":\"1\",\"a\":\"2\"}",
        "{\"a\":\"1\",}",
        "{\"a\":\"1\"",
        "{\"a\":\"1\"}}",
        "{\"a\":\"1\"} x",
        "{\"a\":\"1\" \"b\":\"2\"}",
        "{\"a\" \"1\"}",
        "{a:\"1\"}",
        "{\"a\":\"1",
        "{\"a\":\"tab\there\"}",
        "{\"a\":\"del\x7fhere\"}",
        "[\"a\"]",
        "\"a\"",
        "",
        "{",
        "{\"1\":\"\",\"2\":\"\",\"3\":\"\",\"4\":\"\",\"5\":\"\",\"6\":\"\",\"7\":\"\",\"8\":\"\",\"9\":\"\",\"10\":"
        "\"\","
        "\"11\":\"\",\"12\":\"\",\"13\":\"\",\"14\":\"\",\"15\":\"\",\"16\":\"\",\"a\":\"the seventeenth\"}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_as_parsed(texts[i], strlen(texts[i]));
    assert_as_parsed("{\"a\":\"x\0y\"}", 11);
    assert_as_parsed("{\"a\":\"1\"}\0", 10);
}

/* Cut anywhere, and with any byte in any place. */
static void no_damaged_text_is_read_otherwise(void **state) {
    static const char whole[] = "{\"a\":\"1\", \"b\":\"\"}";
    char text[sizeof whole];
    (void)state;
    for (size_t length = 0; length < sizeof whole; length++)
        assert_as_parsed(whole, length);
    for (size_t at = 0; at < sizeof whole - 1; at++)
        for (int byte = 0; byte < 256; byte++) {
            memcpy(text, whole, sizeof whole);
            text[at] = (char)byte;
            assert_as_parsed(text, sizeof whole - 1);
        }
}

static void a_copy_is_whole_or_empty(void **state) {
    static const char json[] = "{\"a\":\"12345\",\"b\":7}";
    struct members members;
    char six[6] = "?";
    char five[5] = "?";
    (void)state;
    assert_true(members_open(&members, json, strlen(json), "test", NULL));
    assert_true(members_copy(&members, "a", six, sizeof six));
    assert_string_equal(six, "12345");
    assert_false(members_copy(&members, "a", five, sizeof five));
    assert_string_equal(five, "");
    assert_false(members_copy(&members, "b", six, sizeof six));
    assert_string_equal(six, "");
    members_close(&members);
}

static void what_was_written_flat_is_read_back(void **state) {
    struct text out;
    struct flat flat;
    struct members members;
    struct member_text text;
    (void)state;
    text_open(&out, 4096);
    flat_open(&flat, &out);
    flat_text(&flat, "a", "a \"quoted\" \xc3\xa4");
    flat_text(&flat, "b", "plain");
    flat_json(&flat, "c d", "{\"inner\":[1]}", 13);
    assert_true(flat_close(&flat));
    assert_true(members_open(&members, out.bytes, out.length, "test", NULL));
    assert_true(members_text(&members, "a", &text));
    assert_int_equal(text.length, strlen("a \"quoted\" \xc3\xa4"));
    assert_memory_equal(text.bytes, "a \"quoted\" \xc3\xa4", text.length);
    assert_true(members_text(&members, "b", &text));
    assert_memory_equal(text.bytes, "plain", 5);
    assert_false(members_text(&members, "c d", &text));
    assert_int_equal(doc_count(doc_at(members.doc, "c d.inner")), 1);
    members_close(&members);
    text_close(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_is_read_as_the_parser_reads_it),
        cmocka_unit_test(no_damaged_text_is_read_otherwise),
        cmocka_unit_test(a_copy_is_whole_or_empty),
        cmocka_unit_test(what_was_written_flat_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
