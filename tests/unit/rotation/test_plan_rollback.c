/* Row 10: back to the key before. A rollback is always paused. */
#include "rings.h"

#include "text.h"

static void rollback(int64_t age) {
    asked(REQUEST_ROLLBACK, "B", age);
    ring.paused = NOW - age;
    ring.paused_for_rollback = true;
}

static void rollback_reactivates_at_once(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    inactive(old, 1 MINUTES);
    rollback(0);
    decides(10, STEP_REACTIVATE, REASON_ROLLBACK, "A", WHENEVER);
}

static void rollback_moves_a_floor_after_the_request(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    rollback(FLOOR - 1);
    decides(10, STEP_WAIT, REASON_ROLLBACK, "", 1);
    rollback(FLOOR);
    decides(10, STEP_VERIFY, REASON_ROLLBACK, "A", WHENEVER);
    old->proof = PROOF_PROVEN;
    decides(10, STEP_MOVE_BACK, REASON_ROLLBACK, "A", WHENEVER);
}

static void rollback_reactivates_again_if_a_slow_worker_turned_the_key_off(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    rollback(FLOOR);
    inactive(old, 10);
    decides(10, STEP_REACTIVATE, REASON_ROLLBACK, "A", WHENEVER);
}

static void rollback_waits_until_the_promotion_is_a_floor_old(void **state) {
    (void)state;
    superseded("A", 70 MINUTES);
    current("B", 5 MINUTES, 60);
    rollback(0);
    ring.asked.at = NOW - FLOOR;
    decides(10, STEP_WAIT, REASON_ROLLBACK, "", FLOOR - 60);
}

static void rollback_fails_a_timeout_after_it_may_be_tried(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 50 MINUTES, 49 MINUTES);
    old->proof = PROOF_REFUSED;
    rollback(FLOOR + 299);
    decides(10, STEP_WAIT, REASON_NOT_PROVEN, "", 1);
    rollback(FLOOR + 300);
    decides(10, STEP_DROP_REQUEST, REASON_ROLLBACK_FAILED, "A", WHENEVER);
}

static void rollback_tries_its_target_again_in_seconds(void **state) {
    (void)state;
    superseded("A", 70 MINUTES)->proof = PROOF_UNANSWERED;
    current("B", 50 MINUTES, 49 MINUTES);
    rollback(FLOOR);
    decides(10, STEP_WAIT, REASON_NOT_PROVEN, "", 10);
    policy.verify_settle = 0;
    decides(10, STEP_WAIT, REASON_NOT_PROVEN, "", 1);
}

static void rollback_of_a_first_rotation_only_reactivates(void **state) {
    (void)state;
    struct key *old = own("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    inactive(old, 1 MINUTES);
    rollback(10);
    decides(10, STEP_REACTIVATE, REASON_ROLLBACK, "A", WHENEVER);
    old->status = KEY_ACTIVE;
    decides(10, STEP_WAIT, REASON_ROLLBACK, "", FLOOR - 10);
    rollback(FLOOR);
    decides(10, STEP_DROP_REQUEST, REASON_ROLLBACK, "A", WHENEVER);
}

static void nothing_to_roll_back_is_said(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    rollback(10);
    decides(10, STEP_DROP_REQUEST, REASON_NOTHING_TO_ROLL_BACK, "B", WHENEVER);
}

static void leaked_or_marked_key_is_no_target(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    inactive(old, 5 MINUTES);
    marked(old, 10);
    rollback(10);
    decides(10, STEP_DROP_REQUEST, REASON_NOTHING_TO_ROLL_BACK, "B", WHENEVER);
    old->deleting = 0;
    leaked(old, 60);
    decides(10, STEP_DROP_REQUEST, REASON_NOTHING_TO_ROLL_BACK, "B", WHENEVER);
}

static void void_mark_does_not_hinder_a_rollback(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    inactive(old, 5 MINUTES);
    marked(old, 6 MINUTES);
    rollback(10);
    decides(10, STEP_REACTIVATE, REASON_ROLLBACK, "A", WHENEVER);
}

static void rollback_from_a_current_key_that_is_gone(void **state) {
    (void)state;
    inactive(superseded("A", 70 MINUTES), 5 MINUTES);
    gone_current("B", FLOOR);
    rollback(10);
    decides(10, STEP_REACTIVATE, REASON_ROLLBACK, "A", WHENEVER);
}

static void rollback_from_a_dead_current_key(void **state) {
    (void)state;
    inactive(superseded("A", 70 MINUTES), 5 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES)->status = KEY_INACTIVE;
    text_clip(ring.inactive_too, sizeof ring.inactive_too, "B");
    rollback(10);
    decides(10, STEP_REACTIVATE, REASON_ROLLBACK, "A", WHENEVER);
}

static void nothing_else_goes_on_in_the_pause_of_a_rollback(void **state) {
    (void)state;
    struct key *old = superseded("A", 3 DAYS);
    current("B", 2 DAYS, 2 DAYS);
    rollback(1 MINUTES);
    decides(10, STEP_WAIT, REASON_ROLLBACK, "", 25 MINUTES);
    inactive(old, 5 MINUTES);
    marked(old, 5 MINUTES);
    decides(10, STEP_DROP_REQUEST, REASON_NOTHING_TO_ROLL_BACK, "B", WHENEVER);
}

/* Cleaning up is a change like others: what nobody holds waits for the resume. */
static void an_orphan_stays_in_the_pause_of_a_rollback(void **state) {
    (void)state;
    current("B", 80 MINUTES, 79 MINUTES);
    orphan("C", 40 MINUTES)->use = USE_NEVER;
    decides(9, STEP_MARK, REASON_ORPHAN, "C", WHENEVER);
    rollback(60);
    decides(10, STEP_DROP_REQUEST, REASON_NOTHING_TO_ROLL_BACK, "B", WHENEVER);
}

static void nothing_else_goes_on_after_a_resume_either(void **state) {
    (void)state;
    struct key *old = superseded("A", 3 DAYS);
    current("B", 2 DAYS, 2 DAYS);
    rollback(FLOOR);
    ring.paused = 0;
    ring.resumed = NOW - 60;
    inactive(old, 5 MINUTES);
    marked(old, 5 MINUTES);
    decides(10, STEP_DROP_REQUEST, REASON_NOTHING_TO_ROLL_BACK, "B", WHENEVER);
    ring.resumed = NOW - FLOOR;
    decides(5, STEP_DELETE, REASON_MARKED, "A", WHENEVER);
    ring.resumed = 0;
    decides(5, STEP_DELETE, REASON_MARKED, "A", WHENEVER);
}

static void rolled_back_key_leaves_when_the_pause_is_over(void **state) {
    (void)state;
    current("A", 70 MINUTES, 29 MINUTES);
    policy.rotate_after = 3 DAYS;
    policy.deactivate_after = 3 DAYS;
    superseded("B", 40 MINUTES);
    decides(20, STEP_WAIT, REASON_OVERLAP, "", 1 MINUTES);
    ring.promoted.at = NOW - 30 MINUTES;
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "B", WHENEVER);
}

