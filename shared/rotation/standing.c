/* Rows 1-4: may anything be done at all, for this user, on these facts? */
#include "facts.h"

#include "text.h"

enum {
    TORN_READ_PAUSE = 5, /* seconds until a read between two states is made again */
    MARK_LIFE = 3, /* safety floors; a discard is deleted two floors after its mark, and its mark stays one more */
};

/* --- row 1 --------------------------------------------------------------------------------------------------------------- */

/* An emergency passes a pause, never the scope. */
static enum reason why_hands_off(const struct facts *facts) {
    const struct keyring *ring = facts->ring;
    if (!ring->in_scope || ring->recheck == RECHECK_OUT_OF_SCOPE)
        return REASON_OUT_OF_SCOPE;
    if (facts->policy->exempt)
        return REASON_EXEMPT;
    if (facts->policy->notify_only)
        return REASON_NOTIFY_ONLY;
    if (facts->emergency || facts->rollback)
        return REASON_NONE;
    if (ring->no_recipient && facts->policy->missing == MISSING_SKIP_USER)
        return REASON_NO_RECIPIENT;
    if (ring->paused != 0)
        return REASON_PAUSED;
    bool lately = ring->resumed != 0 && facts->now < later(ring->resumed, facts->floor);
    return lately ? REASON_RESUMED_LATELY : REASON_NONE;
}

static bool stands_half_way(const struct facts *facts) {
    for (size_t i = 0; i < facts->count; i++)
        if (facts->roles[i] == ROLE_CANDIDATE || facts->roles[i] == ROLE_ORPHAN || facts->roles[i] == ROLE_SUPERSEDED)
            return true;
    return false;
}

/* What a rollback leaves: beside a working current key the one that was current before, newer and superseded; of a first rotation, whose old key
 * is not stored, that one turned on again. */
static bool is_left_by_rollback(const struct facts *facts, size_t index) {
    const struct key *key = &facts->ring->keys[index];
    bool newer = key->created > facts->current->created;
    return facts->roles[index] == ROLE_SUPERSEDED && (newer || (!key->stored && key->status == KEY_ACTIVE));
}

static bool is_rolled_back(const struct facts *facts) {
    bool rolled_back = facts->ring->paused_for_rollback && facts->live;
    for (size_t i = 0; i < facts->count && rolled_back; i++)
        rolled_back =
            &facts->ring->keys[i] == facts->current || facts->roles[i] == ROLE_FOREIGN || is_left_by_rollback(facts, i);
    return rolled_back;
}

static bool drop_request(const struct facts *facts, struct plan *plan, enum reason refused) {
    enum reason met = facts->ring->asked.kind == REQUEST_ROLLBACK ? REASON_ROLLBACK : REASON_ASKED;
    return change(facts, plan, STEP_DROP_REQUEST, facts->ring->asked.key, facts->met ? met : refused);
}

/* Out of scope, exempt, notify-only, paused, or resumed less than a floor ago: change nothing. Say so if a rotation stands half way, but for what a
 * rollback leaves, which is by the book. A request
 * that will not be served is dropped; in the floor after a resume it waits. An emergency passes a pause, a rollback for row 10. */
bool row_1_hands_off(struct facts *facts, struct plan *plan) {
    enum reason why = why_hands_off(facts);
    if (why == REASON_NONE || facts->ring->recheck == RECHECK_OTHER_USER)
        return false;
    if (why == REASON_RESUMED_LATELY)
        return wait_until(facts, plan, later(facts->ring->resumed, facts->floor), why);
    if (facts->ring->asked.kind != REQUEST_NONE && facts->policy->mode == MODE_APPLY)
        return drop_request(facts, plan, why);
    if (facts->emergency)
        return block(facts, plan, "", REASON_EMERGENCY_STUCK);
    if (why == REASON_PAUSED && stands_half_way(facts) && is_rolled_back(facts))
        return skip(facts, plan, REASON_ROLLED_BACK);
    if (stands_half_way(facts))
        return block(facts, plan, "", REASON_LEFT_HALF_WAY);
    if (why == REASON_NOTIFY_ONLY)
        return rest(facts, plan, why);
    return skip(facts, plan, why);
}

/* --- row 2 --------------------------------------------------------------------------------------------------------------- */

