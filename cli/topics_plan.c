#include "topics_plan.h"

static const struct {
    const char *sign;
    const char *name;
    const char *sentence;
} kinds[] = {
    [TOPIC_FINE] = {" ", "none", "is as it should be"},
    [TOPIC_MISSING] = {"+", "create", "will be made"},
    [TOPIC_FEWER_PARTITIONS] = {" ", "none", "has fewer partitions than planned for, and is left alone"},
    [TOPIC_MORE_PARTITIONS] = {" ", "none", "has more partitions than planned for, and is left alone"},
};

static int32_t wanted_partitions(const struct topics_plan *plan, size_t i) {
    return plan->wanted > 0 ? plan->wanted : topics[i].partitions;
}

static bool differs(const struct topics_plan *plan, size_t i) {
    return plan->changes[i] == TOPIC_FEWER_PARTITIONS || plan->changes[i] == TOPIC_MORE_PARTITIONS;
}

size_t topics_plan_missing(const struct topics_plan *plan) {
    size_t missing = 0;
    for (size_t i = 0; i < topic_count; i++)
        missing += plan->changes[i] == TOPIC_MISSING ? 1 : 0;
    return missing;
}

static void print_made(const struct topics_plan *plan, size_t i, struct text *out) {
    text_format(out, "      partitions      = %d\n", (int)wanted_partitions(plan, i));
    for (size_t c = 0; c < TOPIC_CONFIGS && topics[i].configs[c][0] != NULL; c++)
        text_format(out, "      %-15s = %s\n", topics[i].configs[c][0], topics[i].configs[c][1]);
}

static void print_numbers(const struct topics_plan *plan, size_t i, struct text *out) {
    text_format(out, " (partitions: %d", (int)plan->partitions[i]);
    if (differs(plan, i))
        text_format(out, ", planned: %d", (int)topics[i].partitions);
    text_add(out, ")");
}

void topics_plan_print(const struct topics_plan *plan, struct text *out) {
    for (size_t i = 0; i < topic_count; i++) {
        text_format(out, "  %s %s %s", kinds[plan->changes[i]].sign, topics[i].name, kinds[plan->changes[i]].sentence);
        if (plan->changes[i] != TOPIC_MISSING)
            print_numbers(plan, i, out);
        text_add(out, "\n");
        if (plan->changes[i] == TOPIC_MISSING)
            print_made(plan, i, out);
    }
    text_format(out, "\nPlan: %zu to make, 0 to change, 0 to remove.\n", topics_plan_missing(plan));
}

static struct doc *configs_doc(const struct topic *topic) {
    struct doc *configs = doc_object();
    for (size_t c = 0; c < TOPIC_CONFIGS && topic->configs[c][0] != NULL; c++)
        doc_set_text(configs, topic->configs[c][0], topic->configs[c][1]);
    return configs;
}

struct doc *topics_plan_doc(const struct topics_plan *plan) {
    struct doc *whole = doc_object();
    struct doc *list = doc_array();
    for (size_t i = 0; i < topic_count; i++) {
        struct doc *row = doc_object();
        doc_set_text(row, "name", topics[i].name);
        doc_set_text(row, "change", kinds[plan->changes[i]].name);
        doc_set_int(row, "partitions", plan->partitions[i]);
        doc_set_int(row, "wanted", wanted_partitions(plan, i));
        doc_set(row, "configs", configs_doc(&topics[i]));
        doc_add(list, row);
    }
    doc_set(whole, "topics", list);
    doc_set_int(whole, "create", (int64_t)topics_plan_missing(plan));
    return whole;
}
