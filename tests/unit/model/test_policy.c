#include "policy.h"

#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MINUTE = 60, DAY = 86400 };

/* --- selection */

static void add(struct text_list *list, const char *text) {
    snprintf(list->items[list->count++], TAG_KEY_SIZE, "%s", text);
}

static const char *const no_texts[] = {""};
static const char *const service[] = {"Readers", "IAM_SERVICE_USER"};
static const char *const readers[] = {"Readers"};
static const char *const mail_tag[] = {"team", "EmailID"};

/* Who is chosen by: accounts 11*, path /people/, name test-user- or demo-, not in IAM_SERVICE_USER, tagged EmailID. */
static const struct {
    const char *story;
    struct policy_subject subject;
    bool selected;
} subjects[] = {
    {"meets all", {"111", "test-user-1", "/people/", readers, 1, mail_tag, 2}, true},
    {"meets all by the second prefix", {"111", "demo-1", "/people/a/", no_texts, 0, mail_tag, 2}, true},
    {"is of another account", {"222", "test-user-1", "/people/", readers, 1, mail_tag, 2}, false},
    {"has another path", {"111", "test-user-1", "/", readers, 1, mail_tag, 2}, false},
    {"has another name", {"111", "user-test-1", "/people/", readers, 1, mail_tag, 2}, false},
    {"is in the excluded group", {"111", "test-user-1", "/people/", service, 2, mail_tag, 2}, false},
    {"has no tag", {"111", "test-user-1", "/people/", readers, 1, no_texts, 0}, false},
    {"has another tag only", {"111", "test-user-1", "/people/", readers, 1, mail_tag, 1}, false},
};

static struct policy_set *two_policies(void) {
    struct policy_set *set = calloc(1, sizeof *set);
    assert_non_null(set);
    set->count = 2;
    policy_defaults(&set->policies[0]);
    policy_defaults(&set->policies[1]);
    snprintf(set->policies[0].name, POLICY_NAME_SIZE, "narrow");
    snprintf(set->policies[1].name, POLICY_NAME_SIZE, "wide");
    struct policy_select *select = &set->policies[0].select;
    add(&select->accounts, "11*");
    snprintf(select->path_prefix, sizeof select->path_prefix, "/people/");
    add(&select->name_prefix, "test-user-");
    add(&select->name_prefix, "demo-");
    add(&select->groups_none, "IAM_SERVICE_USER");
    add(&select->tags_present, "EmailID");
    return set;
}

static void every_condition_of_a_selection_counts(void **state) {
    struct policy_set *set = two_policies();
    (void)state;
    set->count = 1;
    for (size_t i = 0; i < COUNT_OF(subjects); i++)
        if ((policy_match(set, &subjects[i].subject) != NULL) != subjects[i].selected)
            fail_msg("a user who %s", subjects[i].story);
    free(set);
}

static void the_first_policy_that_matches_owns_the_user(void **state) {
    struct policy_set *set = two_policies();
    (void)state;
    assert_string_equal(policy_match(set, &subjects[0].subject)->name, "narrow");
    assert_string_equal(policy_match(set, &subjects[2].subject)->name, "wide");
    free(set);
}

static void one_of_the_groups_is_enough_but_all_tags_are_needed(void **state) {
    struct policy_set *set = two_policies();
    struct policy_subject subject = {"111", "ann", "/", readers, 1, mail_tag, 2};
    struct policy_select *select = &set->policies[0].select;
    (void)state;
    set->count = 1;
    policy_defaults(&set->policies[0]);
    add(&select->groups_any, "Writers");
    add(&select->groups_any, "Readers");
    add(&select->tags_present, "team");
    assert_non_null(policy_match(set, &subject));
    add(&select->tags_present, "owner");
    assert_null(policy_match(set, &subject));
    select->tags_present.count = 0;
    subject.group_count = 0;
    assert_null(policy_match(set, &subject));
    free(set);
}

static void policies_are_found_by_name(void **state) {
    struct policy_set *set = two_policies();
    (void)state;
    assert_ptr_equal(policy_named(set, "wide"), &set->policies[1]);
    assert_null(policy_named(set, "other"));
    free(set);
}

