/* Rows 11-20: the old key leaves its slot, the next one is made, or it is too early for either. */
#include "facts.h"

#include "text.h"

/* --- rows 11 and 12: only beside a current key that is listed and Active ------------------------------------------------- */

/* When both keys have worked long enough. A key newer than the current one was rolled back, and counts as past its time; so does one in
 * the way of a rotation somebody asked for. The overlap gives way to neither. */
static int64_t overlap_end(const struct facts *facts, const struct key *key) {
    const struct policy *policy = facts->policy;
    int64_t end = later(promoted_at(facts), latest(policy->min_overlap, facts->floor));
    bool past =
        policy->min_overlap == 0 || key->created > facts->current->created || (facts->asked && facts->slot_needed);
    return past ? end : latest(end, later(key->created, policy->deactivate_after));
}

/* Only where calendar and account allow changes, else when they do. */
static bool freed_in_window(struct facts *facts, int64_t at, enum reason reason) {
    int64_t allowed = allowed_at(facts, at);
    return freed(facts, allowed, allowed == at ? reason : why_shut(facts, at));
}

static bool is_emergency_for(const struct facts *facts, const struct key *key) {
    return key->leaked != 0 || (facts->replacing && facts->slot_needed);
}

/* The gate of in_use: the old key must have been idle for a while, but no longer than max_hold after the overlap is it waited for. True: the row
 * ends here, with the question when it was used last; `*holds` says whether to wait. */
static bool ask_gate(struct facts *facts, struct plan *plan, const struct key *key, bool *holds) {
    const struct policy *policy = facts->policy;
    struct plan_gate gate = {.since = overlap_end(facts, key), .last_used = key->last_used};
    gate.until = later(gate.since, policy->in_use_max_hold);
    *holds = policy->in_use_old_idle > 0 && key->use != USE_NEVER && facts->now < gate.until;
    if (key->use == USE_SEEN && *holds)
        *holds = !freed(facts, earliest(later(key->last_used, policy->in_use_old_idle), gate.until), REASON_IN_USE);
    if (!*holds)
        return false;
    text_clip(gate.key, sizeof gate.key, key->id);
    plan->gate = gate;
    return key->use == USE_NOT_ASKED && gather(facts, plan, STEP_ASK_USE, key, REASON_IN_USE);
}

static bool deactivate(struct facts *facts, struct plan *plan, const struct key *key) {
    bool this_look = facts->policy->min_overlap == 0 && facts->ring->promoted_this_look && !shut(facts);
    if (is_emergency_for(facts, key))
        return change(facts, plan, STEP_DEACTIVATE, key->id, REASON_EMERGENCY);
    if (!this_look && !freed_in_window(facts, overlap_end(facts, key), REASON_OVERLAP))
        return false;
    bool held = false;
    if (!this_look && ask_gate(facts, plan, key, &held))
        return true;
    return !held && change(facts, plan, STEP_DEACTIVATE, key->id, REASON_OVERLAP_OVER);
}

/* A superseded key, Active: an emergency names it or needs its slot (or names a foreign key: that one); or current for the overlap or the
 * floor, whichever is longer, its deactivate_after reached, and the gate of in_use passed; or a policy without overlap, and this very look
 * promoted. */
bool row_11_deactivate(struct facts *facts, struct plan *plan) {
    for (size_t i = 0; i < facts->count && facts->live; i++) {
        const struct key *key = &facts->ring->keys[i];
        if (key->status != KEY_ACTIVE)
            continue;
        if (facts->roles[i] == ROLE_SUPERSEDED && deactivate(facts, plan, key))
            return true;
        if (facts->roles[i] == ROLE_FOREIGN && key->leaked != 0)
            return change(facts, plan, STEP_DEACTIVATE, key->id, REASON_EMERGENCY);
    }
    return false;
}

static bool gives_way(const struct facts *facts) {
    const struct policy *policy = facts->policy;
    bool may = policy->slot_conflict == SLOT_CONFLICT_DELETE_EARLY || policy->delete_rule == DELETE_NEXT_ROTATION;
    return facts->slot_needed && may;
}

