/* Row 11's gate: an old key that is still used stays Active for a while, never for ever. */
#include "rings.h"

#include <string.h>

#define HOURS *INT64_C(3600)

/* 60 minutes of age and an overlap of 30 minutes are over since a minute; idle for an hour, held for a day at most. */
static struct key *old_key_past_its_overlap(void) {
    policy.in_use_old_idle = 1 HOURS;
    policy.in_use_max_hold = 1 DAYS;
    struct key *old = superseded("A", 61 MINUTES);
    current("B", 31 MINUTES, 31 MINUTES);
    policy.rotate_after = 1 DAYS;
    return old;
}

static void used(struct key *key, int64_t ago) {
    key->use = USE_SEEN;
    key->last_used = NOW - ago;
}

static void use_is_asked_for_only_when_the_overlap_is_over(void **state) {
    (void)state;
    old_key_past_its_overlap();
    decides(11, STEP_ASK_USE, REASON_IN_USE, "A", WHENEVER);
    ring.promoted.at = NOW - 29 MINUTES;
    decides(20, STEP_WAIT, REASON_OVERLAP, "", 1 MINUTES);
}

static void what_becomes_of_the_old_key(void **state) {
    static const struct {
        const char *story;
        enum key_use use;
        int64_t ago; /* its last use */
        int64_t promoted_ago;
        enum step step;
        int64_t in;
    } table[] = {
        {"never used", USE_NEVER, 0, 31 MINUTES, STEP_DEACTIVATE, WHENEVER},
        {"idle long enough", USE_SEEN, 60 MINUTES, 31 MINUTES, STEP_DEACTIVATE, WHENEVER},
        {"used a second too lately", USE_SEEN, 60 MINUTES - 1, 31 MINUTES, STEP_WAIT, 1},
        {"used just now", USE_SEEN, 0, 31 MINUTES, STEP_WAIT, 60 MINUTES},
        {"used in our future, as clocks go", USE_SEEN, -30, 31 MINUTES, STEP_WAIT, 60 MINUTES + 30},
        {"used all day, to the cap", USE_SEEN, 0, 30 MINUTES + 1 DAYS, STEP_DEACTIVATE, WHENEVER},
        {"used all day, a second before the cap", USE_SEEN, 0, 30 MINUTES + 1 DAYS - 1, STEP_WAIT, 1},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        fresh(state);
        struct key *old = old_key_past_its_overlap();
        policy.rotate_after = 3 DAYS;
        used(old, table[i].ago);
        old->use = table[i].use;
        old->created = NOW - 2 DAYS;
        ring.promoted.at = NOW - table[i].promoted_ago;
        struct plan plan = plan_next(&policy, &ring);
        if (plan.step != table[i].step)
            fail_msg("%s: %s", table[i].story, step_name(plan.step));
        if (table[i].in != WHENEVER)
            assert_int_equal(plan.not_before - NOW, table[i].in);
        assert_int_equal(plan.gate.key[0] != '\0', plan.step == STEP_WAIT);
    }
}

static void at_the_cap_nothing_is_asked_any_more(void **state) {
    (void)state;
    old_key_past_its_overlap()->created = NOW - 2 DAYS;
    policy.rotate_after = 3 DAYS;
    ring.promoted.at = NOW - 30 MINUTES - 1 DAYS;
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", WHENEVER);
}

static void the_hold_carries_its_evidence(void **state) {
    (void)state;
    used(old_key_past_its_overlap(), 10 MINUTES);
    struct plan plan = plan_next(&policy, &ring);
    assert_string_equal(plan.gate.key, "A");
    assert_int_equal(plan.gate.since, NOW - 1 MINUTES);
    assert_int_equal(plan.gate.until, NOW - 1 MINUTES + 1 DAYS);
    assert_int_equal(plan.gate.last_used, NOW - 10 MINUTES);
}

static void next_key_waits_for_the_slot_and_says_until_when(void **state) {
    (void)state;
    struct key *old = old_key_past_its_overlap();
    policy.rotate_after = 30 MINUTES;
    used(old, 10 MINUTES);
    decides(19, STEP_WAIT, REASON_WAITS_FOR_SLOT, "", 50 MINUTES);
}

static void forced_rotation_does_not_pass_the_gate(void **state) {
    (void)state;
    used(old_key_past_its_overlap(), 10 MINUTES);
    asked(REQUEST_ROTATE, "B", 60);
    decides(19, STEP_WAIT, REASON_WAITS_FOR_SLOT, "", 50 MINUTES);
}

static void emergency_passes_the_gate(void **state) {
    (void)state;
    struct key *old = old_key_past_its_overlap();
    used(old, 0);
    leaked(old, 60);
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "A", WHENEVER);
    old->leaked = 0;
    leaked(&ring.keys[1], 60);
    decides(11, STEP_DEACTIVATE, REASON_EMERGENCY, "A", WHENEVER);
}

static void policy_without_a_gate_never_asks(void **state) {
    (void)state;
    old_key_past_its_overlap();
    policy.in_use_old_idle = 0;
    decides(11, STEP_DEACTIVATE, REASON_OVERLAP_OVER, "A", WHENEVER);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(use_is_asked_for_only_when_the_overlap_is_over),
        STORY(what_becomes_of_the_old_key),
        STORY(at_the_cap_nothing_is_asked_any_more),
        STORY(the_hold_carries_its_evidence),
        STORY(next_key_waits_for_the_slot_and_says_until_when),
        STORY(forced_rotation_does_not_pass_the_gate),
        STORY(emergency_passes_the_gate),
        STORY(policy_without_a_gate_never_asks),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