/* --- arithmetic: R, D, overlap (-1: left out), X or a rule, min_inactive, what gives way; and the setting to blame */

struct arithmetic {
    const char *story;
    int64_t rotate, deactivate, overlap, erase, inactive;
    enum delete_rule rule;
    enum slot_conflict_rule conflict;
    const char *blamed; /* NULL: accepted */
    const char *sum;    /* words of the refusal */
};

#define EARLY SLOT_CONFLICT_DELETE_EARLY
#define WAIT  SLOT_CONFLICT_WAIT

static const struct arithmetic rows[] = {
    {"the default", 76 * DAY, 90 * DAY, -1, 104 * DAY, DAY, DELETE_AT_AGE, EARLY, NULL, NULL},
    {"minutes", 30 * MINUTE, 60 * MINUTE, -1, 90 * MINUTE, 0, DELETE_AT_AGE, EARLY, NULL, NULL},
    {"minutes-process", 30 * MINUTE, 30 * MINUTE, -1, 60 * MINUTE, 0, DELETE_AT_AGE, EARLY, NULL, NULL},
    {"sixty days", 60 * DAY, 60 * DAY, -1, 0, DAY, DELETE_NEXT_ROTATION, EARLY, NULL, NULL},
    {"R is the floor", 26 * MINUTE, 26 * MINUTE, -1, 52 * MINUTE, 0, DELETE_AT_AGE, WAIT, NULL, NULL},
    {"R just under the floor", 26 * MINUTE - 1, 26 * MINUTE, -1, 52 * MINUTE, 0, DELETE_AT_AGE, EARLY, "rotate_after",
     "safety floor of 26m"},
    {"D before R", 30 * DAY, 29 * DAY, -1, 60 * DAY, 0, DELETE_AT_AGE, EARLY, "deactivate_after",
     "deactivate_after 29d < rotate_after 30d"},
    {"X before D", 30 * DAY, 40 * DAY, -1, 39 * DAY, 0, DELETE_AT_AGE, EARLY, "delete_after",
     "delete_after 39d < deactivate_after 40d"},
    {"X is D", 30 * DAY, 40 * DAY, -1, 40 * DAY, 0, DELETE_AT_AGE, EARLY, NULL, NULL},
    {"X before D, but not by age", 30 * DAY, 40 * DAY, -1, 0, 0, DELETE_NEXT_ROTATION, EARLY, NULL, NULL},
    {"D alone is past 2R", 30 * DAY, 61 * DAY, -1, 90 * DAY, 0, DELETE_AT_AGE, EARLY, "rotate_after",
     "+ min_inactive 0s = 61d > 2 x rotate_after = 60d"},
    {"D at 2R", 30 * DAY, 60 * DAY, -1, 90 * DAY, 0, DELETE_AT_AGE, EARLY, NULL, NULL},
    {"min_inactive is too much", 30 * DAY, 60 * DAY, -1, 90 * DAY, DAY, DELETE_AT_AGE, EARLY, "rotate_after",
     "= 61d > 2 x rotate_after = 60d"},
    {"the overlap is too much", 30 * DAY, 40 * DAY, 31 * DAY, 90 * DAY, 0, DELETE_AT_AGE, EARLY, "rotate_after",
     "max(deactivate_after 40d, rotate_after 30d + min_overlap 31d) + min_inactive 0s = 61d"},
    {"a raised overlap is too much", 26 * MINUTE, 27 * MINUTE, -1, 52 * MINUTE, MINUTE, DELETE_AT_AGE, EARLY,
     "rotate_after", "min_overlap 26m) + min_inactive 1m = 53m > 2 x rotate_after = 52m"},
    {"X past 2R, waiting", 30 * DAY, 40 * DAY, -1, 61 * DAY, 0, DELETE_AT_AGE, WAIT, "delete_after",
     "delete_after 61d > 2 x rotate_after = 60d"},
    {"X at 2R, waiting", 30 * DAY, 40 * DAY, -1, 60 * DAY, 0, DELETE_AT_AGE, WAIT, NULL, NULL},
    {"never, waiting", 30 * DAY, 40 * DAY, -1, 0, 0, DELETE_NEVER, WAIT, "delete_after", "no way to free a slot"},
    {"never, unless needed", 30 * DAY, 40 * DAY, -1, 0, 0, DELETE_NEVER, EARLY, NULL, NULL},
    {"next rotation, waiting", 30 * DAY, 40 * DAY, -1, 0, 0, DELETE_NEXT_ROTATION, WAIT, NULL, NULL},
    {"overlap under the floor", 30 * DAY, 30 * DAY, MINUTE, 60 * DAY, 0, DELETE_AT_AGE, EARLY, "min_overlap",
     "min_overlap 1m lies between zero and the safety floor of 26m"},
    {"overlap of the floor", 30 * DAY, 30 * DAY, 26 * MINUTE, 60 * DAY, 0, DELETE_AT_AGE, EARLY, NULL, NULL},
    {"overlap zero at rotation", 30 * DAY, 30 * DAY, 0, 60 * DAY, 0, DELETE_AT_AGE, EARLY, NULL, NULL},
    {"overlap zero, but later", 30 * DAY, 31 * DAY, 0, 60 * DAY, 0, DELETE_AT_AGE, EARLY, "min_overlap",
     "deactivate_after 31d is later than rotate_after 30d"},
};