/* --- what it leaves: paused, and nothing to be alarmed about */

static void rolled_back_user_is_by_the_book(void **state) {
    (void)state;
    current("A", 70 MINUTES, 5 MINUTES);
    superseded("B", 40 MINUTES);
    ring.paused = NOW - 40 MINUTES;
    ring.paused_for_rollback = true;
    decides(1, STEP_SKIP, REASON_ROLLED_BACK, "", 1 DAYS);
    ring.paused_for_rollback = false; /* an operator's pause in an overlap */
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", 60 MINUTES);
}

static void rolled_back_first_rotation_is_by_the_book(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    old->stored = old->previous = false;
    current("B", 40 MINUTES, 39 MINUTES);
    ring.paused = NOW - 30 MINUTES;
    ring.paused_for_rollback = true;
    decides(1, STEP_SKIP, REASON_ROLLED_BACK, "", 1 DAYS);
    inactive(old, 1 MINUTES); /* turned off again by somebody */
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", 60 MINUTES);
}

static void rollback_that_failed_or_left_a_dead_key_is_not(void **state) {
    (void)state;
    superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    ring.paused = NOW - 35 MINUTES;
    ring.paused_for_rollback = true;
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", 60 MINUTES);
    fresh(NULL);
    superseded("B", 40 MINUTES);
    inactive(current("A", 70 MINUTES, 5 MINUTES), 1 MINUTES);
    ring.paused = NOW - 40 MINUTES;
    ring.paused_for_rollback = true;
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", 60 MINUTES);
}

static void candidate_beside_a_rollbacks_pause_is_half_way(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    candidate("B", 1 MINUTES);
    ring.paused = NOW - 60;
    ring.paused_for_rollback = true;
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", 60 MINUTES);
}

/* --- an emergency that meets a rollback */

static void emergency_that_took_a_rollback_off_waits_a_floor_of_its_own(void **state) {
    (void)state;
    superseded("A", 70 MINUTES);
    leaked(current("B", 60 MINUTES, 59 MINUTES), 60);
    ring.paused = NOW - 5 MINUTES;
    ring.paused_for_rollback = true;
    decides(10, STEP_WAIT, REASON_MOVED_LATELY, "", FLOOR - 60);
    ring.keys[1].leaked = NOW - FLOOR;
    ring.paused = NOW - FLOOR - 1;
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "A", WHENEVER);
}

static void emergency_soon_after_a_rollback_waits_a_floor_of_its_own(void **state) {
    (void)state;
    leaked(superseded("B", 90 MINUTES), 60);
    current("A", 120 MINUTES, 5 MINUTES);
    decides(10, STEP_WAIT, REASON_MOVED_LATELY, "", FLOOR - 60);
    ring.promoted.at = NOW - 60 - FLOOR + 1;
    decides(10, STEP_WAIT, REASON_MOVED_LATELY, "", FLOOR - 60);
    ring.promoted.at -= 1;
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "B", WHENEVER);
    ring.promoted.at += 1;
    assert_true(plan_next(&policy, &ring).emergency);
}

