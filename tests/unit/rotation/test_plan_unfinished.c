/* Rows 5-9: what began is finished. */
#include "rings.h"

#include "text.h"

/* --- row 5 */

static void marked_orphan_goes_a_floor_after_the_mark_and_a_floor_after_that(void **state) {
    (void)state;
    current("A", 3 DAYS, 3 DAYS);
    struct key *key = orphan("B", 90 MINUTES);
    marked(key, FLOOR - 1);
    decides(5, STEP_WAIT, REASON_MARK_AGEING, "", 1);
    marked(key, FLOOR);
    decides(5, STEP_ASK_USE, REASON_ORPHAN, "B", WHENEVER);
    key->use = USE_NEVER;
    decides(5, STEP_DEACTIVATE, REASON_ORPHAN, "B", WHENEVER);
    inactive(key, FLOOR - 1);
    marked(key, 2 * FLOOR);
    decides(5, STEP_WAIT, REASON_MARK_AGEING, "", 1);
    inactive(key, FLOOR);
    decides(5, STEP_DELETE, REASON_ORPHAN, "B", WHENEVER);
}

static void marked_orphan_that_a_person_turned_off_still_waits_two_floors(void **state) {
    (void)state;
    current("A", 3 DAYS, 3 DAYS);
    struct key *key = orphan("B", 90 MINUTES);
    key->use = USE_NEVER;
    marked(key, FLOOR);
    key->status = KEY_INACTIVE;
    decides(0, STEP_NOTE_INACTIVE, REASON_FIRST_NOTE, "B", WHENEVER);
    inactive(key, FLOOR);
    decides(5, STEP_WAIT, REASON_MARK_AGEING, "", FLOOR);
}

static void marked_orphan_that_was_used_is_somebodys_key(void **state) {
    (void)state;
    current("A", 3 DAYS, 3 DAYS);
    struct key *key = orphan("B", 90 MINUTES);
    marked(key, FLOOR);
    key->use = USE_SEEN;
    decides(13, STEP_BLOCK, REASON_FOREIGN_KEY, "B", WHENEVER);
}

static void marked_orphan_with_company_is_not_touched(void **state) {
    (void)state;
    struct key *key = orphan("A", 90 MINUTES);
    orphan("B", 89 MINUTES);
    marked(key, 2 * FLOOR);
    key->use = USE_NEVER;
    decides(9, STEP_BLOCK, REASON_TWO_ORPHANS, "A", WHENEVER);
}

static void discarded_candidate_goes_as_slowly(void **state) {
    (void)state;
    current("A", 3 DAYS, 3 DAYS);
    struct key *key = candidate("B", 90 MINUTES);
    marked(key, 60);
    decides(5, STEP_WAIT, REASON_MARK_AGEING, "", FLOOR - 60);
    marked(key, FLOOR);
    decides(5, STEP_DEACTIVATE, REASON_MARKED, "B", WHENEVER);
    inactive(key, FLOOR);
    marked(key, 2 * FLOOR);
    decides(5, STEP_DELETE, REASON_MARKED, "B", WHENEVER);
}

static void discarded_candidate_promoted_by_a_slow_worker_stays(void **state) {
    (void)state;
    own("A", 3 DAYS);
    marked(current("B", 28 MINUTES, 5 MINUTES), FLOOR);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", WHENEVER);
}

static void marked_superseded_key_is_deleted_after_a_crash(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 10 MINUTES, 9 MINUTES);
    inactive(old, 5 MINUTES);
    marked(old, 5 MINUTES);
    decides(5, STEP_DELETE, REASON_MARKED, "A", WHENEVER);
}

static void mark_older_than_the_inactive_note_is_void(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 10 MINUTES, 9 MINUTES);
    inactive(old, 5 MINUTES);
    marked(old, 5 MINUTES + 1);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 20 MINUTES);
}

static void marked_key_that_somebody_turned_on_is_left(void **state) {
    (void)state;
    marked(superseded("A", 45 MINUTES), 5 MINUTES);
    current("B", 10 MINUTES, 9 MINUTES);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 20 MINUTES);
}

static void marked_superseded_key_beside_a_dead_current_stays(void **state) {
    (void)state;
    struct key *old = superseded("A", 70 MINUTES);
    current("B", 10 MINUTES, 9 MINUTES)->status = KEY_INACTIVE;
    inactive(old, 5 MINUTES);
    marked(old, 5 MINUTES);
    asked(REQUEST_ROTATE, "B", 10);
    decides(19, STEP_WAIT, REASON_MOVED_LATELY, "", WHENEVER);
}

static void marked_own_keys_are_finished_but_not_beside_a_current_key_that_is_gone(void **state) {
    (void)state;
    struct key *spare = own("A", 70 MINUTES);
    own("B", 40 MINUTES);
    placeholder();
    inactive(spare, 5 MINUTES);
    marked(spare, 5);
    decides(5, STEP_DELETE, REASON_MARKED, "A", WHENEVER);
    gone_current("Z", FLOOR);
    decides(19, STEP_BLOCK, REASON_NO_FREE_SLOT, "", WHENEVER);
}

