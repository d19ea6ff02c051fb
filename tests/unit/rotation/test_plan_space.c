/* The decision over a large space of abstract inputs: slots x status x stage x age x marks x tags x policies x answers. What must never
 * happen is written down once more here, from the raw facts alone and without the decision's own words for them.
 *
 *     unit_plan_space [stride]    every stride-th input; 1 is all of them
 */
#include "plan.h"

#include "text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW     INT64_C(1763779200)
#define MINUTES *INT64_C(60)
#define DAYS    *INT64_C(86400)
#define FLOOR   (26 MINUTES)
#define WINDOW  (16 MINUTES)

enum { ROUNDS = 10, DEFAULT_STRIDE = SPACE_STRIDE, GARBAGE = 200000 };

static size_t stride = DEFAULT_STRIDE;

/* --- the space ------------------------------------------------------------------------------------------------------------ */

struct input {
    struct policy policy;
    struct keyring ring;
    enum key_use use;     /* what asking will answer */
    enum key_proof proof; /* what trying will answer */
    enum recheck recheck; /* what rechecking will answer */
};

enum label { UNSTORED, PENDING, CURRENT, PREVIOUS, PENDING_PREVIOUS, LABELS };

static const int64_t ages[] = {5 MINUTES, 31 MINUTES, 3 DAYS};
static const int64_t marks[] = {0, 10 MINUTES, 60 MINUTES};

enum { KEY_FORMS = 2 * LABELS * 3 * 3 * 2 + 1 };

/* Takes one digit of a number in mixed radix. */
static size_t digit(uint64_t *number, size_t radix) {
    size_t value = (size_t)(*number % radix);
    *number /= radix;
    return value;
}

static void add_key(struct keyring *ring, size_t form, char name) {
    if (form == KEY_FORMS - 1)
        return;
    uint64_t rest = form;
    struct key *key = &ring->keys[ring->key_count++];
    *key = (struct key){.id = {name}};
    key->status = digit(&rest, 2) == 0 ? KEY_ACTIVE : KEY_INACTIVE;
    enum label label = (enum label)digit(&rest, LABELS);
    key->created = NOW - ages[digit(&rest, COUNT_OF(ages))] - (name == 'A' ? 60 : 0);
    int64_t mark = marks[digit(&rest, COUNT_OF(marks))];
    key->deleting = mark == 0 ? 0 : NOW - mark > key->created ? NOW - mark : key->created;
    key->leaked = digit(&rest, 2) == 1 ? NOW - 30 MINUTES : 0;
    key->stored = label != UNSTORED;
    key->current = label == CURRENT;
    key->pending = label == PENDING || label == CURRENT || label == PENDING_PREVIOUS;
    key->previous = label == PREVIOUS || label == PENDING_PREVIOUS;
}

static void hold_secret(struct keyring *ring, size_t form) {
    for (size_t i = 0; i < ring->key_count; i++) {
        if (ring->keys[i].stored)
            ring->secret = SECRET_PRESENT;
        if (ring->keys[i].current)
            text_clip(ring->current_id, sizeof ring->current_id, ring->keys[i].id);
    }
    if (form > 0)
        ring->secret = SECRET_PRESENT;
    if (form == 2 && ring->current_id[0] == '\0')
        text_clip(ring->current_id, sizeof ring->current_id, "Z");
    ring->placeholder_current = ring->secret == SECRET_PRESENT && ring->current_id[0] == '\0';
}

static void note_times(struct keyring *ring, size_t form) {
    if (ring->current_id[0] != '\0') {
        text_clip(ring->promoted.key, sizeof ring->promoted.key, ring->current_id);
        ring->promoted.at = NOW - (form % 2 == 0 ? 10 MINUTES : 2 DAYS);
    }
    size_t first = ring->key_count > 0 && ring->keys[0].status == KEY_ACTIVE ? 1 : 0;
    if (first < ring->key_count && ring->keys[first].status == KEY_INACTIVE) {
        text_clip(ring->inactive.key, sizeof ring->inactive.key, ring->keys[first].id);
        ring->inactive.at = NOW - (form / 2 == 0 ? 5 MINUTES : 60 MINUTES);
    }
    if (first == 0 && ring->key_count == 2 && ring->keys[1].status == KEY_INACTIVE)
        text_clip(ring->inactive_too, sizeof ring->inactive_too, ring->keys[1].id);
}

