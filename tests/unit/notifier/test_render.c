#include "render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct render_value values[] = {
    {"name", "Ann"},
    {"nasty", "<b a=\"1\">&'{{name}}"},
    {"empty", ""},
    {"none", NULL},
};

static const struct {
    const char *source;
    enum render_form form;
    const char *expected; /* NULL: refused */
} rows[] = {
    {"", RENDER_TEXT, ""},
    {"plain { } text", RENDER_TEXT, "plain { } text"},
    {"{{name}}", RENDER_TEXT, "Ann"},
    {"a {{name}}, b {{name}}.", RENDER_TEXT, "a Ann, b Ann."},
    {"{{nasty}}", RENDER_TEXT, "<b a=\"1\">&'{{name}}"}, /* a value is never a template */
    {"{{nasty}}", RENDER_HTML, "&lt;b a=&quot;1&quot;&gt;&amp;&#39;{{name}}"},
    {"<{{name}}>", RENDER_HTML, "<Ann>"}, /* the template's own marks stay */
    {"[{{empty}}{{none}}]", RENDER_TEXT, "[]"},
    {"a\n{{#name}}\nb {{name}}\n{{/name}}\nc", RENDER_TEXT, "a\nb Ann\nc"},
    {"a\n{{#empty}}\nb {{name}}\n{{/empty}}\nc", RENDER_TEXT, "a\nc"},
    {"a\n{{^empty}}\nb\n{{/empty}}\nc", RENDER_TEXT, "a\nb\nc"},
    {"a {{^name}}b{{/name}}c", RENDER_TEXT, "a c"},
    {"a {{#name}}b{{/name}} c", RENDER_TEXT, "a b c"},
    {"{{unknown}}", RENDER_TEXT, NULL},
    {"{{#empty}}{{unknown}}{{/empty}}", RENDER_TEXT, NULL}, /* also where nobody would see it */
    {"{{name", RENDER_TEXT, NULL},
    {"{{", RENDER_TEXT, NULL},
    {"{{}}", RENDER_TEXT, NULL},
    {"{{ name }}", RENDER_TEXT, NULL},
    {"{{#name}}", RENDER_TEXT, NULL},
    {"{{/name}}", RENDER_TEXT, NULL},
    {"{{#name}}{{/empty}}", RENDER_TEXT, NULL},
    {"{{#name}}{{#name}}{{/name}}{{/name}}", RENDER_TEXT, NULL},
};

static void each_row(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text out;
        struct fault fault = {0};
        text_open(&out, 1000);
        bool rendered = render(rows[i].source, values, COUNT_OF(values), rows[i].form, &out, &fault);
        assert_int_equal(rendered, rows[i].expected != NULL);
        if (rendered)
            assert_string_equal(out.bytes, rows[i].expected);
        else
            assert_int_equal(fault.kind, FAULT_INVALID);
        text_close(&out);
    }
}

static void a_letter_that_does_not_fit_is_refused_not_cut(void **state) {
    (void)state;
    struct text out;
    struct fault fault = {0};
    text_open(&out, 8);
    assert_false(render("{{name}}{{name}}{{name}}", values, COUNT_OF(values), RENDER_TEXT, &out, &fault));
    text_close(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row),
        cmocka_unit_test(a_letter_that_does_not_fit_is_refused_not_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
