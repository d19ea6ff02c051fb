/* A small world that plan_next() alone drives: one user, two slots, AWS's rules for stages, and a clock that jumps to where the plan says.
 * Each story is the diary of what was done, by the minute, and the current key is Active all the way. */
#include "plan.h"

#include "text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BIRTH   INT64_C(1763779200)
#define MINUTES *INT64_C(60)
#define DAYS    *INT64_C(86400)

static struct policy policy;
static struct keyring ring;
static char next_id;
static char diary[4096];
static bool lose_next_answer; /* the next CreateAccessKey is applied, and its worker dies */
static bool refuse_keys;      /* AWS does not know new keys */

/* --- keys ---------------------------------------------------------------------------------------------------------------- */

static struct key *find(const char *id) {
    for (size_t i = 0; i < ring.key_count; i++)
        if (text_equal(ring.keys[i].id, id))
            return &ring.keys[i];
    fail_msg("no key %s", id);
    return NULL;
}

static struct key *born(enum key_status status) {
    assert_true(ring.key_count < 2);
    struct key *key = &ring.keys[ring.key_count++];
    *key = (struct key){.status = status, .created = ring.now};
    key->id[0] = next_id++;
    return key;
}

static void remove_key(const char *id) {
    struct key *key = find(id);
    assert_int_equal(key->status, KEY_INACTIVE);
    assert_true(key->deleting != 0);
    struct gone_mark *gone = &ring.gone[ring.gone_count++];
    assert_true(ring.gone_count <= KEYRING_MARKS);
    *gone = (struct gone_mark){.at = key->deleting, .discarding = key->discarding};
    text_clip(gone->key, sizeof gone->key, id);
    size_t index = (size_t)(key - ring.keys);
    memmove(key, key + 1, (--ring.key_count - index) * sizeof *key);
}

static void note(struct note *into, const char *id) {
    text_clip(into->key, sizeof into->key, id);
    into->at = ring.now;
}

static void move_current(const char *id) {
    for (size_t i = 0; i < ring.key_count; i++) {
        struct key *key = &ring.keys[i];
        key->previous = key->current;
        key->current = text_equal(key->id, id);
    }
    ring.placeholder_current = false;
    text_clip(ring.current_id, sizeof ring.current_id, id);
    note(&ring.promoted, id);
    ring.discards = 0;
}

/* --- acts ---------------------------------------------------------------------------------------------------------------- */

static void act_create(void) {
    ring.intents[ring.intent_count++] = (struct intent){.id = "x", .at = ring.now};
    ring.now += 1;
    struct key *key = born(KEY_ACTIVE);
    if (lose_next_answer) {
        lose_next_answer = false;
        return;
    }
    for (size_t i = 0; i < ring.key_count; i++)
        ring.keys[i].pending = false;
    key->stored = key->pending = true;
    ring.intent_count--;
}

static void act_note_inactive(const struct plan *plan) {
    note(&ring.inactive, plan->key);
    text_clip(ring.inactive_too, sizeof ring.inactive_too, plan->key_too);
}

static void act_mark(const struct plan *plan) {
    find(plan->key)->deleting = ring.now;
    find(plan->key)->discarding = plan->step == STEP_DISCARD;
    if (plan->step == STEP_DISCARD) {
        ring.discards++;
        ring.last_discard = ring.now;
    }
}

static void act_close_intents(void) {
    size_t kept = 0;
    struct keyring before = ring;
    for (size_t i = 0; i < before.intent_count; i++)
        if (!plan_closes_intent(&policy, &before, i))
            ring.intents[kept++] = before.intents[i];
    assert_true(kept < before.intent_count);
    ring.intent_count = kept;
}

static void act_delete_both(const struct plan *plan) {
    find(plan->key)->deleting = find(plan->key_too)->deleting = ring.now;
    remove_key(plan->key);
    remove_key(plan->key_too);
}

