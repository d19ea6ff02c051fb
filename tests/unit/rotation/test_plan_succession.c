/* Rows 11-20: the old key leaves, the next is made. */
#include "rings.h"

#include "text.h"

/* --- row 11 */

static void overlap_not_over_waits_until_exactly_its_end(void **state) {
    (void)state;
    superseded("A", 60 MINUTES);
    current("B", 29 MINUTES, 28 MINUTES);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 1 MINUTES);
    policy.rotate_after = 1 DAYS;
    decides(20, STEP_WAIT, REASON_OVERLAP, "", 2 MINUTES);
    ring.promoted.at = NOW - 30 MINUTES;
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", WHENEVER);
}

static void overlap_is_at_least_the_floor(void **state) {
    (void)state;
    policy.min_overlap = 1 MINUTES;
    superseded("A", 60 MINUTES);
    current("B", 25 MINUTES, FLOOR - 60);
    decides(20, STEP_WAIT, REASON_OVERLAP, "", 1 MINUTES);
}

static void deactivate_after_is_an_age_of_the_old_key(void **state) {
    (void)state;
    policy.rotate_after = 1 DAYS;
    superseded("A", 59 MINUTES);
    current("B", 31 MINUTES, 30 MINUTES);
    decides(20, STEP_WAIT, REASON_OVERLAP, "", 1 MINUTES);
}

static void late_rotation_never_eats_the_overlap(void **state) {
    (void)state;
    superseded("A", 5 DAYS);
    current("B", 2 MINUTES, 1 MINUTES);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 28 MINUTES);
}

static void no_overlap_deactivates_in_the_look_that_promoted(void **state) {
    (void)state;
    policy.min_overlap = 0;
    policy.deactivate_after = policy.rotate_after;
    own("A", 31 MINUTES);
    current("B", 20, 0);
    ring.promoted_this_look = true;
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", WHENEVER);
}

static void no_overlap_after_a_crash_waits_a_floor(void **state) {
    (void)state;
    policy.min_overlap = 0;
    policy.deactivate_after = policy.rotate_after;
    own("A", 31 MINUTES);
    current("B", 20, 5);
    decides(20, STEP_WAIT, REASON_OVERLAP, "", FLOOR - 5);
    ring.promoted.at = NOW - FLOOR;
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", WHENEVER);
}

static void with_an_overlap_the_look_that_promoted_does_not_deactivate(void **state) {
    (void)state;
    superseded("A", 5 DAYS);
    current("B", 20, 0);
    ring.promoted_this_look = true;
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", WHENEVER);
}

static void nothing_is_deactivated_beside_an_inactive_current_key(void **state) {
    (void)state;
    superseded("A", 5 DAYS);
    current("B", 3 DAYS, 3 DAYS)->status = KEY_INACTIVE;
    decides(3, STEP_BLOCK, REASON_CURRENT_DEAD, "B", WHENEVER);
    asked(REQUEST_ROTATE, "B", 10);
    decides(19, STEP_BLOCK, REASON_NO_FREE_SLOT, "", WHENEVER);
}

static void leaked_superseded_key_goes_at_once(void **state) {
    (void)state;
    leaked(superseded("A", 31 MINUTES), 5);
    current("B", 60, 30);
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "A", WHENEVER);
}

static void leaked_foreign_key_goes_and_then_a_person_decides(void **state) {
    (void)state;
    current("A", 31 MINUTES, 30 MINUTES);
    struct key *foreign = own("B", 28 MINUTES);
    leaked(foreign, 5);
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "B", WHENEVER);
    foreign->status = KEY_INACTIVE;
    decides(13, STEP_BLOCK, REASON_FOREIGN_KEY, "B", WHENEVER);
}

static void emergency_takes_the_slot_of_the_superseded_key(void **state) {
    (void)state;
    struct key *old = superseded("A", 50 MINUTES);
    leaked(current("B", 28 MINUTES, 27 MINUTES), 5);
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "A", WHENEVER);
    policy.min_inactive = 1 DAYS;
    inactive(old, 0);
    decides(12, STEP_MARK, REASON_EMERGENCY, "A", WHENEVER);
    ring.promoted.at = NOW - 60;
    decides(19, STEP_WAIT, REASON_MOVED_LATELY, "", WHENEVER);
}

static void slot_is_not_needed_while_something_else_holds_the_create(void **state) {
    (void)state;
    superseded("A", 50 MINUTES);
    leaked(current("B", 28 MINUTES, 27 MINUTES), 5);
    intent(12 MINUTES);
    decides(19, STEP_WAIT, REASON_INTENT_OPEN, "", 10 MINUTES); /* when A reaches deactivate_after */
    ring.keys[0].created += 5 MINUTES;
    decides(19, STEP_WAIT, REASON_INTENT_OPEN, "", 14 MINUTES);
}

