#include "policy.h"

#include "instant.h"
#include "text.h"

#include <stdio.h>

enum { MINUTE = 60 };

/* Where what is found goes. */
struct report {
    policy_finding *visit;
    void *context;
    size_t count;
};

/* The setting to blame goes into the fault's code: config finds its line by it. */
static void refuse(struct report *report, const char *setting, const char *message) {
    struct fault fault;
    fault_set(&fault, FAULT_CONFIG, "policy", "%s", message);
    text_clip(fault.code, sizeof fault.code, setting);
    report->count++;
    report->visit(&fault, report->context);
}

/* Durations are spelled by the dozen here; a row of fixed texts keeps the sentences readable. */
struct spelled {
    char rotate[DURATION_SIZE], deactivate[DURATION_SIZE], overlap[DURATION_SIZE], erase[DURATION_SIZE];
    char inactive[DURATION_SIZE], floor[DURATION_SIZE], twice[DURATION_SIZE], sum[DURATION_SIZE];
};

static int64_t free_slot_age(const struct policy *policy) {
    int64_t overlapped = policy->rotate_after + policy->min_overlap;
    int64_t inactive_at = policy->deactivate_after > overlapped ? policy->deactivate_after : overlapped;
    return inactive_at + policy->min_inactive;
}

static struct spelled spell(const struct policy *policy) {
    struct spelled is = {0};
    duration_text(policy->rotate_after, is.rotate);
    duration_text(policy->deactivate_after, is.deactivate);
    duration_text(policy->min_overlap, is.overlap);
    duration_text(policy->delete_after, is.erase);
    duration_text(policy->min_inactive, is.inactive);
    duration_text(policy->floor, is.floor);
    duration_text(2 * policy->rotate_after, is.twice);
    duration_text(free_slot_age(policy), is.sum);
    return is;
}

#define REFUSE(setting, ...)                            \
    do {                                                \
        char message[512]; /* of a fault */             \
        snprintf(message, sizeof message, __VA_ARGS__); \
        refuse(report, setting, message);               \
    } while (0)

static void check_order(const struct policy *policy, struct report *report) {
    struct spelled is = spell(policy);
    if (policy->rotate_after < policy->floor)
        REFUSE("rotate_after",
               "rotate_after %s is shorter than the safety floor of %s, the time after which no late request and no "
               "stale read can do harm; make it at least %s",
               is.rotate, is.floor, is.floor);
    if (policy->deactivate_after < policy->rotate_after)
        REFUSE("deactivate_after",
               "rotate_after <= deactivate_after <= delete_after does not hold: deactivate_after %s < rotate_after %s; "
               "a key goes inactive after its successor is made",
               is.deactivate, is.rotate);
    if (policy->delete_rule == DELETE_AT_AGE && policy->delete_after < policy->deactivate_after)
        REFUSE("delete_after",
               "rotate_after <= deactivate_after <= delete_after does not hold: delete_after %s < deactivate_after %s; "
               "a key is deleted after it went inactive",
               is.erase, is.deactivate);
}

static void check_overlap(const struct policy *policy, struct report *report) {
    struct spelled is = spell(policy);
    if (policy->min_overlap > 0 && policy->min_overlap < policy->floor)
        REFUSE("min_overlap",
               "min_overlap %s lies between zero and the safety floor of %s; use 0 (the old key goes inactive in the "
               "look that proved the new one) or at least %s",
               is.overlap, is.floor, is.floor);
    if (policy->min_overlap == 0 && policy->deactivate_after > policy->rotate_after)
        REFUSE("min_overlap",
               "min_overlap 0 turns the old key off as soon as the new one is proven, but deactivate_after %s is later "
               "than rotate_after %s; leave min_overlap out, or make both ages %s",
               is.deactivate, is.rotate, is.rotate);
}

