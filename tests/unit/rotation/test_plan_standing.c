/* Rows 1-4 and the notes: may anything be done at all? */
#include "rings.h"

#include "text.h"

#include <string.h>

/* --- row 1 */

static void out_of_scope_user_is_skipped(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    ring.in_scope = false;
    decides(1, STEP_SKIP, REASON_OUT_OF_SCOPE, "", 1 DAYS);
}

static void recheck_out_of_scope_stops_what_was_about_to_happen(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    placeholder();
    ring.recheck = RECHECK_NOT_ASKED;
    decides(19, STEP_RECHECK, REASON_DUE, "", 1);
    ring.recheck = RECHECK_OUT_OF_SCOPE;
    decides(1, STEP_SKIP, REASON_OUT_OF_SCOPE, "", WHENEVER);
}

static void exempt_user_is_skipped(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    policy.exempt = true;
    decides(1, STEP_SKIP, REASON_EXEMPT, "", 1 DAYS);
}

/* Beside another key, and whoever asks: an emergency passes a pause, never an exemption. */
static void exemption_gained_half_way_stops_everything(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    superseded("B", 90 MINUTES);
    policy.exempt = true;
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", 60 MINUTES);
    leaked(&ring.keys[1], 60);
    decides(1, STEP_BLOCK, REASON_EMERGENCY_STUCK, "", WHENEVER);
}

static void user_without_an_address_is_skipped_where_the_policy_says_so(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    placeholder();
    ring.no_recipient = true;
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER); /* fallback_admin: somebody is told */
    policy.missing = MISSING_SKIP_USER;
    decides(1, STEP_SKIP, REASON_NO_RECIPIENT, "", 1 DAYS);
    ring.no_recipient = false;
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
}

static void rotation_of_a_skipped_user_left_half_way_is_said(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    candidate("B", 1 MINUTES);
    ring.no_recipient = true;
    policy.missing = MISSING_SKIP_USER;
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", 60 MINUTES);
}

static void rotation_left_half_way_is_said(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    candidate("B", 1 MINUTES);
    ring.in_scope = false;
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", 60 MINUTES);
    fresh(NULL);
    orphan("B", 5 MINUTES);
    ring.in_scope = false;
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", WHENEVER);
    fresh(NULL);
    superseded("A", 40 MINUTES);
    current("B", 5 MINUTES, 4 MINUTES);
    ring.in_scope = false;
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", WHENEVER);
}

static void paused_user_is_left_alone(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    ring.paused = NOW - 5;
    decides(1, STEP_SKIP, REASON_PAUSED, "", WHENEVER);
    candidate("B", 1 MINUTES);
    decides(1, STEP_BLOCK, REASON_LEFT_HALF_WAY, "", WHENEVER);
}

static void after_a_resume_a_floor_passes(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    ring.resumed = NOW - 60;
    decides(1, STEP_WAIT, REASON_RESUMED_LATELY, "", FLOOR - 60);
    ring.resumed = NOW - FLOOR;
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
}

static void request_that_will_not_be_served_is_dropped(void **state) {
    (void)state;
    current("A", 5 MINUTES, 4 MINUTES);
    asked(REQUEST_ROTATE, "A", 60);
    ring.paused = NOW - 5;
    decides(1, STEP_DROP_REQUEST, REASON_PAUSED, "A", WHENEVER);
    ring.paused = 0;
    ring.resumed = NOW - 5;
    decides(1, STEP_WAIT, REASON_RESUMED_LATELY, "", WHENEVER);
    ring.in_scope = false;
    decides(1, STEP_DROP_REQUEST, REASON_OUT_OF_SCOPE, "A", WHENEVER);
}

static void emergency_passes_a_pause_but_not_the_scope(void **state) {
    (void)state;
    leaked(current("A", 30 MINUTES, 29 MINUTES), 60);
    ring.paused = NOW - 1 DAYS;
    decides(19, STEP_CREATE, REASON_EMERGENCY, "", WHENEVER);
    ring.in_scope = false;
    decides(1, STEP_BLOCK, REASON_EMERGENCY_STUCK, "", WHENEVER);
}

/* --- row 2 */

