/* What a changed policy does to promises already made: the decision knows the policy of now, and no other. */
#include "promise.h"

#include "rings.h"

enum { LONGEST = 12 * 3600 };

/* A credential was given out `ago`, under an overlap of 14 days; the very next second its user was rotated. Until when was it promised? */
static int64_t promised_before_a_rotation(int64_t ago) {
    policy.rotate_after = 76 DAYS;
    policy.deactivate_after = 76 DAYS;
    policy.min_overlap = 14 DAYS;
    superseded("A", 77 DAYS);
    current("B", ago, ago - 1);
    return promise_until(policy.min_overlap, NOW - ago, NOW - ago);
}

static void a_policy_as_it_was_keeps_its_promises(void **state) {
    (void)state;
    int64_t promised = promised_before_a_rotation(60 MINUTES);
    assert_int_equal(promised, NOW - 60 MINUTES + LONGEST);
    struct plan plan = plan_next(&policy, &ring);
    assert_int_equal(plan.step, STEP_WAIT);
    assert_true(plan.not_before > NOW && ring.promoted.at + policy.min_overlap > promised);
}

static void a_shorter_overlap_counts_at_once_and_may_end_a_promise_early(void **state) {
    (void)state;
    assert_true(promised_before_a_rotation(60 MINUTES) > NOW);
    policy.min_overlap = 30 MINUTES;
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", WHENEVER);
}

static void never_before_the_safety_floor(void **state) {
    (void)state;
    assert_true(promised_before_a_rotation(FLOOR) > NOW);
    policy.min_overlap = 1 MINUTES;
    decides(20, STEP_WAIT, REASON_OVERLAP, "", 1);
}

static void an_overlap_of_twelve_hours_or_more_keeps_every_promise(void **state) {
    (void)state;
    int64_t promised = promised_before_a_rotation(LONGEST - 1);
    assert_true(promised > NOW);
    policy.min_overlap = LONGEST;
    assert_int_equal(plan_next(&policy, &ring).step, STEP_WAIT);
    assert_true(ring.promoted.at + policy.min_overlap >= promised);
}

static void while_the_account_is_paused_nothing_breaks_one(void **state) {
    (void)state;
    assert_true(promised_before_a_rotation(60 MINUTES) > NOW);
    policy.min_overlap = 30 MINUTES;
    ring.account_hold = ACCOUNT_PAUSED;
    ring.account_held_since = NOW - 60;
    assert_int_equal(plan_next(&policy, &ring).step, STEP_WAIT);
    assert_int_equal(plan_next(&policy, &ring).reason, REASON_ACCOUNT_PAUSED);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(a_policy_as_it_was_keeps_its_promises),
        STORY(a_shorter_overlap_counts_at_once_and_may_end_a_promise_early),
        STORY(never_before_the_safety_floor),
        STORY(an_overlap_of_twelve_hours_or_more_keeps_every_promise),
        STORY(while_the_account_is_paused_nothing_breaks_one),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