static struct policy policy_of(const struct arithmetic *row) {
    struct policy policy;
    policy_defaults(&policy);
    policy.rotate_after = row->rotate;
    policy.deactivate_after = row->deactivate;
    policy.min_overlap = row->overlap;
    policy.delete_after = row->erase;
    policy.delete_rule = row->rule;
    policy.min_inactive = row->inactive;
    policy.slot_conflict = row->conflict;
    policy_finish(&policy, row->overlap >= 0);
    return policy;
}

static void arithmetic(void **state) {
    const struct arithmetic *row = *state;
    struct policy policy = policy_of(row);
    struct fault fault = {0};
    bool good = policy_check(&policy, &fault);
    if (good != (row->blamed == NULL))
        fail_msg("accepted: %d; %s", good, fault.message);
    if (row->blamed == NULL)
        return;
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_string_equal(fault.code, row->blamed);
    if (strstr(fault.message, row->sum) == NULL)
        fail_msg("expected \"%s\" in \"%s\"", row->sum, fault.message);
    assert_false(policy_check(&policy, NULL));
}

static void the_overlap_left_out_is_the_time_between_the_two_ages(void **state) {
    struct policy policy;
    (void)state;
    policy_defaults(&policy);
    policy.deactivate_after = policy.rotate_after + 10 * DAY;
    policy_finish(&policy, false);
    assert_int_equal(policy.min_overlap, 10 * DAY);
    policy.deactivate_after = policy.rotate_after + 1;
    policy_finish(&policy, false);
    assert_int_equal(policy.min_overlap, SAFETY_FLOOR);
    policy.deactivate_after = policy.rotate_after;
    policy_finish(&policy, false);
    assert_int_equal(policy.min_overlap, 0);
    policy.min_overlap = 3 * DAY;
    policy_finish(&policy, true);
    assert_int_equal(policy.min_overlap, 3 * DAY);
}

static void a_test_clock_shortens_the_floor(void **state) {
    struct arithmetic row = {"seconds", 10, 15, -1, 20, 0, DELETE_AT_AGE, EARLY, NULL, NULL};
    struct policy policy = policy_of(&row);
    struct fault fault;
    (void)state;
    assert_false(policy_check(&policy, &fault));
    policy.floor = 3;
    policy_finish(&policy, false);
    assert_true(policy_check(&policy, &fault));
}