static bool is_torn(const struct keyring *ring) {
    bool named = ring->current_id[0] != '\0';
    bool nobodys =
        named ==
        ring->placeholder_current; /* on neither; where it is on somebody else's version, the facts are incomplete */
    return ring->torn || (ring->secret == SECRET_PRESENT && nobodys && !ring->incomplete);
}

static bool key_contradicts(const struct keyring *ring, const struct key *key) {
    bool labelled = key->current || key->pending || key->previous;
    bool named = text_equal(key->id, ring->current_id);
    return key->id[0] == '\0' || keyring_find(ring, key->id) != key || (labelled && !key->stored) ||
           (key->stored && ring->secret == SECRET_ABSENT) || key->current != named;
}

/* Written by a look whose server had another time: counting from it would wait for years. */
static bool is_from_the_future(const struct facts *facts, const struct note *note) {
    return note->key[0] != '\0' && note->at > later(facts->now, facts->floor);
}

static bool facts_contradict(const struct facts *facts) {
    const struct keyring *ring = facts->ring;
    if (is_from_the_future(facts, &ring->promoted) || is_from_the_future(facts, &ring->inactive))
        return true;
    if (ring->now <= 0 || (ring->secret == SECRET_ABSENT && (ring->placeholder_current || ring->current_id[0] != '\0')))
        return true;
    for (size_t i = 0; i < facts->count; i++)
        if (key_contradicts(ring, &ring->keys[i]))
            return true;
    return false;
}

/* A torn read: look again in seconds. Facts incomplete or contradictory: block, and say why. */
bool row_2_doubtful(struct facts *facts, struct plan *plan) {
    const struct keyring *ring = facts->ring;
    if (ring->recheck == RECHECK_OTHER_USER)
        return block(facts, plan, "", REASON_USER_CHANGED);
    if (is_torn(ring))
        return wait_until(facts, plan, later(facts->now, span(facts, TORN_READ_PAUSE)), REASON_TORN_READ);
    if (ring->secret == SECRET_BEING_DELETED)
        return block(facts, plan, "", REASON_SECRET_DELETED);
    if (ring->truncated || ring->key_count > SLOTS)
        return block(facts, plan, "", REASON_TOO_MANY_KEYS);
    if (ring->incomplete || facts_contradict(facts))
        return block(facts, plan, "", REASON_FACTS_INCOMPLETE);
    return false;
}

/* --- the notes, after rows 1-2 and before the others --------------------------------------------------------------------- */

/* Since when Inactive: asked of superseded keys and of what row 5 is removing; of a user's own keys only where the policy deletes them,
 * since the note would cost every other user of that kind a secret. */
static bool wants_note(const struct facts *facts, size_t index) {
    const struct key *key = &facts->ring->keys[index];
    const struct policy *policy = facts->policy;
    if (key->status != KEY_INACTIVE)
        return false;
    if (facts->roles[index] == ROLE_OWN && !facts->rolled_out)
        return false;
    if (facts->roles[index] == ROLE_OWN)
        return policy->spare_inactive == SPARE_INACTIVE_DELETE || policy->two_inactive == TWO_INACTIVE_DELETE_BOTH;
    return facts->roles[index] == ROLE_SUPERSEDED || mark_holds(facts, index);
}

static bool note_inactive(const struct facts *facts, struct plan *plan) {
    const struct key *wanted[KEYRING_MAX];
    size_t count = 0;
    bool missing = false;
    for (size_t i = 0; i < facts->count; i++) {
        if (!wants_note(facts, i))
            continue;
        wanted[count++] = &facts->ring->keys[i];
        missing = missing || !named_inactive(facts->ring, &facts->ring->keys[i]);
    }
    if (!missing)
        return false;
    text_clip(plan->key_too, sizeof plan->key_too, count > 1 ? wanted[1]->id : "");
    return change(facts, plan, STEP_NOTE_INACTIVE, wanted[0]->id, REASON_FIRST_NOTE);
}

/* The note names another listed key than AWSCURRENT does, and is younger than a floor: stages and tags are of two moments. Writing the
 * note anew would tell a promotion that never was. */
static bool stages_are_stale(const struct facts *facts) {
    const struct keyring *ring = facts->ring;
    const struct key *noted = keyring_find(ring, ring->promoted.key);
    return noted != NULL && noted->stored && facts->now < later(ring->promoted.at, facts->floor);
}

