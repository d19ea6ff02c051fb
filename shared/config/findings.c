#include "load.h"

#include "instant.h"
#include "mem.h"
#include "override.h"

#include <stdio.h>
#include <string.h>

void findings_add(struct findings *findings, bool refused, const char *policy, const struct fault *fault) {
    findings->refused += refused;
    if (findings->count == FINDINGS_MAX)
        return;
    struct finding *finding = &findings->items[findings->count++];
    *finding = (struct finding){.refused = refused, .fault = *fault};
    text_clip(finding->policy, sizeof finding->policy, policy);
}

/* The policy being looked at, for what its arithmetic finds. */
struct place {
    const struct source *source;
    struct findings *findings;
    const struct policy *policy;
    char under[32];
};

static void add_at(const struct place *place, bool refused, const char *setting, const char *message) {
    struct fault fault;
    char path[96];
    snprintf(path, sizeof path, "%s%s", place->under, setting);
    if (setting[0] == '\0') /* of the whole policy */
        path[strlen(path) - 1] = '\0';
    (void)lines_refuse(place->source->lines, lines_of(place->source->lines, path), &fault, "%s: %s", path, message);
    findings_add(place->findings, refused, place->policy->name, &fault);
}

static void add_refused(const struct fault *finding, void *context) {
    add_at(context, true, finding->code, finding->message);
}

static void add_of_bounds(bool refused, const struct fault *finding, void *context) {
    add_at(context, refused, finding->code, finding->message);
}

static void add_notable(const struct place *place, int64_t test_floor) {
    const struct policy *policy = place->policy;
    char message[512];
    char floor[DURATION_SIZE];
    if (policy->mail == MAIL_INLINE)
        add_at(
            place, false, "deliver.mail",
            "inline: whoever reads the user's mailbox can read the secret, and use it; `reference` mails where it is");
    if (!policy->notify_only && policy->min_overlap == 0) {
        duration_text(policy->rotate_after, floor);
        snprintf(message, sizeof message,
                 "there is no overlap: at %s the old key goes inactive in the look that proved the new one; clients "
                 "must read the secret at every use",
                 floor);
        add_at(place, false, "min_overlap", message);
    }
    if (test_floor > 0) {
        duration_text(test_floor, floor);
        snprintf(message, sizeof message,
                 "unsafe_test_clock makes the safety floor %s instead of 26m: for tests only, refused against AWS",
                 floor);
        add_at(place, false, "", message);
    }
}

static void find_in_policy(const struct source *source, size_t index, int64_t floor, struct policy_set *policies,
                           struct findings *findings) {
    struct fault fault;
    struct place place = {source, findings, &policies->policies[index], ""};
    snprintf(place.under, sizeof place.under, "policies[%zu].", index);
    if (!read_policy(source, index, floor, policies, &fault)) {
        findings_add(findings, true, place.policy->name, &fault);
        policies->count = index + 1;
        return;
    }
    policy_check_all(place.policy, add_refused, &place);
    override_check_all(place.policy, add_of_bounds, &place);
    add_notable(&place, floor);
}

void find_in_policies(const struct source *source, int64_t floor, struct findings *findings) {
    struct policy_set *policies = mem_zero(1, sizeof *policies);
    findings->policy_count = source->file->policy_count;
    for (size_t i = 0; i < source->file->policy_count && i < POLICY_MAX; i++)
        find_in_policy(source, i, floor, policies, findings);
    mem_free(policies);
}
