#include "command.h"
#include "plan_accounts.h"
#include "plan_report.h"
#include "shown.h"

#include <stdio.h>
#include <unistd.h>

enum { REPORT_MAX = 1024 * 1024 * 1024, DEFAULT_RATE = 20 };

static bool print_reading(const struct options *options, const struct plan_reading *reading, struct fault *fault) {
    struct text out;
    text_open(&out, REPORT_MAX);
    if (options->json) {
        struct doc *doc = plan_doc(reading);
        (void)(doc_print_pretty(doc, &out) && text_add(&out, "\n"));
        doc_close(doc);
    } else {
        plan_report(reading, shown_in_color(options->color), &out);
    }
    bool whole = !out.overflowed && fputs(out.bytes, stdout) >= 0 && fflush(stdout) == 0;
    text_close(&out);
    return whole || fault_set(fault, FAULT_INVALID, "plan", "the report could not be written");
}

static int exit_code(const struct options *options, const struct plan_reading *reading) {
    if (plan_count(reading, OUTLOOK_UNREADABLE) > 0)
        return EXIT_FAULT;
    return options->detailed && plan_has_changes(reading) ? EXIT_CHANGES : EXIT_FINE;
}

static int read_and_print(const struct options *options, const struct config *config,
                          struct aws_environment *environment) {
    struct fault fault = {.kind = FAULT_NONE};
    struct plan_reading reading;
    const struct plan_request request = {
        .config = config,
        .environment = environment,
        .users = &options->users,
        .rate = options->rate > 0 ? options->rate : DEFAULT_RATE,
        .progress = isatty(STDERR_FILENO) == 1,
    };
    bool told = plan_read(&request, &reading, &fault) && print_reading(options, &reading, &fault);
    if (!told && request.progress)
        fputs("\r\033[K", stderr);
    int code = told ? exit_code(options, &reading) : command_fault(&fault);
    plan_reading_close(&reading);
    return code;
}

static int plan_with(const struct options *options, struct config *config) {
    struct fault fault = {.kind = FAULT_NONE};
    struct aws_settings settings;
    if (options->region != NULL)
        text_clip(config->aws.region, sizeof config->aws.region, options->region);
    if (!plan_accounts_read(options, config, &fault))
        return command_fault(&fault);
    struct aws_environment *environment = plan_accounts_open(config, &settings, &fault);
    if (environment == NULL)
        return command_fault(&fault);
    bool tests_only = config->unsafe_test_clock_floor > 0 && aws_environment_is_real(environment);
    (void)fault_set(&fault, FAULT_CONFIG, config->path, "unsafe_test_clock is refused against AWS itself");
    int code = tests_only ? command_fault(&fault) : read_and_print(options, config, environment);
    plan_accounts_close(environment, &settings);
    return code;
}

int plan_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    if (options->policy == NULL)
        return command_refuse("plan needs --policy FILE");
    struct config *config = config_load_policy_file(options->policy, &fault);
    if (config == NULL)
        return command_fault(&fault);
    int code = plan_with(options, config);
    config_close(config);
    return code;
}