/* A note that is missing or names another key is written as a step of its own, "now": for the key AWSCURRENT names, listed or not, and
 * for Inactive keys. In mode plan it counts as written. */
bool keep_notes(struct facts *facts, struct plan *plan) {
    const struct keyring *ring = facts->ring;
    if (facts->policy->mode == MODE_PLAN)
        return false;
    bool unnoted = ring->current_id[0] != '\0' && !text_equal(ring->promoted.key, ring->current_id);
    if (unnoted && stages_are_stale(facts))
        return wait_until(facts, plan, later(facts->now, span(facts, TORN_READ_PAUSE)), REASON_TORN_READ);
    if (unnoted)
        return change(facts, plan, STEP_NOTE_PROMOTED, ring->current_id, REASON_FIRST_NOTE);
    return note_inactive(facts, plan);
}

/* The report of a leaked key that IAM does not list, and lists no more however stale the read: the report is a floor old, and the mark of
 * the deletion, where it was ours, gone before. One that AWSCURRENT still names is left: there the world is not what it should be. */
static const struct gone_leak *leak_to_forget(struct facts *facts) {
    const struct keyring *ring = facts->ring;
    for (size_t i = 0; i < ring->leak_gone_count && i < KEYRING_MARKS; i++) {
        const struct gone_leak *leak = &ring->leaks_gone[i];
        bool marked = false;
        for (size_t j = 0; j < ring->gone_count && j < KEYRING_MARKS; j++)
            marked = marked || text_equal(ring->gone[j].key, leak->key);
        if (!marked && !text_equal(leak->key, ring->current_id) &&
            reached(facts, later(leak->at, facts->floor), REASON_NOT_DUE))
            return leak;
    }
    return NULL;
}

/* What says nothing any more is taken off: a request that is met, or a rollback that an emergency overtook; the mark of a key that is
 * gone, and then the report that it leaked; intents nothing can come of. Void marks of listed keys stay: they are void by what is seen, and what is seen may be stale. */
bool tidy_up(struct facts *facts, struct plan *plan) {
    const struct keyring *ring = facts->ring;
    if (facts->policy->mode == MODE_PLAN)
        return false;
    bool overtaken = facts->emergency && ring->asked.kind == REQUEST_ROLLBACK && facts->leaked_at >= ring->asked.at;
    if (facts->met || overtaken)
        return drop_request(facts, plan, REASON_EMERGENCY);
    for (size_t i = 0; i < ring->gone_count && i < KEYRING_MARKS; i++)
        if (reached(facts, later(ring->gone[i].at, MARK_LIFE * facts->floor), REASON_NOT_DUE))
            return change(facts, plan, STEP_DROP_MARK, ring->gone[i].key, REASON_MARKED);
    const struct gone_leak *leak = leak_to_forget(facts);
    if (leak != NULL)
        return change(facts, plan, STEP_DROP_LEAKED, leak->key, REASON_LEAK_GONE);
    for (size_t i = 0; i < ring->intent_count && i < KEYRING_INTENTS; i++)
        if (plan_closes_intent(facts->policy, ring, i))
            return change(facts, plan, STEP_CLOSE_INTENTS, "", REASON_INTENT_OPEN);
        else
            (void)reached(facts, later(ring->intents[i].at, facts->floor), REASON_NOT_DUE);
    return false;
}

/* --- rows 3 and 4 -------------------------------------------------------------------------------------------------------- */

/* AWSCURRENT names a key that is Inactive, and nobody asked naming it: a person did that. */
bool row_3_current_inactive(struct facts *facts, struct plan *plan) {
    const struct key *current = facts->current;
    const struct request *asked = &facts->ring->asked;
    if (current == NULL || current->status == KEY_ACTIVE)
        return false;
    bool named = (asked->kind != REQUEST_NONE && text_equal(asked->key, current->id)) || current->leaked != 0;
    return !named && block(facts, plan, current->id, REASON_CURRENT_DEAD);
}

/* AWSCURRENT names a key IAM does not list. Promoted less than a floor ago: a stale list. Longer: go on as if there were no current;
 * the plan carries `current_gone`, to be announced once. */
bool row_4_current_gone(struct facts *facts, struct plan *plan) {
    int64_t stale_until = later(promoted_at(facts), facts->floor);
    if (!facts->current_gone || facts->now >= stale_until)
        return false;
    return wait_until(facts, plan, stale_until, REASON_STALE_LIST);
}