static void open_intent(struct keyring *ring, size_t form) {
    if (form == 0 || form > ring->key_count)
        return;
    ring->intents[ring->intent_count++] = (struct intent){.id = "x", .at = ring->keys[form - 1].created - 5};
}

static void ask(struct keyring *ring, size_t form) {
    static const char *const names[] = {"A", "B", ""};
    if (form == 0)
        return;
    ring->asked.kind = form <= 2 ? REQUEST_ROTATE : REQUEST_ROLLBACK;
    ring->asked.at = NOW - (form % 2 == 0 ? 5 MINUTES : 60 MINUTES);
    text_clip(ring->asked.key, sizeof ring->asked.key, form <= 2 ? names[form - 1] : ring->current_id);
}

static void choose_policy(struct policy *policy, size_t form) {
    policy_defaults(policy);
    policy->mode = form == 3 ? MODE_PLAN : MODE_APPLY;
    policy->rotate_after = 30 MINUTES;
    policy->deactivate_after = form == 1 ? 30 MINUTES : 60 MINUTES;
    policy->min_overlap = form == 1 ? 0 : 30 MINUTES;
    policy->delete_after = 90 MINUTES;
    policy->delete_rule = form == 2 ? DELETE_NEXT_ROTATION : DELETE_AT_AGE;
    policy->min_inactive = form == 2 ? 1 DAYS : 0;
    policy->two_active = form == 2 ? TWO_ACTIVE_NOTIFY : TWO_ACTIVE_RETIRE_OLDEST;
    policy->spare_inactive = form == 2 ? SPARE_INACTIVE_LEAVE : SPARE_INACTIVE_DELETE;
    policy->two_inactive = form == 1 ? TWO_INACTIVE_DELETE_BOTH : TWO_INACTIVE_LEAVE;
    policy->slot_conflict = form == 2 ? SLOT_CONFLICT_WAIT : SLOT_CONFLICT_DELETE_EARLY;
}

static const uint64_t space = UINT64_C(1) * KEY_FORMS * KEY_FORMS * 3 * 4 * 3 * 5 * 3 * 4 * 4 * 2;

static void make(uint64_t number, struct input *input) {
    static const enum key_use uses[] = {USE_NEVER, USE_SEEN, USE_NEVER, USE_SEEN};
    static const enum key_proof proofs[] = {PROOF_PROVEN, PROOF_PROVEN, PROOF_REFUSED, PROOF_UNANSWERED};
    struct keyring *ring = &input->ring;
    *ring = (struct keyring){.now = NOW, .in_scope = true};
    add_key(ring, digit(&number, KEY_FORMS), 'A');
    add_key(ring, digit(&number, KEY_FORMS), 'B');
    hold_secret(ring, digit(&number, 3));
    note_times(ring, digit(&number, 4));
    open_intent(ring, digit(&number, 3));
    ask(ring, digit(&number, 5));
    size_t pause = digit(&number, 3);
    ring->paused = pause == 1 ? NOW - 60 MINUTES : 0;
    ring->paused_for_rollback = pause == 1 && ring->asked.kind == REQUEST_ROLLBACK;
    ring->resumed = pause == 2 ? NOW - 10 MINUTES : 0;
    choose_policy(&input->policy, digit(&number, 4));
    size_t answers = digit(&number, 4);
    input->use = uses[answers];
    input->proof = proofs[answers];
    input->recheck = RECHECK_SAME;
    ring->promoted_this_look = digit(&number, 2) == 1 && ring->current_id[0] != '\0';
    for (size_t i = 0; i < ring->key_count; i++)
        ring->leaked_at = ring->keys[i].leaked;
}

/* --- what is known of a key, from the raw facts ----------------------------------------------------------------------------- */

