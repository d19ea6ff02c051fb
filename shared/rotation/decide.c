/* How a row of the decision ends: the step, its reason, and when to look again. */
#include "facts.h"

#include "text.h"

enum { HOUR = 60 * 60, DAY = 24 * HOUR };

static bool decide(const struct facts *facts, struct plan *plan, enum step step, const char *key, enum reason reason,
                   int64_t not_before) {
    plan->step = step;
    plan->reason = reason;
    plan->not_before = latest(not_before, later(facts->now, 1));
    text_clip(plan->key, sizeof plan->key, key);
    return true;
}

/* Not longer than until a row before this one may change its mind. */
bool wait_until(const struct facts *facts, struct plan *plan, int64_t at, enum reason reason) {
    return decide(facts, plan, STEP_WAIT, "", reason, earliest(at, facts->wake.at));
}

bool rest(const struct facts *facts, struct plan *plan, enum reason reason) {
    int64_t at = facts->wake.at != NEVER ? facts->wake.at : later(facts->now, DAY);
    return decide(facts, plan, STEP_WAIT, "", reason, at);
}

bool block(const struct facts *facts, struct plan *plan, const char *key, enum reason reason) {
    int64_t at = earliest(facts->wake.at, later(facts->now, span(facts, HOUR)));
    return decide(facts, plan, STEP_BLOCK, key, reason, at);
}

bool skip(const struct facts *facts, struct plan *plan, enum reason reason) {
    int64_t at = earliest(facts->wake.at, later(facts->now, DAY));
    return decide(facts, plan, STEP_SKIP, "", reason, at);
}

bool gather(const struct facts *facts, struct plan *plan, enum step step, const struct key *key, enum reason reason) {
    return decide(facts, plan, step, key->id, reason, facts->now);
}

/* The next look follows at once, but where it could only find that it is too early. */
bool change(const struct facts *facts, struct plan *plan, enum step step, const char *key, enum reason reason) {
    int64_t pause = 1;
    if (step == STEP_CREATE)
        pause = facts->policy->verify_settle;
    else if (step == STEP_DISCARD || (step == STEP_MARK && reason == REASON_ORPHAN))
        pause = facts->floor;
    return decide(facts, plan, step, key, reason, later(facts->now, pause));
}