static void torn_read_is_made_again_in_seconds(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    ring.torn = true;
    decides(2, STEP_WAIT, REASON_TORN_READ, "", 5);
    policy.floor = 3;
    decides(2, STEP_WAIT, REASON_TORN_READ, "", 3);
}

static void awscurrent_on_nothing_is_a_torn_read(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    ring.secret = SECRET_PRESENT;
    decides(2, STEP_WAIT, REASON_TORN_READ, "", WHENEVER);
}

static void more_than_two_keys_block(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    own("B", 40 MINUTES);
    own("C", 40 MINUTES);
    decides(2, STEP_BLOCK, REASON_TOO_MANY_KEYS, "", WHENEVER);
    ring.key_count = 1;
    ring.truncated = true;
    decides(2, STEP_BLOCK, REASON_TOO_MANY_KEYS, "", WHENEVER);
}

static void secret_scheduled_for_deletion_blocks(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    ring.secret = SECRET_BEING_DELETED;
    decides(2, STEP_BLOCK, REASON_SECRET_DELETED, "", WHENEVER);
}

static void tags_not_understood_block(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    ring.incomplete = true;
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", 60 MINUTES);
    policy.floor = 3;
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", 3);
}

static void facts_that_contradict_each_other_block(void **state) {
    (void)state;
    struct key *key = current("A", 40 MINUTES, 39 MINUTES);
    key->current = false;
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
    key->current = true;
    superseded("A", 50 MINUTES);
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
    fresh(NULL);
    own("A", 28 MINUTES);
    own("A", 50 MINUTES); /* one id, listed twice */
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
    ring.key_count = 1;
    ring.placeholder_current = true;
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
    ring.placeholder_current = false;
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", WHENEVER);
    ring.keys[0].previous = true;
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
    ring.keys[0].previous = false;
    ring.keys[0].pending = true;
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
    ring.keys[0].pending = false;
    ring.keys[0].id[0] = '\0';
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
    ring.keys[0].id[0] = 'A';
    text_clip(ring.current_id, sizeof ring.current_id, "Z");
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
    ring.current_id[0] = '\0';
    ring.keys[0].stored = true;
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
}

static void another_user_of_that_name_blocks(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    ring.recheck = RECHECK_OTHER_USER;
    decides(2, STEP_BLOCK, REASON_USER_CHANGED, "", WHENEVER);
    ring.in_scope = false;
    decides(2, STEP_BLOCK, REASON_USER_CHANGED, "", WHENEVER);
}

/* --- the notes */

static void promotion_that_died_before_its_note_is_noted_now(void **state) {
    (void)state;
    superseded("A", 40 MINUTES);
    current("B", 1 MINUTES, 0);
    text_clip(ring.promoted.key, sizeof ring.promoted.key, "A");
    ring.promoted.at = ring.now - 30 MINUTES;
    decides(0, STEP_NOTE_PROMOTED, REASON_FIRST_NOTE, "B", WHENEVER);
    ring.recheck = RECHECK_NOT_ASKED;
    decides(0, STEP_RECHECK, REASON_FIRST_NOTE, "B", WHENEVER);
}

static void stale_stages_beside_a_fresh_note_are_read_again(void **state) {
    (void)state;
    superseded("A", 40 MINUTES);
    current("B", 1 MINUTES, 0);
    text_clip(ring.promoted.key, sizeof ring.promoted.key, "A");
    ring.promoted.at = ring.now - 1 MINUTES;
    decides(0, STEP_WAIT, REASON_TORN_READ, "", WHENEVER);
    ring.promoted.at = ring.now - FLOOR;
    decides(0, STEP_NOTE_PROMOTED, REASON_FIRST_NOTE, ring.current_id, WHENEVER);
}

static void note_from_the_future_waits_for_a_person(void **state) {
    (void)state;
    current("B", 40 MINUTES, 0);
    ring.promoted.at = ring.now + 27 MINUTES;
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
    ring.promoted.at = ring.now + FLOOR;
    decides(19, STEP_WAIT, REASON_MOVED_LATELY, "", WHENEVER);
}

