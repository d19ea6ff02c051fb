#include "policy.h"

#include "digest.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 24 * 60 * 60, FINGERPRINT_CEILING = 64 * 1024 };

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

static bool selects_but_for_tags(const struct policy_select *select, const struct policy_subject *subject) {
    return matches_pattern(&select->accounts, subject->account) && text_starts(subject->path, select->path_prefix) &&
           has_prefix(&select->name_prefix, subject->name) &&
           (select->groups_any.count == 0 ||
            count_present(&select->groups_any, subject->groups, subject->group_count) > 0) &&
           count_present(&select->groups_none, subject->groups, subject->group_count) == 0;
}

static bool selects(const struct policy_select *select, const struct policy_subject *subject) {
    return selects_but_for_tags(select, subject) &&
           count_present(&select->tags_present, subject->tag_keys, subject->tag_count) == select->tags_present.count;
}

const struct policy *policy_match(const struct policy_set *set, const struct policy_subject *subject) {
    for (size_t i = 0; i < set->count; i++)
        if (selects(&set->policies[i].select, subject))
            return &set->policies[i];
    return NULL;
}

const struct policy *policy_missed_by_tags(const struct policy_set *set, const struct policy_subject *subject) {
    const struct policy *missed = NULL;
    for (size_t i = set->count; i > 0; i--) {
        if (selects(&set->policies[i - 1].select, subject))
            return NULL;
        if (selects_but_for_tags(&set->policies[i - 1].select, subject))
            missed = &set->policies[i - 1];
    }
    return missed;
}

const char *const digest_list_names[] = {
    [DIGEST_ROTATIONS] = "rotations",
    [DIGEST_TWO_ACTIVE] = "two_active",
    [DIGEST_OVERDUE] = "overdue",
    [DIGEST_NO_RECIPIENT] = "no_recipient",
    [DIGEST_LISTS] = NULL,
};

bool policy_digests(const struct policy *policy, enum digest_list list) {
    for (size_t i = 0; i < policy->digest_count; i++)
        if (text_equal(policy->digest[i], digest_list_names[list]))
            return true;
    return false;
}

const struct policy *policy_named(const struct policy_set *set, const char *name) {
    for (size_t i = 0; i < set->count; i++)
        if (text_equal(set->policies[i].name, name))
            return &set->policies[i];
    return NULL;
}

/* --- stable choices: the same for a user on every machine, and another for each purpose */

static uint64_t choice(const char *purpose, const char *user_id) {
    char both[USER_ID_SIZE + 16];
    snprintf(both, sizeof both, "%s %s", purpose, user_id);
    return digest_number(both);
}

int64_t policy_share(int64_t span, const char *purpose, const char *user_id) {
    return span > 0 ? (int64_t)(choice(purpose, user_id) % (uint64_t)span) : 0;
}

bool policy_includes(const struct policy *policy, const char *account, const char *user_id) {
    bool canary = policy->canary_accounts.count > 0 && matches_pattern(&policy->canary_accounts, account);
    return canary || (int64_t)(choice("rollout", user_id) % 10000) < policy->rollout * 100;
}

int64_t policy_start(const struct policy *policy, const char *user_id) {
    return policy->effective + policy_share(policy->rollout_over, "start", user_id);
}

int64_t policy_rotate_after(const struct policy *policy, const char *user_id) {
    return policy->rotate_after + policy_share(policy->jitter, "jitter", user_id);
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
    policy->rollout = 100;
    policy->spread = 1 * DAY;
    snprintf(policy->overrides.tag_prefix, sizeof policy->overrides.tag_prefix, "keyturn:");
    policy->floor = SAFETY_FLOOR;
}

#define NUMBER(member) offsetof(struct policy, member)
#define RULE(member)   offsetof(struct policy, member)
#define LIST(member)   offsetof(struct policy, member)

static const size_t numbers[] = {
    NUMBER(rotate_after),   NUMBER(deactivate_after), NUMBER(min_overlap),      NUMBER(delete_after),
    NUMBER(min_inactive),   NUMBER(in_use_old_idle),  NUMBER(in_use_max_hold),  NUMBER(verify_settle),
    NUMBER(verify_timeout), NUMBER(notify_overdue),   NUMBER(verify_successes), NUMBER(rollout_over),
    NUMBER(floor),          NUMBER(rollout),          NUMBER(effective),        NUMBER(spread),
    NUMBER(jitter),
};

static const size_t rules[] = {
    RULE(mode),         RULE(delete_rule),   RULE(two_active), RULE(spare_inactive),
    RULE(two_inactive), RULE(slot_conflict), RULE(mail),       RULE(missing),
};

static const size_t lists[] = {
    LIST(select.accounts),    LIST(select.name_prefix),  LIST(select.groups_any),
    LIST(select.groups_none), LIST(select.tags_present), LIST(canary_accounts),
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

static void spell_calendar(struct text *spelling, const struct policy *policy) {
    const struct policy_window *window = &policy->window;
    text_format(spelling, "%zu;", window->day_count);
    for (size_t i = 0; i < window->day_count; i++)
        spell_text(spelling, window->days[i]);
    spell_text(spelling, window->from);
    spell_text(spelling, window->to);
    spell_text(spelling, window->tz);
    text_format(spelling, "%zu;", policy->blackout_count);
    for (size_t i = 0; i < policy->blackout_count; i++)
        spell_text(spelling, policy->blackouts[i]);
}

/* Nothing is spelled of a policy that lets no tag set anything. */
static void spell_overrides(struct text *spelling, const struct policy *policy) {
    const struct policy_overrides *overrides = &policy->overrides;
    bool any = overrides->window > 0 || overrides->exempt;
    for (size_t i = 0; i < OVERRIDE_AGES; i++)
        any = any || overrides->ages[i].max > 0;
    if (!any)
        return;
    spell_text(spelling, overrides->tag_prefix);
    for (size_t i = 0; i < OVERRIDE_AGES; i++)
        spell_numbers(spelling, (const int64_t[]){overrides->ages[i].min, overrides->ages[i].max}, 2);
    text_format(spelling, "%lld,%d,", (long long)overrides->window, overrides->exempt);
}

static void fingerprint(struct policy *policy) {
    struct text spelling;
    text_open(&spelling, FINGERPRINT_CEILING);
    spell_members(&spelling, policy);
    spell_lists(&spelling, policy);
    spell_calendar(&spelling, policy);
    spell_overrides(&spelling, policy);
    snprintf(policy->fingerprint, sizeof policy->fingerprint, "%016llx",
             (unsigned long long)digest_number(spelling.bytes));
    text_close(&spelling);
}

int64_t policy_overlap(const struct policy *policy) {
    int64_t apart = policy->deactivate_after - policy->rotate_after;
    return apart <= 0 ? 0 : apart < policy->floor ? policy->floor : apart;
}

void policy_finish(struct policy *policy, bool overlap_given) {
    policy->overlap_given = overlap_given;
    if (!overlap_given)
        policy->min_overlap = policy_overlap(policy);
    fingerprint(policy);
}
