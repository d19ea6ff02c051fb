#include "command.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define DEFAULT_PROFILE REPOSITORY "/docker/config/profiles/default.yaml"

enum { WORDS_MAX = 8, SAID_SIZE = 8192 };

/* What a command said, on both streams together. */
static char said[SAID_SIZE];

static void read_back(FILE *file) {
    rewind(file);
    size_t length = fread(said, 1, sizeof said - 1, file);
    said[length] = '\0';
}

static int run(const char *const *words) {
    char *argv[WORDS_MAX + 1] = {(char *)"keyturn"};
    int argc = 1;
    for (; argc <= WORDS_MAX && words[argc - 1] != NULL; argc++)
        argv[argc] = (char *)words[argc - 1];
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(stdout);
    int out = dup(STDOUT_FILENO);
    int err = dup(STDERR_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    int code = command_main(argc, argv);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    read_back(file);
    fclose(file);
    return code;
}

/* A command line, how it ends, and how what it says begins. */
static const struct {
    const char *words[WORDS_MAX];
    int code;
    const char *begins;
} lines[] = {
    {{NULL}, 2, "Usage: keyturn COMMAND"},
    {{"help"}, 0, "Usage: keyturn COMMAND"},
    {{"--help"}, 0, "Usage: keyturn COMMAND"},
    {{"topics"}, 2, "Usage: keyturn topics"},
    {{"topics", "--help"}, 0, "Usage: keyturn topics"},
    {{"help", "topics", "plan"}, 0, "keyturn topics plan: "},
    {{"topics", "apply", "--help"}, 0, "keyturn topics apply: "},
    {{"version"}, 0, "keyturn " KEYTURN_VERSION "\n"},
    {{"--version"}, 0, "keyturn " KEYTURN_VERSION "\n"},
    {{"plan", "--version"}, 2, "keyturn: plan takes no --version; see keyturn help\n"},
    {{"version", "now"}, 2, "keyturn: version takes no \"now\"; see keyturn help\n"},
    {{"version", "--json"}, 0, "{\n  \"version\": \"" KEYTURN_VERSION "\"\n}\n"},
    {{"completion", "--json"}, 2, "keyturn: completion takes no --json; see keyturn help\n"},
    {{"topics", "plan", "--replication", "3"}, 2, "keyturn: topics plan takes no --replication; see keyturn help\n"},
    {{"topics", "destroy"}, 2, "keyturn: unknown command \"topics destroy\"; see keyturn help\n"},
    {{"revolve"}, 2, "keyturn: unknown command \"revolve\"; see keyturn help\n"},
    {{"help", "revolve"}, 2, "keyturn: unknown command \"revolve\"; see keyturn help\n"},
    {{"rotate"}, 2, "keyturn: rotate needs one USER; see keyturn help\n"},
    {{"help", "rotate"}, 0, "keyturn rotate: "},
    {{"help", "--man", "rotate"}, 0, ".TH KEYTURN-ROTATE 1 "},
    {{"help", "--man"}, 0, ".TH KEYTURN 1 "},
    {{"help", "--man", "revolve"}, 2, "keyturn: unknown command \"revolve\"; see keyturn help\n"},
    {{"dlq"}, 2, "Usage: keyturn dlq"},
    {{"dlq", "show"}, 2, "keyturn: dlq show needs one LETTER, as dlq list names them; see keyturn help\n"},
    {{"dlq", "retry"}, 2, "keyturn: dlq retry needs one LETTER, or --all; see keyturn help\n"},
    {{"dlq", "retry", "jobs/0/1", "--all"}, 2, "keyturn: dlq retry needs one LETTER, or --all; see keyturn help\n"},
    {{"completion"}, 0, "_keyturn_commands() {\n"},
    {{"plan"}, 2, "keyturn: plan needs --policy FILE; see keyturn help\n"},
    {{"help", "plan"}, 0, "keyturn plan: "},
    {{"plan", "--policy", "/nowhere/policies.yaml"}, 1, "keyturn: configuration: the file /nowhere/policies.yaml"},
    {{"plan", "--policy", DEFAULT_PROFILE, "--role-arn", "me"}, 1, "keyturn: --role-arn: \"me\" is no role"},
    {{"policy"}, 2, "Usage: keyturn policy"},
    {{"policy", "check"}, 2, "keyturn: policy check needs one FILE; see keyturn help\n"},
    {{"policy", "check", "a", "b"}, 2, "keyturn: policy check needs one FILE; see keyturn help\n"},
    {{"policy", "check", DEFAULT_PROFILE}, 0, DEFAULT_PROFILE ": fine; policies: 1, findings: 0, warnings: 0\n"},
    {{"policy", "check", DEFAULT_PROFILE, "--json"}, 0, "{\n  \"file\": "},
    {{"policy", "check", "/nowhere/policies.yaml"}, 1, "configuration: the file /nowhere/policies.yaml"},
    {{"policy", "timeline", DEFAULT_PROFILE}, 0, "Policy default: next key at 76d"},
    {{"policy", "timeline", DEFAULT_PROFILE, "--policy", "default"}, 0, "Policy default: next key at 76d"},
    {{"policy", "timeline", DEFAULT_PROFILE, "--policy", "x"}, 1, "keyturn: "},
    {{"policy", "timeline", DEFAULT_PROFILE, "--json"}, 0, "{\n  \"timelines\": ["},
    {{"policy", "timeline", "/nowhere/policies.yaml"}, 1, "keyturn: "},
    {{"config", "check", "--config", "/nowhere/keyturn.yaml"}, 2, "keyturn: "},
};

static void every_command_line_ends_as_documented(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        int code = run(lines[i].words);
        if (code != lines[i].code || !text_starts(said, lines[i].begins))
            fail_msg("row %zu: exit code %d, saying: %s", i, code, said);
    }
}

static void a_page_names_each_option_its_command_takes(void **state) {
    (void)state;
    const char *words[] = {"help", "topics", "apply", NULL};
    assert_int_equal(0, run(words));
    const char *const expected[] = {"--config FILE", "--partitions N", "--replication N",
                                    "--json",        "--help",         "Exit codes:"};
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_non_null(strstr(said, expected[i]));
    assert_null(strstr(said, "--detailed-exitcode"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_line_ends_as_documented),
        cmocka_unit_test(a_page_names_each_option_its_command_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