static bool delete_in_time(struct facts *facts, struct plan *plan, const struct key *key) {
    int64_t at = later(inactive_since(facts, key), facts->policy->min_inactive);
    if (facts->replacing && facts->slot_needed)
        return change(facts, plan, STEP_MARK, key->id, REASON_EMERGENCY);
    if (gives_way(facts))
        return freed_in_window(facts, at, REASON_WAITS_FOR_SLOT) &&
               change(facts, plan, STEP_MARK, key->id, REASON_SLOT_NEEDED);
    if (facts->policy->delete_rule != DELETE_AT_AGE)
        return false;
    at = latest(at, later(key->created, facts->policy->delete_after));
    return freed_in_window(facts, at, REASON_NOT_DUE) &&
           change(facts, plan, STEP_MARK, key->id, REASON_INACTIVE_LONG_ENOUGH);
}

/* A superseded key, Inactive for min_inactive: delete_after reached; or its slot is needed and the policy gives way; or an emergency
 * needs the slot. Marked here; row 5 deletes. */
bool row_12_delete(struct facts *facts, struct plan *plan) {
    size_t index = next_key(facts, ROLE_SUPERSEDED, KEY_INACTIVE, 0);
    return facts->live && index < facts->count && delete_in_time(facts, plan, &facts->ring->keys[index]);
}

/* A foreign key beside current: a person decides, nothing is touched. */
bool row_13_foreign(struct facts *facts, struct plan *plan) {
    for (size_t i = 0; i < facts->count && facts->current != NULL; i++)
        if (facts->roles[i] == ROLE_FOREIGN)
            return block(facts, plan, facts->ring->keys[i].id, REASON_FOREIGN_KEY);
    return false;
}

/* --- rows 14-17: before anything of this user was stored ----------------------------------------------------------------- */

static bool retire(const struct facts *facts, struct plan *plan, const struct key *key, const struct key *other) {
    enum reason why_not = facts->emergency ? REASON_EMERGENCY_STUCK : REASON_TWO_ACTIVE;
    enum reason why = facts->emergency ? REASON_EMERGENCY : REASON_RETIRE_OLDEST;
    if (other->use == USE_NOT_ASKED)
        return gather(facts, plan, STEP_ASK_USE, other, why);
    if (other->use == USE_NEVER)
        return block(facts, plan, key->id, why_not);
    return change(facts, plan, STEP_DEACTIVATE, key->id, why);
}

/* First rotation, two Active, both older than the floor, the older one due or a rotation asked. notify: skip, say so (an emergency: block).
 * retire_oldest: if the other was ever used, deactivate the oldest; in an emergency the named one. */
bool row_14_two_active(struct facts *facts, struct plan *plan) {
    if (!facts->first || count_keys(facts, ROLE_OWN, KEY_ACTIVE) != SLOTS)
        return false;
    size_t first = next_key(facts, ROLE_OWN, KEY_ACTIVE, 0);
    const struct key *older = &facts->ring->keys[first];
    const struct key *newer = &facts->ring->keys[next_key(facts, ROLE_OWN, KEY_ACTIVE, first + 1)];
    if (older->created > newer->created) {
        const struct key *swap = older;
        older = newer;
        newer = swap;
    }
    bool due = reached(facts, due_time(facts, older), REASON_NOT_DUE);
    int64_t grown = later(newer->created, facts->floor);
    if (!due && !facts->asked && !facts->emergency)
        return false;
    if (facts->now < grown)
        return wait_until(facts, plan, grown, REASON_YOUNG_KEY);
    if (facts->policy->two_active == TWO_ACTIVE_NOTIFY)
        return facts->emergency ? block(facts, plan, "", REASON_EMERGENCY_STUCK) : skip(facts, plan, REASON_TWO_ACTIVE);
    if (!facts->emergency && shut(facts))
        return wait_until(facts, plan, allowed_at(facts, facts->now), why_shut(facts, facts->now));
    bool newer_is_named = facts->emergency && older->leaked == 0;
    return newer_is_named ? retire(facts, plan, newer, older) : retire(facts, plan, older, newer);
}

/* First rotation, one Active and due or asked for, one Inactive: delete it once seen Inactive for min_inactive (an emergency: now), if the
 * policy does that; else there is no free slot. */
