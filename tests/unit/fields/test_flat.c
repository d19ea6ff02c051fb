#include "flat.h"

#include "doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void members_stand_in_the_order_they_were_added(void **state) {
    (void)state;
    struct text out;
    struct flat flat;
    text_open(&out, 256);
    flat_open(&flat, &out);
    flat_text(&flat, "user", "ann");
    flat_text(&flat, "left out", NULL);
    flat_int(&flat, "Version", -1);
    flat_bool(&flat, "Guaranteed", false);
    flat_bool(&flat, "yes", true);
    assert_true(flat_close(&flat));
    assert_string_equal(out.bytes, "{\"user\":\"ann\",\"Version\":-1,\"Guaranteed\":false,\"yes\":true}");
    text_close(&out);
}

static void an_object_may_be_empty(void **state) {
    (void)state;
    struct text out;
    struct flat flat;
    text_open(&out, 256);
    flat_open(&flat, &out);
    assert_true(flat_close(&flat));
    assert_string_equal(out.bytes, "{}");
    text_close(&out);
}

static void assert_as_a_tree(const char *name, const char *value) {
    struct text out;
    struct text same;
    struct flat flat;
    struct doc *doc = doc_object();
    text_open(&out, 2048);
    text_open(&same, 2048);
    flat_open(&flat, &out);
    flat_text(&flat, name, value);
    assert_true(flat_close(&flat));
    doc_set_text(doc, name, value);
    assert_true(doc_print(doc, &same));
    assert_string_equal(out.bytes, same.bytes);
    doc_close(doc);
    text_close(&same);
    text_close(&out);
}

static void every_byte_is_spelled_as_in_a_tree(void **state) {
    (void)state;
    char value[] = "a?b";
    for (int byte = 1; byte < 256; byte++) {
        value[1] = (char)byte;
        assert_as_a_tree("name", value);
    }
    assert_as_a_tree("a \"quoted\" name", "J\xc3\xbcrgen \xe2\x82\xac \xf0\x9f\x94\x91 /path\\");
    assert_as_a_tree("name", "");
}

static void what_outgrows_the_ceiling_is_told(void **state) {
    (void)state;
    static const char *const values[] = {"0123456789", "01\"3456789", "\xc3\xbc 3456789"};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct text out;
        struct flat flat;
        text_open(&out, 12);
        flat_open(&flat, &out);
        flat_text(&flat, "a", values[i]);
        assert_false(flat_close(&flat));
        text_close(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_stand_in_the_order_they_were_added),
        cmocka_unit_test(an_object_may_be_empty),
        cmocka_unit_test(every_byte_is_spelled_as_in_a_tree),
        cmocka_unit_test(what_outgrows_the_ceiling_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