static const struct key *live_current(const struct keyring *ring) {
    for (size_t i = 0; i < ring->key_count; i++)
        if (ring->keys[i].stored && ring->keys[i].current)
            return ring->keys[i].status == KEY_ACTIVE ? &ring->keys[i] : NULL;
    return NULL;
}

static bool has_current(const struct keyring *ring) {
    return ring->current_id[0] != '\0';
}

static bool in_window_of_intent(const struct keyring *ring, const struct key *key) {
    for (size_t i = 0; i < ring->intent_count; i++)
        if (key->created >= ring->intents[i].at && key->created <= ring->intents[i].at + WINDOW)
            return true;
    return false;
}

static const struct key *other_than(const struct keyring *ring, const struct key *key) {
    for (size_t i = 0; i < ring->key_count; i++)
        if (&ring->keys[i] != key)
            return &ring->keys[i];
    return NULL;
}

static bool nothing_stored(const struct keyring *ring) {
    for (size_t i = 0; i < ring->key_count; i++)
        if (ring->keys[i].stored)
            return false;
    return !has_current(ring);
}

/* Stored and never promoted; a torn read may hide AWSPREVIOUS, but not the age. */
static bool only_pending(const struct keyring *ring, const struct key *key) {
    const struct key *current = keyring_current(ring);
    return key->stored && key->pending && !key->current && !key->previous &&
           (current == NULL || key->created > current->created);
}

static bool is_ours(const struct keyring *ring, const struct key *key) {
    const struct key *current = live_current(ring);
    return key->stored || (current != NULL && key->created < current->created);
}

/* A key of a creation that died: unstored, in the window of an intent, never used, and at least a floor old. */
static bool is_dead_birth(const struct keyring *ring, const struct key *key) {
    return !key->stored && in_window_of_intent(ring, key) && key->use == USE_NEVER && key->created + FLOOR <= NOW;
}

static bool in_emergency(const struct keyring *ring) {
    for (size_t i = 0; i < ring->key_count; i++)
        if (ring->keys[i].leaked != 0 && (ring->keys[i].status == KEY_ACTIVE || ring->keys[i].current))
            return true;
    return false;
}

static bool moved_a_floor_ago(const struct keyring *ring) {
    return !has_current(ring) || ring->promoted.at + FLOOR <= NOW;
}

/* --- what must never happen ------------------------------------------------------------------------------------------------- */

#define NEVER_UNLESS(condition) \
    do {                        \
        if (!(condition))       \
            return #condition;  \
    } while (0)

static bool is_retired(const struct input *input, const struct key *key) {
    const struct key *other = other_than(&input->ring, key);
    return nothing_stored(&input->ring) && input->policy.two_active == TWO_ACTIVE_RETIRE_OLDEST && other != NULL &&
           other->status == KEY_ACTIVE && other->use == USE_SEEN && (key->created < other->created || key->leaked != 0);
}

static bool is_discarded(const struct keyring *ring, const struct key *key) {
    return key->deleting != 0 && key->deleting + FLOOR <= NOW && (only_pending(ring, key) || is_dead_birth(ring, key));
}

static const char *judge_deactivate(const struct input *input, const struct key *key) {
    const struct keyring *ring = &input->ring;
    NEVER_UNLESS(key->status == KEY_ACTIVE && !key->current);
    if (is_discarded(ring, key) || is_retired(input, key))
        return NULL;
    NEVER_UNLESS(live_current(ring) != NULL);
    NEVER_UNLESS(is_ours(ring, key) || key->leaked != 0);
    if (in_emergency(ring))
        return NULL;
    bool overlap = input->policy.min_overlap == 0 && ring->promoted_this_look;
    NEVER_UNLESS(overlap || moved_a_floor_ago(ring));
    NEVER_UNLESS(overlap || ring->promoted.at + input->policy.min_overlap <= NOW);
    return NULL;
}