bool row_15_spare_inactive(struct facts *facts, struct plan *plan) {
    size_t spare = next_key(facts, ROLE_OWN, KEY_INACTIVE, 0);
    bool one_each = count_keys(facts, ROLE_OWN, KEY_ACTIVE) == 1 && spare < facts->count;
    if (!facts->first || !one_each || (!facts->due && !facts->asked && !facts->replacing))
        return false;
    const struct key *key = &facts->ring->keys[spare];
    if (facts->policy->spare_inactive == SPARE_INACTIVE_LEAVE)
        return block(facts, plan, key->id, facts->emergency ? REASON_EMERGENCY_STUCK : REASON_NO_FREE_SLOT);
    int64_t at = later(inactive_since(facts, key), facts->policy->min_inactive);
    int64_t allowed = allowed_at(facts, at);
    if (!facts->replacing && facts->now < allowed)
        return wait_until(facts, plan, allowed, allowed == at ? REASON_WAITS_FOR_SLOT : why_shut(facts, at));
    return change(facts, plan, STEP_MARK, key->id, REASON_SPARE_INACTIVE);
}

/* First rotation, nobody asked, two Inactive past rotate_after and seen Inactive for min_inactive: as two_inactive says; delete_both does
 * it in one look, and the marks finish it after a crash. */
bool row_16_two_inactive(struct facts *facts, struct plan *plan) {
    if (!facts->first || facts->asked || count_keys(facts, ROLE_OWN, KEY_INACTIVE) != SLOTS)
        return false;
    size_t one = next_key(facts, ROLE_OWN, KEY_INACTIVE, 0);
    size_t two = next_key(facts, ROLE_OWN, KEY_INACTIVE, one + 1);
    const struct key *keys = facts->ring->keys;
    int64_t due = latest(due_time(facts, &keys[one]), due_time(facts, &keys[two]));
    int64_t seen = latest(inactive_since(facts, &keys[one]), inactive_since(facts, &keys[two]));
    if (!reached(facts, due, REASON_NOT_DUE))
        return false;
    if (facts->policy->two_inactive == TWO_INACTIVE_LEAVE)
        return skip(facts, plan, REASON_TWO_INACTIVE_LEFT);
    if (!reached(facts, allowed_at(facts, later(seen, facts->policy->min_inactive)), REASON_TWO_INACTIVE))
        return false;
    text_clip(plan->key_too, sizeof plan->key_too, keys[two].id);
    return change(facts, plan, STEP_DELETE_BOTH, keys[one].id, REASON_TWO_INACTIVE);
}

static bool any_active(const struct facts *facts) {
    for (size_t i = 0; i < facts->count; i++)
        if (facts->ring->keys[i].status == KEY_ACTIVE)
            return true;
    return false;
}

/* No Active key, and nobody asked: leave. */
bool row_17_no_active(struct facts *facts, struct plan *plan) {
    if (any_active(facts) || facts->asked || facts->emergency)
        return false;
    return rest(facts, plan, facts->count > 0 ? REASON_NO_ACTIVE_KEY : REASON_NO_KEY);
}

/* --- rows 19 and 20 ------------------------------------------------------------------------------------------------------ */

static enum reason why_create(const struct facts *facts) {
    if (facts->replacing)
        return REASON_EMERGENCY;
    return facts->asked ? REASON_ASKED : REASON_DUE;
}

static bool held(const struct facts *facts, struct plan *plan) {
    const struct moment *until = &facts->held.until;
    return facts->held.step == STEP_BLOCK ? block(facts, plan, "", until->reason)
                                          : wait_until(facts, plan, until->at, until->reason);
}

/* Due, or asked for: wait or block where something holds the create; a slot is free: create; none, beside a live current: wait for rows 11
 * and 12; none: block. And an emergency not met that nothing above serves: block. */
bool row_19_create(struct facts *facts, struct plan *plan) {
    if (!facts->asked && !facts->replacing && !reached(facts, facts->due_at, REASON_NOT_DUE))
        return facts->emergency && block(facts, plan, "", REASON_EMERGENCY_STUCK);
    if (facts->held.step != STEP_CREATE)
        return held(facts, plan);
    if (facts->count < SLOTS)
        return change(facts, plan, STEP_CREATE, "", why_create(facts));
    if (facts->live && facts->slot.at != NEVER)
        return wait_until(facts, plan, facts->slot.at, REASON_WAITS_FOR_SLOT);
    return block(facts, plan, "", facts->emergency ? REASON_EMERGENCY_STUCK : REASON_NO_FREE_SLOT);
}

/* Wait until the earliest of all these times; with none, look again in a day. */
bool row_20_wait(struct facts *facts, struct plan *plan) {
    return rest(facts, plan, facts->wake.reason);
}