static void gates_and_notices_have_their_bounds(void **state) {
    struct policy policy;
    struct fault fault;
    (void)state;
    policy_defaults(&policy);
    policy.in_use_old_idle = 15 * MINUTE - 1;
    assert_false(policy_check(&policy, &fault));
    assert_string_equal(fault.code, "in_use.require");
    policy.in_use_old_idle = 15 * MINUTE;
    assert_true(policy_check(&policy, &fault));
    policy.min_overlap = 0;
    policy.deactivate_after = policy.rotate_after;
    assert_false(policy_check(&policy, &fault));
    assert_string_equal(fault.code, "in_use.require");
    policy_defaults(&policy);
    policy.warn_before[0] = 76 * DAY;
    policy.warn_count = 1;
    assert_false(policy_check(&policy, &fault));
    assert_string_equal(fault.code, "warn_before");
    policy.warn_before[0] = 76 * DAY - 1;
    assert_true(policy_check(&policy, &fault));
}

static void a_roll_out_takes_its_share_and_keeps_whom_it_had(void **state) {
    struct policy policy;
    char user_id[USER_ID_SIZE];
    size_t included = 0;
    (void)state;
    policy_defaults(&policy);
    for (int i = 0; i < 1000; i++) {
        bool before = false;
        snprintf(user_id, sizeof user_id, "AIDA%016d", i);
        for (policy.rollout = 0; policy.rollout <= 100; policy.rollout += 10) {
            bool now = policy_includes(&policy, "111", user_id);
            assert_true(now || !before);
            before = now;
            included += now && policy.rollout == 10 ? 1 : 0;
        }
        assert_true(before);
        policy.rollout = 0;
        assert_false(policy_includes(&policy, "111", user_id));
    }
    assert_in_range(included, 70, 130);
    add(&policy.canary_accounts, "22*");
    assert_true(policy_includes(&policy, "222", user_id));
    assert_false(policy_includes(&policy, "111", user_id));
}

static void starts_and_jitter_are_spread_and_stay(void **state) {
    struct policy policy;
    char user_id[USER_ID_SIZE];
    size_t early = 0;
    (void)state;
    policy_defaults(&policy);
    assert_int_equal(policy_start(&policy, "AIDA"), 0);
    assert_int_equal(policy_rotate_after(&policy, "AIDA"), policy.rotate_after);
    policy.effective = 1000000;
    policy.rollout_over = 14 * DAY;
    policy.jitter = 2 * 3600;
    for (int i = 0; i < 1000; i++) {
        snprintf(user_id, sizeof user_id, "AIDA%016d", i);
        int64_t start = policy_start(&policy, user_id) - policy.effective;
        int64_t jitter = policy_rotate_after(&policy, user_id) - policy.rotate_after;
        assert_in_range(start, 0, policy.rollout_over - 1);
        assert_in_range(jitter, 0, policy.jitter - 1);
        assert_int_equal(policy_start(&policy, user_id) - policy.effective, start);
        early += start < policy.rollout_over / 2 ? 1 : 0;
    }
    assert_in_range(early, 430, 570);
}

static void a_roll_out_has_its_bounds(void **state) {
    struct policy policy;
    struct fault fault;
    (void)state;
    policy_defaults(&policy);
    policy.rollout_over = 14 * DAY;
    assert_false(policy_check(&policy, &fault));
    assert_string_equal(fault.code, "rollout_over");
    policy.effective = 1;
    assert_true(policy_check(&policy, &fault));
    policy.jitter = policy.rotate_after;
    assert_false(policy_check(&policy, &fault));
    assert_string_equal(fault.code, "jitter");
}

static void a_policy_that_only_tells_needs_no_arithmetic(void **state) {
    struct policy policy;
    struct fault fault;
    (void)state;
    policy_defaults(&policy);
    policy.notify_only = true;
    policy.rotate_after = 0;
    assert_false(policy_check(&policy, &fault));
    policy.notify_overdue = 365 * DAY;
    assert_true(policy_check(&policy, &fault));
    policy.notify_at[0] = policy.notify_at[1] = 305 * DAY;
    policy.notify_count = 2;
    assert_false(policy_check(&policy, &fault));
    assert_string_equal(fault.code, "notify_only.at");
}