static void act(const struct plan *plan) {
    switch (plan->step) {
    case STEP_MAKE_SECRET:
        ring.secret = SECRET_PRESENT;
        ring.placeholder_current = true;
        break;
    case STEP_NOTE_PROMOTED: note(&ring.promoted, plan->key); break;
    case STEP_NOTE_INACTIVE: act_note_inactive(plan); break;
    case STEP_CLOSE_INTENTS: act_close_intents(); break;
    case STEP_DROP_REQUEST: ring.asked.kind = REQUEST_NONE; break;
    case STEP_DROP_MARK:
        assert_string_equal(ring.gone[0].key, plan->key);
        memmove(ring.gone, ring.gone + 1, --ring.gone_count * sizeof ring.gone[0]);
        break;
    case STEP_DROP_LEAKED: ring.leak_gone_count = 0; break;
    case STEP_DISCARD:
    case STEP_MARK: act_mark(plan); break;
    case STEP_PROMOTE:
        move_current(plan->key);
        ring.promoted_this_look = true;
        break;
    case STEP_MOVE_BACK:
        move_current(plan->key);
        ring.asked.kind = REQUEST_NONE;
        break;
    case STEP_CREATE: act_create(); break;
    case STEP_REACTIVATE: find(plan->key)->status = KEY_ACTIVE; break;
    case STEP_DEACTIVATE:
        note(&ring.inactive, plan->key);
        ring.inactive_too[0] = '\0';
        find(plan->key)->status = KEY_INACTIVE;
        break;
    case STEP_DELETE: remove_key(plan->key); break;
    case STEP_DELETE_BOTH: act_delete_both(plan); break;
    default: fail_msg("%s is no act", step_name(plan->step));
    }
}

/* --- looks --------------------------------------------------------------------------------------------------------------- */

static void gather(const struct plan *plan) {
    if (plan->step == STEP_RECHECK)
        ring.recheck = RECHECK_SAME;
    else if (plan->step == STEP_ASK_USE)
        find(plan->key)->use = find(plan->key)->stored || plan->key[0] == 'A' ? USE_SEEN : USE_NEVER;
    else
        find(plan->key)->proof = refuse_keys ? PROOF_REFUSED : PROOF_PROVEN;
}

static void begin_look(int64_t now) {
    ring.now = now;
    ring.recheck = RECHECK_NOT_ASKED;
    ring.promoted_this_look = false;
    for (size_t i = 0; i < ring.key_count; i++) {
        ring.keys[i].use = USE_NOT_ASKED;
        ring.keys[i].proof = PROOF_NOT_TRIED;
    }
}

static void current_works(void) {
    const struct key *key = keyring_find(&ring, ring.current_id);
    assert_true(ring.current_id[0] == '\0' ||
                (key != NULL && key->status == KEY_ACTIVE && key->stored && key->current));
}

static bool is_told(enum step step) {
    return step == STEP_CREATE || step == STEP_PROMOTE || step == STEP_DEACTIVATE || step == STEP_DELETE ||
           step == STEP_DISCARD || step == STEP_REACTIVATE || step == STEP_MOVE_BACK || step == STEP_DELETE_BOTH ||
           step == STEP_MARK;
}

static void tell(const struct plan *plan, int64_t unit) {
    char line[256];
    const char created[] = {next_id, '\0'};
    const char *key = plan->step == STEP_CREATE ? created : plan->key;
    snprintf(line, sizeof line, "%" PRId64 " %s %s\n", (ring.now - BIRTH) / unit, step_name(plan->step), key);
    assert_true(strlen(diary) + strlen(line) < sizeof diary);
    strcat(diary, line);
}

/* One look: facts are gathered until something is done, or nothing is to do. Returns when to look again. */
static struct plan one_look(int64_t unit) {
    struct plan plan = {0};
    for (int round = 0; round < 20; round++) {
        plan = plan_next(&policy, &ring);
        assert_true(plan.not_before > ring.now);
        if (plan.step <= STEP_RECHECK) {
            gather(&plan);
            continue;
        }
        if (!plan_changes(plan.step))
            return plan;
        assert_int_equal(ring.recheck, RECHECK_SAME);
        if (is_told(plan.step))
            tell(&plan, unit);
        act(&plan);
        current_works();
        bool goes_on = plan.step != STEP_CREATE && plan.step != STEP_DEACTIVATE && plan.step != STEP_DELETE;
        if (!goes_on)
            return plan;
    }
    fail_msg("a look that never ends");
    return plan;
}

/* Lives until that time, always coming back when the plan said, a second late. */
static struct plan live_until(int64_t end, int64_t unit) {
    struct plan plan = {0};
    for (int looks = 0; looks < 2000 && ring.now < end; looks++) {
        plan = one_look(unit);
        int64_t next = plan_changes(plan.step) && plan.not_before <= ring.now ? ring.now + 1 : plan.not_before;
        begin_look(next < end ? next : end);
    }
    assert_int_equal(ring.now, end);
    return plan;
}

