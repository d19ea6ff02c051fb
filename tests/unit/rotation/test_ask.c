/* What becomes of what a person asks, in the states a user can be in. */
#include "rings.h"

#include "ask.h"
#include "text.h"

static struct ask_answer answer;

static void ask(enum ask_kind kind, const char *key) {
    ask_decide(&policy, &ring, &(struct ask){kind, key, "ann"}, &answer);
}

static void writes(size_t index, const char *name, const char *value) {
    assert_true(index < answer.tag_count);
    assert_string_equal(name, answer.tags[index].key);
    assert_string_equal(value, answer.tags[index].value);
}

static void is_taken(enum ask_kind kind, const char *key, size_t tags) {
    assert_int_equal(ASK_TAKEN, answer.verdict);
    assert_int_equal(kind, answer.open.kind);
    assert_string_equal(key, answer.open.key);
    assert_int_equal(NOW, answer.open.at);
    assert_string_equal("ann", answer.open.by);
    assert_int_equal(tags, answer.tag_count);
}

static void is_refused(const char *refusal) {
    assert_int_equal(ASK_REFUSED, answer.verdict);
    assert_string_equal(refusal, answer.refusal);
    assert_true(answer.sentence[0] != '\0');
    assert_int_equal(0, answer.tag_count);
}

/* --- rotate */

static void a_rotation_names_the_current_key(void **state) {
    (void)state;
    current("B", 5 MINUTES, 4 MINUTES);
    ask(ASK_ROTATE, NULL);
    is_taken(ASK_ROTATE, "B", 1);
    writes(0, "keyturn:asked", "rotate:B 1763779200 by ann");
}

static void a_first_rotation_names_the_key_to_be_succeeded(void **state) {
    (void)state;
    own("A", 5 MINUTES);
    ask(ASK_ROTATE, NULL);
    is_taken(ASK_ROTATE, "A", 1);
    assert_int_equal(STEP_MAKE_SECRET, answer.next.step);
}

static void without_an_active_key_the_request_names_an_inactive_one(void **state) {
    (void)state;
    own("A", 5 DAYS)->status = KEY_INACTIVE;
    ask(ASK_ROTATE, NULL);
    is_taken(ASK_ROTATE, "A", 1);
}

static void without_any_key_there_is_nothing_to_succeed(void **state) {
    (void)state;
    ask(ASK_ROTATE, NULL);
    is_refused("no_key");
}

static void a_second_request_names_the_one_that_is_open(void **state) {
    (void)state;
    superseded("A", 20 MINUTES);
    current("B", 5 MINUTES, 4 MINUTES);
    asked(REQUEST_ROTATE, "B", 60);
    ask(ASK_ROTATE, NULL);
    is_refused("request_open");
    assert_int_equal(ASK_ROTATE, answer.open.kind);
    assert_string_equal("B", answer.open.key);
    assert_int_equal(NOW - 60, answer.open.at);
    ask(ASK_ROLLBACK, NULL);
    is_refused("request_open");
}

static void a_request_that_is_met_is_in_nobodys_way(void **state) {
    (void)state;
    superseded("A", 40 MINUTES);
    current("B", 5 MINUTES, 4 MINUTES);
    asked(REQUEST_ROTATE, "A", 10 MINUTES);
    ask(ASK_ROTATE, NULL);
    is_taken(ASK_ROTATE, "B", 1);
}

static void what_was_answered_this_very_second_can_be_asked_again(void **state) {
    (void)state;
    current("B", 5 MINUTES, 4 MINUTES);
    ring.answered = (struct request){.kind = REQUEST_ROTATE, .key = "B", .at = NOW};
    ask(ASK_ROTATE, NULL);
    assert_int_equal(ASK_TAKEN, answer.verdict);
    writes(0, "keyturn:asked", "rotate:B 1763779201 by ann");
    ring.answered.at = NOW - 1;
    ask(ASK_ROTATE, NULL);
    is_taken(ASK_ROTATE, "B", 1);
}

static void a_rotation_tells_until_when_the_overlap_keeps_it_waiting(void **state) {
    (void)state;
    superseded("A", 58 MINUTES);
    current("B", 28 MINUTES, 28 MINUTES);
    ask(ASK_ROTATE, NULL);
    is_taken(ASK_ROTATE, "B", 1);
    assert_int_equal(STEP_WAIT, answer.next.step);
    assert_int_equal(NOW + policy.min_overlap - 28 MINUTES, answer.next.not_before);
}

