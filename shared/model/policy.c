#include "policy.h"

#include "digest.h"
#include "instant.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, DAY = 24 * 60 * 60, FINGERPRINT_CEILING = 64 * 1024 };

/* --- whose user is it */

static bool matches_pattern(const struct text_list *patterns, const char *value) {
    for (size_t i = 0; i < patterns->count; i++)
        if (text_matches(value, patterns->items[i]))
            return true;
    return patterns->count == 0;
}

static bool has_prefix(const struct text_list *prefixes, const char *value) {
    for (size_t i = 0; i < prefixes->count; i++)
        if (text_starts(value, prefixes->items[i]))
            return true;
    return prefixes->count == 0;
}

static bool contains(const char *const *values, size_t count, const char *wanted) {
    for (size_t i = 0; i < count; i++)
        if (text_equal(values[i], wanted))
            return true;
    return false;
}

static size_t count_present(const struct text_list *wanted, const char *const *values, size_t count) {
    size_t present = 0;
    for (size_t i = 0; i < wanted->count; i++)
        present += contains(values, count, wanted->items[i]) ? 1 : 0;
    return present;
}

static bool selects(const struct policy_select *select, const struct policy_subject *subject) {
    return matches_pattern(&select->accounts, subject->account) && text_starts(subject->path, select->path_prefix) &&
           has_prefix(&select->name_prefix, subject->name) &&
           (select->groups_any.count == 0 ||
            count_present(&select->groups_any, subject->groups, subject->group_count) > 0) &&
           count_present(&select->groups_none, subject->groups, subject->group_count) == 0 &&
           count_present(&select->tags_present, subject->tag_keys, subject->tag_count) == select->tags_present.count;
}

const struct policy *policy_match(const struct policy_set *set, const struct policy_subject *subject) {
    for (size_t i = 0; i < set->count; i++)
        if (selects(&set->policies[i].select, subject))
            return &set->policies[i];
    return NULL;
}

const struct policy *policy_named(const struct policy_set *set, const char *name) {
    for (size_t i = 0; i < set->count; i++)
        if (text_equal(set->policies[i].name, name))
            return &set->policies[i];
    return NULL;
}

/* --- what is in it */

void policy_defaults(struct policy *policy) {
    memset(policy, 0, sizeof *policy);
    policy->mode = MODE_PLAN;
    snprintf(policy->select.path_prefix, sizeof policy->select.path_prefix, "/");
    policy->rotate_after = 76 * DAY;
    policy->deactivate_after = 90 * DAY;
    policy->min_overlap = 14 * DAY;
    policy->delete_rule = DELETE_AT_AGE;
    policy->delete_after = 104 * DAY;
    policy->min_inactive = 1 * DAY;
    policy->two_active = TWO_ACTIVE_NOTIFY;
    policy->spare_inactive = SPARE_INACTIVE_LEAVE;
    policy->two_inactive = TWO_INACTIVE_LEAVE;
    policy->slot_conflict = SLOT_CONFLICT_DELETE_EARLY;
    policy->in_use_max_hold = 14 * DAY;
    policy->verify_settle = 10;
    policy->verify_successes = 2;
    policy->verify_timeout = 300;
    policy->mail = MAIL_REFERENCE;
    policy->missing = MISSING_FALLBACK_ADMIN;
    policy->recipient_tag_count = 2;
    snprintf(policy->recipient_tags[0], TAG_KEY_SIZE, "EmailID");
    snprintf(policy->recipient_tags[1], TAG_KEY_SIZE, "email");
    policy->floor = SAFETY_FLOOR;
}

#define NUMBER(member) offsetof(struct policy, member)
#define RULE(member)   offsetof(struct policy, member)
#define LIST(member)   offsetof(struct policy, select.member)

static const size_t numbers[] = {
    NUMBER(rotate_after),   NUMBER(deactivate_after), NUMBER(min_overlap),      NUMBER(delete_after),
    NUMBER(min_inactive),   NUMBER(in_use_old_idle),  NUMBER(in_use_max_hold),  NUMBER(verify_settle),
    NUMBER(verify_timeout), NUMBER(notify_overdue),   NUMBER(verify_successes), NUMBER(rollout_over),
    NUMBER(floor),
};

static const size_t rules[] = {
    RULE(mode),         RULE(delete_rule),   RULE(two_active), RULE(spare_inactive),
    RULE(two_inactive), RULE(slot_conflict), RULE(mail),       RULE(missing),
};

static const size_t lists[] = {
    LIST(accounts), LIST(name_prefix), LIST(groups_any), LIST(groups_none), LIST(tags_present),
};

/* Lengths stand before texts and counts before lists, so that no two policies are spelled alike. */
static void spell_text(struct text *spelling, const char *text) {
    text_format(spelling, "%zu:%s,", strlen(text), text);
}

static void spell_numbers(struct text *spelling, const int64_t *values, size_t count) {
    text_format(spelling, "%zu;", count);
    for (size_t i = 0; i < count; i++)
        text_format(spelling, "%lld,", (long long)values[i]);
}

static void spell_lists(struct text *spelling, const struct policy *policy) {
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const struct text_list *list = (const struct text_list *)(const void *)((const char *)policy + lists[i]);
        text_format(spelling, "%zu;", list->count);
        for (size_t j = 0; j < list->count; j++)
            spell_text(spelling, list->items[j]);
    }
    text_format(spelling, "%zu;", policy->recipient_tag_count);
    for (size_t i = 0; i < policy->recipient_tag_count; i++)
        spell_text(spelling, policy->recipient_tags[i]);
}