/* --- setting up ---------------------------------------------------------------------------------------------------------- */

static void minutes_profile(void) {
    policy_defaults(&policy);
    policy.mode = MODE_APPLY;
    policy.rotate_after = 30 MINUTES;
    policy.deactivate_after = 60 MINUTES;
    policy.min_overlap = 30 MINUTES;
    policy.delete_after = 90 MINUTES;
    policy.min_inactive = 0;
    policy.two_active = TWO_ACTIVE_RETIRE_OLDEST;
    policy.spare_inactive = SPARE_INACTIVE_DELETE;
}

static int fresh(void **state) {
    (void)state;
    minutes_profile();
    memset(&ring, 0, sizeof ring);
    ring.now = BIRTH;
    ring.in_scope = true;
    next_id = 'A';
    diary[0] = '\0';
    lose_next_answer = refuse_keys = false;
    return 0;
}

static void reads(const char *expected) {
    assert_string_equal(diary, expected);
}

/* --- stories ------------------------------------------------------------------------------------------------------------- */

static void minutes_profile_over_four_rotations(void **state) {
    (void)state;
    born(KEY_ACTIVE);
    live_until(BIRTH + 125 MINUTES, 60);
    reads("30 create B\n30 promote B\n"
          "60 deactivate A\n60 mark A\n60 delete A\n60 create C\n60 promote C\n"
          "90 deactivate B\n90 mark B\n90 delete B\n90 create D\n90 promote D\n"
          "120 deactivate C\n120 mark C\n120 delete C\n120 create E\n120 promote E\n");
}

static void minutes_process_profile_turns_the_old_key_off_in_the_same_look(void **state) {
    (void)state;
    policy.deactivate_after = 30 MINUTES;
    policy.min_overlap = 0;
    policy.delete_after = 60 MINUTES;
    born(KEY_ACTIVE);
    live_until(BIRTH + 95 MINUTES, 60);
    reads("30 create B\n30 promote B\n30 deactivate A\n60 mark A\n60 delete A\n"
          "60 create C\n60 promote C\n60 deactivate B\n90 mark B\n90 delete B\n"
          "90 create D\n90 promote D\n90 deactivate C\n");
}

static void sixty_days_profile_deletes_at_the_next_rotation(void **state) {
    (void)state;
    policy.rotate_after = policy.deactivate_after = 60 DAYS;
    policy.min_overlap = 0;
    policy.min_inactive = 1 DAYS;
    policy.delete_rule = DELETE_NEXT_ROTATION;
    born(KEY_ACTIVE);
    live_until(BIRTH + 190 DAYS, 86400);
    reads("60 create B\n60 promote B\n60 deactivate A\n"
          "120 mark A\n120 delete A\n120 create C\n120 promote C\n120 deactivate B\n"
          "180 mark B\n180 delete B\n180 create D\n180 promote D\n180 deactivate C\n");
}

static void default_profile_keeps_its_overlap_and_its_undo_window(void **state) {
    (void)state;
    policy_defaults(&policy);
    policy.mode = MODE_APPLY;
    born(KEY_ACTIVE);
    live_until(BIRTH + 170 DAYS, 86400);
    reads("76 create B\n76 promote B\n90 deactivate A\n104 mark A\n104 delete A\n"
          "152 create C\n152 promote C\n166 deactivate B\n");
}

static void killed_after_create_costs_three_floors_and_no_key_of_the_user(void **state) {
    (void)state;
    born(KEY_ACTIVE);
    lose_next_answer = true;
    live_until(BIRTH + 112 MINUTES, 60);
    reads("30 create B\n56 mark B\n82 deactivate B\n108 delete B\n108 create C\n108 promote C\n");
}

static void killed_after_create_in_a_later_rotation(void **state) {
    (void)state;
    born(KEY_ACTIVE);
    live_until(BIRTH + 45 MINUTES, 60);
    diary[0] = '\0';
    lose_next_answer = true;
    live_until(BIRTH + 142 MINUTES, 60);
    reads("60 deactivate A\n60 mark A\n60 delete A\n60 create C\n"
          "86 mark C\n112 deactivate C\n138 delete C\n138 create D\n138 promote D\n");
}

