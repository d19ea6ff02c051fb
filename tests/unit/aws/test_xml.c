/* The XML reader: what it finds, and what it refuses. */
#include "folder.h"
#include "mem.h"
#include "text.h"
#include "xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct xml *parse(const char *text) {
    struct fault fault = {0};
    struct xml *root = xml_parse(text, strlen(text), "test", &fault);
    if (root == NULL)
        print_error("%s\n", fault.message);
    assert_non_null(root);
    return root;
}

static void a_path_finds_the_first_element_below(void **state) {
    (void)state;
    struct xml *root = parse("<r><a><b>1</b><b>2</b></a><a><b>3</b></a></r>");
    assert_string_equal(xml_name(root), "r");
    assert_string_equal(xml_text(xml_at(root, "a.b")), "1");
    assert_ptr_equal(xml_at(root, ""), root);
    assert_null(xml_at(root, "a.c"));
    assert_null(xml_at(root, "r"));
    assert_null(xml_at(root, "ab"));
    assert_null(xml_at(root, "a.b.c"));
    assert_null(xml_at(NULL, "a"));
    xml_close(root);
}

static void siblings_of_one_name_are_walked_past_others(void **state) {
    (void)state;
    char seen[8] = "";
    struct xml *root = parse("<r><m>1</m><x>-</x><m>2</m><mm>-</mm><m>3</m></r>");
    for (const struct xml *m = xml_first(root, "m"); m != NULL; m = xml_next(m))
        strncat(seen, xml_text(m), 1);
    assert_string_equal(seen, "123");
    assert_null(xml_first(root, "y"));
    assert_null(xml_first(NULL, "m"));
    xml_close(root);
}

static void text_is_what_stands_in_an_element_without_children(void **state) {
    (void)state;
    struct xml *root = parse("<?xml version=\"1.0\"?>\n<r a=\"b\"> <e/> <t>a &amp; &lt;b&gt; &#228;<![CDATA[<&]]></t> "
                             "<s> x </s>\n <c>y<d/></c></r>");
    assert_string_equal(xml_text(xml_at(root, "e")), "");
    assert_string_equal(xml_text(xml_at(root, "t")), "a & <b> \xc3\xa4<&");
    assert_string_equal(xml_text(xml_at(root, "s")), " x ");
    assert_null(xml_text(root));
    assert_null(xml_text(xml_at(root, "c")));
    assert_null(xml_text(NULL));
    xml_close(root);
}

static void comments_and_name_spaces_are_no_data(void **state) {
    (void)state;
    struct xml *root =
        parse("<r xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><!-- a --><v>1<!-- 2 -->3</v><?pi x?></r>");
    assert_string_equal(xml_text(xml_at(root, "v")), "13");
    xml_close(root);
}

static void the_deepest_that_is_taken(void **state) {
    (void)state;
    struct text text;
    text_open(&text, 4096);
    for (int i = 0; i < XML_MAX_DEPTH; i++)
        text_add(&text, "<a>");
    for (int i = 0; i < XML_MAX_DEPTH; i++)
        text_add(&text, "</a>");
    xml_close(parse(text.bytes));
    text_close(&text);
}

static void too_many_elements_are_refused(void **state) {
    (void)state;
    struct text text;
    struct fault fault = {0};
    text_open(&text, XML_MAX_BYTES);
    text_add(&text, "<r>");
    for (int i = 0; i < XML_MAX_NODES; i++)
        text_add(&text, "<a/>");
    text_add(&text, "</r>");
    assert_null(xml_parse(text.bytes, text.length, "test", &fault));
    assert_int_equal(fault.kind, FAULT_INVALID);
    assert_non_null(strstr(fault.message, "too many"));
    text_close(&text);
}

static void too_many_bytes_are_refused(void **state) {
    (void)state;
    struct fault fault = {0};
    assert_null(xml_parse("<a/>", (size_t)XML_MAX_BYTES + 1, "test", &fault));
    assert_int_equal(fault.kind, FAULT_INVALID);
}

static void refuse_file(const char *path, const char *name, void *context) {
    struct fault fault = {0};
    struct text text;
    size_t *count = context;
    folder_read(path, &text);
    struct xml *root = xml_parse(text.bytes, text.length, "test", &fault);
    if (root != NULL)
        print_error("%s was taken\n", name);
    assert_null(root);
    assert_int_equal(fault.kind, FAULT_INVALID);
    assert_true(text_starts(fault.message, "not XML we take at line "));
    text_close(&text);
    ++*count;
}

static void every_malformed_file_is_refused(void **state) {
    (void)state;
    size_t count = 0;
    folder_each(TEST_DATA "/malformed/xml", refuse_file, &count);
    assert_true(count >= 20);
}

/* Each beginning of a good document is a document cut on its way. */
static void every_cut_of_an_answer_is_refused(void **state) {
    (void)state;
    static const char whole[] = "<?xml version=\"1.0\"?><r a='b'><m>1 &amp; 2</m><e/><!-- c --><![CDATA[d]]></r>";
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        char *cut = mem_alloc(length);
        memcpy(cut, whole, length);
        assert_null(xml_parse(cut, length, "test", NULL));
        mem_free(cut);
    }
    xml_close(parse(whole));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_finds_the_first_element_below),
        cmocka_unit_test(siblings_of_one_name_are_walked_past_others),
        cmocka_unit_test(text_is_what_stands_in_an_element_without_children),
        cmocka_unit_test(comments_and_name_spaces_are_no_data),
        cmocka_unit_test(the_deepest_that_is_taken),
        cmocka_unit_test(too_many_elements_are_refused),
        cmocka_unit_test(too_many_bytes_are_refused),
        cmocka_unit_test(every_malformed_file_is_refused),
        cmocka_unit_test(every_cut_of_an_answer_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