/* The rollback was asked in the second in which the promotion before it was noted: it has not moved anything for that. */
static void emergency_upon_a_rollback_as_old_as_the_promotion_waits(void **state) {
    (void)state;
    superseded("A", 70 MINUTES);
    leaked(current("B", 60 MINUTES, 59 MINUTES), 60);
    ring.paused = NOW - 59 MINUTES;
    ring.paused_for_rollback = true;
    decides(10, STEP_WAIT, REASON_MOVED_LATELY, "", FLOOR - 60);
}

/* Neither of two keys made in the same second is the newer: nothing was rolled back. */
static void emergency_beside_a_key_of_the_same_second_comes_upon_no_rollback(void **state) {
    (void)state;
    superseded("A", 60 MINUTES);
    leaked(current("B", 60 MINUTES, 5 MINUTES), 60);
    decides(19, STEP_WAIT, REASON_MOVED_LATELY, "", FLOOR - 5 MINUTES);
}

/* One that moved AWSCURRENT noted a later time, and is over. */
static void emergency_after_a_rollback_that_moved_does_not_wait(void **state) {
    (void)state;
    superseded("A", 70 MINUTES);
    leaked(current("B", 60 MINUTES, 59 MINUTES), 60);
    ring.paused = NOW - 59 MINUTES - 1;
    ring.paused_for_rollback = true;
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "A", WHENEVER);
}

static void newest_of_two_emergencies_counts(void **state) {
    (void)state;
    leaked(superseded("A", 70 MINUTES), 60);
    leaked(current("B", 60 MINUTES, 59 MINUTES), 2 MINUTES);
    ring.paused = NOW - 60;
    ring.paused_for_rollback = true;
    decides(10, STEP_WAIT, REASON_MOVED_LATELY, "", FLOOR - 60);
}

static void emergency_long_after_a_rollback_does_not_wait(void **state) {
    (void)state;
    leaked(superseded("B", 90 MINUTES), 60);
    current("A", 120 MINUTES, 30 MINUTES);
    ring.paused = NOW - 60 MINUTES;
    ring.paused_for_rollback = true;
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "B", WHENEVER);
}

static void emergency_within_a_plain_pause_does_not_wait(void **state) {
    (void)state;
    leaked(superseded("A", 70 MINUTES), 60);
    current("B", 40 MINUTES, 5 MINUTES);
    ring.paused = NOW - 5 MINUTES;
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "A", WHENEVER);
}

static void emergency_before_a_resume_may_have_met_a_rollback(void **state) {
    (void)state;
    leaked(superseded("A", 70 MINUTES), 2 MINUTES);
    current("B", 60 MINUTES, 59 MINUTES);
    ring.resumed = NOW - 60;
    decides(10, STEP_WAIT, REASON_MOVED_LATELY, "", FLOOR - 2 MINUTES);
    ring.resumed = NOW - 2 MINUTES;
    decides(10, STEP_WAIT, REASON_MOVED_LATELY, "", FLOOR - 2 MINUTES);
    ring.resumed = NOW - 2 MINUTES - 1;
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "A", WHENEVER);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(rollback_reactivates_at_once),
        STORY(rollback_moves_a_floor_after_the_request),
        STORY(rollback_reactivates_again_if_a_slow_worker_turned_the_key_off),
        STORY(rollback_waits_until_the_promotion_is_a_floor_old),
        STORY(rollback_fails_a_timeout_after_it_may_be_tried),
        STORY(rolled_back_user_is_by_the_book),
        STORY(rolled_back_first_rotation_is_by_the_book),
        STORY(rollback_that_failed_or_left_a_dead_key_is_not),
        STORY(candidate_beside_a_rollbacks_pause_is_half_way),
        STORY(rollback_tries_its_target_again_in_seconds),
        STORY(rollback_of_a_first_rotation_only_reactivates),
        STORY(nothing_to_roll_back_is_said),
        STORY(leaked_or_marked_key_is_no_target),
        STORY(void_mark_does_not_hinder_a_rollback),
        STORY(rollback_from_a_current_key_that_is_gone),
        STORY(rollback_from_a_dead_current_key),
        STORY(nothing_else_goes_on_in_the_pause_of_a_rollback),
        STORY(an_orphan_stays_in_the_pause_of_a_rollback),
        STORY(nothing_else_goes_on_after_a_resume_either),
        STORY(rolled_back_key_leaves_when_the_pause_is_over),
        STORY(emergency_that_took_a_rollback_off_waits_a_floor_of_its_own),
        STORY(emergency_upon_a_rollback_as_old_as_the_promotion_waits),
        STORY(emergency_beside_a_key_of_the_same_second_comes_upon_no_rollback),
        STORY(emergency_after_a_rollback_that_moved_does_not_wait),
        STORY(emergency_soon_after_a_rollback_waits_a_floor_of_its_own),
        STORY(newest_of_two_emergencies_counts),
        STORY(emergency_long_after_a_rollback_does_not_wait),
        STORY(emergency_within_a_plain_pause_does_not_wait),
        STORY(emergency_before_a_resume_may_have_met_a_rollback),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