static void refused_candidates_are_discarded_and_then_a_person_is_asked(void **state) {
    (void)state;
    born(KEY_ACTIVE);
    refuse_keys = true;
    struct plan last = live_until(BIRTH + 8 * 60 MINUTES, 60);
    assert_string_equal(reason_name(last.reason), "too_many_discards");
    reads("30 create B\n56 discard B\n82 deactivate B\n108 delete B\n"
          "108 create C\n134 discard C\n160 deactivate C\n186 delete C\n"
          "186 create D\n212 discard D\n238 deactivate D\n264 delete D\n");
}

static void rollback_goes_back_a_floor_after_it_was_asked(void **state) {
    (void)state;
    policy.rotate_after = 3 DAYS;
    policy.deactivate_after = policy.delete_after = 6 DAYS;
    born(KEY_ACTIVE);
    live_until(BIRTH + 7 DAYS, 60); /* A is deleted, C is current, B superseded */
    diary[0] = '\0';
    ring.asked = (struct request){.kind = REQUEST_ROLLBACK, .at = ring.now};
    text_clip(ring.asked.key, sizeof ring.asked.key, ring.current_id);
    ring.paused = ring.now;
    ring.paused_for_rollback = true;
    live_until(ring.now + 60 MINUTES, 60);
    reads("10106 move_back B\n");
    ring.resumed = ring.now;
    ring.paused = 0;
    ring.paused_for_rollback = false;
    live_until(ring.now + 60 MINUTES, 60);
    reads("10106 move_back B\n10166 deactivate C\n" /* B has been due all the while */
          "10166 mark C\n10166 delete C\n10166 create D\n10166 promote D\n");
}

static void leaked_current_key_is_replaced_first_and_off_at_once(void **state) {
    (void)state;
    born(KEY_ACTIVE);
    live_until(BIRTH + 57 MINUTES, 60);
    diary[0] = '\0';
    ring.leaked_at = find("B")->leaked = ring.now;
    live_until(BIRTH + 59 MINUTES, 60);
    reads("57 deactivate A\n57 mark A\n57 delete A\n57 create C\n57 promote C\n57 deactivate B\n");
}

static void two_active_keys_become_one_and_then_rotate(void **state) {
    (void)state;
    born(KEY_ACTIVE);
    ring.now += 1 MINUTES;
    struct key *newer = born(KEY_ACTIVE);
    newer->id[0] = 'A';
    ring.keys[0].id[0] = 'O';
    live_until(BIRTH + 35 MINUTES, 60);
    reads("30 deactivate O\n31 mark O\n31 delete O\n31 create C\n31 promote C\n");
}

static void two_inactive_keys_are_deleted_and_nothing_is_made(void **state) {
    (void)state;
    policy.two_inactive = TWO_INACTIVE_DELETE_BOTH;
    born(KEY_INACTIVE);
    ring.now += 1 MINUTES;
    born(KEY_INACTIVE);
    live_until(BIRTH + 3 DAYS, 60);
    reads("31 delete_both A\n");
    assert_int_equal(ring.key_count, 0);
}

static void marks_and_intents_do_not_pile_up(void **state) {
    (void)state;
    born(KEY_ACTIVE);
    for (int hour = 1; hour < 48; hour++) {
        lose_next_answer = hour % 5 == 0;
        diary[0] = '\0';
        live_until(BIRTH + hour * 60 MINUTES, 60);
        assert_true(ring.gone_count <= 4);
        assert_true(ring.intent_count <= 2);
    }
}

#define STORY(name) cmocka_unit_test_setup(name, fresh)

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(minutes_profile_over_four_rotations),
        STORY(minutes_process_profile_turns_the_old_key_off_in_the_same_look),
        STORY(sixty_days_profile_deletes_at_the_next_rotation),
        STORY(default_profile_keeps_its_overlap_and_its_undo_window),
        STORY(killed_after_create_costs_three_floors_and_no_key_of_the_user),
        STORY(killed_after_create_in_a_later_rotation),
        STORY(refused_candidates_are_discarded_and_then_a_person_is_asked),
        STORY(rollback_goes_back_a_floor_after_it_was_asked),
        STORY(leaked_current_key_is_replaced_first_and_off_at_once),
        STORY(two_active_keys_become_one_and_then_rotate),
        STORY(two_inactive_keys_are_deleted_and_nothing_is_made),
        STORY(marks_and_intents_do_not_pile_up),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
