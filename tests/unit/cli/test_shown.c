/* What others said is shown so that it cannot steer a terminal, and stays the same document where a program reads it. */
#include "shown.h"

#include "steering.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char nasty[] = "a\x1b]0;x\x07\x7f\xc2\x9b"
                            "31mb\xe2\x80\xae"
                            "c\n";

static void a_string_is_shown_without_what_steers(void **state) {
    struct text out;
    (void)state;
    text_open(&out, 1024);
    shown_add(&out, nasty);
    assert_string_equal(out.bytes, "a?]0;x???31mb?c?");
    text_close(&out);
}

static void a_document_is_shown_without_what_steers_and_is_the_same(void **state) {
    static void (*const shows[])(struct text * out, const struct doc *doc) = {shown_doc, shown_doc_line};
    struct doc *doc = doc_object();
    (void)state;
    doc_set_text(doc, "reason", nasty);
    doc_set_int(doc, "count", 1);
    for (size_t i = 0; i < COUNT_OF(shows); i++) {
        struct text out;
        struct fault fault;
        text_open(&out, 1024);
        shows[i](&out, doc);
        for (const char *at = out.bytes; *at != '\0'; at++)
            assert_true(*at == '\n' || steering_at(at, NULL) == 0);
        struct doc *back = doc_parse(out.bytes, out.length, "shown", &fault);
        assert_non_null(back);
        assert_string_equal(doc_text(doc_at(back, "reason")), nasty);
        doc_close(back);
        text_close(&out);
    }
    doc_close(doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_string_is_shown_without_what_steers),
        cmocka_unit_test(a_document_is_shown_without_what_steers_and_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
