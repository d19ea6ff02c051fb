/* What is wrong with the bounds that a policy sets to its users' tags. */
#include "override.h"

#include "instant.h"
#include "text.h"

#include <stdio.h>

enum { DAY = 24 * 60 * 60 };

struct report {
    override_finding *visit;
    void *context;
    size_t count;
};

static void find(struct report *report, bool refused, const char *setting, struct fault *fault) {
    text_clip(fault->code, sizeof fault->code, setting);
    report->count++;
    report->visit(refused, fault, report->context);
}

static bool bounds_are_sound(const struct policy *policy, enum override_age age, struct fault *fault) {
    const struct override_bounds *bounds = &policy->overrides.ages[age];
    char min[DURATION_SIZE];
    char max[DURATION_SIZE];
    duration_text(bounds->min, min);
    duration_text(bounds->max, max);
    if (bounds->min > bounds->max)
        return fault_set(fault, FAULT_CONFIG, "policy", "min %s is more than max %s; both are needed", min, max);
    if (age == OVERRIDE_DELETE_AFTER && policy->delete_rule != DELETE_AT_AGE)
        return fault_set(fault, FAULT_CONFIG, "policy", "delete_after of the policy is no age, so no tag can set one");
    return !policy->notify_only ||
           fault_set(fault, FAULT_CONFIG, "policy", "a policy that is notify_only has no ages that a tag could set");
}

/* One end of one age, all else as the policy has it. Where nothing else may be set, no tag mends what is wrong with it. */
static void try_end(const struct policy *policy, enum override_age age, bool least, struct report *report) {
    struct override alone = {0};
    struct policy own;
    struct fault why;
    struct fault fault;
    char setting[sizeof fault.code];
    char end[DURATION_SIZE];
    bool others = false;
    const struct override_bounds *bounds = &policy->overrides.ages[age];
    for (size_t i = 0; i < OVERRIDE_AGES; i++)
        others = others || (i != age && policy->overrides.ages[i].max > 0);
    alone.given[age] = true;
    alone.ages[age] = least ? bounds->min : bounds->max;
    if (override_apply(policy, &alone, &own, &why))
        return;
    duration_text(alone.ages[age], end);
    (void)fault_set(&fault, FAULT_CONFIG, "policy", "a tag %s%s = %s %s: %.320s", policy->overrides.tag_prefix,
                    override_age_name(age), end,
                    others ? "is ignored unless others stand beside it" : "would be ignored", why.message);
    snprintf(setting, sizeof setting, "overrides.%s.%s", override_age_name(age), least ? "min" : "max");
    find(report, !others, setting, &fault);
}

static void check_age(const struct policy *policy, enum override_age age, struct report *report) {
    const struct override_bounds *bounds = &policy->overrides.ages[age];
    struct fault fault;
    char setting[sizeof fault.code];
    snprintf(setting, sizeof setting, "overrides.%s", override_age_name(age));
    if (bounds->min == 0 && bounds->max == 0)
        return;
    if (!bounds_are_sound(policy, age, &fault)) {
        find(report, true, setting, &fault);
        return;
    }
    try_end(policy, age, true, report);
    if (bounds->max > bounds->min)
        try_end(policy, age, false, report);
}

size_t override_check_all(const struct policy *policy, override_finding *visit, void *context) {
    struct report report = {visit, context, 0};
    struct fault fault;
    if (policy->overrides.window > DAY || (policy->overrides.window > 0 && policy->notify_only)) {
        (void)fault_set(&fault, FAULT_CONFIG, "policy", "%s",
                        policy->notify_only ? "a policy that is notify_only begins no changes"
                                            : "no maintenance window is longer than 1d");
        find(&report, true, "overrides.window", &fault);
    }
    if (!policy_check(policy, NULL) && !policy->notify_only)
        return report.count; /* said already; the bounds' sums would only repeat it */
    for (size_t i = 0; i < OVERRIDE_AGES; i++)
        check_age(policy, (enum override_age)i, &report);
    return report.count;
}

static void keep_first_refused(bool refused, const struct fault *finding, void *context) {
    struct fault *first = context;
    if (refused && first->kind == FAULT_NONE)
        *first = *finding;
}

bool override_check(const struct policy *policy, struct fault *fault) {
    struct fault first = {.kind = FAULT_NONE};
    override_check_all(policy, keep_first_refused, &first);
    if (first.kind != FAULT_NONE && fault != NULL)
        *fault = first;
    return first.kind == FAULT_NONE;
}
