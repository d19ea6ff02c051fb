/* Rows 5-9: what began, in this look or in one that died, is finished before anything else begins. */
#include "facts.h"

/* Never faster than a second, whatever the policy says. */
static int64_t retry_at(const struct facts *facts, int64_t seconds) {
    return later(facts->now, latest(seconds, 1));
}

/* --- row 5 --------------------------------------------------------------------------------------------------------------- */

/* A key that never was current: Active until its mark is a floor old, Inactive for a floor at least, then deleted. An orphan must have
 * stayed unused, so that is asked before each of the two. */
static bool finish_discard(const struct facts *facts, struct plan *plan, size_t index) {
    const struct key *key = &facts->ring->keys[index];
    bool active = key->status == KEY_ACTIVE;
    bool orphan = facts->roles[index] == ROLE_ORPHAN;
    int64_t at = later(key->deleting, facts->floor);
    if (!active)
        at = later(latest(at, inactive_since(facts, key)), facts->floor);
    enum reason reason = orphan ? REASON_ORPHAN : REASON_MARKED;
    if (facts->now < at)
        return wait_until(facts, plan, at, REASON_MARK_AGEING);
    if (orphan && key->use == USE_NOT_ASKED)
        return gather(facts, plan, STEP_ASK_USE, key, reason);
    return change(facts, plan, active ? STEP_DEACTIVATE : STEP_DELETE, key->id, reason);
}

/* A key marked deleting. An orphan still unused since the mark, or a candidate: deactivate a floor after the mark, a floor later delete.
 * A superseded key found Inactive beside a live current, or an own key found Inactive, while AWSCURRENT names no unlisted key: delete.
 * Any other mark is void, and so is one older than the `inactive` note: somebody changed the world since. */
bool row_5_marked(struct facts *facts, struct plan *plan) {
    for (size_t i = 0; i < facts->count; i++) {
        if (!mark_holds(facts, i))
            continue;
        if (facts->roles[i] == ROLE_ORPHAN || facts->roles[i] == ROLE_CANDIDATE)
            return finish_discard(facts, plan, i);
        return change(facts, plan, STEP_DELETE, facts->ring->keys[i].id, REASON_MARKED);
    }
    return false;
}

/* --- rows 6 and 7 -------------------------------------------------------------------------------------------------------- */

/* In seconds while it is new; by the timeout's measure when it should have worked long ago. */
static bool verify_again(const struct facts *facts, struct plan *plan, const struct key *key, int64_t patience) {
    bool young = facts->now < later(key->created, facts->policy->verify_timeout);
    int64_t at = retry_at(facts, young ? facts->policy->verify_settle : facts->policy->verify_timeout);
    return wait_until(facts, plan, earliest(at, patience), REASON_NOT_PROVEN);
}

static bool cannot_verify(const struct facts *facts, struct plan *plan, const struct key *key) {
    block(facts, plan, key->id, REASON_CANNOT_VERIFY);
    plan->not_before = retry_at(facts, facts->policy->verify_timeout);
    return true;
}

/* A candidate, Active. Leaked: discard. Proven: promote. AWS refused the key itself at both endpoints, and it is older than
 * verify.timeout and the floor: discard. Unanswered past both: say so, and keep trying. Else: verify again later. */
bool row_6_candidate(struct facts *facts, struct plan *plan) {
    size_t index = next_key(facts, ROLE_CANDIDATE, KEY_ACTIVE, 0);
    if (index == facts->count)
        return false;
    const struct key *key = &facts->ring->keys[index];
    int64_t settled = later(key->created, facts->policy->verify_settle);
    int64_t patience = later(key->created, latest(facts->policy->verify_timeout, facts->floor));
    if (key->leaked != 0)
        return change(facts, plan, STEP_DISCARD, key->id, REASON_EMERGENCY);
    if (facts->now < settled)
        return wait_until(facts, plan, settled, REASON_SETTLING);
    if (facts->now < may_move_at(facts))
        return wait_until(facts, plan, may_move_at(facts), REASON_MOVED_LATELY);
    if (key->proof == PROOF_NOT_TRIED)
        return gather(facts, plan, STEP_VERIFY, key, REASON_SETTLING);
    if (key->proof == PROOF_PROVEN)
        return change(facts, plan, STEP_PROMOTE, key->id, REASON_PROVEN);
    if (facts->now < patience)
        return verify_again(facts, plan, key, patience);
    if (key->proof == PROOF_REFUSED)
        return change(facts, plan, STEP_DISCARD, key->id, REASON_KEY_REFUSED);
    return cannot_verify(facts, plan, key);
}

/* A candidate, Inactive, not marked: somebody else turned it off. */
bool row_7_candidate_inactive(struct facts *facts, struct plan *plan) {
    size_t index = next_key(facts, ROLE_CANDIDATE, KEY_INACTIVE, 0);
    return index < facts->count && block(facts, plan, facts->ring->keys[index].id, REASON_FOREIGN_CHANGE);
}

/* --- rows 8 and 9 -------------------------------------------------------------------------------------------------------- */

/* An unstored key younger than the floor that is not the one to be succeeded: it may be an orphan, and a stale read may hide its
 * version or the intent. */
bool row_8_young(struct facts *facts, struct plan *plan) {
    for (size_t i = 0; i < facts->count; i++) {
        const struct key *key = &facts->ring->keys[i];
        int64_t grown = later(key->created, facts->floor);
        if (!key->stored && key != facts->succeeded && facts->now < grown)
            return wait_until(facts, plan, grown, REASON_YOUNG_KEY);
    }
    return false;
}

/* An orphan, judged before everything else an unstored key might be. Two in one window: block. Never used: mark; row 5 does the rest.
 * One that was used, or found Inactive and unmarked, is no orphan any more: foreign beside a current key, own without. */
bool row_9_orphan(struct facts *facts, struct plan *plan) {
    for (size_t i = 0; i < facts->count; i++) {
        const struct key *key = &facts->ring->keys[i];
        if (facts->roles[i] != ROLE_ORPHAN)
            continue;
        if (role_crowded(facts->policy, facts->ring, i))
            return block(facts, plan, key->id, REASON_TWO_ORPHANS);
        if (key->use == USE_NOT_ASKED)
            return gather(facts, plan, STEP_ASK_USE, key, REASON_ORPHAN);
        return change(facts, plan, STEP_MARK, key->id, REASON_ORPHAN);
    }
    return false;
}
