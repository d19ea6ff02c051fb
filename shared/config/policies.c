#include "load.h"

#include "override.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 96 };

static bool is_set(const struct source *source, const char *under, const char *key) {
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s%s", under, key);
    return lines_find(source->lines, path) != NULL;
}

static bool check_name(const struct source *source, const struct policy_set *policies, const struct policy *policy,
                       const char *under, struct fault *fault) {
    char path[PATH_SIZE];
    const struct policy *twin = policy_named(policies, policy->name);
    snprintf(path, sizeof path, "%sname", under);
    return twin == NULL || lines_refuse(source->lines, lines_of(source->lines, path), fault,
                                        "%s: the policy on line %d is called %s already", path, twin->line, twin->name);
}

/* The arithmetic knows the setting to blame by name only; its line is looked up here. */
static bool check_arithmetic(const struct source *source, const struct policy *policy, const char *under,
                             struct fault *fault) {
    struct fault reason;
    char path[PATH_SIZE];
    if (policy_check(policy, &reason) && override_check(policy, &reason))
        return true;
    snprintf(path, sizeof path, "%s%s", under, reason.code);
    return lines_refuse(source->lines, lines_of(source->lines, path), fault, "%s: %s", path, reason.message);
}

bool read_policy(const struct source *source, size_t index, int64_t floor, struct policy_set *policies,
                 struct fault *fault) {
    struct policy *policy = &policies->policies[index];
    const struct raw_value *raw = &source->file->policies[index * setting_tables[TABLE_POLICIES].count];
    char under[32];
    snprintf(under, sizeof under, "policies[%zu].", index);
    policy_defaults(policy);
    policy->floor = floor > 0 ? floor : SAFETY_FLOOR;
    if (!apply_file(source, TABLE_POLICIES, under, raw, policy, fault) ||
        !check_name(source, policies, policy, under, fault) || !load_calendar(source, under, policy, fault))
        return false;
    policy->line = lines_of(source->lines, under);
    policy->notify_only = is_set(source, under, "notify_only");
    policy_finish(policy, is_set(source, under, "min_overlap"));
    policies->count = index + 1;
    return true;
}

static bool load_policy(const struct source *source, size_t index, int64_t floor, struct policy_set *policies,
                        struct fault *fault) {
    char under[32];
    snprintf(under, sizeof under, "policies[%zu].", index);
    return read_policy(source, index, floor, policies, fault) &&
           check_arithmetic(source, &policies->policies[index], under, fault);
}

bool load_policies(const struct source *source, int64_t floor, struct policy_set *policies, struct fault *fault) {
    bool good = true;
    policies->count = 0;
    for (size_t i = 0; i < source->file->policy_count && good; i++)
        good = load_policy(source, i, floor, policies, fault);
    return good;
}
