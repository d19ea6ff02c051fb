/* What will happen to a user, and what follows from it. */
#include "outlook.h"

#include "seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct policy policy;
static struct keyring ring;
static struct outlook outlook;

static int begin(void **state) {
    (void)state;
    seen_policy(&policy);
    seen_nothing(&ring);
    return 0;
}

static void expect(enum outlook_kind kind, enum reason reason) {
    outlook_of(&policy, &ring, &outlook);
    assert_string_equal(outlook_word(kind), outlook_word(outlook.kind));
    assert_string_equal(reason_name(reason), reason_name(outlook.plan.reason));
}

static void expect_next(enum outlook_kind kind, const char *key, int64_t in) {
    assert_true(outlook.foreseen);
    assert_string_equal(outlook_word(kind), outlook_word(outlook_kind_of(&outlook.next)));
    assert_string_equal(key, outlook.next.key);
    assert_in_range(outlook.next_at, SEEN_NOW + in, SEEN_NOW + in + 60);
}

static void a_young_key_waits_for_its_successor(void **state) {
    (void)state;
    seen_current(&ring, "AKIAONE", 20 DAYS);
    expect(OUTLOOK_WAITING, REASON_NOT_DUE);
    expect_next(OUTLOOK_CREATE, "", 56 DAYS);
}

static void a_due_key_gets_a_successor_and_goes_off_after_the_overlap(void **state) {
    (void)state;
    seen_current(&ring, "AKIAONE", 80 DAYS);
    expect(OUTLOOK_CREATE, REASON_DUE);
    expect_next(OUTLOOK_DEACTIVATE, "AKIAONE", 14 DAYS);
    assert_string_equal("AKIAONE", outlook_succeeded(&outlook)->id);
}

static void without_overlap_the_old_key_goes_off_at_once(void **state) {
    (void)state;
    policy.deactivate_after = policy.rotate_after;
    policy.min_overlap = 0;
    seen_current(&ring, "AKIAONE", 80 DAYS);
    expect(OUTLOOK_CREATE, REASON_DUE);
    expect_next(OUTLOOK_DEACTIVATE, "AKIAONE", 0);
}

static void a_user_without_a_secret_gets_no_less(void **state) {
    (void)state;
    seen_key(&ring, "AKIAONE", 80 DAYS);
    expect(OUTLOOK_CREATE, REASON_DUE);
    expect_next(OUTLOOK_DEACTIVATE, "AKIAONE", 14 DAYS);
}

static void the_mode_of_the_file_does_not_hide_what_would_be_done(void **state) {
    (void)state;
    policy.mode = MODE_PLAN;
    seen_key(&ring, "AKIAONE", 80 DAYS);
    expect(OUTLOOK_CREATE, REASON_DUE);
}

static void a_candidate_is_to_be_tried_and_is_not(void **state) {
    (void)state;
    seen_current(&ring, "AKIAONE", 77 DAYS)->pending = false;
    struct key *candidate = seen_key(&ring, "AKIATWO", 3600);
    candidate->stored = candidate->pending = true;
    expect(OUTLOOK_FINISH, REASON_SETTLING);
    assert_int_equal(STEP_VERIFY, outlook.plan.step);
    expect_next(OUTLOOK_DEACTIVATE, "AKIAONE", 14 DAYS);
}

static void what_last_use_decides_is_told_both_ways(void **state) {
    (void)state;
    policy.two_active = TWO_ACTIVE_RETIRE_OLDEST;
    seen_key(&ring, "AKIAONE", 200 DAYS);
    seen_key(&ring, "AKIATWO", 100 DAYS);
    expect(OUTLOOK_ASK, REASON_RETIRE_OLDEST);
    assert_string_equal("AKIATWO", outlook.plan.key);
    assert_int_equal(STEP_DEACTIVATE, outlook.if_used.step);
    assert_string_equal("AKIAONE", outlook.if_used.key);
    assert_int_equal(STEP_BLOCK, outlook.if_never.step);
    assert_false(outlook.foreseen);
    assert_true(outlook_changes(outlook.kind));
}

static void where_a_person_must_act_nothing_is_foreseen(void **state) {
    (void)state;
    seen_current(&ring, "AKIAONE", 30 DAYS);
    seen_key(&ring, "AKIATWO", 2 DAYS);
    expect(OUTLOOK_BLOCKED, REASON_FOREIGN_KEY);
    assert_false(outlook.foreseen);
    assert_false(outlook_changes(outlook.kind));
}

static void a_late_deletion_makes_room_before_the_next_key(void **state) {
    (void)state;
    seen_key(&ring, "AKIAOLD", 105 DAYS)->status = KEY_INACTIVE;
    seen_current(&ring, "AKIANEW", 29 DAYS);
    ring.inactive.at = SEEN_NOW - 14 DAYS;
    strcpy(ring.inactive.key, "AKIAOLD");
    expect(OUTLOOK_DELETE, REASON_INACTIVE_LONG_ENOUGH);
    expect_next(OUTLOOK_CREATE, "", 47 DAYS);
}

static void nobody_to_serve_is_left_alone(void **state) {
    (void)state;
    expect(OUTLOOK_LEFT, REASON_NO_KEY);
    ring.paused = SEEN_NOW - 60;
    expect(OUTLOOK_LEFT, REASON_PAUSED);
}