static const char *judge_delete(const struct input *input, const struct key *key) {
    const struct keyring *ring = &input->ring;
    NEVER_UNLESS(key->status == KEY_INACTIVE && !key->current && key->deleting != 0);
    if (is_discarded(ring, key)) {
        NEVER_UNLESS(key->deleting + 2 * FLOOR <= NOW);
        NEVER_UNLESS(ring->inactive.at + FLOOR <= NOW);
        return NULL;
    }
    NEVER_UNLESS(key->deleting >= ring->inactive.at);
    NEVER_UNLESS(is_ours(ring, key) ? live_current(ring) != NULL : !has_current(ring));
    NEVER_UNLESS(is_ours(ring, key) || !in_window_of_intent(ring, key));
    return NULL;
}

static const char *judge_mark(const struct input *input, const struct key *key) {
    const struct keyring *ring = &input->ring;
    if (key->status == KEY_ACTIVE || is_dead_birth(ring, key)) {
        NEVER_UNLESS(is_dead_birth(ring, key));
        return NULL;
    }
    if (nothing_stored(ring)) {
        NEVER_UNLESS(input->policy.spare_inactive == SPARE_INACTIVE_DELETE);
        NEVER_UNLESS(other_than(ring, key) != NULL && other_than(ring, key)->status == KEY_ACTIVE);
        return NULL;
    }
    NEVER_UNLESS(live_current(ring) != NULL && is_ours(ring, key) && !only_pending(ring, key) && !key->current);
    NEVER_UNLESS(in_emergency(ring) || ring->inactive.at + input->policy.min_inactive <= NOW ||
                 input->policy.mode == MODE_PLAN);
    return NULL;
}

static const char *judge_discard(const struct input *input, const struct key *key) {
    const struct keyring *ring = &input->ring;
    NEVER_UNLESS(key->status == KEY_ACTIVE && only_pending(ring, key));
    NEVER_UNLESS(key->leaked != 0 || (key->proof == PROOF_REFUSED && key->created + FLOOR <= NOW));
    return NULL;
}

static const char *judge_promote(const struct input *input, const struct key *key) {
    const struct keyring *ring = &input->ring;
    NEVER_UNLESS(key->status == KEY_ACTIVE && only_pending(ring, key) && key->proof == PROOF_PROVEN);
    NEVER_UNLESS(key->leaked == 0 && key->deleting == 0);
    NEVER_UNLESS(moved_a_floor_ago(ring));
    return NULL;
}

static bool rollback_is_asked(const struct keyring *ring) {
    return ring->asked.kind == REQUEST_ROLLBACK && has_current(ring) && text_equal(ring->asked.key, ring->current_id);
}

static const char *judge_move_back(const struct input *input, const struct key *key) {
    const struct keyring *ring = &input->ring;
    NEVER_UNLESS(rollback_is_asked(ring) && ring->asked.at + FLOOR <= NOW && moved_a_floor_ago(ring));
    NEVER_UNLESS(key->status == KEY_ACTIVE && key->stored && !key->current && key->proof == PROOF_PROVEN);
    NEVER_UNLESS(key->leaked == 0);
    return NULL;
}

static const char *judge_reactivate(const struct input *input, const struct key *key) {
    NEVER_UNLESS(rollback_is_asked(&input->ring));
    NEVER_UNLESS(key->status == KEY_INACTIVE && key->leaked == 0 && !key->current);
    return NULL;
}

static const char *judge_delete_both(const struct input *input, const struct key *key) {
    const struct key *other = other_than(&input->ring, key);
    NEVER_UNLESS(nothing_stored(&input->ring) && input->policy.two_inactive == TWO_INACTIVE_DELETE_BOTH);
    NEVER_UNLESS(key->status == KEY_INACTIVE && other != NULL && other->status == KEY_INACTIVE);
    return NULL;
}

static const char *judge_create(const struct input *input, const struct key *key) {
    const struct keyring *ring = &input->ring;
    (void)key;
    NEVER_UNLESS(ring->key_count < 2 && moved_a_floor_ago(ring));
    NEVER_UNLESS(ring->secret == SECRET_PRESENT || input->policy.mode == MODE_PLAN);
    for (size_t i = 0; i < ring->intent_count; i++)
        NEVER_UNLESS(ring->intents[i].at + FLOOR <= NOW);
    for (size_t i = 0; i < ring->key_count; i++)
        NEVER_UNLESS(!only_pending(ring, &ring->keys[i]) || has_current(ring));
    return NULL;
}