static void a_paused_user_is_not_rotated(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    ring.paused = NOW - 10 DAYS;
    ask(ASK_ROTATE, NULL);
    is_refused("paused");
}

static void in_the_floor_after_a_resume_a_rotation_waits(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    ring.resumed = NOW - 60;
    ask(ASK_ROTATE, NULL);
    is_taken(ASK_ROTATE, "B", 1);
    assert_int_equal(REASON_RESUMED_LATELY, answer.next.reason);
    assert_int_equal(NOW - 60 + FLOOR, answer.next.not_before);
}

/* --- whom no policy changes */

static void nothing_is_asked_of_a_user_out_of_scope(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    ring.in_scope = false;
    ask(ASK_ROTATE, NULL);
    is_refused("out_of_scope");
    ask(ASK_DEACTIVATE, "B");
    is_refused("out_of_scope");
}

static void nothing_is_asked_of_a_watched_user(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    policy.notify_only = true;
    ask(ASK_ROLLBACK, NULL);
    is_refused("notify_only");
}

static void a_plan_changes_nothing_for_anybody(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    policy.mode = MODE_PLAN;
    ask(ASK_DEACTIVATE, "B");
    is_refused("mode_plan");
}

/* --- rollback */

static void a_rollback_pauses_in_the_same_write(void **state) {
    (void)state;
    superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    ask(ASK_ROLLBACK, NULL);
    is_taken(ASK_ROLLBACK, "B", 2);
    writes(0, "keyturn:asked", "rollback:B 1763779200 by ann");
    writes(1, "keyturn:paused", "rollback 1763779200 by ann");
    assert_int_equal(REASON_ROLLBACK, answer.next.reason);
    assert_int_equal(NOW + FLOOR, answer.next.not_before);
}

static void there_must_be_a_key_to_go_back_to(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    ask(ASK_ROLLBACK, NULL);
    is_refused("nothing_to_roll_back");
}

static void before_the_first_rotation_there_is_nothing_to_roll_back(void **state) {
    (void)state;
    own("A", 40 MINUTES);
    placeholder();
    ask(ASK_ROLLBACK, NULL);
    is_refused("nothing_to_roll_back");
}

static void a_leaked_key_is_nothing_to_go_back_to(void **state) {
    (void)state;
    leaked(superseded("A", 70 MINUTES), 60);
    ring.keys[0].status = KEY_INACTIVE;
    current("B", 40 MINUTES, 39 MINUTES);
    ask(ASK_ROLLBACK, NULL);
    is_refused("nothing_to_roll_back");
}

/* --- emergency */

static void an_emergency_names_its_key(void **state) {
    (void)state;
    superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    ask(ASK_DEACTIVATE, "A");
    is_taken(ASK_DEACTIVATE, "A", 1);
    writes(0, "keyturn:leaked:A", "emergency 1763779200 by ann");
    assert_int_equal(STEP_DEACTIVATE, answer.next.step);
}

static void an_emergency_passes_a_pause_and_another_request(void **state) {
    (void)state;
    superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    ring.paused = NOW - 60;
    asked(REQUEST_ROTATE, "B", 60);
    ask(ASK_DEACTIVATE, "A");
    is_taken(ASK_DEACTIVATE, "A", 1);
}

static void an_emergency_asked_again_is_the_first_one(void **state) {
    (void)state;
    leaked(current("B", 40 MINUTES, 39 MINUTES), 60);
    ask(ASK_DEACTIVATE, "B");
    assert_int_equal(ASK_STANDS, answer.verdict);
    assert_int_equal(NOW - 60, answer.open.at);
    assert_int_equal(0, answer.tag_count);
}

static void a_key_that_is_not_listed_is_nobodys(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    ask(ASK_DEACTIVATE, "C");
    is_refused("no_such_key");
}

/* --- pause and resume */

static void a_pause_is_written_once(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    ask(ASK_PAUSE, NULL);
    is_taken(ASK_PAUSE, "", 1);
    writes(0, "keyturn:paused", "paused 1763779200 by ann");
    ring.paused = NOW - 60;
    text_clip(ring.paused_by, sizeof ring.paused_by, "bob");
    ask(ASK_PAUSE, NULL);
    assert_int_equal(ASK_STANDS, answer.verdict);
    assert_int_equal(NOW - 60, answer.open.at);
    assert_string_equal("bob", answer.open.by);
}

