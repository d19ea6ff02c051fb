#include "command.h"
#include "config.h"
#include "service_settings.h"
#include "topics_plan.h"

#include <stdio.h>
#include <string.h>

enum { PLAN_MAX = 64 * 1024 };

static bool load_settings(const char *path, struct kafka_settings *settings, struct fault *fault) {
    struct config *config = config_load(path, fault);
    if (config == NULL)
        return false;
    service_settings_kafka(config, "keyturn", settings);
    config_close(config);
    return true;
}

static void print_plan(const struct options *options, const struct topics_plan *plan) {
    struct text out;
    text_open(&out, PLAN_MAX);
    if (options->json) {
        struct doc *doc = topics_plan_doc(plan);
        bool whole = doc_print_pretty(doc, &out);
        (void)whole; /* five topics fit */
        text_add(&out, "\n");
        doc_close(doc);
    } else {
        topics_plan_print(plan, &out);
    }
    fputs(out.bytes, stdout);
    fflush(stdout);
    text_close(&out);
}

static bool look(const struct options *options, struct kafka_settings *settings, struct topics_plan *plan,
                 struct fault *fault) {
    memset(plan, 0, sizeof *plan);
    plan->wanted = (int32_t)options->partitions;
    if (!load_settings(options->config, settings, fault) ||
        !topics_compare(settings, plan->changes, plan->partitions, fault))
        return false;
    print_plan(options, plan);
    return true;
}

int topics_plan_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    struct kafka_settings settings = {.property_count = 0};
    struct topics_plan plan;
    bool looked = look(options, &settings, &plan, &fault);
    explicit_bzero(&settings, sizeof settings); /* passwords may be among the properties */
    if (!looked)
        return command_fault(&fault);
    return options->detailed && topics_plan_missing(&plan) > 0 ? EXIT_CHANGES : EXIT_FINE;
}

int topics_apply_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    struct kafka_settings settings = {.property_count = 0};
    struct topics_plan plan;
    int16_t replication = (int16_t)(options->replication > 0 ? options->replication : -1);
    bool applied = look(options, &settings, &plan, &fault) &&
                   topics_create_missing(&settings, plan.changes, plan.wanted, replication, &fault);
    explicit_bzero(&settings, sizeof settings); /* passwords may be among the properties */
    if (!applied)
        return command_fault(&fault);
    if (!options->json && topics_plan_missing(&plan) > 0)
        printf("Made: %zu\n", topics_plan_missing(&plan));
    return EXIT_FINE;
}