static const struct {
    enum step step;
    bool of_a_key;
    const char *(*judge)(const struct input *input, const struct key *key);
} laws[] = {
    {STEP_DEACTIVATE, true, judge_deactivate},
    {STEP_DELETE, true, judge_delete},
    {STEP_MARK, true, judge_mark},
    {STEP_DISCARD, true, judge_discard},
    {STEP_PROMOTE, true, judge_promote},
    {STEP_MOVE_BACK, true, judge_move_back},
    {STEP_REACTIVATE, true, judge_reactivate},
    {STEP_DELETE_BOTH, true, judge_delete_both},
    {STEP_CREATE, false, judge_create},
};

static bool is_paused(const struct keyring *ring) {
    return ring->paused != 0 || (ring->resumed != 0 && ring->resumed + FLOOR > NOW);
}

static const char *judge_plan(const struct input *input, const struct plan *plan) {
    const struct keyring *ring = &input->ring;
    const struct key *key = keyring_find(ring, plan->key);
    NEVER_UNLESS(plan->step < STEP_COUNT && plan->reason < REASON_COUNT);
    NEVER_UNLESS(plan->row >= 0 && plan->row <= 20 && plan->not_before > ring->now);
    if (!plan_changes(plan->step))
        return NULL;
    NEVER_UNLESS(ring->recheck == RECHECK_SAME);
    if (is_paused(ring) && !in_emergency(ring) && !rollback_is_asked(ring))
        NEVER_UNLESS(plan->step == STEP_DROP_REQUEST);
    for (size_t i = 0; i < COUNT_OF(laws); i++) {
        if (laws[i].step != plan->step)
            continue;
        NEVER_UNLESS(!laws[i].of_a_key || key != NULL);
        return laws[i].judge(input, key);
    }
    return NULL;
}

/* --- going through it ------------------------------------------------------------------------------------------------------- */

static struct key *key_of(struct keyring *ring, const char *id) {
    for (size_t i = 0; i < ring->key_count; i++)
        if (text_equal(ring->keys[i].id, id))
            return &ring->keys[i];
    return NULL;
}

/* What is kept between the rows is done on the way: it must never be all that happens. */
static bool keep_house(struct keyring *ring, const struct plan *plan) {
    if (plan->row != 0 || ring->recheck != RECHECK_SAME || ring->secret != SECRET_PRESENT)
        return false;
    if (plan->step == STEP_DROP_REQUEST) {
        ring->asked.kind = REQUEST_NONE;
    } else if (plan->step == STEP_CLOSE_INTENTS) {
        ring->intent_count = 0; /* there is one at most */
    } else if (plan->step == STEP_NOTE_INACTIVE) {
        text_clip(ring->inactive.key, sizeof ring->inactive.key, plan->key);
        text_clip(ring->inactive_too, sizeof ring->inactive_too, plan->key_too);
        ring->inactive.at = ring->now;
    } else {
        return false;
    }
    return true;
}

/* Answers what the decision asks for, until it asks no more. A fact is asked for once. */
static const char *settle(struct input *input, struct plan *plan) {
    for (int round = 0; round < ROUNDS; round++) {
        *plan = plan_next(&input->policy, &input->ring);
        struct key *key = key_of(&input->ring, plan->key);
        if (plan->step == STEP_RECHECK) {
            NEVER_UNLESS(input->ring.recheck == RECHECK_NOT_ASKED);
            input->ring.recheck = input->recheck;
        } else if (plan->step == STEP_ASK_USE) {
            NEVER_UNLESS(key != NULL && key->use == USE_NOT_ASKED);
            key->use = input->use;
        } else if (plan->step == STEP_VERIFY) {
            NEVER_UNLESS(key != NULL && key->stored && key->proof == PROOF_NOT_TRIED);
            key->proof = input->proof;
        } else if (!keep_house(&input->ring, plan)) {
            return NULL;
        }
    }
    return "the decision settles";
}

