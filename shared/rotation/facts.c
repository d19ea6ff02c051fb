#include "facts.h"

#include "text.h"

#include <string.h>

enum {
    DAY = 24 * 60 * 60,
    LONGEST_SHUT = 366 * DAY, /* a calendar that never opens is asked again */
    DISCARD_PAUSE = 5 * 60,   /* doubled after each */
    HELD_LEAST = 60, /* a held account: asked again after a quarter of the time it was held, within these two */
    HELD_MOST = 30 * 60,
    HELD_UNREAD = 10 * 60, /* ... nobody knows since when */
    MOST_DISCARDS = 3,
};

/* --- times --------------------------------------------------------------------------------------------------------------- */

int64_t later(int64_t at, int64_t seconds) {
    int64_t sum;
    if (__builtin_add_overflow(at, seconds, &sum))
        return seconds > 0 ? NEVER : INT64_MIN;
    return sum;
}

int64_t latest(int64_t a, int64_t b) {
    return a > b ? a : b;
}

int64_t earliest(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void lower(struct moment *moment, int64_t at, enum reason reason) {
    if (at < moment->at)
        *moment = (struct moment){at, reason};
}

bool reached(struct facts *facts, int64_t at, enum reason reason) {
    if (facts->now >= at)
        return true;
    lower(&facts->wake, at, reason);
    return false;
}

bool freed(struct facts *facts, int64_t at, enum reason reason) {
    if (reached(facts, at, reason))
        return true;
    lower(&facts->slot, at, reason);
    return false;
}

int64_t due_time(const struct facts *facts, const struct key *key) {
    return latest(later(key->created, policy_rotate_after(facts->policy, facts->ring->user_id)), facts->start);
}

/* Users held for long come back seldom, and after the resume within a quarter of the time the pause lasted, each at a time of its own:
 * soon, and in no wave. */
static int64_t ask_again(const struct facts *facts) {
    int64_t held_for = later(facts->now, -facts->ring->account_held_since);
    bool known = facts->ring->account_held_since > 0;
    int64_t quarter = known ? latest(earliest(held_for / 4, HELD_MOST), HELD_LEAST) : HELD_UNREAD;
    int64_t least = (quarter + 1) / 2;
    int64_t share = policy_share(quarter - least, "held", facts->ring->user_id);
    return later(facts->now, span(facts, least + share));
}

static bool account_holds(const struct facts *facts) {
    return facts->ring->account_hold == ACCOUNT_PAUSED || facts->ring->account_hold == ACCOUNT_UNREAD;
}

static int64_t calendar_allows_at(const struct facts *facts, int64_t at) {
    int64_t from = latest(at, facts->now);
    int64_t opens = calendar_opens(&facts->policy->calendar, from);
    return opens == from ? at : earliest(opens, later(from, LONGEST_SHUT));
}

int64_t allowed_at(const struct facts *facts, int64_t at) {
    int64_t allowed = calendar_allows_at(facts, at);
    return account_holds(facts) && allowed <= facts->now ? ask_again(facts) : allowed;
}

bool shut(const struct facts *facts) {
    return allowed_at(facts, facts->now) > facts->now;
}

enum reason why_shut(const struct facts *facts, int64_t at) {
    if (!account_holds(facts) || calendar_allows_at(facts, at) > facts->now)
        return REASON_WINDOW;
    return facts->ring->account_hold == ACCOUNT_PAUSED ? REASON_ACCOUNT_PAUSED : REASON_ACCOUNT_UNREAD;
}

int64_t span(const struct facts *facts, int64_t seconds) {
    return facts->floor < SAFETY_FLOOR ? earliest(seconds, facts->floor) : seconds;
}

int64_t promoted_at(const struct facts *facts) {
    const struct keyring *ring = facts->ring;
    return text_equal(ring->promoted.key, ring->current_id) ? ring->promoted.at : facts->now;
}

bool named_inactive(const struct keyring *ring, const struct key *key) {
    return text_equal(ring->inactive.key, key->id) || text_equal(ring->inactive_too, key->id);
}

int64_t inactive_since(const struct facts *facts, const struct key *key) {
    return named_inactive(facts->ring, key) ? facts->ring->inactive.at : facts->now;
}

int64_t may_move_at(const struct facts *facts) {
    return facts->ring->current_id[0] != '\0' ? later(promoted_at(facts), facts->floor) : 0;
}

/* --- keys ---------------------------------------------------------------------------------------------------------------- */

size_t next_key(const struct facts *facts, enum key_role role, enum key_status status, size_t from) {
    size_t i = from;
    while (i < facts->count && (facts->roles[i] != role || facts->ring->keys[i].status != status))
        i++;
    return i;
}

size_t count_keys(const struct facts *facts, enum key_role role, enum key_status status) {
    size_t count = 0;
    for (size_t i = 0; i < facts->count; i++)
        count += facts->roles[i] == role && facts->ring->keys[i].status == status ? 1 : 0;
    return count;
}

/* An orphan is never used, and found Inactive only by a mark of ours: any other is somebody's key after all. */
static enum key_role judge(const struct facts *facts, size_t index) {
    const struct key *key = &facts->ring->keys[index];
    enum key_role role = plan_role(facts->policy, facts->ring, index);
    bool somebodys = key->use == USE_SEEN || (key->status == KEY_INACTIVE && key->deleting == 0);
    if (role != ROLE_ORPHAN || !somebodys || role_crowded(facts->policy, facts->ring, index))
        return role;
    return facts->current != NULL ? ROLE_FOREIGN : ROLE_OWN;
}

/* A key deactivated after it was marked was marked in another world: somebody turned it on in between. */
static bool is_older_than_note(const struct facts *facts, const struct key *key) {
    return key->deleting < inactive_since(facts, key);
}

bool mark_holds(const struct facts *facts, size_t index) {
    const struct key *key = &facts->ring->keys[index];
    if (key->deleting == 0)
        return false;
    switch (facts->roles[index]) {
    case ROLE_CANDIDATE: return true;
    case ROLE_ORPHAN: return !role_crowded(facts->policy, facts->ring, index);
    case ROLE_SUPERSEDED: return key->status == KEY_INACTIVE && facts->live && !is_older_than_note(facts, key);
    case ROLE_OWN:
        return key->status == KEY_INACTIVE && !facts->current_gone && !is_older_than_note(facts, key) &&
               plan_role(facts->policy, facts->ring, index) == ROLE_OWN;
    default: return false;
    }
}

/* --- what follows from them ---------------------------------------------------------------------------------------------- */

static const struct key *newest_to_succeed(const struct facts *facts) {
    const struct key *newest = NULL;
    for (size_t i = 0; i < facts->count; i++) {
        const struct key *key = &facts->ring->keys[i];
        bool may_be = facts->roles[i] != ROLE_ORPHAN && facts->roles[i] != ROLE_CANDIDATE;
        if (may_be && key->status == KEY_ACTIVE && (newest == NULL || key->created > newest->created))
            newest = key;
    }
    return newest;
}

static void find_keys(struct facts *facts) {
    const struct keyring *ring = facts->ring;
    bool any_stored = false;
    facts->current = keyring_current(ring);
    facts->live = facts->current != NULL && facts->current->status == KEY_ACTIVE;
    facts->current_gone = ring->current_id[0] != '\0' && keyring_find(ring, ring->current_id) == NULL;
    for (size_t i = 0; i < facts->count; i++) {
        facts->roles[i] = judge(facts, i);
        any_stored = any_stored || ring->keys[i].stored;
    }
    facts->first = (ring->secret == SECRET_ABSENT || ring->placeholder_current) && !any_stored;
    facts->succeeded = facts->current != NULL ? facts->current : newest_to_succeed(facts);
}

static void find_emergency(struct facts *facts) {
    for (size_t i = 0; i < facts->count; i++) {
        const struct key *key = &facts->ring->keys[i];
        if (key->leaked == 0 || (key->status != KEY_ACTIVE && key != facts->current))
            continue;
        facts->leaked_at = facts->emergency ? latest(facts->leaked_at, key->leaked) : key->leaked;
        facts->emergency = true;
    }
    facts->replacing = facts->succeeded != NULL && facts->succeeded->leaked != 0;
}

static bool names_role(const struct facts *facts, const struct key *named, enum key_role role) {
    return named != NULL && facts->roles[named - facts->ring->keys] == role;
}

/* Met when the key it names is no longer current. A stale read may show the current key as the candidate it was, or not at all: then it
 * is too early to say. Without a current key a request stays until its key is gone. */
static bool is_met(struct facts *facts, const struct key *named) {
    const struct request *asked = &facts->ring->asked;
    if (asked->kind == REQUEST_NONE || text_equal(asked->key, facts->ring->current_id) ||
        names_role(facts, named, ROLE_CANDIDATE))
        return false;
    if (facts->current != NULL || asked->kind == REQUEST_ROLLBACK)
        return true;
    return named == NULL && reached(facts, later(asked->at, facts->floor), REASON_ASKED);
}

/* Paused, or resumed less than a floor ago. */
static bool is_quiet(struct facts *facts) {
    const struct keyring *ring = facts->ring;
    bool lately = ring->resumed != 0 && !reached(facts, later(ring->resumed, facts->floor), REASON_RESUMED_LATELY);
    return ring->paused != 0 || lately;
}

static void find_request(struct facts *facts) {
    const struct keyring *ring = facts->ring;
    const struct key *named = keyring_find(ring, ring->asked.key);
    bool names_current = ring->current_id[0] != '\0' && text_equal(ring->asked.key, ring->current_id);
    facts->met = is_met(facts, named);
    facts->rollback = ring->asked.kind == REQUEST_ROLLBACK && names_current;
    facts->asked = ring->asked.kind == REQUEST_ROTATE && !facts->met && (names_current || named != NULL) &&
                   !names_role(facts, named, ROLE_CANDIDATE) && !names_role(facts, named, ROLE_ORPHAN);
    facts->rollback_only = facts->rollback && !facts->emergency && is_quiet(facts);
}

/* Forgotten at promotion and resume, also where the tag could not be taken off. */
static int64_t discards_in_a_row(const struct keyring *ring) {
    bool forgotten = ring->last_discard <= ring->promoted.at || ring->last_discard <= ring->resumed;
    return forgotten ? 0 : ring->discards;
}

static int64_t last_open_intent(const struct keyring *ring) {
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < ring->intent_count && i < KEYRING_INTENTS; i++)
        last = latest(last, ring->intents[i].at);
    return last;
}

