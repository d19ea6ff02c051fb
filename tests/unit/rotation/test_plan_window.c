/* Maintenance windows and blackouts hold rows 11, 12, 14-16 and 19 until they open; never an emergency, and nothing that began. */
#include "rings.h"

#include "text.h"

#include <string.h>

#define HOURS   *INT64_C(3600)
#define OPENING (5 HOURS)

/* NOW is a Saturday, 02:40 UTC: the window of Saturdays opens in five hours, for two. */
static void shut_for_five_hours(void) {
    int64_t local = (NOW + OPENING) % (1 DAYS);
    policy.calendar.has_window = true;
    policy.calendar.days = 1U << (unsigned)((NOW / (1 DAYS) + 3) % 7);
    policy.calendar.from = local;
    policy.calendar.to = local + 2 HOURS;
}

static void create_waits_for_the_window(void **state) {
    (void)state;
    shut_for_five_hours();
    current("A", 40 MINUTES, 39 MINUTES);
    decides(19, STEP_WAIT, REASON_WINDOW, "", OPENING);
    asked(REQUEST_ROTATE, "A", 60);
    decides(19, STEP_WAIT, REASON_WINDOW, "", OPENING);
}

static void within_the_window_all_is_as_without(void **state) {
    (void)state;
    shut_for_five_hours();
    ring.now += OPENING;
    struct key *key = current("A", 0, 0);
    key->created = ring.promoted.at = ring.now - 40 MINUTES;
    struct plan plan = plan_next(&policy, &ring);
    assert_int_equal(plan.step, STEP_CREATE);
    ring.now += 2 HOURS;
    plan = plan_next(&policy, &ring);
    assert_int_equal(plan.step, STEP_WAIT);
    assert_int_equal(plan.not_before - ring.now, 7 DAYS - 2 HOURS);
}

static void deactivation_waits(void **state) {
    (void)state;
    shut_for_five_hours();
    policy.rotate_after = 1 DAYS;
    superseded("A", 61 MINUTES);
    current("B", 31 MINUTES, 31 MINUTES);
    decides(20, STEP_WAIT, REASON_WINDOW, "", OPENING);
    ring.promoted.at = NOW; /* the overlap ends before the window opens: one look, then */
    decides(20, STEP_WAIT, REASON_WINDOW, "", OPENING);
    policy.min_overlap = 6 HOURS; /* it ends within the window */
    decides(20, STEP_WAIT, REASON_OVERLAP, "", 6 HOURS);
}

static void deactivation_of_a_policy_without_overlap_waits_too(void **state) {
    (void)state;
    policy.deactivate_after = policy.rotate_after;
    policy.min_overlap = 0;
    superseded("A", 30 MINUTES);
    current("B", 15, 0);
    ring.promoted_this_look = true;
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", WHENEVER);
    shut_for_five_hours();
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 30 MINUTES - 15);
}

static void deletion_waits(void **state) {
    (void)state;
    shut_for_five_hours();
    policy.rotate_after = 1 DAYS;
    inactive(superseded("A", 2 DAYS), 1 DAYS);
    current("B", 31 MINUTES, 31 MINUTES);
    decides(20, STEP_WAIT, REASON_WINDOW, "", OPENING);
}

static void no_slot_is_needed_while_the_window_is_shut(void **state) {
    (void)state;
    shut_for_five_hours();
    policy.delete_after = 30 DAYS;
    inactive(superseded("A", 2 DAYS), 1 DAYS);
    current("B", 40 MINUTES, 40 MINUTES);
    decides(19, STEP_WAIT, REASON_WINDOW, "", OPENING);
    memset(&policy.calendar, 0, sizeof policy.calendar);
    decides(12, STEP_MARK, REASON_SLOT_NEEDED, "A", WHENEVER);
}