static void answer_without_a_date_waits_for_a_person(void **state) {
    (void)state;
    ring.now = 0;
    assert_string_equal(reason_name(plan_next(&policy, &ring).reason), reason_name(REASON_FACTS_INCOMPLETE));
    ring.now = 1;
    assert_string_equal(reason_name(plan_next(&policy, &ring).reason), reason_name(REASON_NO_KEY));
}

static void secret_taken_over_by_somebody_waits_for_a_person(void **state) {
    (void)state;
    superseded("A", 40 MINUTES);
    ring.secret = SECRET_PRESENT;
    ring.placeholder_current = false;
    ring.current_id[0] = '\0';
    ring.incomplete = true;
    decides(2, STEP_BLOCK, REASON_FACTS_INCOMPLETE, "", WHENEVER);
}

static void note_is_written_for_a_current_key_that_is_not_listed(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    gone_current("B", 0);
    ring.promoted.key[0] = '\0';
    decides(0, STEP_NOTE_PROMOTED, REASON_FIRST_NOTE, "B", WHENEVER);
}

static void inactive_key_is_noted_when_first_seen(void **state) {
    (void)state;
    superseded("A", 70 MINUTES)->status = KEY_INACTIVE;
    current("B", 10 MINUTES, 9 MINUTES);
    decides(0, STEP_NOTE_INACTIVE, REASON_FIRST_NOTE, "A", WHENEVER);
}

static void note_about_another_key_does_not_count(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 10 MINUTES, 9 MINUTES);
    inactive(old, 5 MINUTES);
    text_clip(ring.inactive.key, sizeof ring.inactive.key, "Z");
    decides(0, STEP_NOTE_INACTIVE, REASON_FIRST_NOTE, "A", WHENEVER);
}

static void secret_is_made_for_a_note(void **state) {
    (void)state;
    own("A", 5 MINUTES)->status = KEY_INACTIVE;
    decides(0, STEP_MAKE_SECRET, REASON_FIRST_NOTE, "A", WHENEVER);
}

static void no_secret_is_made_for_a_key_the_policy_leaves(void **state) {
    (void)state;
    policy.spare_inactive = SPARE_INACTIVE_LEAVE;
    own("A", 70 MINUTES)->status = KEY_INACTIVE;
    own("B", 28 MINUTES);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 2 MINUTES);
}

static void two_inactive_keys_share_one_note(void **state) {
    (void)state;
    policy.two_inactive = TWO_INACTIVE_DELETE_BOTH;
    own("A", 90 MINUTES)->status = KEY_INACTIVE;
    own("B", 50 MINUTES)->status = KEY_INACTIVE;
    placeholder();
    decides(0, STEP_NOTE_INACTIVE, REASON_FIRST_NOTE, "A", WHENEVER);
    assert_string_equal(plan_next(&policy, &ring).key_too, "B");
}

static void mode_plan_takes_missing_notes_as_written(void **state) {
    (void)state;
    policy.mode = MODE_PLAN;
    own("A", 40 MINUTES);
    own("B", 35 MINUTES)->status = KEY_INACTIVE;
    decides(15, STEP_MARK, REASON_SPARE_INACTIVE, "B", WHENEVER);
}

static void mode_plan_shows_the_create_without_a_secret(void **state) {
    (void)state;
    policy.mode = MODE_PLAN;
    own("A", 40 MINUTES);
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
}

/* --- what is tidied up */

static void met_request_is_dropped(void **state) {
    (void)state;
    superseded("A", 40 MINUTES);
    current("B", 1 MINUTES, 10);
    asked(REQUEST_ROTATE, "A", 5 MINUTES);
    decides(0, STEP_DROP_REQUEST, REASON_ASKED, "A", WHENEVER);
}

static void request_naming_a_candidate_is_kept(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    candidate("B", 5 MINUTES)->proof = PROOF_PROVEN;
    asked(REQUEST_ROTATE, "B", 10);
    decides(6, STEP_PROMOTE, REASON_PROVEN, "B", WHENEVER);
}

static void request_about_a_key_that_is_gone_is_dropped_a_floor_later(void **state) {
    (void)state;
    own("A", 5 MINUTES);
    placeholder();
    asked(REQUEST_ROTATE, "Z", FLOOR - 1);
    decides(20, STEP_WAIT, REASON_ASKED, "", 1);
    asked(REQUEST_ROTATE, "Z", FLOOR);
    decides(0, STEP_DROP_REQUEST, REASON_ASKED, "Z", WHENEVER);
}

