/* A pause of the account holds rows 11, 12, 14-16 and 19, the brake the create of row 19, and what nobody could read holds like a pause;
 * never an emergency, a rollback, or what began. */
#include "rings.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

#define HOURS *INT64_C(3600)

static void held(enum account_hold hold, int64_t for_how_long) {
    ring.account_hold = hold;
    ring.account_held_since = hold == ACCOUNT_UNREAD ? 0 : NOW - for_how_long;
}

static struct plan decided(int row, enum step step, enum reason reason) {
    struct plan plan = plan_next(&policy, &ring);
    assert_int_equal(plan.row, row);
    assert_string_equal(step_name(plan.step), step_name(step));
    assert_string_equal(reason_name(plan.reason), reason_name(reason));
    return plan;
}

static void create_waits_for_the_resume(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    held(ACCOUNT_PAUSED, 4 MINUTES);
    decided(19, STEP_WAIT, REASON_ACCOUNT_PAUSED);
    asked(REQUEST_ROTATE, "A", 60);
    decided(19, STEP_WAIT, REASON_ACCOUNT_PAUSED);
    held(ACCOUNT_BRAKED, 4 MINUTES);
    decided(19, STEP_WAIT, REASON_ACCOUNT_BRAKED);
    held(ACCOUNT_UNREAD, 0);
    decided(19, STEP_WAIT, REASON_ACCOUNT_UNREAD);
    held(ACCOUNT_GOES_ON, 0);
    decided(19, STEP_CREATE, REASON_ASKED);
}

static void the_brake_holds_creations_only(void **state) {
    (void)state;
    policy.rotate_after = 1 DAYS;
    superseded("A", 2 HOURS);
    current("B", 1 HOURS, 1 HOURS);
    held(ACCOUNT_BRAKED, 4 MINUTES);
    decided(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER);
    inactive(&ring.keys[0], 31 MINUTES);
    decided(12, STEP_MARK, REASON_INACTIVE_LONG_ENOUGH);
}

static void a_pause_holds_deactivation_and_deletion(void **state) {
    (void)state;
    policy.rotate_after = 1 DAYS;
    superseded("A", 2 HOURS);
    current("B", 1 HOURS, 1 HOURS);
    held(ACCOUNT_PAUSED, 4 MINUTES);
    decided(20, STEP_WAIT, REASON_ACCOUNT_PAUSED);
    inactive(&ring.keys[0], 31 MINUTES);
    decided(20, STEP_WAIT, REASON_ACCOUNT_PAUSED);
    held(ACCOUNT_UNREAD, 0);
    decided(20, STEP_WAIT, REASON_ACCOUNT_UNREAD);
}

static void without_overlap_the_old_key_stays_in_a_pause(void **state) {
    (void)state;
    policy.deactivate_after = policy.rotate_after;
    policy.min_overlap = 0;
    superseded("A", 30 MINUTES);
    current("B", 15, 0);
    ring.promoted_this_look = true;
    held(ACCOUNT_PAUSED, 4 MINUTES);
    decided(20, STEP_WAIT, REASON_OVERLAP); /* from now on it is due a floor after the promotion, as after a crash */
    held(ACCOUNT_BRAKED, 4 MINUTES);
    decided(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER);
}

static void nothing_gives_way_to_a_create_that_is_held(void **state) {
    (void)state;
    policy.delete_after = 30 DAYS;
    inactive(superseded("A", 2 DAYS), 1 DAYS);
    current("B", 40 MINUTES, 40 MINUTES);
    held(ACCOUNT_PAUSED, 4 MINUTES);
    decided(19, STEP_WAIT, REASON_ACCOUNT_PAUSED);
    held(ACCOUNT_BRAKED, 4 MINUTES);
    decided(19, STEP_WAIT, REASON_ACCOUNT_BRAKED);
    held(ACCOUNT_GOES_ON, 0);
    decided(12, STEP_MARK, REASON_SLOT_NEEDED);
}