/* Whoever waits until a time would have decided the same just before it. */
static const char *judge_wait(struct input *input, const struct plan *plan) {
    bool by_a_clock = plan->step == STEP_WAIT && plan->reason != REASON_NOT_PROVEN && plan->reason != REASON_TORN_READ;
    if (!by_a_clock || input->policy.mode == MODE_PLAN)
        return NULL;
    input->ring.now = plan->not_before - 1;
    struct plan before = plan_next(&input->policy, &input->ring);
    input->ring.now = NOW;
    NEVER_UNLESS(before.row == plan->row && before.step == plan->step && before.reason == plan->reason);
    return NULL;
}

static void tell_input(uint64_t number, const struct input *input, const struct plan *plan, const char *law) {
    const struct keyring *ring = &input->ring;
    for (size_t i = 0; i < ring->key_count; i++) {
        const struct key *key = &ring->keys[i];
        print_error("%s %s age %" PRId64 " stages %s%s%s%s mark %" PRId64 " leaked %d use %d proof %d role %s\n",
                    key->id, key->status == KEY_ACTIVE ? "Active" : "Inactive", NOW - key->created,
                    key->stored ? "s" : "", key->current ? "C" : "", key->pending ? "P" : "", key->previous ? "V" : "",
                    key->deleting == 0 ? 0 : NOW - key->deleting, key->leaked != 0, key->use, key->proof,
                    key_role_name(plan_role(&input->policy, ring, i)));
    }
    print_error("secret %d current '%s' promoted %" PRId64 " inactive '%s' '%s' %" PRId64
                " intents %zu asked %d '%s'\n",
                ring->secret, ring->current_id, NOW - ring->promoted.at, ring->inactive.key, ring->inactive_too,
                NOW - ring->inactive.at, ring->intent_count, ring->asked.kind, ring->asked.key);
    fail_msg("input %" PRIu64 ": row %d %s %s '%s' in %" PRId64 " breaks: %s", number, plan->row, step_name(plan->step),
             reason_name(plan->reason), plan->key, plan->not_before - NOW, law);
}

static void nothing_that_must_never_happen_happens(void **state) {
    static struct input input;
    size_t steps[STEP_COUNT] = {0};
    uint64_t inputs = 0;
    (void)state;
    for (uint64_t number = 0; number < space; number += stride, inputs++) {
        struct plan plan = {0};
        uint64_t scattered = number * UINT64_C(1000003) % space;
        make(scattered, &input);
        const char *law = settle(&input, &plan);
        if (law == NULL)
            law = judge_plan(&input, &plan);
        if (law == NULL)
            law = judge_wait(&input, &plan);
        if (law != NULL)
            tell_input(scattered, &input, &plan, law);
        steps[plan.step]++;
    }
    print_message("%" PRIu64 " of %" PRIu64 " inputs\n", inputs, space);
    for (int step = STEP_WAIT; step < STEP_COUNT; step++)
        print_message("%10zu %s\n", steps[step], step_name((enum step)step));
}

/* --- garbage ---------------------------------------------------------------------------------------------------------------- */

static uint64_t seed = 1;