static void a_pause_lasts_a_floor(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    ring.paused = NOW - FLOOR + 1;
    ask(ASK_RESUME, NULL);
    is_refused("paused_lately");
    assert_int_equal(NOW + 1, answer.until);
    ring.paused = NOW - FLOOR;
    ask(ASK_RESUME, NULL);
    is_taken(ASK_RESUME, "", 1);
    writes(0, "keyturn:paused", "resumed 1763779200 by ann");
    assert_false(answer.drop_discards);
}

static void a_resume_forgets_the_discards(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    ring.paused = NOW - 1 DAYS;
    ring.discards = 3;
    ring.last_discard = NOW - 1 DAYS;
    ask(ASK_RESUME, NULL);
    is_taken(ASK_RESUME, "", 1);
    assert_true(answer.drop_discards);
}

static void a_rollback_under_way_is_not_resumed(void **state) {
    (void)state;
    superseded("A", 70 MINUTES);
    current("B", 40 MINUTES, 39 MINUTES);
    asked(REQUEST_ROLLBACK, "B", 2 * FLOOR);
    ring.paused = NOW - 2 * FLOOR;
    ring.paused_for_rollback = true;
    ask(ASK_RESUME, NULL);
    is_refused("rollback_open");
    assert_int_equal(ASK_ROLLBACK, answer.open.kind);
}

static void what_is_not_paused_needs_no_resume(void **state) {
    (void)state;
    current("B", 40 MINUTES, 39 MINUTES);
    ask(ASK_RESUME, NULL);
    assert_int_equal(ASK_STANDS, answer.verdict);
}

/* --- what stands */

static void everything_that_stands_is_told(void **state) {
    (void)state;
    struct ask_open open[ASK_OPEN_MAX];
    leaked(superseded("A", 70 MINUTES), 60);
    current("B", 40 MINUTES, 39 MINUTES);
    asked(REQUEST_ROLLBACK, "B", 90);
    ring.paused = NOW - 90;
    assert_int_equal(3, ask_standing(&policy, &ring, open));
    assert_int_equal(ASK_ROLLBACK, open[0].kind);
    assert_int_equal(ASK_DEACTIVATE, open[1].kind);
    assert_string_equal("A", open[1].key);
    assert_int_equal(ASK_PAUSE, open[2].kind);
}

static void what_is_done_stands_no_more(void **state) {
    (void)state;
    struct ask_open open[ASK_OPEN_MAX];
    leaked(superseded("A", 70 MINUTES), 60);
    ring.keys[0].status = KEY_INACTIVE;
    current("B", 40 MINUTES, 39 MINUTES);
    asked(REQUEST_ROTATE, "A", 90);
    ring.resumed = NOW - FLOOR;
    assert_int_equal(0, ask_standing(&policy, &ring, open));
    ring.resumed = NOW - FLOOR + 1;
    assert_int_equal(1, ask_standing(&policy, &ring, open));
    assert_int_equal(ASK_RESUME, open[0].kind);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(a_rotation_names_the_current_key),
        STORY(a_first_rotation_names_the_key_to_be_succeeded),
        STORY(without_an_active_key_the_request_names_an_inactive_one),
        STORY(without_any_key_there_is_nothing_to_succeed),
        STORY(a_second_request_names_the_one_that_is_open),
        STORY(a_request_that_is_met_is_in_nobodys_way),
        STORY(what_was_answered_this_very_second_can_be_asked_again),
        STORY(a_rotation_tells_until_when_the_overlap_keeps_it_waiting),
        STORY(a_paused_user_is_not_rotated),
        STORY(in_the_floor_after_a_resume_a_rotation_waits),
        STORY(nothing_is_asked_of_a_user_out_of_scope),
        STORY(nothing_is_asked_of_a_watched_user),
        STORY(a_plan_changes_nothing_for_anybody),
        STORY(a_rollback_pauses_in_the_same_write),
        STORY(there_must_be_a_key_to_go_back_to),
        STORY(before_the_first_rotation_there_is_nothing_to_roll_back),
        STORY(a_leaked_key_is_nothing_to_go_back_to),
        STORY(an_emergency_names_its_key),
        STORY(an_emergency_passes_a_pause_and_another_request),
        STORY(an_emergency_asked_again_is_the_first_one),
        STORY(a_key_that_is_not_listed_is_nobodys),
        STORY(a_pause_is_written_once),
        STORY(a_pause_lasts_a_floor),
        STORY(a_resume_forgets_the_discards),
        STORY(a_rollback_under_way_is_not_resumed),
        STORY(what_is_not_paused_needs_no_resume),
        STORY(everything_that_stands_is_told),
        STORY(what_is_done_stands_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