static void first_rotations_wait_in_a_pause(void **state) {
    (void)state;
    held(ACCOUNT_PAUSED, 4 MINUTES);
    own("A", 70 MINUTES)->use = USE_SEEN;
    own("B", 50 MINUTES)->use = USE_SEEN;
    decided(14, STEP_WAIT, REASON_ACCOUNT_PAUSED);
    policy.two_active = TWO_ACTIVE_NOTIFY; /* telling is no change */
    decided(14, STEP_SKIP, REASON_TWO_ACTIVE);
    inactive(&ring.keys[0], 10 MINUTES);
    placeholder();
    decided(15, STEP_WAIT, REASON_ACCOUNT_PAUSED);
    policy.two_inactive = TWO_INACTIVE_DELETE_BOTH;
    ring.keys[1].status = KEY_INACTIVE;
    text_clip(ring.inactive_too, sizeof ring.inactive_too, "B");
    decided(17, STEP_WAIT, REASON_NO_ACTIVE_KEY);
    held(ACCOUNT_GOES_ON, 0);
    decided(16, STEP_DELETE_BOTH, REASON_TWO_INACTIVE);
}

static void what_began_is_finished(void **state) {
    (void)state;
    held(ACCOUNT_PAUSED, 4 MINUTES);
    current("A", 40 MINUTES, 39 MINUTES);
    struct key *key = candidate("B", 1 MINUTES);
    key->proof = PROOF_PROVEN;
    decided(6, STEP_PROMOTE, REASON_PROVEN);
    key->deleting = NOW - FLOOR;
    decided(5, STEP_DEACTIVATE, REASON_MARKED);
}

static void an_orphan_goes_in_a_pause(void **state) {
    (void)state;
    held(ACCOUNT_PAUSED, 4 MINUTES);
    current("A", 3 HOURS, 2 HOURS);
    orphan("B", FLOOR)->use = USE_NEVER;
    decided(9, STEP_MARK, REASON_ORPHAN);
}

static void a_rollback_passes(void **state) {
    (void)state;
    held(ACCOUNT_PAUSED, 4 MINUTES);
    inactive(superseded("A", 2 HOURS), 10 MINUTES);
    current("B", 1 HOURS, 1 HOURS);
    asked(REQUEST_ROLLBACK, "B", 10);
    ring.paused = NOW - 10;
    ring.paused_for_rollback = true;
    decided(10, STEP_REACTIVATE, REASON_ROLLBACK);
}

static void an_emergency_passes_from_the_create_to_the_end(void **state) {
    (void)state;
    static const enum account_hold holds[] = {ACCOUNT_BRAKED, ACCOUNT_PAUSED, ACCOUNT_UNREAD};
    for (size_t i = 0; i < COUNT_OF(holds); i++) {
        assert_int_equal(fresh(state), 0);
        held(holds[i], 4 MINUTES);
        leaked(current("A", 3 HOURS, 2 HOURS), 60);
        decided(19, STEP_CREATE, REASON_EMERGENCY);
        inactive(superseded("Z", 4 HOURS), 1);
        decided(12, STEP_MARK, REASON_EMERGENCY);
        assert_int_equal(fresh(state), 0);
        held(holds[i], 4 MINUTES);
        leaked(superseded("A", 2 HOURS), 60);
        current("B", 1 HOURS, 1);
        decided(11, STEP_DEACTIVATE, REASON_EMERGENCY);
    }
}

static void a_window_that_is_shut_is_named_before_the_pause(void **state) {
    (void)state;
    policy.calendar.has_window = true;
    policy.calendar.days = 1U << (unsigned)((NOW / (1 DAYS) + 3) % 7);
    policy.calendar.from = (NOW + 5 HOURS) % (1 DAYS);
    policy.calendar.to = policy.calendar.from + 2 HOURS;
    current("A", 40 MINUTES, 39 MINUTES);
    held(ACCOUNT_PAUSED, 4 MINUTES);
    assert_int_equal(decided(19, STEP_WAIT, REASON_WINDOW).not_before, NOW + 5 HOURS);
}

/* --- when a held user is looked at again */

