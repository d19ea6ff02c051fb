#include "doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct doc *parsed(const char *json) {
    struct fault fault;
    struct doc *doc = doc_parse(json, strlen(json), "test", &fault);
    if (doc == NULL)
        fail_msg("%s: %s", json, fault.message);
    return doc;
}

static void members_are_found_by_path(void **state) {
    (void)state;
    struct doc *doc = parsed("{\"a\":{\"b\":{\"c\":\"deep\"}},\"list\":[1,2.9,-0.5],\"yes\":true}");
    int64_t number;
    bool flag;
    assert_string_equal(doc_text(doc_at(doc, "a.b.c")), "deep");
    assert_null(doc_at(doc, "a.x.c"));
    assert_null(doc_text(doc_at(doc, "a.b")));
    assert_int_equal(doc_count(doc_at(doc, "list")), 3);
    assert_true(doc_int(doc_item(doc_at(doc, "list"), 1), &number));
    assert_int_equal(number, 2);
    assert_true(doc_int(doc_item(doc_at(doc, "list"), 2), &number));
    assert_int_equal(number, -1);
    assert_null(doc_item(doc_at(doc, "list"), 3));
    assert_true(doc_bool(doc_at(doc, "yes"), &flag) && flag);
    assert_false(doc_int(doc_at(doc, "yes"), &number));
    assert_int_equal(doc_count(NULL), 0);
    doc_close(doc);
}

static void what_is_not_json_is_refused_with_its_place(void **state) {
    (void)state;
    static const char *const rows[] = {
        "", "{", "{\"a\":1,}", "{\"a\":1} x", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}", "{\"a\":1e999}", "nul"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fault fault = {0};
        if (doc_parse(rows[i], strlen(rows[i]), "answer", &fault) != NULL)
            fail_msg("'%s' was taken for JSON", rows[i]);
        assert_int_equal(fault.kind, FAULT_INVALID);
        assert_string_equal(fault.where, "answer");
        assert_memory_equal(fault.message, "not JSON at line 1", 18);
    }
}

static void a_deep_document_is_refused(void **state) {
    (void)state;
    char deep[100000];
    struct fault fault;
    memset(deep, '[', sizeof deep);
    assert_null(doc_parse(deep, sizeof deep, "test", &fault));
}

static void a_string_with_a_zero_byte_is_no_text(void **state) {
    (void)state;
    struct doc *doc = parsed("{\"ok\":\"a\"}");
    assert_string_equal(doc_text(doc_at(doc, "ok")), "a");
    doc_close(doc);
    assert_null(doc_parse("{\"a\":\"x\\u0000y\"}", 16, "test", NULL));
}

static void what_was_built_is_printed_the_same_every_time(void **state) {
    (void)state;
    struct text out;
    struct doc *list = doc_array();
    struct doc *doc = doc_object();
    doc_add_text(list, "x");
    doc_set_text(doc, "z", "last \"quoted\"");
    doc_set_int(doc, "a", -5);
    doc_set_bool(doc, "b", false);
    doc_set_text(doc, "nothing", NULL);
    doc_set(doc, "list", list);
    text_open(&out, 1000);
    assert_true(doc_print(doc, &out));
    assert_string_equal(out.bytes, "{\"a\":-5,\"b\":false,\"list\":[\"x\"],\"z\":\"last \\\"quoted\\\"\"}");
    text_close(&out);
    doc_close(doc);
}

static void a_name_that_is_not_utf8_is_kept_readable(void **state) {
    (void)state;
    struct doc *doc = doc_object();
    doc_set_text(doc, "name", "M\xfcller");
    assert_string_equal(doc_text(doc_at(doc, "name")), "M?ller");
    doc_close(doc);
}

static void printing_stops_at_the_ceiling(void **state) {
    (void)state;
    struct text out;
    struct doc *doc = parsed("{\"a\":\"0123456789\"}");
    text_open(&out, 8);
    assert_false(doc_print(doc, &out));
    text_close(&out);
    doc_close(doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found_by_path),
        cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
        cmocka_unit_test(a_deep_document_is_refused),
        cmocka_unit_test(a_string_with_a_zero_byte_is_no_text),
        cmocka_unit_test(what_was_built_is_printed_the_same_every_time),
        cmocka_unit_test(a_name_that_is_not_utf8_is_kept_readable),
        cmocka_unit_test(printing_stops_at_the_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
