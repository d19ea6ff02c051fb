#include "options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 8 };

/* A command line, and the reason it is refused for. */
static const struct {
    const char *words[WORDS_MAX];
    const char *reason;
} wrong[] = {
    {{"--wat"}, "unknown option --wat"},
    {{"--conf", "x"}, "unknown option --conf (did you mean --config?)"},
    {{"--configs=x"}, "unknown option --configs=x (did you mean --config?)"},
    {{"-j"}, "unknown option -j (did you mean --json?)"},
    {{"--config"}, "--config needs a value: --config FILE"},
    {{"--json=yes"}, "--json takes no value"},
    {{"--partitions", "0"}, "--partitions must be a number from 1 to 10000, not \"0\""},
    {{"--partitions", "8x"}, "--partitions must be a number from 1 to 10000, not \"8x\""},
    {{"--partitions="}, "--partitions must be a number from 1 to 10000, not \"\""},
    {{"--replication", "99999999999999999999"},
     "--replication must be a number from 1 to 1000, not \"99999999999999999999\""},
    {{"--color", "red"}, "--color must be auto, always or never, not \"red\""},
    {{"--rate", "0"}, "--rate must be a number from 1 to 1000, not \"0\""},
    {{"--user"}, "--user needs a value: --user NAME"},
    {{"a", "b", "c", "d", "e"}, "too many words, from \"e\" on"},
};

static bool parse(const char *const *words, struct options *options, struct fault *fault) {
    char *argv[WORDS_MAX + 1] = {(char *)"keyturn"};
    int argc = 1;
    for (; argc <= WORDS_MAX && words[argc - 1] != NULL; argc++)
        argv[argc] = (char *)words[argc - 1];
    return options_parse(argc, argv, options, fault);
}

static void a_wrong_command_line_is_refused_with_the_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct options options;
        struct fault fault = {.kind = FAULT_NONE};
        assert_false(parse(wrong[i].words, &options, &fault));
        assert_int_equal(FAULT_CONFIG, fault.kind);
        assert_string_equal(wrong[i].reason, fault.message);
    }
}

static void options_and_words_come_in_any_order(void **state) {
    (void)state;
    const char *words[] = {"--json", "topics", "--config=a b", "plan", "--partitions", "12", NULL};
    struct options options;
    struct fault fault = {.kind = FAULT_NONE};
    assert_true(parse(words, &options, &fault));
    assert_true(options.json);
    assert_string_equal("a b", options.config);
    assert_int_equal(12, options.partitions);
    assert_int_equal(2, options.word_count);
    assert_string_equal("topics", options.words[0]);
    assert_string_equal("plan", options.words[1]);
    assert_int_equal(OPTION_JSON | OPTION_CONFIG | OPTION_PARTITIONS, options.given);
}

static void after_two_dashes_everything_is_a_word(void **state) {
    (void)state;
    const char *words[] = {"help", "--", "--json", NULL};
    struct options options;
    struct fault fault = {.kind = FAULT_NONE};
    assert_true(parse(words, &options, &fault));
    assert_false(options.json);
    assert_int_equal(2, options.word_count);
    assert_string_equal("--json", options.words[1]);
}

static void help_has_a_short_form(void **state) {
    (void)state;
    const char *words[] = {"-h", NULL};
    struct options options;
    struct fault fault = {.kind = FAULT_NONE};
    assert_true(parse(words, &options, &fault));
    assert_true(options.help);
}

static void an_option_that_lists_may_be_repeated_to_its_ceiling(void **state) {
    (void)state;
    char *argv[2 * OPTIONS_TIMES + 3] = {(char *)"keyturn"};
    struct options options;
    struct fault fault = {.kind = FAULT_NONE};
    for (size_t i = 0; i <= OPTIONS_TIMES; i++) {
        argv[2 * i + 1] = (char *)"--user";
        argv[2 * i + 2] = (char *)"anna";
    }
    assert_true(options_parse(2 * OPTIONS_TIMES + 1, argv, &options, &fault));
    assert_int_equal(OPTIONS_TIMES, options.users.count);
    assert_string_equal("anna", options.users.items[OPTIONS_TIMES - 1]);
    assert_false(options_parse(2 * OPTIONS_TIMES + 3, argv, &options, &fault));
    assert_string_equal("--user may be given 64 times at most", fault.message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_command_line_is_refused_with_the_reason),
        cmocka_unit_test(options_and_words_come_in_any_order),
        cmocka_unit_test(an_option_that_lists_may_be_repeated_to_its_ceiling),
        cmocka_unit_test(after_two_dashes_everything_is_a_word),
        cmocka_unit_test(help_has_a_short_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