static void who_waits_for_something_else_is_not_looked_at_for_the_pause(void **state) {
    (void)state;
    current("A", 20 MINUTES, 19 MINUTES);
    held(ACCOUNT_PAUSED, 4 MINUTES);
    assert_int_equal(decided(20, STEP_WAIT, REASON_NOT_DUE).not_before, NOW + 10 MINUTES);
}

/* What 400 users of a held account wait for: from, to, and how many different times. */
static size_t waits_of_many(int64_t held_for, int64_t *least, int64_t *most) {
    bool met[3601] = {false};
    size_t different = 0;
    *least = INT64_MAX;
    *most = 0;
    for (int i = 0; i < 400; i++) {
        snprintf(ring.user_id, sizeof ring.user_id, "AIDAHELD%d", i);
        held(ACCOUNT_PAUSED, held_for);
        int64_t wait = decided(19, STEP_WAIT, REASON_ACCOUNT_PAUSED).not_before - NOW;
        assert_in_range(wait, 1, 3600);
        different += met[wait] ? 0 : 1;
        met[wait] = true;
        *least = wait < *least ? wait : *least;
        *most = wait > *most ? wait : *most;
    }
    return different;
}

static void users_come_within_a_quarter_of_the_pause_each_at_its_own_time(void **state) {
    (void)state;
    int64_t least, most;
    policy.floor = SAFETY_FLOOR;
    current("A", 40 MINUTES, 39 MINUTES);
    assert_true(waits_of_many(40 MINUTES, &least, &most) > 100);
    assert_true(least >= 5 MINUTES && most <= 10 MINUTES);
    assert_true(waits_of_many(30 DAYS, &least, &most) > 200);
    assert_true(least >= 15 MINUTES && most <= 30 MINUTES);
    assert_int_equal(waits_of_many(5, &least, &most), 30); /* each second from half a minute to a whole one */
    assert_true(least == 30 && most == 59);
}

static void where_nobody_knows_since_when_it_is_asked_again_within_ten_minutes(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    snprintf(ring.user_id, sizeof ring.user_id, "AIDAHELD1");
    held(ACCOUNT_UNREAD, 0);
    int64_t wait = 5 MINUTES + policy_share(5 MINUTES, "held", ring.user_id);
    assert_int_equal(decided(19, STEP_WAIT, REASON_ACCOUNT_UNREAD).not_before, NOW + wait);
}

static void a_time_in_the_future_is_a_short_pause(void **state) {
    (void)state;
    int64_t least, most;
    current("A", 40 MINUTES, 39 MINUTES);
    (void)waits_of_many(-5 DAYS, &least, &most);
    assert_true(least >= 30 && most <= 60);
}

static void a_test_clock_shortens_the_wait(void **state) {
    (void)state;
    policy.floor = 3;
    current("A", 40 MINUTES, 39 MINUTES);
    held(ACCOUNT_PAUSED, 1 DAYS);
    assert_int_equal(decided(19, STEP_WAIT, REASON_ACCOUNT_PAUSED).not_before, NOW + 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(create_waits_for_the_resume),
        STORY(the_brake_holds_creations_only),
        STORY(a_pause_holds_deactivation_and_deletion),
        STORY(without_overlap_the_old_key_stays_in_a_pause),
        STORY(nothing_gives_way_to_a_create_that_is_held),
        STORY(first_rotations_wait_in_a_pause),
        STORY(what_began_is_finished),
        STORY(an_orphan_goes_in_a_pause),
        STORY(a_rollback_passes),
        STORY(an_emergency_passes_from_the_create_to_the_end),
        STORY(a_window_that_is_shut_is_named_before_the_pause),
        STORY(who_waits_for_something_else_is_not_looked_at_for_the_pause),
        STORY(users_come_within_a_quarter_of_the_pause_each_at_its_own_time),
        STORY(where_nobody_knows_since_when_it_is_asked_again_within_ten_minutes),
        STORY(a_time_in_the_future_is_a_short_pause),
        STORY(a_test_clock_shortens_the_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