static uint64_t roll(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static int64_t any_time(void) {
    static const int64_t odd[] = {0, 1, -1, INT64_MIN, INT64_MAX, NOW, NOW + 1, NOW - FLOOR};
    return roll() % 2 == 0 ? odd[roll() % COUNT_OF(odd)] : (int64_t)roll();
}

static void any_text(char *text, size_t size) {
    static const char *const some[] = {"", "A", "B", "C", "AKIAIOSFODNN7EXAMPLE"};
    text_clip(text, size, some[roll() % COUNT_OF(some)]);
}

static void any_key(struct key *key) {
    any_text(key->id, sizeof key->id);
    key->status = roll() % 2 == 0 ? KEY_ACTIVE : KEY_INACTIVE;
    key->created = any_time();
    key->stored = roll() % 2;
    key->current = roll() % 3 == 0;
    key->pending = roll() % 2;
    key->previous = roll() % 3 == 0;
    key->described = roll() % 4 == 0;
    key->deleting = any_time();
    key->leaked = roll() % 2 == 0 ? 0 : any_time();
    key->use = (enum key_use)(roll() % 3);
    key->last_used = any_time();
    key->proof = (enum key_proof)(roll() % 4);
}

static void any_tags(struct keyring *ring) {
    static const size_t counts[] = {0, 1, 2, 8, 9, SIZE_MAX};
    any_text(ring->promoted.key, sizeof ring->promoted.key);
    any_text(ring->inactive.key, sizeof ring->inactive.key);
    any_text(ring->inactive_too, sizeof ring->inactive_too);
    any_text(ring->asked.key, sizeof ring->asked.key);
    ring->promoted.at = any_time();
    ring->inactive.at = any_time();
    ring->asked.at = any_time();
    ring->asked.kind = (enum request_kind)(roll() % 3);
    ring->intent_count = counts[roll() % COUNT_OF(counts)];
    ring->gone_count = counts[roll() % COUNT_OF(counts)];
    for (size_t i = 0; i < KEYRING_INTENTS; i++)
        ring->intents[i].at = any_time();
    for (size_t i = 0; i < KEYRING_MARKS; i++)
        ring->gone[i].at = any_time();
    ring->discards = any_time();
    ring->last_discard = any_time();
    ring->paused = roll() % 2 == 0 ? 0 : any_time();
    ring->resumed = roll() % 2 == 0 ? 0 : any_time();
    ring->paused_for_rollback = roll() % 2;
}

static void any_ring(struct keyring *ring) {
    static const size_t counts[] = {0, 1, 2, 2, 2, 8, 9, SIZE_MAX};
    memset(ring, 0, sizeof *ring);
    ring->now = roll() % 8 == 0 ? any_time() : NOW;
    ring->now = ring->now == INT64_MAX ? NOW : ring->now;
    ring->in_scope = roll() % 8 != 0;
    ring->recheck = (enum recheck)(roll() % 4);
    ring->key_count = counts[roll() % COUNT_OF(counts)];
    for (size_t i = 0; i < KEYRING_MAX; i++)
        any_key(&ring->keys[i]);
    ring->truncated = roll() % 16 == 0;
    ring->incomplete = roll() % 16 == 0;
    ring->secret = (enum secret_state)(roll() % 3);
    ring->placeholder_current = roll() % 2;
    ring->torn = roll() % 16 == 0;
    any_text(ring->current_id, sizeof ring->current_id);
    any_tags(ring);
    ring->promoted_this_look = roll() % 4 == 0;
}

static void every_garbage_has_an_answer(void **state) {
    static struct input input;
    (void)state;
    for (int i = 0; i < GARBAGE; i++) {
        any_ring(&input.ring);
        choose_policy(&input.policy, roll() % 4);
        input.policy.floor = roll() % 2 == 0 ? SAFETY_FLOOR : 3;
        struct plan plan = plan_next(&input.policy, &input.ring);
        struct plan again = plan_next(&input.policy, &input.ring);
        assert_true(plan.step < STEP_COUNT && plan.reason < REASON_COUNT);
        assert_true(plan.not_before > input.ring.now);
        assert_true(plan.step == again.step && plan.not_before == again.not_before && plan.row == again.row);
        if (plan_changes(plan.step) && plan.step != STEP_DROP_REQUEST)
            assert_true(input.ring.recheck == RECHECK_SAME && input.ring.in_scope && input.ring.key_count <= 2);
    }
}

int main(int argc, char **argv) {
    if (argc > 1)
        stride = strtoull(argv[1], NULL, 10) > 0 ? (size_t)strtoull(argv[1], NULL, 10) : DEFAULT_STRIDE;
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(nothing_that_must_never_happen_happens),
        cmocka_unit_test(every_garbage_has_an_answer),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
