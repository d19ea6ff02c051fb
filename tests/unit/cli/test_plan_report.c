/* The report of a plan, and its document. */
#include "plan_report.h"

#include "golden.h"
#include "seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct policy_set policies = {.count = 3};
static struct plan_account accounts[] = {
    {.id = "111111111111", .seen = 9, .selected = 8, .unselected = 1},
    {.id = "222222222222", .control = {.paused = SEEN_NOW - 3 DAYS, .actor = "ops@example.com"}},
    {.id = "333333333333", .control = {.braked = SEEN_NOW - 1 DAYS, .braked_for = "discards", .braked_count = 12}},
    {.id = "444444444444", .control = {.braked = SEEN_NOW - 2 DAYS, .braked_count = 12, .resumed = SEEN_NOW - 1 DAYS}},
    {.id = "555555555555", .unread = "DescribeSecret: denied: not authorized"}};
static struct plan_user users[13];
static struct plan_reading reading;

static struct plan_user *add(const char *name, const struct policy *policy) {
    struct plan_user *user = &users[reading.user_count++];
    *user = (struct plan_user){.account = "111111111111", .user_id = "AIDAEXAMPLE", .policy = policy, .legible = true};
    text_clip(user->name, sizeof user->name, name);
    return user;
}

static void see(const char *name, const struct keyring *ring) {
    outlook_of(&policies.policies[0], ring, &add(name, &policies.policies[0])->outlook);
}

static void see_people(void) {
    struct keyring ring;
    seen_nothing(&ring);
    see("without-key", &ring);
    seen_key(&ring, "AKIAONE", 10 DAYS);
    see("young", &ring);
    seen_nothing(&ring);
    seen_current(&ring, "AKIAONE", 80 DAYS);
    see("due", &ring);
    seen_key(&ring, "AKIATWO", 2 DAYS);
    see("with-a-foreign-key", &ring);
    seen_nothing(&ring);
    seen_key(&ring, "AKIAONE", 200 DAYS);
    seen_key(&ring, "AKIATWO", 100 DAYS);
    policies.policies[0].two_active = TWO_ACTIVE_RETIRE_OLDEST;
    see("two-active", &ring);
    seen_nothing(&ring);
    seen_key(&ring, "AKIAOLD", 91 DAYS)->stored = true;
    seen_current(&ring, "AKIANEW", 15 DAYS);
    see("overlapped", &ring);
    seen_nothing(&ring);
    seen_key(&ring, "AKIAONE", 310 DAYS);
    outlook_of(&policies.policies[1], &ring, &add("robot", &policies.policies[1])->outlook);
    struct plan_user *bad = add("bad", &policies.policies[0]);
    bad->outlook.kind = OUTLOOK_UNREADABLE;
    text_clip(bad->why, sizeof bad->why, "ListAccessKeys: throttled: Rate exceeded");
}

static void see_slow(const char *name, const struct keyring *ring) {
    outlook_of(&policies.policies[2], ring, &add(name, &policies.policies[2])->outlook);
}

/* A policy that begins later and with a few, and users whose tags set something. */
static void see_slow_ones(void) {
    struct policy *slow = &policies.policies[2];
    struct keyring ring;
    struct policy own;
    seen_policy(slow);
    text_clip(slow->name, sizeof slow->name, "slow");
    slow->jitter = 2 DAYS;
    slow->effective = SEEN_NOW + 10 DAYS;
    slow->rollout_over = 14 DAYS;
    slow->rollout = 10;
    slow->canary_accounts.count = 1;
    text_clip(slow->canary_accounts.items[0], TAG_KEY_SIZE, "111111111111");
    slow->overrides.ages[OVERRIDE_ROTATE_AFTER] = (struct override_bounds){60 DAYS, 90 DAYS};
    slow->overrides.exempt = true;
    slow->overrides.window = 3600;
    seen_nothing(&ring);
    text_clip(ring.account, sizeof ring.account, "111111111111");
    text_clip(ring.user_id, sizeof ring.user_id, "AIDAEXAMPLE");
    seen_current(&ring, "AKIAONE", 70 DAYS);
    see_slow("later", &ring);
    text_clip(ring.account, sizeof ring.account, "222222222222");
    ring.keys[0].created = SEEN_NOW - 90 DAYS;
    see_slow("not-rolled-out", &ring);
    ring.paused = SEEN_NOW - 3 DAYS;
    text_clip(ring.paused_by, sizeof ring.paused_by, "eve@example.com");
    see_slow("paused", &ring);
    struct plan_user *tagged = add("tagged", slow);
    assert_true(override_parse("rotate_after=7776000 window=3/79200/14400 exempt", &tagged->override));
    ring.paused = 0;
    assert_true(override_apply(slow, &tagged->override, &own, NULL));
    outlook_of(&own, &ring, &tagged->outlook);
    see_slow("wrongly-tagged", &ring);
    struct plan_user *wrong = &users[reading.user_count - 1];
    text_clip(wrong->refused, sizeof wrong->refused, "rotate_after 400d is not between 60d and 90d");
}

static int begin(void **state) {
    (void)state;
    struct policy *robots = &policies.policies[1];
    seen_policy(&policies.policies[0]);
    *robots = (struct policy){.name = "robots",
                              .notify_only = true,
                              .notify_count = 1,
                              .notify_overdue = 365 DAYS,
                              .rollout = 100,
                              .spread = 1 DAYS};
    robots->notify_at[0] = 335 DAYS;
    reading = (struct plan_reading){
        .policies = &policies, .account_count = COUNT_OF(accounts), .accounts = accounts, .users = users};
    see_people();
    see_slow_ones();
    plan_sort(&reading);
    return 0;
}

static void compare_report(const char *name, bool color) {
    struct text out;
    text_open(&out, 64 * 1024);
    plan_report(&reading, color, &out);
    golden_compare(name, out.bytes);
    text_close(&out);
}

static void a_report_is_sorted_aligned_and_summed(void **state) {
    (void)state;
    compare_report("plan.txt", false);
}

static void colour_is_laid_over_the_signs(void **state) {
    (void)state;
    struct text out;
    text_open(&out, 64 * 1024);
    plan_report(&reading, true, &out);
    assert_non_null(strstr(out.bytes, "  \033[32m+ create    \033[0m  due "));
    text_close(&out);
}

static void a_document_says_the_same(void **state) {
    (void)state;
    struct text out;
    struct doc *doc = plan_doc(&reading);
    text_open(&out, 64 * 1024);
    assert_true(doc_print_pretty(doc, &out));
    text_add(&out, "\n");
    golden_compare("plan.json", out.bytes);
    text_close(&out);
    doc_close(doc);
}

static void nothing_to_do_is_all_noughts(void **state) {
    (void)state;
    struct text out;
    reading.user_count = 0;
    text_open(&out, 4096);
    plan_report(&reading, false, &out);
    assert_non_null(
        strstr(out.bytes, "\nPlan: 0 to create, 0 to deactivate, 0 to delete, 0 blocked, 0 waiting, 0 left alone.\n"));
    assert_false(plan_has_changes(&reading));
    assert_true(plan_is_held_unread(&reading));
    reading.account_count = 4;
    assert_false(plan_is_held_unread(&reading));
    text_close(&out);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup(a_report_is_sorted_aligned_and_summed, begin),
        cmocka_unit_test_setup(colour_is_laid_over_the_signs, begin),
        cmocka_unit_test_setup(a_document_says_the_same, begin),
        cmocka_unit_test_setup(nothing_to_do_is_all_noughts, begin),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