static void emergency_takes_an_open_rollback_off(void **state) {
    (void)state;
    superseded("A", 40 MINUTES);
    leaked(current("B", 5 MINUTES, 4 MINUTES), 60);
    asked(REQUEST_ROLLBACK, "B", 2 MINUTES);
    decides(0, STEP_DROP_REQUEST, REASON_EMERGENCY, "B", WHENEVER);
    ring.asked.at = NOW - 60;
    decides(0, STEP_DROP_REQUEST, REASON_EMERGENCY, "B", WHENEVER);
    ring.asked.at = NOW - 59;
    decides(10, STEP_WAIT, REASON_ROLLBACK, "", WHENEVER);
}

static void mark_of_a_gone_key_is_dropped(void **state) {
    (void)state;
    current("A", 5 MINUTES, 4 MINUTES);
    ring.gone_count = 1;
    text_clip(ring.gone[0].key, sizeof ring.gone[0].key, "Z");
    ring.gone[0].at = NOW - 3 * FLOOR + 5;
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 5);
    ring.gone[0].at = NOW - 3 * FLOOR;
    decides(0, STEP_DROP_MARK, REASON_MARKED, "Z", WHENEVER);
}

static void leak_gone(const char *id, int64_t age) {
    struct gone_leak *leak = &ring.leaks_gone[ring.leak_gone_count++];
    text_clip(leak->key, sizeof leak->key, id);
    leak->at = NOW - age;
}

static void report_of_a_leaked_key_that_is_gone_is_dropped(void **state) {
    (void)state;
    current("A", 5 MINUTES, 4 MINUTES);
    leak_gone("Z", FLOOR - 5);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 5);
    ring.leaks_gone[0].at = NOW - FLOOR;
    decides(0, STEP_DROP_LEAKED, REASON_LEAK_GONE, "Z", WHENEVER);
    policy.mode = MODE_PLAN;
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", WHENEVER);
}

static void report_of_a_leak_stays_as_long_as_the_mark_of_the_key(void **state) {
    (void)state;
    current("A", 5 MINUTES, 4 MINUTES);
    leak_gone("Z", 9 * FLOOR);
    ring.gone_count = 1;
    text_clip(ring.gone[0].key, sizeof ring.gone[0].key, "Z");
    ring.gone[0].at = NOW - 3 * FLOOR + 5;
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 5);
    ring.gone[0].at -= 5;
    decides(0, STEP_DROP_MARK, REASON_MARKED, "Z", WHENEVER);
    ring.gone_count = 0;
    decides(0, STEP_DROP_LEAKED, REASON_LEAK_GONE, "Z", WHENEVER);
}

static void report_of_the_key_awscurrent_names_is_left(void **state) {
    (void)state;
    gone_current("Z", 5 MINUTES);
    leak_gone("Z", 2 * FLOOR);
    decides(4, STEP_WAIT, REASON_STALE_LIST, "", WHENEVER);
}

static void intents_nothing_came_of_are_closed(void **state) {
    (void)state;
    current("A", 5 MINUTES, 4 MINUTES);
    intent(FLOOR);
    decides(0, STEP_CLOSE_INTENTS, REASON_INTENT_OPEN, "", WHENEVER);
}

static void intents_are_closed_even_where_the_next_create_is_due(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES);
    for (int64_t i = 0; i < KEYRING_INTENTS; i++)
        intent(FLOOR + i * FLOOR);
    decides(0, STEP_CLOSE_INTENTS, REASON_INTENT_OPEN, "", WHENEVER);
}

/* --- rows 3 and 4 */

static void current_key_made_inactive_by_a_person_blocks(void **state) {
    (void)state;
    current("A", 40 MINUTES, 39 MINUTES)->status = KEY_INACTIVE;
    decides(3, STEP_BLOCK, REASON_CURRENT_DEAD, "A", WHENEVER);
}