static void forced_rotation_waives_the_age_but_no_overlap(void **state) {
    (void)state;
    policy.deactivate_after = 2 DAYS;
    policy.min_overlap = 40 MINUTES;
    superseded("A", 70 MINUTES);
    current("B", 31 MINUTES, 30 MINUTES);
    asked(REQUEST_ROTATE, "B", 5);
    decides(19, STEP_WAIT, REASON_WAITS_FOR_SLOT, "", 10 MINUTES);
    ring.promoted.at = NOW - 40 MINUTES;
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", WHENEVER);
}

/* --- row 12 */

static void slot_that_is_only_due_waives_no_age(void **state) {
    (void)state;
    policy.deactivate_after = 2 DAYS;
    superseded("A", 1 DAYS);
    current("B", 40 MINUTES, 39 MINUTES);
    decides(19, STEP_WAIT, REASON_WAITS_FOR_SLOT, "", 1 DAYS);
}

static void forced_rotation_that_something_else_holds_waives_no_age(void **state) {
    (void)state;
    policy.deactivate_after = 2 DAYS;
    superseded("A", 1 DAYS);
    current("B", 40 MINUTES, 39 MINUTES);
    asked(REQUEST_ROTATE, "B", 5);
    intent(10 MINUTES);
    decides(19, STEP_WAIT, REASON_INTENT_OPEN, "", 16 MINUTES);
}

static void minutes_profile_deletes_the_first_key_early_at_minute_60(void **state) {
    (void)state;
    struct key *old = superseded("A", 60 MINUTES);
    current("B", 30 MINUTES - 1, 29 MINUTES);
    inactive(old, 0);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 1);
    ring.keys[1].created -= 1;
    decides(12, STEP_MARK, REASON_SLOT_NEEDED, "A", WHENEVER);
    marked(old, 0);
    decides(5, STEP_DELETE, REASON_MARKED, "A", WHENEVER);
}

static void inactive_key_is_deleted_at_its_age(void **state) {
    (void)state;
    policy.rotate_after = 1 DAYS;
    struct key *old = superseded("A", 89 MINUTES);
    current("B", 59 MINUTES, 58 MINUTES);
    inactive(old, 20 MINUTES);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 1 MINUTES);
    old->created -= 1 MINUTES;
    decides(12, STEP_MARK, REASON_INACTIVE_LONG_ENOUGH, "A", WHENEVER);
}

static void late_worker_does_not_skip_the_undo_window(void **state) {
    (void)state;
    policy.min_inactive = 10 MINUTES;
    inactive(superseded("A", 3 DAYS), 4 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    decides(19, STEP_WAIT, REASON_WAITS_FOR_SLOT, "", 6 MINUTES);
}

static void next_rotation_deletes_when_the_slot_is_needed(void **state) {
    (void)state;
    policy.delete_rule = DELETE_NEXT_ROTATION;
    policy.slot_conflict = SLOT_CONFLICT_WAIT;
    struct key *old = superseded("A", 3 DAYS);
    current("B", 29 MINUTES, 28 MINUTES);
    inactive(old, 1 DAYS);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 1 MINUTES);
    ring.keys[1].created -= 1 MINUTES;
    decides(12, STEP_MARK, REASON_SLOT_NEEDED, "A", WHENEVER);
}

static void never_without_giving_way_blocks(void **state) {
    (void)state;
    policy.delete_rule = DELETE_NEVER;
    policy.slot_conflict = SLOT_CONFLICT_WAIT;
    inactive(superseded("A", 3 DAYS), 1 DAYS);
    current("B", 40 MINUTES, 39 MINUTES);
    decides(19, STEP_BLOCK, REASON_NO_FREE_SLOT, "", WHENEVER);
    policy.slot_conflict = SLOT_CONFLICT_DELETE_EARLY;
    decides(12, STEP_MARK, REASON_SLOT_NEEDED, "A", WHENEVER);
}

