/* Row 10: back to the key before, at once as far as that is safe. Reactivating harms nobody; moving AWSCURRENT waits a floor, because a
 * worker that decided before may still turn the old key off. */
#include "facts.h"

/* An emergency that took a rollback off, or came less than a floor after one, waits a floor of its own: calls of that rollback may still
 * land. A rollback is known by the pause written with it, or by a stored key newer than the current one; after a resume the pause does
 * not tell any more whose it was, so it counts as one. Having moved, it notes a time later than it was asked at, never the same second. */
static bool comes_upon_rollback(const struct facts *facts) {
    const struct keyring *ring = facts->ring;
    bool unmoved = ring->paused_for_rollback && ring->promoted.at <= ring->paused && facts->leaked_at >= ring->paused;
    bool forgotten = ring->resumed != 0 && facts->leaked_at <= ring->resumed;
    if (unmoved || forgotten)
        return true;
    for (size_t i = 0; i < facts->count; i++) {
        bool rolled_back = facts->roles[i] == ROLE_SUPERSEDED && facts->current != NULL &&
                           ring->keys[i].created > facts->current->created;
        if (rolled_back && facts->leaked_at < may_move_at(facts))
            return true;
    }
    return false;
}

const struct key *rollback_target(const struct facts *facts) {
    for (size_t i = 0; i < facts->count; i++)
        if (facts->roles[i] == ROLE_SUPERSEDED && facts->ring->keys[i].leaked == 0 && !mark_holds(facts, i))
            return &facts->ring->keys[i];
    return NULL;
}

/* The target is Active, and the request a floor old. */
static bool move_back(const struct facts *facts, struct plan *plan, const struct key *target, int64_t ready) {
    if (!target->stored)
        return change(facts, plan, STEP_DROP_REQUEST, target->id, REASON_ROLLBACK);
    if (target->proof == PROOF_NOT_TRIED)
        return gather(facts, plan, STEP_VERIFY, target, REASON_ROLLBACK);
    if (target->proof == PROOF_PROVEN)
        return change(facts, plan, STEP_MOVE_BACK, target->id, REASON_ROLLBACK);
    int64_t patience = later(ready, facts->policy->verify_timeout);
    if (facts->now >= patience)
        return change(facts, plan, STEP_DROP_REQUEST, target->id, REASON_ROLLBACK_FAILED);
    int64_t retry = later(facts->now, latest(facts->policy->verify_settle, 1));
    return wait_until(facts, plan, earliest(retry, patience), REASON_NOT_PROVEN);
}

/* A rollback is asked, naming the key AWSCURRENT names: reactivate the superseded key; a floor after the request verify it and move
 * AWSCURRENT back. A first rotation's old key is not stored: it is only reactivated, and watched for that floor. No superseded key that
 * is unleaked and without a valid mark, or one that does not prove itself in time: say so, drop the request. */
bool row_10_rollback(struct facts *facts, struct plan *plan) {
    int64_t held_until = later(facts->leaked_at, facts->floor);
    if (facts->emergency && facts->now < held_until && comes_upon_rollback(facts))
        return wait_until(facts, plan, held_until, REASON_MOVED_LATELY);
    if (!facts->rollback)
        return false;
    const struct key *target = rollback_target(facts);
    int64_t ready = latest(later(facts->ring->asked.at, facts->floor), may_move_at(facts));
    if (target == NULL)
        return change(facts, plan, STEP_DROP_REQUEST, facts->ring->asked.key, REASON_NOTHING_TO_ROLL_BACK);
    if (target->status == KEY_INACTIVE)
        return change(facts, plan, STEP_REACTIVATE, target->id, REASON_ROLLBACK);
    if (facts->now < ready)
        return wait_until(facts, plan, ready, REASON_ROLLBACK);
    return move_back(facts, plan, target, ready);
}