static void users_that_only_a_tag_keeps_out_are_known(void **state) {
    static const char *const tags[] = {"EmailID"};
    static const char *const groups[] = {"IAM_SERVICE_USER"};
    (void)state;
    struct policy_set set = {.count = 2};
    struct policy_subject subject = {.account = "111111111111", .name = "ann", .path = "/"};
    policy_defaults(&set.policies[0]);
    policy_defaults(&set.policies[1]);
    text_clip(set.policies[0].select.tags_present.items[0], TAG_KEY_SIZE, "EmailID");
    set.policies[0].select.tags_present.count = 1;
    text_clip(set.policies[0].select.groups_none.items[0], TAG_KEY_SIZE, "IAM_SERVICE_USER");
    set.policies[0].select.groups_none.count = 1;
    text_clip(set.policies[1].select.path_prefix, USER_PATH_SIZE, "/robots/");
    assert_ptr_equal(policy_missed_by_tags(&set, &subject), &set.policies[0]);
    subject.path = "/robots/"; /* another policy has it */
    assert_null(policy_missed_by_tags(&set, &subject));
    subject.path = "/";
    subject.groups = groups; /* the group keeps it out too */
    subject.group_count = 1;
    assert_null(policy_missed_by_tags(&set, &subject));
    subject.group_count = 0;
    subject.tag_keys = tags;
    subject.tag_count = 1;
    assert_null(policy_missed_by_tags(&set, &subject));
}

static void the_lists_of_a_digest_change_nothing_for_the_users(void **state) {
    (void)state;
    struct policy one;
    struct policy other;
    policy_defaults(&one);
    policy_finish(&one, false);
    policy_defaults(&other);
    text_clip(other.digest[0], DIGEST_NAME_SIZE, "overdue");
    other.digest_count = 1;
    policy_finish(&other, false);
    assert_string_equal(one.fingerprint, other.fingerprint);
    assert_true(policy_digests(&other, DIGEST_OVERDUE));
    assert_false(policy_digests(&other, DIGEST_ROTATIONS));
}

/* --- fingerprints */

#define CHANGE(name, statement)                   \
    static void change_##name(struct policy *p) { \
        statement;                                \
    }
CHANGE(mode, p->mode = MODE_APPLY)
CHANGE(accounts, add(&p->select.accounts, "1*"))
CHANGE(path, p->select.path_prefix[1] = 'a')
CHANGE(name_prefix, add(&p->select.name_prefix, "1*"))
CHANGE(groups_any, add(&p->select.groups_any, "1*"))
CHANGE(groups_none, add(&p->select.groups_none, "1*"))
CHANGE(tags_present, add(&p->select.tags_present, "1*"))
CHANGE(rotate, p->rotate_after++)
CHANGE(deactivate, p->deactivate_after++)
CHANGE(overlap, p->min_overlap++)
CHANGE(rule, p->delete_rule = DELETE_NEVER)
CHANGE(erase, p->delete_after++)
CHANGE(inactive, p->min_inactive++)
CHANGE(warn, p->warn_before[p->warn_count++] = 1)
CHANGE(two_active, p->two_active = TWO_ACTIVE_RETIRE_OLDEST)
CHANGE(spare_inactive, p->spare_inactive = SPARE_INACTIVE_DELETE)
CHANGE(two_inactive, p->two_inactive = TWO_INACTIVE_DELETE_BOTH)
CHANGE(slot_conflict, p->slot_conflict = SLOT_CONFLICT_WAIT)
CHANGE(old_idle, p->in_use_old_idle++)
CHANGE(max_hold, p->in_use_max_hold++)
CHANGE(settle, p->verify_settle++)
CHANGE(successes, p->verify_successes++)
CHANGE(timeout, p->verify_timeout++)
CHANGE(mail, p->mail = MAIL_INLINE)
CHANGE(missing, p->missing = MISSING_SKIP_USER)
CHANGE(recipients, p->recipient_tag_count--)
CHANGE(recipient, p->recipient_tags[0][0] = 'e')
CHANGE(notify_only, p->notify_only = true)
CHANGE(notify_at, p->notify_at[p->notify_count++] = 1)
CHANGE(notify_overdue, p->notify_overdue++)
CHANGE(rollout, p->rollout_over++)
CHANGE(window_day, memcpy(p->window.days[p->window.day_count++], "mon", 4))
CHANGE(window_from, memcpy(p->window.from, "22:00", 6))
CHANGE(window_to, memcpy(p->window.to, "22:00", 6))
CHANGE(window_zone, memcpy(p->window.tz, "UTC", 4))
CHANGE(blackout, memcpy(p->blackouts[p->blackout_count++], "2026-12-20/2027-01-03", 22))
CHANGE(percent, p->rollout--)
CHANGE(canary, add(&p->canary_accounts, "1*"))
CHANGE(effective, p->effective++)
CHANGE(spread, p->spread++)
CHANGE(jitter, p->jitter++)
CHANGE(floor, p->floor--)