static void slot_conflict_wait_waits_for_the_age(void **state) {
    (void)state;
    policy.slot_conflict = SLOT_CONFLICT_WAIT;
    inactive(superseded("A", 70 MINUTES), 5 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    decides(19, STEP_WAIT, REASON_WAITS_FOR_SLOT, "", 20 MINUTES);
}

/* --- row 13 */

static void foreign_key_beside_current_is_for_a_person(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    own("B", 30 MINUTES);
    decides(13, STEP_BLOCK, REASON_FOREIGN_KEY, "B", 60 MINUTES);
}

/* --- row 14 */

static void two_active_are_skipped_where_the_policy_says_notify(void **state) {
    (void)state;
    policy.two_active = TWO_ACTIVE_NOTIFY;
    own("A", 40 MINUTES);
    struct key *newer = own("B", 27 MINUTES);
    decides(14, STEP_SKIP, REASON_TWO_ACTIVE, "", WHENEVER);
    leaked(newer, 5);
    decides(14, STEP_BLOCK, REASON_EMERGENCY_STUCK, "", WHENEVER);
}

static void two_active_neither_due_wait(void **state) {
    (void)state;
    own("A", 29 MINUTES);
    own("B", 28 MINUTES);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 1 MINUTES);
}

static void oldest_of_two_active_retires_if_the_other_was_ever_used(void **state) {
    (void)state;
    placeholder();
    struct key *newer = own("B", 27 MINUTES);
    own("A", 40 MINUTES);
    decides(14, STEP_ASK_USE, REASON_RETIRE_OLDEST, "B", WHENEVER);
    newer->use = USE_NEVER;
    decides(14, STEP_BLOCK, REASON_TWO_ACTIVE, "A", WHENEVER);
    newer->use = USE_SEEN;
    decides(14, STEP_DEACTIVATE, REASON_RETIRE_OLDEST, "A", WHENEVER);
}

static void secret_is_made_before_the_oldest_retires(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    own("B", 27 MINUTES)->use = USE_SEEN;
    decides(14, STEP_MAKE_SECRET, REASON_RETIRE_OLDEST, "A", WHENEVER);
}

static void two_active_wait_until_both_are_a_floor_old(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    own("B", 25 MINUTES);
    decides(14, STEP_WAIT, REASON_YOUNG_KEY, "", 1 MINUTES);
    ring.keys[1].created = NOW - FLOOR;
    decides(14, STEP_ASK_USE, REASON_RETIRE_OLDEST, "B", WHENEVER);
}

static void emergency_retires_the_named_one_of_two_active(void **state) {
    (void)state;
    placeholder();
    struct key *older = own("A", 28 MINUTES);
    struct key *newer = own("B", 27 MINUTES);
    leaked(newer, 5);
    decides(14, STEP_ASK_USE, REASON_EMERGENCY, "A", WHENEVER);
    older->use = USE_SEEN;
    decides(14, STEP_DEACTIVATE, REASON_EMERGENCY, "B", WHENEVER);
    older->use = USE_NEVER;
    decides(14, STEP_BLOCK, REASON_EMERGENCY_STUCK, "B", WHENEVER);
}

/* --- rows 15-17 */

static void spare_inactive_key_gives_its_slot(void **state) {
    (void)state;
    struct key *spare = own("A", 40 MINUTES);
    own("B", 35 MINUTES);
    placeholder();
    inactive(spare, 1 MINUTES);
    decides(15, STEP_MARK, REASON_SPARE_INACTIVE, "A", WHENEVER);
    policy.min_inactive = 10 MINUTES;
    decides(15, STEP_WAIT, REASON_WAITS_FOR_SLOT, "", 9 MINUTES);
    leaked(&ring.keys[1], 5);
    decides(15, STEP_MARK, REASON_SPARE_INACTIVE, "A", WHENEVER);
}

static void spare_inactive_key_that_is_left_blocks(void **state) {
    (void)state;
    policy.spare_inactive = SPARE_INACTIVE_LEAVE;
    inactive(own("A", 40 MINUTES), 1 MINUTES);
    own("B", 35 MINUTES);
    decides(15, STEP_BLOCK, REASON_NO_FREE_SLOT, "A", WHENEVER);
}

static void spare_inactive_key_stays_while_nothing_is_due(void **state) {
    (void)state;
    placeholder();
    inactive(own("A", 50 MINUTES), 1 MINUTES);
    own("B", 29 MINUTES);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 1 MINUTES);
}

static void two_inactive_keys_are_left_or_deleted_together(void **state) {
    (void)state;
    placeholder();
    inactive(own("A", 50 MINUTES), 1 MINUTES);
    inactive(own("B", 29 MINUTES), 1 MINUTES);
    text_clip(ring.inactive_too, sizeof ring.inactive_too, "A");
    decides(17, STEP_WAIT, REASON_NO_ACTIVE_KEY, "", 1 MINUTES);
    ring.keys[1].created -= 1 MINUTES;
    decides(16, STEP_SKIP, REASON_TWO_INACTIVE_LEFT, "", 1 DAYS);
    policy.two_inactive = TWO_INACTIVE_DELETE_BOTH;
    decides(16, STEP_DELETE_BOTH, REASON_TWO_INACTIVE, "A", WHENEVER);
    assert_string_equal(plan_next(&policy, &ring).key_too, "B");
    policy.min_inactive = 3 MINUTES;
    decides(17, STEP_WAIT, REASON_NO_ACTIVE_KEY, "", 2 MINUTES);
}