/* The successor is itself due at the age of 2R: by then the old key's slot must be free, or be freed when it is needed. */
static void check_slots(const struct policy *policy, struct report *report) {
    struct spelled is = spell(policy);
    if (free_slot_age(policy) > 2 * policy->rotate_after)
        REFUSE("rotate_after",
               "this policy would rotate late for ever: max(deactivate_after %s, rotate_after %s + min_overlap %s) + "
               "min_inactive %s = %s > 2 x rotate_after = %s, when the next key needs the slot; make rotate_after "
               "longer, or the others shorter",
               is.deactivate, is.rotate, is.overlap, is.inactive, is.sum, is.twice);
    if (policy->slot_conflict == SLOT_CONFLICT_DELETE_EARLY)
        return;
    if (policy->delete_rule == DELETE_AT_AGE && policy->delete_after > 2 * policy->rotate_after)
        REFUSE("delete_after",
               "delete_after %s > 2 x rotate_after = %s: both slots are taken when the next key is due; make "
               "delete_after at most %s, or slot_conflict: delete_early",
               is.erase, is.twice, is.twice);
    if (policy->delete_rule == DELETE_NEVER)
        REFUSE("delete_after", "delete_after: never leaves no way to free a slot for the third key; add slot_conflict: "
                               "delete_early, or use delete_after: next_rotation or an age");
}

static void check_gates(const struct policy *policy, struct report *report) {
    char idle[DURATION_SIZE];
    char early[DURATION_SIZE];
    char rotate[DURATION_SIZE];
    duration_text(policy->in_use_old_idle, idle);
    duration_text(policy->rotate_after, rotate);
    if (policy->in_use_old_idle > 0 && policy->in_use_old_idle < 15 * MINUTE)
        REFUSE("in_use.require",
               "old_idle:%s is shorter than 15m, the resolution with which AWS says when a key was last used", idle);
    if (policy->in_use_old_idle > 0 && policy->min_overlap == 0)
        REFUSE(
            "in_use.require",
            "old_idle:%s asks that the old key be idle before it goes inactive, but min_overlap 0 turns it off as soon "
            "as the new one is proven; give it an overlap, or say require: none",
            idle);
    for (size_t i = 0; i < policy->warn_count; i++) {
        duration_text(policy->warn_before[i], early);
        if (policy->warn_before[i] >= policy->rotate_after)
            REFUSE("warn_before", "a notice %s ahead of a rotation at the age of %s would come before the key is made",
                   early, rotate);
    }
}

static void check_notify_only(const struct policy *policy, struct report *report) {
    if (policy->notify_count == 0 && policy->notify_overdue == 0)
        REFUSE("notify_only", "notify_only needs `at`, `overdue` or both");
    for (size_t i = 1; i < policy->notify_count; i++)
        if (policy->notify_at[i] <= policy->notify_at[i - 1])
            REFUSE("notify_only.at", "the ages in notify_only.at must grow from one to the next");
}

static void check_rollout(const struct policy *policy, struct report *report) {
    if (policy->rollout_over > 0 && policy->effective == 0)
        REFUSE("rollout_over",
               "rollout_over needs `effective`, the day from which the users' starts are spread over it");
    if (policy->jitter >= policy->rotate_after)
        REFUSE("jitter", "jitter must be shorter than rotate_after");
}

size_t policy_check_all(const struct policy *policy, policy_finding *visit, void *context) {
    struct report report = {visit, context, 0};
    if (policy->notify_only) {
        check_notify_only(policy, &report);
        return report.count;
    }
    check_order(policy, &report);
    check_overlap(policy, &report);
    check_slots(policy, &report);
    check_gates(policy, &report);
    check_rollout(policy, &report);
    return report.count;
}

static void keep_first(const struct fault *finding, void *context) {
    struct fault *first = context;
    if (first->kind == FAULT_NONE)
        *first = *finding;
}

bool policy_check(const struct policy *policy, struct fault *fault) {
    struct fault first = {.kind = FAULT_NONE};
    bool fine = policy_check_all(policy, keep_first, &first) == 0;
    if (!fine && fault != NULL)
        *fault = first;
    return fine;
}