static void spell_members(struct text *spelling, const struct policy *policy) {
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        spell_numbers(spelling, (const int64_t *)(const void *)((const char *)policy + numbers[i]), 1);
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        text_format(spelling, "%d,", *(const int *)(const void *)((const char *)policy + rules[i]));
    spell_numbers(spelling, policy->warn_before, policy->warn_count);
    spell_numbers(spelling, policy->notify_at, policy->notify_count);
    text_format(spelling, "%d,", policy->notify_only);
    spell_text(spelling, policy->select.path_prefix);
}

static void fingerprint(struct policy *policy) {
    struct text spelling;
    text_open(&spelling, FINGERPRINT_CEILING);
    spell_members(&spelling, policy);
    spell_lists(&spelling, policy);
    snprintf(policy->fingerprint, sizeof policy->fingerprint, "%016llx",
             (unsigned long long)digest_number(spelling.bytes));
    text_close(&spelling);
}

void policy_finish(struct policy *policy, bool overlap_given) {
    if (!overlap_given) {
        int64_t apart = policy->deactivate_after - policy->rotate_after;
        policy->min_overlap = apart <= 0 ? 0 : apart < policy->floor ? policy->floor : apart;
    }
    fingerprint(policy);
}

/* --- can it work */

/* The setting to blame goes into the fault's code: config finds its line by it. */
static bool refuse(struct fault *fault, const char *setting, const char *message) {
    fault_set(fault, FAULT_CONFIG, "policy", "%s", message);
    if (fault != NULL)
        text_clip(fault->code, sizeof fault->code, setting);
    return false;
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
        char message[sizeof fault->message];            \
        snprintf(message, sizeof message, __VA_ARGS__); \
        return refuse(fault, setting, message);         \
    } while (0)

static bool check_order(const struct policy *policy, struct fault *fault) {
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
    return true;
}

static bool check_overlap(const struct policy *policy, struct fault *fault) {
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
    return true;
}

/* The successor is itself due at the age of 2R: by then the old key's slot must be free, or be freed when it is needed. */
static bool check_slots(const struct policy *policy, struct fault *fault) {
    struct spelled is = spell(policy);
    if (free_slot_age(policy) > 2 * policy->rotate_after)
        REFUSE("rotate_after",
               "this policy would rotate late for ever: max(deactivate_after %s, rotate_after %s + min_overlap %s) + "
               "min_inactive %s = %s > 2 x rotate_after = %s, when the next key needs the slot; make rotate_after "
               "longer, or the others shorter",
               is.deactivate, is.rotate, is.overlap, is.inactive, is.sum, is.twice);
    if (policy->slot_conflict == SLOT_CONFLICT_DELETE_EARLY)
        return true;
    if (policy->delete_rule == DELETE_AT_AGE && policy->delete_after > 2 * policy->rotate_after)
        REFUSE("delete_after",
               "delete_after %s > 2 x rotate_after = %s: both slots are taken when the next key is due; make "
               "delete_after at most %s, or slot_conflict: delete_early",
               is.erase, is.twice, is.twice);
    if (policy->delete_rule == DELETE_NEVER)
        REFUSE("delete_after", "delete_after: never leaves no way to free a slot for the third key; add slot_conflict: "
                               "delete_early, or use delete_after: next_rotation or an age");
    return true;
}

static bool check_gates(const struct policy *policy, struct fault *fault) {
    char idle[DURATION_SIZE];
    char early[DURATION_SIZE];
    char rotate[DURATION_SIZE];
    duration_text(policy->in_use_old_idle, idle);
    duration_text(policy->rotate_after, rotate);
    if (policy->in_use_old_idle > 0 && policy->in_use_old_idle < 15 * MINUTE)
        REFUSE("in_use.require",
               "old_idle:%s is shorter than 15m, the resolution with which AWS says when a key was last used", idle);
    for (size_t i = 0; i < policy->warn_count; i++) {
        duration_text(policy->warn_before[i], early);
        if (policy->warn_before[i] >= policy->rotate_after)
            REFUSE("warn_before", "a notice %s ahead of a rotation at the age of %s would come before the key is made",
                   early, rotate);
    }
    return true;
}

static bool check_notify_only(const struct policy *policy, struct fault *fault) {
    if (policy->notify_count == 0 && policy->notify_overdue == 0)
        REFUSE("notify_only", "notify_only needs `at`, `overdue` or both");
    for (size_t i = 1; i < policy->notify_count; i++)
        if (policy->notify_at[i] <= policy->notify_at[i - 1])
            REFUSE("notify_only.at", "the ages in notify_only.at must grow from one to the next");
    return true;
}

bool policy_check(const struct policy *policy, struct fault *fault) {
    if (policy->notify_only)
        return check_notify_only(policy, fault);
    return check_order(policy, fault) && check_overlap(policy, fault) && check_slots(policy, fault) &&
           check_gates(policy, fault);
}

const char *policy_unsupported(const struct policy *policy) {
    const struct {
        bool wanted;
        const char *setting;
    } missing[] = {
        {policy->notify_only, "notify_only"},
        {policy->warn_count > 0, "warn_before"},
        {policy->in_use_old_idle > 0, "in_use.require"},
        {policy->rollout_over > 0, "rollout_over"},
        {policy->mail == MAIL_INLINE, "deliver.mail: inline"},
        {policy->missing == MISSING_SKIP_USER, "deliver.missing: skip_user"},
    };
    for (size_t i = 0; i < COUNT_OF(missing); i++)
        if (missing[i].wanted)
            return missing[i].setting;
    return NULL;
}