/* A policy that only shows what it would do writes no notes: of the second key nothing is known yet. */
static void two_inactive_keys_wait_for_the_one_seen_inactive_last(void **state) {
    (void)state;
    policy.mode = MODE_PLAN;
    policy.two_inactive = TWO_INACTIVE_DELETE_BOTH;
    policy.min_inactive = 3 MINUTES;
    placeholder();
    inactive(own("A", 90 MINUTES), 60 MINUTES);
    own("B", 50 MINUTES)->status = KEY_INACTIVE;
    decides(17, STEP_WAIT, REASON_NO_ACTIVE_KEY, "", 3 MINUTES);
}

static void two_inactive_keys_stay_when_somebody_asked(void **state) {
    (void)state;
    policy.two_inactive = TWO_INACTIVE_DELETE_BOTH;
    placeholder();
    inactive(own("A", 50 MINUTES), 1 MINUTES);
    inactive(own("B", 49 MINUTES), 1 MINUTES);
    text_clip(ring.inactive_too, sizeof ring.inactive_too, "A");
    asked(REQUEST_ROTATE, "B", 5);
    decides(19, STEP_BLOCK, REASON_NO_FREE_SLOT, "", WHENEVER);
}

static void user_without_active_key_is_left(void **state) {
    (void)state;
    decides(17, STEP_WAIT, REASON_NO_KEY, "", 1 DAYS);
    inactive(own("A", 50 MINUTES), 1 MINUTES);
    decides(17, STEP_WAIT, REASON_NO_ACTIVE_KEY, "", 1 DAYS);
}

/* --- row 19 */

static void due_key_gets_a_successor(void **state) {
    (void)state;
    current("A", 30 MINUTES, 29 MINUTES);
    decides(19, STEP_CREATE, REASON_DUE, "", 10);
}

static void store_is_proven_before_any_key_exists(void **state) {
    (void)state;
    own("A", 30 MINUTES);
    decides(19, STEP_MAKE_SECRET, REASON_DUE, "", WHENEVER);
    ring.recheck = RECHECK_NOT_ASKED;
    decides(19, STEP_RECHECK, REASON_DUE, "", WHENEVER);
}

static void asked_for_before_it_is_due(void **state) {
    (void)state;
    current("A", 29 MINUTES, 28 MINUTES);
    asked(REQUEST_ROTATE, "A", 5);
    decides(19, STEP_CREATE, REASON_ASKED, "", WHENEVER);
}

static void request_naming_an_orphan_makes_nothing(void **state) {
    (void)state;
    current("A", 28 MINUTES, 28 MINUTES - 5);
    asked(REQUEST_ROTATE, "Z", 5);
    decides(0, STEP_DROP_REQUEST, REASON_ASKED, "Z", WHENEVER);
}

static void create_waits_until_the_last_move_is_a_floor_old(void **state) {
    (void)state;
    leaked(current("A", 20 MINUTES, 10 MINUTES), 5);
    decides(19, STEP_WAIT, REASON_MOVED_LATELY, "", 16 MINUTES);
}

static void create_waits_for_an_open_intent(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    intent(6 MINUTES);
    decides(19, STEP_WAIT, REASON_INTENT_OPEN, "", 20 MINUTES);
}

static void create_pauses_after_discards_and_stops_after_three(void **state) {
    (void)state;
    current("A", 90 MINUTES, 89 MINUTES);
    ring.discards = 1;
    ring.last_discard = NOW - 60;
    decides(19, STEP_WAIT, REASON_DISCARD_PAUSE, "", 4 MINUTES);
    ring.discards = 2;
    decides(19, STEP_WAIT, REASON_DISCARD_PAUSE, "", 9 MINUTES);
    ring.discards = 3;
    decides(19, STEP_BLOCK, REASON_TOO_MANY_DISCARDS, "", 60 MINUTES);
    ring.resumed = ring.last_discard;
    decides(1, STEP_WAIT, REASON_RESUMED_LATELY, "", WHENEVER);
    ring.last_discard = ring.resumed = NOW - FLOOR;
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
    ring.resumed = 0;
    ring.promoted.at = ring.last_discard;
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
    ring.discards = 1;
    ring.promoted.at = NOW - 89 MINUTES;
    ring.last_discard = NOW - 5 MINUTES;
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
}