/* --- rows 6 and 7 */

static void candidate_settles_before_it_is_tried(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    candidate("B", 4);
    decides(6, STEP_WAIT, REASON_SETTLING, "", 6);
    ring.keys[1].created -= 6;
    decides(6, STEP_VERIFY, REASON_SETTLING, "B", WHENEVER);
}

static void candidate_proven_is_promoted(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    candidate("B", 1 MINUTES)->proof = PROOF_PROVEN;
    decides(6, STEP_PROMOTE, REASON_PROVEN, "B", 1);
    ring.recheck = RECHECK_NOT_ASKED;
    decides(6, STEP_RECHECK, REASON_PROVEN, "B", WHENEVER);
}

static void stored_then_killed_the_candidate_is_tried_by_the_next_look(void **state) {
    (void)state;
    current("A", 45 MINUTES, 44 MINUTES);
    candidate("B", 10 MINUTES);
    intent(11 MINUTES);
    decides(6, STEP_VERIFY, REASON_SETTLING, "B", WHENEVER);
}

static void promotion_waits_until_the_last_move_is_a_floor_old(void **state) {
    (void)state;
    leaked(current("A", 20 MINUTES, 19 MINUTES), 5 MINUTES);
    candidate("B", 1 MINUTES)->proof = PROOF_PROVEN;
    decides(6, STEP_WAIT, REASON_MOVED_LATELY, "", 7 MINUTES);
    ring.promoted.at = NOW - FLOOR;
    decides(6, STEP_PROMOTE, REASON_PROVEN, "B", WHENEVER);
}

static void candidate_not_accepted_yet_is_tried_again(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    struct key *key = candidate("B", 1 MINUTES);
    key->proof = PROOF_REFUSED;
    decides(6, STEP_WAIT, REASON_NOT_PROVEN, "", 10);
    key->proof = PROOF_UNANSWERED;
    decides(6, STEP_WAIT, REASON_NOT_PROVEN, "", 10);
    policy.verify_settle = 1;
    decides(6, STEP_WAIT, REASON_NOT_PROVEN, "", 1);
    key->created = NOW - 5 MINUTES; /* from verify.timeout on by its measure */
    decides(6, STEP_WAIT, REASON_NOT_PROVEN, "", 300);
    key->created = NOW - 10 MINUTES;
    decides(6, STEP_WAIT, REASON_NOT_PROVEN, "", 300);
    key->created = NOW - FLOOR + 20;
    decides(6, STEP_WAIT, REASON_NOT_PROVEN, "", 20);
}

static void candidate_refused_past_the_timeout_and_the_floor_is_discarded(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    candidate("B", FLOOR)->proof = PROOF_REFUSED;
    decides(6, STEP_DISCARD, REASON_KEY_REFUSED, "B", FLOOR);
    policy.verify_timeout = 60 MINUTES;
    decides(6, STEP_WAIT, REASON_NOT_PROVEN, "", WHENEVER);
}

static void candidate_nobody_answers_about_blocks_and_is_tried_on(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    candidate("B", FLOOR)->proof = PROOF_UNANSWERED;
    decides(6, STEP_BLOCK, REASON_CANNOT_VERIFY, "B", 300);
}

static void leaked_candidate_is_discarded_at_once(void **state) {
    (void)state;
    current("A", 45 MINUTES, 44 MINUTES);
    leaked(candidate("B", 5), 1);
    decides(6, STEP_DISCARD, REASON_EMERGENCY, "B", WHENEVER);
}

static void candidate_turned_off_by_somebody_blocks(void **state) {
    (void)state;
    current("A", 45 MINUTES, 44 MINUTES);
    candidate("B", 5 MINUTES)->status = KEY_INACTIVE;
    decides(7, STEP_BLOCK, REASON_FOREIGN_CHANGE, "B", WHENEVER);
}

/* --- rows 8 and 9 */

static void young_unexplained_key_is_waited_for(void **state) {
    (void)state;
    current("A", 45 MINUTES, 44 MINUTES);
    own("B", 6 MINUTES);
    decides(8, STEP_WAIT, REASON_YOUNG_KEY, "", 20 MINUTES);
}

static void young_key_to_be_succeeded_is_not_waited_for(void **state) {
    (void)state;
    own("A", 6 MINUTES);
    decides(20, STEP_WAIT, REASON_NOT_DUE, "", 24 MINUTES);
}

static void killed_after_create_before_store(void **state) {
    (void)state;
    current("A", 2 DAYS, 2 DAYS);
    struct key *key = orphan("B", 5 MINUTES);
    decides(8, STEP_WAIT, REASON_YOUNG_KEY, "", 21 MINUTES);
    key->created = ring.intents[0].at = NOW - FLOOR;
    decides(9, STEP_ASK_USE, REASON_ORPHAN, "B", WHENEVER);
    key->use = USE_NEVER;
    decides(9, STEP_MARK, REASON_ORPHAN, "B", FLOOR);
    marked(key, 0);
    decides(5, STEP_WAIT, REASON_MARK_AGEING, "", FLOOR);
}