static void (*const changes[])(struct policy *) = {
    change_mode,           change_accounts,     change_path,          change_name_prefix, change_groups_any,
    change_groups_none,    change_tags_present, change_rotate,        change_deactivate,  change_overlap,
    change_rule,           change_erase,        change_inactive,      change_warn,        change_two_active,
    change_spare_inactive, change_two_inactive, change_slot_conflict, change_old_idle,    change_max_hold,
    change_settle,         change_successes,    change_timeout,       change_mail,        change_missing,
    change_recipients,     change_recipient,    change_notify_only,   change_notify_at,   change_notify_overdue,
    change_rollout,        change_window_day,   change_window_from,   change_window_to,   change_window_zone,
    change_blackout,       change_percent,      change_canary,        change_effective,   change_spread,
    change_jitter,         change_floor,
};

static void every_member_that_matters_changes_the_fingerprint(void **state) {
    char seen[COUNT_OF(changes)][FINGERPRINT_SIZE];
    struct policy plain;
    (void)state;
    policy_defaults(&plain);
    policy_finish(&plain, true);
    assert_int_equal(strlen(plain.fingerprint), FINGERPRINT_SIZE - 1);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct policy changed = plain;
        changes[i](&changed);
        policy_finish(&changed, true);
        memcpy(seen[i], changed.fingerprint, FINGERPRINT_SIZE);
        assert_string_not_equal(changed.fingerprint, plain.fingerprint);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(seen[j], seen[i]);
    }
}

static void name_line_and_left_over_bytes_do_not(void **state) {
    struct policy plain;
    (void)state;
    policy_defaults(&plain);
    policy_finish(&plain, true);
    struct policy other = plain;
    snprintf(other.name, sizeof other.name, "other");
    other.line = 12;
    memset(other.select.accounts.items[3], 'x', TAG_KEY_SIZE - 1);
    memset(other.select.path_prefix + 2, 'x', 10);
    policy_finish(&other, true);
    assert_string_equal(other.fingerprint, plain.fingerprint);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(every_condition_of_a_selection_counts),
        cmocka_unit_test(the_first_policy_that_matches_owns_the_user),
        cmocka_unit_test(one_of_the_groups_is_enough_but_all_tags_are_needed),
        cmocka_unit_test(policies_are_found_by_name),
        cmocka_unit_test(the_overlap_left_out_is_the_time_between_the_two_ages),
        cmocka_unit_test(a_test_clock_shortens_the_floor),
        cmocka_unit_test(gates_and_notices_have_their_bounds),
        cmocka_unit_test(a_roll_out_takes_its_share_and_keeps_whom_it_had),
        cmocka_unit_test(starts_and_jitter_are_spread_and_stay),
        cmocka_unit_test(a_roll_out_has_its_bounds),
        cmocka_unit_test(a_policy_that_only_tells_needs_no_arithmetic),
        cmocka_unit_test(users_that_only_a_tag_keeps_out_are_known),
        cmocka_unit_test(the_lists_of_a_digest_change_nothing_for_the_users),
        cmocka_unit_test(every_member_that_matters_changes_the_fingerprint),
        cmocka_unit_test(name_line_and_left_over_bytes_do_not),
    };
    struct CMUnitTest tests[COUNT_OF(stories) + COUNT_OF(rows)];
    memcpy(tests, stories, sizeof stories);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        tests[COUNT_OF(stories) + i] =
            (struct CMUnitTest){rows[i].story, arithmetic, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