static void test_clock_shortens_the_pause_after_a_discard(void **state) {
    (void)state;
    policy.floor = 3;
    current("A", 90 MINUTES, 89 MINUTES);
    ring.discards = 2;
    ring.last_discard = NOW - 1;
    decides(19, STEP_WAIT, REASON_DISCARD_PAUSE, "", 5);
}

static void first_rotation_after_the_own_key_was_dealt_with(void **state) {
    (void)state;
    policy.rotate_after = 60 DAYS;
    own("A", 60 DAYS);
    placeholder();
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
}

static void emergency_that_nothing_serves_is_said(void **state) {
    (void)state;
    leaked(superseded("A", 28 MINUTES), 5);
    own("B", 27 MINUTES);
    gone_current("Z", FLOOR);
    decides(19, STEP_BLOCK, REASON_EMERGENCY_STUCK, "", WHENEVER);
}

/* --- row 20 */

static void quiet_user_is_looked_at_when_due(void **state) {
    (void)state;
    policy.rotate_after = 60 DAYS;
    current("A", 1 DAYS, 1 DAYS);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 59 DAYS);
}

static void every_changing_step_is_checked_first(void **state) {
    (void)state;
    for (int step = 0; step < STEP_COUNT; step++)
        assert_int_equal(plan_changes((enum step)step), step >= STEP_MAKE_SECRET);
    assert_false(plan_changes((enum step)(STEP_COUNT + 1)));
}

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(overlap_not_over_waits_until_exactly_its_end),
        STORY(overlap_is_at_least_the_floor),
        STORY(deactivate_after_is_an_age_of_the_old_key),
        STORY(late_rotation_never_eats_the_overlap),
        STORY(no_overlap_deactivates_in_the_look_that_promoted),
        STORY(no_overlap_after_a_crash_waits_a_floor),
        STORY(with_an_overlap_the_look_that_promoted_does_not_deactivate),
        STORY(nothing_is_deactivated_beside_an_inactive_current_key),
        STORY(leaked_superseded_key_goes_at_once),
        STORY(leaked_foreign_key_goes_and_then_a_person_decides),
        STORY(emergency_takes_the_slot_of_the_superseded_key),
        STORY(slot_is_not_needed_while_something_else_holds_the_create),
        STORY(forced_rotation_waives_the_age_but_no_overlap),
        STORY(slot_that_is_only_due_waives_no_age),
        STORY(forced_rotation_that_something_else_holds_waives_no_age),
        STORY(minutes_profile_deletes_the_first_key_early_at_minute_60),
        STORY(inactive_key_is_deleted_at_its_age),
        STORY(late_worker_does_not_skip_the_undo_window),
        STORY(next_rotation_deletes_when_the_slot_is_needed),
        STORY(never_without_giving_way_blocks),
        STORY(slot_conflict_wait_waits_for_the_age),
        STORY(foreign_key_beside_current_is_for_a_person),
        STORY(two_active_are_skipped_where_the_policy_says_notify),
        STORY(two_active_neither_due_wait),
        STORY(oldest_of_two_active_retires_if_the_other_was_ever_used),
        STORY(secret_is_made_before_the_oldest_retires),
        STORY(two_active_wait_until_both_are_a_floor_old),
        STORY(emergency_retires_the_named_one_of_two_active),
        STORY(spare_inactive_key_gives_its_slot),
        STORY(spare_inactive_key_that_is_left_blocks),
        STORY(spare_inactive_key_stays_while_nothing_is_due),
        STORY(two_inactive_keys_are_left_or_deleted_together),
        STORY(two_inactive_keys_wait_for_the_one_seen_inactive_last),
        STORY(two_inactive_keys_stay_when_somebody_asked),
        STORY(user_without_active_key_is_left),
        STORY(due_key_gets_a_successor),
        STORY(store_is_proven_before_any_key_exists),
        STORY(asked_for_before_it_is_due),
        STORY(request_naming_an_orphan_makes_nothing),
        STORY(create_waits_until_the_last_move_is_a_floor_old),
        STORY(create_waits_for_an_open_intent),
        STORY(create_pauses_after_discards_and_stops_after_three),
        STORY(test_clock_shortens_the_pause_after_a_discard),
        STORY(first_rotation_after_the_own_key_was_dealt_with),
        STORY(emergency_that_nothing_serves_is_said),
        STORY(quiet_user_is_looked_at_when_due),
        STORY(every_changing_step_is_checked_first),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
