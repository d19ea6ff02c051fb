#include "rehearsal.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

enum { MOST_NOTES = 32 };

static const char MADE[] = "key ";

void rehearsal_open(struct rehearsal *rehearsal, const struct policy *policy, const struct keyring *ring) {
    *rehearsal = (struct rehearsal){.policy = *policy, .ring = *ring};
    rehearsal->policy.mode = MODE_APPLY;
}

bool rehearsal_made(const char *key_id) {
    return text_starts(key_id, MADE);
}

static struct key *listed(struct keyring *ring, const char *id) {
    for (size_t i = 0; i < ring->key_count; i++)
        if (text_equal(ring->keys[i].id, id))
            return &ring->keys[i];
    return NULL;
}

static void write_note(struct note *into, const char *key, int64_t at) {
    text_clip(into->key, sizeof into->key, key);
    into->at = at;
}

/* --- what only keeps the books ------------------------------------------------------------------------------------------ */

static void take_recheck(struct rehearsal *rehearsal, const struct plan *plan) {
    (void)plan;
    rehearsal->ring.recheck = RECHECK_SAME;
}

static void make_secret(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    (void)plan;
    ring->secret = SECRET_PRESENT;
    ring->placeholder_current = true;
    text_clip(ring->current_version, sizeof ring->current_version, keyring_placeholder_version);
}

static void note_promoted(struct rehearsal *rehearsal, const struct plan *plan) {
    write_note(&rehearsal->ring.promoted, plan->key, rehearsal->ring.now);
}

static void note_inactive(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    write_note(&ring->inactive, plan->key, ring->now);
    text_clip(ring->inactive_too, sizeof ring->inactive_too, plan->key_too);
}

static void close_intents(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    const struct keyring before = *ring;
    (void)plan;
    ring->intent_count = 0;
    for (size_t i = 0; i < before.intent_count && i < KEYRING_INTENTS; i++)
        if (!plan_closes_intent(&rehearsal->policy, &before, i))
            ring->intents[ring->intent_count++] = before.intents[i];
}

static void drop_request(struct rehearsal *rehearsal, const struct plan *plan) {
    (void)plan;
    rehearsal->ring.asked = (struct request){.kind = REQUEST_NONE};
}

static void drop_mark(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    const struct keyring before = *ring;
    struct key *key = listed(ring, plan->key);
    if (key != NULL)
        key->deleting = 0;
    ring->gone_count = 0;
    for (size_t i = 0; i < before.gone_count && i < KEYRING_MARKS; i++)
        if (!text_equal(before.gone[i].key, plan->key))
            ring->gone[ring->gone_count++] = before.gone[i];
}

static void drop_leaked(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    const struct keyring before = *ring;
    ring->leak_gone_count = 0;
    for (size_t i = 0; i < before.leak_gone_count && i < KEYRING_MARKS; i++)
        if (!text_equal(before.leaks_gone[i].key, plan->key))
            ring->leaks_gone[ring->leak_gone_count++] = before.leaks_gone[i];
}

/* --- what a person would call a step ------------------------------------------------------------------------------------- */

/* The next look: what was asked and tried is forgotten. */
static void look_again(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    ring->now = plan->not_before;
    ring->promoted_this_look = false;
    for (size_t i = 0; i < ring->key_count; i++) {
        ring->keys[i].use = USE_NOT_ASKED;
        ring->keys[i].proof = PROOF_NOT_TRIED;
    }
}

static void ask_use(struct rehearsal *rehearsal, const struct plan *plan) {
    struct key *key = listed(&rehearsal->ring, plan->key);
    if (key != NULL)
        key->use = USE_NEVER;
}

static void verify(struct rehearsal *rehearsal, const struct plan *plan) {
    struct key *key = listed(&rehearsal->ring, plan->key);
    if (key != NULL)
        key->proof = PROOF_PROVEN;
}

static void mark(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    struct key *key = listed(ring, plan->key);
    if (key == NULL)
        return;
    key->deleting = ring->now;
    key->discarding = plan->step == STEP_DISCARD;
    if (!key->discarding)
        return;
    ring->discards++;
    ring->last_discard = ring->now;
    look_again(rehearsal, plan);
}