static void a_watched_user_is_told_of_and_never_touched(void **state) {
    (void)state;
    policy.notify_only = true;
    policy.notify_count = 2;
    policy.notify_at[0] = 305 DAYS;
    policy.notify_at[1] = 335 DAYS;
    policy.notify_overdue = 365 DAYS;
    seen_key(&ring, "AKIAONE", 310 DAYS);
    expect(OUTLOOK_WATCHED, REASON_NONE);
    struct watch watch = outlook_watch(&policy, &outlook);
    assert_string_equal("AKIAONE", watch.key->id);
    assert_int_equal(SEEN_NOW + 25 DAYS, watch.at);
    assert_false(watch.overdue);
    ring.keys[0].created = SEEN_NOW - 340 DAYS;
    outlook_of(&policy, &ring, &outlook);
    assert_int_equal(SEEN_NOW + 25 DAYS, outlook_watch(&policy, &outlook).at);
    ring.keys[0].created = SEEN_NOW - 400 DAYS;
    outlook_of(&policy, &ring, &outlook);
    watch = outlook_watch(&policy, &outlook);
    assert_true(watch.overdue);
    assert_int_equal(0, watch.at);
    assert_false(outlook_changes(outlook.kind));
}

static void outside_the_roll_out_a_step_is_held_back(void **state) {
    (void)state;
    policy.rollout = 0;
    seen_current(&ring, "AKIAONE", 80 DAYS);
    expect(OUTLOOK_HELD, REASON_DUE);
    assert_int_equal(STEP_CREATE, outlook.plan.step);
    assert_true(outlook.outside);
    assert_false(outlook.foreseen);
    assert_false(outlook_changes(outlook.kind));
    ring.keys[0].created = SEEN_NOW - 20 DAYS;
    expect(OUTLOOK_WAITING, REASON_NOT_DUE);
    expect_next(OUTLOOK_HELD, "", 56 DAYS);
    strcpy(policy.canary_accounts.items[0], "*");
    policy.canary_accounts.count = 1;
    expect(OUTLOOK_WAITING, REASON_NOT_DUE);
    expect_next(OUTLOOK_CREATE, "", 56 DAYS);
    assert_false(outlook.outside);
}

static void a_policy_for_later_begins_with_the_user_at_its_start(void **state) {
    (void)state;
    policy.effective = SEEN_NOW + 10 DAYS;
    policy.rollout_over = 4 DAYS;
    strcpy(ring.user_id, "AIDAEXAMPLE");
    seen_current(&ring, "AKIAONE", 80 DAYS);
    expect(OUTLOOK_WAITING, REASON_ROLLOUT);
    assert_in_range(outlook.start, SEEN_NOW + 10 DAYS, SEEN_NOW + 14 DAYS);
    expect_next(OUTLOOK_CREATE, "", outlook.start - SEEN_NOW);
}

static void jitter_is_in_the_date(void **state) {
    (void)state;
    policy.jitter = 10 DAYS;
    strcpy(ring.user_id, "AIDAEXAMPLE");
    seen_current(&ring, "AKIAONE", 20 DAYS);
    expect(OUTLOOK_WAITING, REASON_NOT_DUE);
    assert_in_range(outlook.jitter, 1, 10 DAYS);
    expect_next(OUTLOOK_CREATE, "", 56 DAYS + outlook.jitter);
}

static void the_exempt_are_left_alone_watched_or_not(void **state) {
    (void)state;
    policy.exempt = true;
    seen_current(&ring, "AKIAONE", 80 DAYS);
    expect(OUTLOOK_LEFT, REASON_EXEMPT);
    policy.notify_only = true;
    expect(OUTLOOK_LEFT, REASON_EXEMPT);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup(a_young_key_waits_for_its_successor, begin),
        cmocka_unit_test_setup(a_due_key_gets_a_successor_and_goes_off_after_the_overlap, begin),
        cmocka_unit_test_setup(without_overlap_the_old_key_goes_off_at_once, begin),
        cmocka_unit_test_setup(a_user_without_a_secret_gets_no_less, begin),
        cmocka_unit_test_setup(the_mode_of_the_file_does_not_hide_what_would_be_done, begin),
        cmocka_unit_test_setup(a_candidate_is_to_be_tried_and_is_not, begin),
        cmocka_unit_test_setup(what_last_use_decides_is_told_both_ways, begin),
        cmocka_unit_test_setup(where_a_person_must_act_nothing_is_foreseen, begin),
        cmocka_unit_test_setup(a_late_deletion_makes_room_before_the_next_key, begin),
        cmocka_unit_test_setup(nobody_to_serve_is_left_alone, begin),
        cmocka_unit_test_setup(outside_the_roll_out_a_step_is_held_back, begin),
        cmocka_unit_test_setup(a_policy_for_later_begins_with_the_user_at_its_start, begin),
        cmocka_unit_test_setup(jitter_is_in_the_date, begin),
        cmocka_unit_test_setup(the_exempt_are_left_alone_watched_or_not, begin),
        cmocka_unit_test_setup(a_watched_user_is_told_of_and_never_touched, begin),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