static void dead_current_key_is_replaced_when_asked_by_its_name(void **state) {
    (void)state;
    struct key *key = current("A", 35 MINUTES, 34 MINUTES);
    key->status = KEY_INACTIVE;
    asked(REQUEST_ROTATE, "A", 10);
    decides(19, STEP_CREATE, REASON_ASKED, "", WHENEVER);
    ring.asked.kind = REQUEST_NONE;
    leaked(key, 10);
    decides(19, STEP_CREATE, REASON_EMERGENCY, "", WHENEVER);
}

static void unlisted_current_key_promoted_lately_is_a_stale_list(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    gone_current("B", 60);
    decides(4, STEP_WAIT, REASON_STALE_LIST, "", FLOOR - 60);
}

static void unlisted_current_key_is_dead_a_floor_later_and_the_rest_goes_on(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    gone_current("B", FLOOR);
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
    assert_true(plan_next(&policy, &ring).current_gone);
}

static void unlisted_current_key_is_said_where_nothing_else_is_to_do(void **state) {
    (void)state;
    own("A", 28 MINUTES);
    gone_current("B", FLOOR);
    decides(4, STEP_BLOCK, REASON_CURRENT_DEAD, "B", 2 MINUTES);
    ring.key_count = 0;
    decides(4, STEP_BLOCK, REASON_CURRENT_DEAD, "B", 60 MINUTES);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(out_of_scope_user_is_skipped),
        STORY(recheck_out_of_scope_stops_what_was_about_to_happen),
        STORY(exempt_user_is_skipped),
        STORY(exemption_gained_half_way_stops_everything),
        STORY(rotation_left_half_way_is_said),
        STORY(user_without_an_address_is_skipped_where_the_policy_says_so),
        STORY(rotation_of_a_skipped_user_left_half_way_is_said),
        STORY(paused_user_is_left_alone),
        STORY(after_a_resume_a_floor_passes),
        STORY(request_that_will_not_be_served_is_dropped),
        STORY(emergency_passes_a_pause_but_not_the_scope),
        STORY(torn_read_is_made_again_in_seconds),
        STORY(awscurrent_on_nothing_is_a_torn_read),
        STORY(more_than_two_keys_block),
        STORY(secret_scheduled_for_deletion_blocks),
        STORY(tags_not_understood_block),
        STORY(facts_that_contradict_each_other_block),
        STORY(another_user_of_that_name_blocks),
        STORY(promotion_that_died_before_its_note_is_noted_now),
        STORY(stale_stages_beside_a_fresh_note_are_read_again),
        STORY(note_from_the_future_waits_for_a_person),
        STORY(answer_without_a_date_waits_for_a_person),
        STORY(secret_taken_over_by_somebody_waits_for_a_person),
        STORY(note_is_written_for_a_current_key_that_is_not_listed),
        STORY(inactive_key_is_noted_when_first_seen),
        STORY(note_about_another_key_does_not_count),
        STORY(secret_is_made_for_a_note),
        STORY(no_secret_is_made_for_a_key_the_policy_leaves),
        STORY(two_inactive_keys_share_one_note),
        STORY(mode_plan_takes_missing_notes_as_written),
        STORY(mode_plan_shows_the_create_without_a_secret),
        STORY(met_request_is_dropped),
        STORY(request_naming_a_candidate_is_kept),
        STORY(request_about_a_key_that_is_gone_is_dropped_a_floor_later),
        STORY(emergency_takes_an_open_rollback_off),
        STORY(mark_of_a_gone_key_is_dropped),
        STORY(report_of_a_leaked_key_that_is_gone_is_dropped),
        STORY(report_of_a_leak_stays_as_long_as_the_mark_of_the_key),
        STORY(report_of_the_key_awscurrent_names_is_left),
        STORY(intents_nothing_came_of_are_closed),
        STORY(intents_are_closed_even_where_the_next_create_is_due),
        STORY(current_key_made_inactive_by_a_person_blocks),
        STORY(dead_current_key_is_replaced_when_asked_by_its_name),
        STORY(unlisted_current_key_promoted_lately_is_a_stale_list),
        STORY(unlisted_current_key_is_dead_a_floor_later_and_the_rest_goes_on),
        STORY(unlisted_current_key_is_said_where_nothing_else_is_to_do),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
