/* keyturn-sim SCENARIO [--record | --repeat] [--seed N] [--within MINUTES]: runs a scenario and compares what happened with its expected.txt, times by
 * so many minutes; prints it instead; or runs it a second time, which must give the same bytes. */
#include "log.h"
#include "mem.h"
#include "simulation.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_CEILING = 16 * 1024 * 1024 };

struct arguments {
    const char *folder;
    bool record;
    bool repeat;
    uint64_t seed;
    int64_t within;
};

static bool read_arguments(int count, char **words, struct arguments *arguments) {
    *arguments = (struct arguments){.seed = 1};
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--record") == 0)
            arguments->record = true;
        else if (strcmp(words[i], "--repeat") == 0)
            arguments->repeat = true;
        else if (strcmp(words[i], "--seed") == 0 && i + 1 < count)
            arguments->seed = strtoull(words[++i], NULL, 10);
        else if (strcmp(words[i], "--within") == 0 && i + 1 < count)
            arguments->within = strtoll(words[++i], NULL, 10);
        else if (arguments->folder == NULL && words[i][0] != '-')
            arguments->folder = words[i];
        else
            return false;
    }
    return arguments->folder != NULL;
}

/* Nothing of the machine the run is on may matter to it. */
static void forget_environment(void) {
    clearenv();
    setenv("AWS_ACCESS_KEY_ID", "AKIASIMULATEDKEYTURN", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "of-the-simulation", 1);
}

static bool run(const struct arguments *arguments, struct text *table, struct fault *fault) {
    struct scenario scenario;
    text_open(table, TABLE_CEILING);
    bool done = scenario_open(&scenario, arguments->folder, REPOSITORY, fault) &&
                simulation_run(&scenario, REPOSITORY "/tests/sim/keyturn.yaml", arguments->seed, table, fault);
    scenario_close(&scenario);
    return done;
}

static bool compare(const struct arguments *arguments, const struct text *table) {
    char path[1024];
    size_t length = 0;
    struct text difference;
    snprintf(path, sizeof path, "%.900s/expected.txt", arguments->folder);
    char *expected = scenario_read_file(path, &length);
    text_open(&difference, TABLE_CEILING);
    bool equal = expected != NULL && table_equal(expected, table->bytes, arguments->within, &difference);
    if (expected == NULL)
        printf("%s cannot be read\n", path);
    else if (!equal)
        printf("- expected, + happened:\n%s", difference.bytes);
    text_close(&difference);
    mem_free(expected);
    return equal;
}

static bool repeat(const struct arguments *arguments, const struct text *table) {
    struct text again;
    struct fault fault = {0};
    bool same = run(arguments, &again, &fault) && text_equal(table->bytes, again.bytes);
    if (!same)
        printf("a second run of the same seed was another one\n");
    text_close(&again);
    return same;
}

int main(int count, char **words) {
    struct arguments arguments;
    struct text table;
    struct fault fault = {0};
    if (!read_arguments(count, words, &arguments)) {
        fprintf(stderr, "usage: keyturn-sim SCENARIO [--record | --repeat] [--seed N] [--within MINUTES]\n");
        return 2;
    }
    enum log_level level = LOG_ERROR;
    const char *wanted = getenv("KEYTURN_LOG_LEVEL");
    if (wanted != NULL && !log_parse_level(wanted, &level))
        return 2;
    log_begin("sim", level);
    forget_environment();
    bool good = run(&arguments, &table, &fault);
    if (!good)
        printf("the run ended early: %s: %s\n", fault.where, fault.message);
    if (arguments.record)
        fputs(table.bytes, stdout);
    else
        good = good && (arguments.repeat ? repeat(&arguments, &table) : compare(&arguments, &table));
    text_close(&table);
    return good ? 0 : 1;
}
