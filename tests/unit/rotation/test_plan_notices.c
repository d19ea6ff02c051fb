/* Row 18 and users that are only watched: who is told ahead, when, and that telling never holds or causes a change. */
#include "rings.h"

#include <string.h>

/* --- what stands: a table of reason, key, and the notice's time in days of the key's age */

struct told {
    enum reason reason;
    const char *key;
    int64_t age; /* of the key, at the notice's time */
};

static void stand(size_t count, const struct told *expected) {
    struct plan_notices notices;
    plan_notices(&policy, &ring, &notices);
    assert_int_equal(notices.count, count);
    for (size_t i = 0; i < count; i++) {
        const struct key *key = keyring_find(&ring, expected[i].key);
        assert_non_null(key);
        assert_string_equal(reason_name(notices.all[i].reason), reason_name(expected[i].reason));
        assert_string_equal(notices.all[i].key, expected[i].key);
        assert_int_equal(notices.all[i].at - key->created, expected[i].age);
        assert_true(notices.all[i].at <= ring.now);
    }
}

#define STAND(...)       stand(COUNT_OF(((const struct told[]){__VA_ARGS__})), (const struct told[]){__VA_ARGS__})
#define NOTHING_STANDS() stand(0, NULL)

static void people(void) {
    policy_defaults(&policy);
    policy.mode = MODE_APPLY;
    policy.warn_count = 2;
    policy.warn_before[0] = 14 DAYS;
    policy.warn_before[1] = 1 DAYS;
}

static void service_accounts(void) {
    policy_defaults(&policy);
    policy.mode = MODE_APPLY;
    policy.notify_only = true;
    policy.notify_count = 3;
    policy.notify_at[0] = 305 DAYS;
    policy.notify_at[1] = 335 DAYS;
    policy.notify_at[2] = 360 DAYS;
    policy.notify_overdue = 365 DAYS;
}

/* --- a key that will be replaced */

static void owner_is_told_at_each_of_its_times(void **state) {
    (void)state;
    people();
    struct key *key = current("A", 62 DAYS - 1, 61 DAYS);
    NOTHING_STANDS();
    decides(20, STEP_WAIT, REASON_PRE_NOTICE, "", 1);
    key->created = NOW - 62 DAYS;
    STAND({REASON_PRE_NOTICE, "A", 62 DAYS});
    decides(20, STEP_WAIT, REASON_PRE_NOTICE, "", 13 DAYS);
    key->created = NOW - 75 DAYS;
    STAND({REASON_PRE_NOTICE, "A", 62 DAYS}, {REASON_PRE_NOTICE, "A", 75 DAYS});
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 1 DAYS);
}

static void notice_names_the_day_of_the_replacement(void **state) {
    (void)state;
    people();
    current("A", 70 DAYS, 69 DAYS);
    struct plan_notices notices;
    plan_notices(&policy, &ring, &notices);
    assert_int_equal(notices.all[0].due, NOW + 6 DAYS);
}

static void notice_is_not_lost_when_every_look_around_its_time_was(void **state) {
    (void)state;
    people();
    current("A", 80 DAYS, 79 DAYS);
    STAND({REASON_PRE_NOTICE, "A", 62 DAYS}, {REASON_PRE_NOTICE, "A", 75 DAYS});
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
}

static void notice_stands_until_the_key_is_superseded(void **state) {
    (void)state;
    people();
    struct key *old = current("A", 80 DAYS, 79 DAYS);
    candidate("B", 60);
    STAND({REASON_PRE_NOTICE, "A", 62 DAYS}, {REASON_PRE_NOTICE, "A", 75 DAYS});
    ring.key_count = 1;
    old->current = false;
    old->previous = true;
    current("B", 60, 10);
    NOTHING_STANDS();
}

static void key_that_was_never_rotated_is_announced_like_any(void **state) {
    (void)state;
    people();
    own("A", 63 DAYS);
    STAND({REASON_PRE_NOTICE, "A", 62 DAYS});
    decides(20, STEP_WAIT, REASON_PRE_NOTICE, "", 12 DAYS);
}

static void wait_for_something_else_is_not_longer_than_to_the_next_notice(void **state) {
    (void)state;
    people();
    current("A", 62 DAYS - 60, 61 DAYS);
    own("B", 40 DAYS);
    decides(13, STEP_BLOCK, REASON_FOREIGN_KEY, "B", 60);
}

static void paused_user_is_told_all_the_same(void **state) {
    (void)state;
    people();
    current("A", 62 DAYS, 61 DAYS);
    ring.paused = NOW - 60;
    STAND({REASON_PRE_NOTICE, "A", 62 DAYS});
    decides(1, STEP_SKIP, REASON_PAUSED, "", 1 DAYS);
}

static void nobody_is_told_of_what_will_not_happen(void **state) {
    (void)state;
    people();
    struct key *key = current("A", 62 DAYS, 61 DAYS);
    ring.in_scope = false;
    NOTHING_STANDS();
    ring.in_scope = true;
    ring.recheck = RECHECK_OUT_OF_SCOPE;
    NOTHING_STANDS();
    ring.recheck = RECHECK_SAME;
    policy.mode = MODE_PLAN;
    NOTHING_STANDS();
    policy.mode = MODE_APPLY;
    key->status = KEY_INACTIVE;
    NOTHING_STANDS();
    key->status = KEY_ACTIVE;
    STAND({REASON_PRE_NOTICE, "A", 62 DAYS});
}

