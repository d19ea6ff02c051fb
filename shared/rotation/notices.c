/* Row 18: whoever owns a key is told ahead, and of a key that is only watched. A notice is a fact that stands from its time on until the key
 * is superseded or gone, so it is announced like every other standing fact: in whatever look comes after its time, once. The decision's
 * part is to look again at that time. */
#include "facts.h"

#include "text.h"

/* Where nothing will follow, nothing is announced ahead: in mode plan, and of two Active keys that the policy leaves alone. */
static bool is_announced_ahead(const struct facts *facts, const struct key *key) {
    bool left_alone = facts->first && facts->policy->two_active == TWO_ACTIVE_NOTIFY &&
                      count_keys(facts, ROLE_OWN, KEY_ACTIVE) == SLOTS;
    return key == facts->succeeded && facts->policy->mode == MODE_APPLY && !left_alone &&
           policy_includes(facts->policy, facts->ring->account, facts->ring->user_id);
}

static bool is_watched(const struct facts *facts, const struct key *key) {
    const struct keyring *ring = facts->ring;
    bool ours = ring->in_scope && ring->recheck != RECHECK_OUT_OF_SCOPE && ring->recheck != RECHECK_OTHER_USER;
    if (!ours || key->status != KEY_ACTIVE || facts->policy->exempt)
        return false;
    return facts->policy->notify_only || is_announced_ahead(facts, key);
}

/* Not before its time; until then it is one to look again at. */
static void add(struct facts *facts, struct plan_notices *notices, const struct key *key, enum reason reason,
                int64_t at, int64_t due) {
    if (!reached(facts, at, reason) || notices->count == PLAN_NOTICES)
        return;
    struct plan_notice *notice = &notices->all[notices->count++];
    *notice = (struct plan_notice){.reason = reason, .at = at, .due = due};
    text_clip(notice->key, sizeof notice->key, key->id);
}

static void add_ahead(struct facts *facts, struct plan_notices *notices, const struct key *key) {
    const struct policy *policy = facts->policy;
    for (size_t i = 0; i < policy->warn_count; i++)
        add(facts, notices, key, REASON_PRE_NOTICE, later(facts->due_at, -policy->warn_before[i]), facts->due_at);
}

static void add_of_watched(struct facts *facts, struct plan_notices *notices, const struct key *key) {
    const struct policy *policy = facts->policy;
    int64_t due = policy->notify_overdue > 0 ? later(key->created, policy->notify_overdue) : 0;
    for (size_t i = 0; i < policy->notify_count; i++)
        add(facts, notices, key, REASON_NOTIFY_ONLY, later(key->created, policy->notify_at[i]), due);
    if (due > 0)
        add(facts, notices, key, REASON_OVERDUE, due, due);
}

void gather_notices(struct facts *facts, struct plan_notices *notices) {
    *notices = (struct plan_notices){0};
    for (size_t i = 0; i < facts->count; i++) {
        const struct key *key = &facts->ring->keys[i];
        if (is_watched(facts, key))
            (facts->policy->notify_only ? add_of_watched : add_ahead)(facts, notices, key);
    }
}

void plan_notices(const struct policy *policy, const struct keyring *ring, struct plan_notices *notices) {
    struct facts facts;
    facts_of(policy, ring, &facts);
    gather_notices(&facts, notices);
}