static void move_current(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    for (size_t i = 0; i < ring->key_count; i++) {
        struct key *key = &ring->keys[i];
        key->previous = key->current;
        key->current = text_equal(key->id, plan->key);
    }
    ring->placeholder_current = false;
    ring->discards = 0;
    text_clip(ring->current_id, sizeof ring->current_id, plan->key);
    keyring_version_of(plan->key, ring->current_version);
    write_note(&ring->promoted, plan->key, ring->now);
    ring->promoted_this_look = plan->step == STEP_PROMOTE;
    if (plan->step == STEP_MOVE_BACK)
        drop_request(rehearsal, plan);
}

static void create(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    if (ring->key_count < KEYRING_MAX) {
        struct key *key = &ring->keys[ring->key_count++];
        for (size_t i = 0; i < ring->key_count; i++)
            ring->keys[i].pending = false;
        *key = (struct key){.status = KEY_ACTIVE, .created = ring->now, .stored = true, .pending = true};
        snprintf(key->id, sizeof key->id, "%s%u", MADE, ++rehearsal->made);
    }
    look_again(rehearsal, plan);
}

static void reactivate(struct rehearsal *rehearsal, const struct plan *plan) {
    struct key *key = listed(&rehearsal->ring, plan->key);
    if (key != NULL)
        key->status = KEY_ACTIVE;
    look_again(rehearsal, plan);
}

static void deactivate(struct rehearsal *rehearsal, const struct plan *plan) {
    struct keyring *ring = &rehearsal->ring;
    struct key *key = listed(ring, plan->key);
    if (key != NULL)
        key->status = KEY_INACTIVE;
    write_note(&ring->inactive, plan->key, ring->now);
    ring->inactive_too[0] = '\0';
    look_again(rehearsal, plan);
}

/* The mark of a key that is gone is taken off some time after; nothing a person waits for. */
static void take_away(struct keyring *ring, const char *id) {
    struct key *key = listed(ring, id);
    if (key == NULL)
        return;
    size_t behind = ring->key_count - (size_t)(key - ring->keys) - 1;
    memmove(key, key + 1, behind * sizeof *key);
    ring->key_count--;
}

static void delete (struct rehearsal *rehearsal, const struct plan *plan) {
    take_away(&rehearsal->ring, plan->key);
    take_away(&rehearsal->ring, plan->key_too);
    look_again(rehearsal, plan);
}

static const struct {
    bool books; /* done on the way, not shown */
    void (*apply)(struct rehearsal *rehearsal, const struct plan *plan);
} acts[STEP_COUNT] = {
    [STEP_ASK_USE] = {false, ask_use},
    [STEP_VERIFY] = {false, verify},
    [STEP_RECHECK] = {true, take_recheck},
    [STEP_WAIT] = {false, look_again},
    [STEP_BLOCK] = {false, look_again},
    [STEP_SKIP] = {false, look_again},
    [STEP_NOTICE] = {false, look_again},
    [STEP_MAKE_SECRET] = {true, make_secret},
    [STEP_NOTE_PROMOTED] = {true, note_promoted},
    [STEP_NOTE_INACTIVE] = {true, note_inactive},
    [STEP_CLOSE_INTENTS] = {true, close_intents},
    [STEP_DROP_REQUEST] = {true, drop_request},
    [STEP_DROP_MARK] = {true, drop_mark},
    [STEP_DROP_LEAKED] = {true, drop_leaked},
    [STEP_DISCARD] = {false, mark},
    [STEP_MARK] = {false, mark},
    [STEP_PROMOTE] = {false, move_current},
    [STEP_MOVE_BACK] = {false, move_current},
    [STEP_CREATE] = {false, create},
    [STEP_REACTIVATE] = {false, reactivate},
    [STEP_DEACTIVATE] = {false, deactivate},
    [STEP_DELETE] = {false, delete},
    [STEP_DELETE_BOTH] = {false, delete},
};

struct plan rehearsal_next(struct rehearsal *rehearsal) {
    struct plan plan = plan_next(&rehearsal->policy, &rehearsal->ring);
    for (int i = 0; i < MOST_NOTES && acts[plan.step].books; i++) {
        acts[plan.step].apply(rehearsal, &plan);
        plan = plan_next(&rehearsal->policy, &rehearsal->ring);
    }
    return plan;
}

void rehearsal_apply(struct rehearsal *rehearsal, const struct plan *plan) {
    acts[plan->step].apply(rehearsal, plan);
}
_Static_assert(COUNT_OF(acts) == STEP_DELETE_BOTH + 1, "every step has its act");
