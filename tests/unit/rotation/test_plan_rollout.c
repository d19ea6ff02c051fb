/* The roll-out holds what begins, rows 11 to 19, for users that are not in it yet: it is shown and not done. */
#include "rings.h"

#include "text.h"

#include <string.h>

static void nobody_is_in_it(void) {
    policy.rollout = 0;
    text_clip(ring.user_id, sizeof ring.user_id, "AIDAEXAMPLE");
    text_clip(ring.account, sizeof ring.account, "111111111111");
}

static bool is_shown(void) {
    return plan_next(&policy, &ring).shown;
}

static void create_is_shown_and_looked_at_again_in_a_day(void **state) {
    (void)state;
    nobody_is_in_it();
    own("A", 40 MINUTES);
    decides(19, STEP_CREATE, REASON_DUE, "", 1 DAYS); /* no secret is made for it */
    assert_true(is_shown());
    policy.rollout = 100;
    decides(19, STEP_MAKE_SECRET, REASON_DUE, "", WHENEVER);
    assert_false(is_shown());
}

static void canary_accounts_are_in_it(void **state) {
    (void)state;
    nobody_is_in_it();
    current("A", 40 MINUTES, 39 MINUTES);
    assert_true(is_shown());
    policy.canary_accounts.count = 1;
    text_clip(policy.canary_accounts.items[0], TAG_KEY_SIZE, "1111*");
    assert_false(is_shown());
}

static void changes_of_the_old_key_are_shown(void **state) {
    (void)state;
    nobody_is_in_it();
    policy.rotate_after = 1 DAYS;
    struct key *old = superseded("A", 2 DAYS);
    current("B", 31 MINUTES, 31 MINUTES);
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", WHENEVER);
    assert_true(is_shown());
    inactive(old, 10 MINUTES);
    decides(12, STEP_MARK, REASON_INACTIVE_LONG_ENOUGH, "A", WHENEVER);
    assert_true(is_shown());
}

static void first_rotations_are_shown(void **state) {
    (void)state;
    nobody_is_in_it();
    own("A", 70 MINUTES)->use = USE_SEEN;
    own("B", 50 MINUTES)->use = USE_SEEN;
    decides(14, STEP_DEACTIVATE, REASON_RETIRE_OLDEST, "A", WHENEVER);
    assert_true(is_shown());
    ring.keys[0].status = KEY_INACTIVE;
    decides(15, STEP_MARK, REASON_SPARE_INACTIVE, "A", WHENEVER); /* and no secret is made for a note */
    assert_true(is_shown());
}

static void what_began_is_finished(void **state) {
    (void)state;
    nobody_is_in_it();
    current("A", 40 MINUTES, 39 MINUTES);
    candidate("B", 1 MINUTES)->proof = PROOF_PROVEN;
    decides(6, STEP_PROMOTE, REASON_PROVEN, "B", WHENEVER);
    assert_false(is_shown());
}

static void emergency_and_rollback_are_done(void **state) {
    (void)state;
    nobody_is_in_it();
    leaked(current("A", 40 MINUTES, 39 MINUTES), 60);
    decides(19, STEP_CREATE, REASON_EMERGENCY, "", WHENEVER);
    assert_false(is_shown());
    fresh(state);
    nobody_is_in_it();
    inactive(superseded("A", 70 MINUTES), 5 MINUTES);
    current("B", 40 MINUTES, 40 MINUTES);
    asked(REQUEST_ROLLBACK, "B", 5);
    decides(10, STEP_REACTIVATE, REASON_ROLLBACK, "A", WHENEVER);
    assert_false(is_shown());
}

static void asking_does_not_pass_the_roll_out(void **state) {
    (void)state;
    nobody_is_in_it();
    current("A", 5 MINUTES, 4 MINUTES);
    asked(REQUEST_ROTATE, "A", 60);
    ring.promoted.at = NOW - FLOOR;
    decides(19, STEP_CREATE, REASON_ASKED, "", WHENEVER);
    assert_true(is_shown());
}

static void backlog_waits_for_each_users_start(void **state) {
    (void)state;
    policy.effective = NOW - 60;
    policy.rollout_over = 14 DAYS;
    text_clip(ring.user_id, sizeof ring.user_id, "AIDAEXAMPLE");
    int64_t start = policy_start(&policy, ring.user_id);
    assert_true(start > NOW);
    struct key *key = own("A", 400 DAYS);
    placeholder();
    decides(20, STEP_WAIT, REASON_ROLLOUT, "", start - NOW);
    ring.now = start;
    struct plan plan = plan_next(&policy, &ring);
    assert_int_equal(plan.step, STEP_CREATE);
    assert_false(plan.shown);
    key->created = start - 1 MINUTES; /* the next one keeps its age */
    plan = plan_next(&policy, &ring);
    assert_int_equal(plan.not_before - ring.now, 29 MINUTES);
}

static void before_it_is_effective_a_policy_only_shows(void **state) {
    (void)state;
    policy.effective = NOW + 3600;
    policy.rotate_after = 1 DAYS;
    superseded("A", 2 DAYS);
    current("B", 31 MINUTES, 31 MINUTES);
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", 3600);
    assert_true(is_shown());
}

static void jitter_makes_a_key_due_later(void **state) {
    (void)state;
    policy.jitter = 10 MINUTES;
    text_clip(ring.user_id, sizeof ring.user_id, "AIDAEXAMPLE");
    int64_t age = policy_rotate_after(&policy, ring.user_id);
    assert_true(age > 30 MINUTES && age < 40 MINUTES);
    current("A", 30 MINUTES, 29 MINUTES);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", age - 30 MINUTES);
}

static void nobody_outside_it_is_told_ahead(void **state) {
    (void)state;
    struct plan_notices notices;
    policy.warn_count = 1;
    policy.warn_before[0] = 10 MINUTES;
    own("A", 25 MINUTES);
    plan_notices(&policy, &ring, &notices);
    assert_int_equal(notices.count, 1);
    nobody_is_in_it();
    plan_notices(&policy, &ring, &notices);
    assert_int_equal(notices.count, 0);
}

static void mode_plan_is_looked_at_again_in_a_day_not_at_once(void **state) {
    (void)state;
    policy.mode = MODE_PLAN;
    current("A", 40 MINUTES, 39 MINUTES);
    decides(19, STEP_CREATE, REASON_DUE, "", 1 DAYS);
    assert_true(is_shown());
    ring.recheck = RECHECK_NOT_ASKED;
    decides(19, STEP_RECHECK, REASON_DUE, "", 1);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(create_is_shown_and_looked_at_again_in_a_day),
        STORY(canary_accounts_are_in_it),
        STORY(changes_of_the_old_key_are_shown),
        STORY(first_rotations_are_shown),
        STORY(what_began_is_finished),
        STORY(emergency_and_rollback_are_done),
        STORY(asking_does_not_pass_the_roll_out),
        STORY(backlog_waits_for_each_users_start),
        STORY(before_it_is_effective_a_policy_only_shows),
        STORY(jitter_makes_a_key_due_later),
        STORY(nobody_outside_it_is_told_ahead),
        STORY(mode_plan_is_looked_at_again_in_a_day_not_at_once),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