static struct hold hold_of(const struct facts *facts) {
    int64_t discards = discards_in_a_row(facts->ring);
    int64_t pause = span(facts, DISCARD_PAUSE) * (discards > 1 ? 2 : 1);
    int64_t paused = discards > 0 ? later(facts->ring->last_discard, pause) : INT64_MIN;
    int64_t moved = may_move_at(facts);
    int64_t intended = later(last_open_intent(facts->ring), facts->floor);
    if (discards >= MOST_DISCARDS)
        return (struct hold){STEP_BLOCK, {NEVER, REASON_TOO_MANY_DISCARDS}};
    if (facts->now < paused)
        return (struct hold){STEP_WAIT, {paused, REASON_DISCARD_PAUSE}};
    if (facts->now < moved)
        return (struct hold){STEP_WAIT, {moved, REASON_MOVED_LATELY}};
    if (facts->now < intended)
        return (struct hold){STEP_WAIT, {intended, REASON_INTENT_OPEN}};
    if (!facts->replacing && shut(facts))
        return (struct hold){STEP_WAIT, {allowed_at(facts, facts->now), why_shut(facts, facts->now)}};
    if (!facts->replacing && facts->ring->account_hold == ACCOUNT_BRAKED)
        return (struct hold){STEP_WAIT, {ask_again(facts), REASON_ACCOUNT_BRAKED}};
    return (struct hold){STEP_CREATE, {NEVER, REASON_NONE}};
}

