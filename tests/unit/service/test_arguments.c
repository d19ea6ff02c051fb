#include "arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *words[5]; /* behind the program's name, closed by NULL */
    bool right;
    enum arguments_action action;
    const char *expected; /* the configuration, or a part of what is said */
};

static const struct row rows[] = {
    {{NULL}, true, ARGUMENTS_RUN, NULL},
    {{"--config", "a.yaml", NULL}, true, ARGUMENTS_RUN, "a.yaml"},
    {{"--config=a.yaml", NULL}, true, ARGUMENTS_RUN, "a.yaml"},
    {{"--config=a=b.yaml", NULL}, true, ARGUMENTS_RUN, "a=b.yaml"},
    {{"--check", "--config", "a.yaml", NULL}, true, ARGUMENTS_CHECK, "a.yaml"},
    {{"--help", NULL}, true, ARGUMENTS_HELP, NULL},
    {{"--version", NULL}, true, ARGUMENTS_VERSION, NULL},
    {{"--config", NULL}, false, ARGUMENTS_RUN, "--config needs a FILE"},
    {{"--config=", NULL}, false, ARGUMENTS_RUN, "--config needs a FILE"},
    {{"--check=yes", NULL}, false, ARGUMENTS_RUN, "--check takes no value"},
    {{"--conf", "a.yaml", NULL}, false, ARGUMENTS_RUN, "\"--conf\" is no option"},
    {{"--configure", NULL}, false, ARGUMENTS_RUN, "\"--configure\" is no option"},
    {{"a.yaml", NULL}, false, ARGUMENTS_RUN, "\"a.yaml\" is no option"},
    {{"", NULL}, false, ARGUMENTS_RUN, "\"\" is no option"},
    {{"-h", NULL}, false, ARGUMENTS_RUN, "\"-h\" is no option"},
};

static void each_row(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *argv[6] = {(char *)"keyturn-test"};
        int argc = 1;
        for (; rows[i].words[argc - 1] != NULL; argc++)
            argv[argc] = (char *)rows[i].words[argc - 1];
        struct arguments arguments;
        struct fault fault = {0};
        assert_int_equal(arguments_parse(argc, argv, &arguments, &fault), rows[i].right);
        if (!rows[i].right) {
            assert_int_equal(fault.kind, FAULT_CONFIG);
            assert_non_null(strstr(fault.message, rows[i].expected));
            continue;
        }
        assert_int_equal(arguments.action, rows[i].action);
        if (rows[i].expected == NULL)
            assert_null(arguments.config);
        else
            assert_string_equal(arguments.config, rows[i].expected);
    }
}

static void help_names_every_option(void **state) {
    (void)state;
    struct text help;
    text_open(&help, 4096);
    arguments_help("worker", "looks at users", &help);
    assert_true(text_starts(help.bytes, "keyturn-worker: looks at users\n"));
    static const char *const names[] = {"--config FILE", "--check", "--help", "--version", "exit status"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_non_null(strstr(help.bytes, names[i]));
    text_close(&help);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row),
        cmocka_unit_test(help_names_every_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