static void first_rotations_wait(void **state) {
    (void)state;
    shut_for_five_hours();
    own("A", 70 MINUTES)->use = USE_SEEN;
    own("B", 50 MINUTES)->use = USE_SEEN;
    decides(14, STEP_WAIT, REASON_WINDOW, "", OPENING);
    policy.two_active = TWO_ACTIVE_NOTIFY; /* telling is no change */
    decides(14, STEP_SKIP, REASON_TWO_ACTIVE, "", WHENEVER);
    inactive(&ring.keys[0], 10 MINUTES);
    placeholder();
    decides(15, STEP_WAIT, REASON_WINDOW, "", OPENING);
    policy.two_inactive = TWO_INACTIVE_DELETE_BOTH;
    ring.keys[1].status = KEY_INACTIVE;
    text_clip(ring.inactive_too, sizeof ring.inactive_too, "B");
    decides(17, STEP_WAIT, REASON_NO_ACTIVE_KEY, "", OPENING);
}

static void what_began_is_finished(void **state) {
    (void)state;
    shut_for_five_hours();
    current("A", 40 MINUTES, 39 MINUTES);
    struct key *key = candidate("B", 1 MINUTES);
    key->proof = PROOF_PROVEN;
    decides(6, STEP_PROMOTE, REASON_PROVEN, "B", WHENEVER);
    key->deleting = NOW - FLOOR;
    key->discarding = true;
    decides(5, STEP_DEACTIVATE, REASON_MARKED, "B", WHENEVER);
    fresh(state);
    shut_for_five_hours();
    current("A", 40 MINUTES, 39 MINUTES);
    orphan("B", FLOOR)->use = USE_NEVER;
    decides(9, STEP_MARK, REASON_ORPHAN, "B", WHENEVER);
}

static void emergency_does_not_wait(void **state) {
    (void)state;
    shut_for_five_hours();
    leaked(current("A", 40 MINUTES, 39 MINUTES), 60);
    decides(19, STEP_CREATE, REASON_EMERGENCY, "", WHENEVER);
    struct key *old = superseded("Z", 50 MINUTES);
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "Z", WHENEVER);
    inactive(old, 5);
    decides(12, STEP_MARK, REASON_EMERGENCY, "Z", WHENEVER);
}

static void emergency_of_a_user_never_rotated_does_not_wait(void **state) {
    (void)state;
    shut_for_five_hours();
    leaked(own("A", 70 MINUTES), 60);
    own("B", 50 MINUTES)->use = USE_SEEN;
    placeholder();
    decides(14, STEP_DEACTIVATE, REASON_EMERGENCY, "A", WHENEVER);
    fresh(state);
    shut_for_five_hours();
    leaked(own("A", 70 MINUTES), 60);
    inactive(own("B", 50 MINUTES), 1);
    placeholder();
    decides(15, STEP_MARK, REASON_SPARE_INACTIVE, "B", WHENEVER);
}

static void rollback_does_not_wait(void **state) {
    (void)state;
    shut_for_five_hours();
    inactive(superseded("A", 70 MINUTES), 5 MINUTES);
    current("B", 40 MINUTES, 40 MINUTES);
    asked(REQUEST_ROLLBACK, "B", 5);
    ring.paused = NOW - 5;
    ring.paused_for_rollback = true;
    decides(10, STEP_REACTIVATE, REASON_ROLLBACK, "A", WHENEVER);
}

static void calendar_that_never_opens_is_asked_again_in_a_year(void **state) {
    (void)state;
    policy.calendar.has_window = true;
    current("A", 40 MINUTES, 39 MINUTES);
    decides(19, STEP_WAIT, REASON_WINDOW, "", 366 DAYS);
}

static void mode_plan_shows_the_wait(void **state) {
    (void)state;
    policy.mode = MODE_PLAN;
    shut_for_five_hours();
    current("A", 40 MINUTES, 39 MINUTES);
    decides(19, STEP_WAIT, REASON_WINDOW, "", OPENING);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(create_waits_for_the_window),
        STORY(within_the_window_all_is_as_without),
        STORY(deactivation_waits),
        STORY(deactivation_of_a_policy_without_overlap_waits_too),
        STORY(deletion_waits),
        STORY(no_slot_is_needed_while_the_window_is_shut),
        STORY(first_rotations_wait),
        STORY(what_began_is_finished),
        STORY(emergency_does_not_wait),
        STORY(emergency_of_a_user_never_rotated_does_not_wait),
        STORY(rollback_does_not_wait),
        STORY(calendar_that_never_opens_is_asked_again_in_a_year),
        STORY(mode_plan_shows_the_wait),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