static void find_start(struct facts *facts) {
    const struct keyring *ring = facts->ring;
    bool included = policy_includes(facts->policy, ring->account, ring->user_id);
    facts->start = included ? policy_start(facts->policy, ring->user_id) : 0;
    facts->rolled_out = included && reached(facts, facts->start, REASON_ROLLOUT);
}

void facts_of(const struct policy *policy, const struct keyring *ring, struct facts *facts) {
    *facts = (struct facts){
        .policy = policy,
        .ring = ring,
        .now = ring->now,
        .floor = policy->floor,
        .count = ring->key_count < KEYRING_MAX ? ring->key_count : KEYRING_MAX,
        .wake = {NEVER, REASON_NOT_DUE},
        .slot = {NEVER, REASON_NOT_DUE},
    };
    find_keys(facts);
    find_emergency(facts);
    find_request(facts);
    find_start(facts);
    facts->due_at = facts->succeeded != NULL ? due_time(facts, facts->succeeded) : NEVER;
    facts->due = facts->now >= facts->due_at;
    facts->held = hold_of(facts);
    bool wanted = facts->due || facts->asked || facts->replacing;
    facts->slot_needed = wanted && facts->held.step == STEP_CREATE && facts->count >= SLOTS;
    gather_notices(facts, &(struct plan_notices){0});
}