static void killed_after_create_in_a_first_rotation_spares_the_users_own_key(void **state) {
    (void)state;
    own("A", 2 DAYS);
    orphan("B", 30 MINUTES)->use = USE_NEVER;
    decides(9, STEP_MARK, REASON_ORPHAN, "B", WHENEVER);
}

static void two_keys_in_one_window_block(void **state) {
    (void)state;
    orphan("A", 30 MINUTES)->use = USE_NEVER;
    own("B", 29 MINUTES)->use = USE_SEEN;
    decides(9, STEP_BLOCK, REASON_TWO_ORPHANS, "A", WHENEVER);
}

static void described_key_is_company_too(void **state) {
    (void)state;
    orphan("A", 30 MINUTES)->use = USE_NEVER;
    own("B", 29 MINUTES)->described = true;
    decides(9, STEP_BLOCK, REASON_TWO_ORPHANS, "A", WHENEVER);
}

static void used_orphan_is_foreign_beside_current_and_own_without(void **state) {
    (void)state;
    orphan("B", 31 MINUTES)->use = USE_SEEN;
    decides(19, STEP_CREATE, REASON_DUE, "", WHENEVER);
    current("A", 2 DAYS, 2 DAYS);
    decides(13, STEP_BLOCK, REASON_FOREIGN_KEY, "B", WHENEVER);
}

static void inactive_unmarked_orphan_is_somebodys_key(void **state) {
    (void)state;
    orphan("B", 31 MINUTES)->status = KEY_INACTIVE;
    current("A", 2 DAYS, 2 DAYS);
    decides(13, STEP_BLOCK, REASON_FOREIGN_KEY, "B", WHENEVER);
}

static void recheck_finds_the_orphan_described_before_it_is_marked(void **state) {
    (void)state;
    current("A", 2 DAYS, 2 DAYS);
    struct key *key = orphan("B", 31 MINUTES);
    key->use = USE_NEVER;
    ring.recheck = RECHECK_NOT_ASKED;
    decides(9, STEP_RECHECK, REASON_ORPHAN, "B", WHENEVER);
    ring.recheck = RECHECK_SAME;
    key->described = true;
    decides(13, STEP_BLOCK, REASON_FOREIGN_KEY, "B", WHENEVER);
}

static void mark_of_the_second_of_two_orphans_is_void(void **state) {
    (void)state;
    orphan("A", 40 MINUTES)->use = USE_NEVER;
    struct key *key = own("B", 40 MINUTES);
    key->use = USE_NEVER;
    marked(key, 30 MINUTES);
    decides(9, STEP_BLOCK, REASON_TWO_ORPHANS, "A", WHENEVER);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(mark_of_the_second_of_two_orphans_is_void),
        STORY(marked_orphan_goes_a_floor_after_the_mark_and_a_floor_after_that),
        STORY(marked_orphan_that_a_person_turned_off_still_waits_two_floors),
        STORY(marked_orphan_that_was_used_is_somebodys_key),
        STORY(marked_orphan_with_company_is_not_touched),
        STORY(discarded_candidate_goes_as_slowly),
        STORY(discarded_candidate_promoted_by_a_slow_worker_stays),
        STORY(marked_superseded_key_is_deleted_after_a_crash),
        STORY(mark_older_than_the_inactive_note_is_void),
        STORY(marked_key_that_somebody_turned_on_is_left),
        STORY(marked_superseded_key_beside_a_dead_current_stays),
        STORY(marked_own_keys_are_finished_but_not_beside_a_current_key_that_is_gone),
        STORY(candidate_settles_before_it_is_tried),
        STORY(candidate_proven_is_promoted),
        STORY(stored_then_killed_the_candidate_is_tried_by_the_next_look),
        STORY(promotion_waits_until_the_last_move_is_a_floor_old),
        STORY(candidate_not_accepted_yet_is_tried_again),
        STORY(candidate_refused_past_the_timeout_and_the_floor_is_discarded),
        STORY(candidate_nobody_answers_about_blocks_and_is_tried_on),
        STORY(leaked_candidate_is_discarded_at_once),
        STORY(candidate_turned_off_by_somebody_blocks),
        STORY(young_unexplained_key_is_waited_for),
        STORY(young_key_to_be_succeeded_is_not_waited_for),
        STORY(killed_after_create_before_store),
        STORY(killed_after_create_in_a_first_rotation_spares_the_users_own_key),
        STORY(two_keys_in_one_window_block),
        STORY(described_key_is_company_too),
        STORY(used_orphan_is_foreign_beside_current_and_own_without),
        STORY(inactive_unmarked_orphan_is_somebodys_key),
        STORY(recheck_finds_the_orphan_described_before_it_is_marked),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
