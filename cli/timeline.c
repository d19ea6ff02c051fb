#include "timeline.h"

#include "rehearsal.h"
#include "text.h"

#include <string.h>

enum { MOST_LOOKS = 4096 };

static const int64_t BIRTH = 1000000000; /* any instant */

/* --- slots: a key stays where it was put --------------------------------------------------------------------------------- */

static enum slot_state state_of(const struct rehearsal *rehearsal, const struct key *key) {
    const struct keyring *ring = &rehearsal->ring;
    enum key_role role = plan_role(&rehearsal->policy, ring, (size_t)(key - ring->keys));
    if (key->status == KEY_INACTIVE)
        return SLOT_INACTIVE;
    if (role == ROLE_CANDIDATE)
        return SLOT_NEW;
    if (role == ROLE_OWN)
        return SLOT_IN_USE;
    return role == ROLE_CURRENT ? SLOT_CURRENT : SLOT_OLD;
}

static struct slot *slot_of(struct slot *slots, const char *key_id) {
    struct slot *empty = NULL;
    for (size_t i = 0; i < TIMELINE_SLOTS; i++) {
        if (slots[i].state != SLOT_FREE && text_equal(slots[i].key, key_id))
            return &slots[i];
        if (slots[i].state == SLOT_FREE && empty == NULL)
            empty = &slots[i];
    }
    return empty;
}

static void place_keys(const struct rehearsal *rehearsal, struct slot *slots) {
    for (size_t i = 0; i < TIMELINE_SLOTS; i++)
        if (slots[i].state != SLOT_FREE && keyring_find(&rehearsal->ring, slots[i].key) == NULL)
            slots[i] = (struct slot){.state = SLOT_FREE};
    for (size_t i = 0; i < rehearsal->ring.key_count; i++) {
        const struct key *key = &rehearsal->ring.keys[i];
        struct slot *slot = slot_of(slots, key->id);
        if (slot == NULL)
            continue; /* a third key: the decision never makes one */
        slot->state = state_of(rehearsal, key);
        slot->created = key->created - BIRTH;
        text_clip(slot->key, sizeof slot->key, key->id);
    }
}

/* --- entries ------------------------------------------------------------------------------------------------------------- */

static void keep(struct timeline *timeline, const struct rehearsal *rehearsal, int64_t at, const struct plan *plan) {
    struct timeline_entry *entry = &timeline->entries[timeline->count];
    const struct plan beginning = {.step = STEP_WAIT};
    *entry = (struct timeline_entry){.at = at - BIRTH, .plan = plan != NULL ? *plan : beginning};
    if (timeline->count > 0)
        memcpy(entry->slots, timeline->entries[timeline->count - 1].slots, sizeof entry->slots);
    place_keys(rehearsal, entry->slots);
    if (plan != NULL && plan->step == STEP_CREATE)
        text_clip(entry->plan.key, sizeof entry->plan.key, rehearsal->ring.keys[rehearsal->ring.key_count - 1].id);
    timeline->count++;
}

static bool is_shown(enum step step) {
    return step >= STEP_DISCARD && step != STEP_MARK;
}

/* The first key is a person's own, made when the clock starts. What does not concern the slots of one user is left out: whom to mail, and
 * when among many it begins. */
static void be_born(const struct policy *policy, struct rehearsal *rehearsal) {
    struct keyring ring = {.now = BIRTH, .in_scope = true, .recheck = RECHECK_SAME, .key_count = 1};
    ring.keys[0] = (struct key){.id = "key 1", .status = KEY_ACTIVE, .created = BIRTH};
    rehearsal_open(rehearsal, policy, &ring);
    rehearsal->made = 1;
    rehearsal->policy.mail = MAIL_REFERENCE;
    rehearsal->policy.missing = MISSING_FALLBACK_ADMIN;
    rehearsal->policy.warn_count = 0;
    rehearsal->policy.rollout_over = 0;
}

void timeline_live(const struct policy *policy, struct timeline *timeline) {
    struct rehearsal rehearsal;
    size_t rotations = 0;
    *timeline = (struct timeline){.policy = policy};
    be_born(policy, &rehearsal);
    keep(timeline, &rehearsal, BIRTH, NULL);
    for (int look = 0; look < MOST_LOOKS && !policy->notify_only && timeline->count < TIMELINE_MAX; look++) {
        struct plan plan = rehearsal_next(&rehearsal);
        int64_t at = rehearsal.ring.now;
        if (plan.step == STEP_CREATE && rotations == TIMELINE_ROTATIONS)
            return;
        rotations += plan.step == STEP_PROMOTE;
        timeline->blocked = plan.step == STEP_BLOCK;
        rehearsal_apply(&rehearsal, &plan);
        if (is_shown(plan.step) || timeline->blocked)
            keep(timeline, &rehearsal, at, &plan);
        if (timeline->blocked)
            return;
    }
}