static void two_active_keys_left_alone_are_not_announced_ahead(void **state) {
    (void)state;
    people();
    own("A", 75 DAYS);
    own("B", 63 DAYS);
    NOTHING_STANDS();
    policy.two_active = TWO_ACTIVE_RETIRE_OLDEST;
    STAND({REASON_PRE_NOTICE, "B", 62 DAYS});
}

/* --- a key that is only watched */

static void watched_key_is_told_of_at_each_age_and_never_touched(void **state) {
    static const struct {
        int64_t age;
        size_t stand;
        int64_t next;
    } ages[] = {
        {1 DAYS, 0, 304 DAYS}, {305 DAYS - 5, 0, 5},   {305 DAYS, 1, 30 DAYS},
        {335 DAYS - 5, 1, 5},  {335 DAYS, 2, 25 DAYS}, {360 DAYS, 3, 5 DAYS},
        {365 DAYS - 5, 3, 5},  {365 DAYS, 4, 1 DAYS},  {4000 DAYS, 4, 1 DAYS},
    };
    for (size_t i = 0; i < COUNT_OF(ages); i++) {
        struct plan_notices notices;
        fresh(state);
        service_accounts();
        own("A", ages[i].age);
        plan_notices(&policy, &ring, &notices);
        assert_int_equal(notices.count, ages[i].stand);
        decides(1, STEP_WAIT, REASON_NOTIFY_ONLY, "", ages[i].next);
    }
}

static void watched_key_without_a_limit_is_never_overdue(void **state) {
    (void)state;
    service_accounts();
    policy.notify_count = 1;
    policy.notify_overdue = 0;
    own("A", 400 DAYS);
    STAND({REASON_NOTIFY_ONLY, "A", 305 DAYS});
    policy.notify_overdue = 1;
    STAND({REASON_NOTIFY_ONLY, "A", 305 DAYS}, {REASON_OVERDUE, "A", 1});
}

static void watched_key_past_its_limit_is_overdue(void **state) {
    (void)state;
    service_accounts();
    own("A", 366 DAYS);
    STAND({REASON_NOTIFY_ONLY, "A", 305 DAYS}, {REASON_NOTIFY_ONLY, "A", 335 DAYS}, {REASON_NOTIFY_ONLY, "A", 360 DAYS},
          {REASON_OVERDUE, "A", 365 DAYS});
}

static void each_active_key_of_a_watched_user_counts_for_itself(void **state) {
    (void)state;
    service_accounts();
    own("A", 366 DAYS)->status = KEY_INACTIVE;
    own("B", 310 DAYS);
    STAND({REASON_NOTIFY_ONLY, "B", 305 DAYS});
    ring.keys[0].status = KEY_ACTIVE;
    policy.notify_count = 1;
    STAND({REASON_NOTIFY_ONLY, "A", 305 DAYS}, {REASON_OVERDUE, "A", 365 DAYS}, {REASON_NOTIFY_ONLY, "B", 305 DAYS});
}

/* Whatever else: requests, emergencies, half a rotation of an earlier policy. */
static void watched_user_is_never_touched_whatever_else(void **state) {
    (void)state;
    service_accounts();
    current("A", 400 DAYS, 399 DAYS);
    asked(REQUEST_ROTATE, "A", 60);
    decides(1, STEP_DROP_REQUEST, REASON_NOTIFY_ONLY, "A", WHENEVER);
    ring.asked.kind = REQUEST_NONE;
    leaked(&ring.keys[0], 60);
    decides(1, STEP_BLOCK, REASON_EMERGENCY_STUCK, "", WHENEVER);
    ring.keys[0].leaked = ring.leaked_at = 0;
    candidate("B", 3 DAYS);
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", WHENEVER);
    ring.key_count = 1;
    intent(40 DAYS); /* no note is kept, nothing is tidied up */
    ring.promoted.key[0] = '\0';
    decides(1, STEP_WAIT, REASON_NOTIFY_ONLY, "", 1 DAYS);
}

static void notice_before_the_key_was_made_does_no_harm(void **state) {
    (void)state;
    people();
    policy.rotate_after = INT64_MAX / 2;
    own("A", 1 DAYS)->created = INT64_MAX - 5;
    ring.now = NOW;
    NOTHING_STANDS();
}

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(owner_is_told_at_each_of_its_times),
        STORY(notice_names_the_day_of_the_replacement),
        STORY(notice_is_not_lost_when_every_look_around_its_time_was),
        STORY(notice_stands_until_the_key_is_superseded),
        STORY(key_that_was_never_rotated_is_announced_like_any),
        STORY(wait_for_something_else_is_not_longer_than_to_the_next_notice),
        STORY(paused_user_is_told_all_the_same),
        STORY(nobody_is_told_of_what_will_not_happen),
        STORY(two_active_keys_left_alone_are_not_announced_ahead),
        STORY(watched_key_is_told_of_at_each_age_and_never_touched),
        STORY(watched_key_without_a_limit_is_never_overdue),
        STORY(watched_key_past_its_limit_is_overdue),
        STORY(each_active_key_of_a_watched_user_counts_for_itself),
        STORY(watched_user_is_never_touched_whatever_else),
        STORY(notice_before_the_key_was_made_does_no_harm),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
