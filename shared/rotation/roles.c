#include "facts.h"

#include "text.h"

static const char *const names[] = {
    [ROLE_CURRENT] = "current", [ROLE_CANDIDATE] = "candidate", [ROLE_SUPERSEDED] = "superseded",
    [ROLE_ORPHAN] = "orphan",   [ROLE_FOREIGN] = "foreign",     [ROLE_OWN] = "own",
};

const char *key_role_name(enum key_role role) {
    return (size_t)role < COUNT_OF(names) ? names[role] : "unknown";
}

/* --- intents: a creation may have happened from its time on, for as long as its signature is taken ----------------------- */

static size_t intents_of(const struct keyring *ring) {
    return ring->intent_count < KEYRING_INTENTS ? ring->intent_count : KEYRING_INTENTS;
}

static size_t keys_of(const struct keyring *ring) {
    return ring->key_count < KEYRING_MAX ? ring->key_count : KEYRING_MAX;
}

/* A test clock shortens the window with everything else. */
static bool in_window(const struct policy *policy, const struct intent *intent, const struct key *key) {
    int64_t window = earliest(LEASE_SECONDS + SIGNATURE_AGE, policy->floor);
    return key->created >= intent->at && key->created <= later(intent->at, window);
}

static bool may_be_made_by_us(const struct policy *policy, const struct keyring *ring, const struct key *key) {
    for (size_t i = 0; i < intents_of(ring); i++)
        if (in_window(policy, &ring->intents[i], key))
            return true;
    return false;
}

bool plan_closes_intent(const struct policy *policy, const struct keyring *ring, size_t index) {
    if (index >= intents_of(ring) || ring->now < later(ring->intents[index].at, policy->floor))
        return false;
    for (size_t i = 0; i < keys_of(ring); i++)
        if (!ring->keys[i].stored && in_window(policy, &ring->intents[index], &ring->keys[i]))
            return false;
    return true;
}

/* --- roles --------------------------------------------------------------------------------------------------------------- */

static bool is_newer(const struct key *key, const struct key *current) {
    return current == NULL || key->created > current->created;
}

/* AWSPENDING stays on a key when it is promoted, so the other two labels tell, and the age where a torn read hides them. */
static bool is_candidate(const struct key *key, const struct key *current) {
    return key->pending && !key->current && !key->previous && is_newer(key, current);
}

static enum key_role role_of_unstored(const struct policy *policy, const struct keyring *ring, const struct key *key,
                                      const struct key *current) {
    if (current != NULL && key->created < current->created)
        return ROLE_SUPERSEDED;
    if (is_newer(key, current) && !key->described && may_be_made_by_us(policy, ring, key))
        return ROLE_ORPHAN;
    return current != NULL ? ROLE_FOREIGN : ROLE_OWN;
}

enum key_role plan_role(const struct policy *policy, const struct keyring *ring, size_t index) {
    if (index >= keys_of(ring))
        return ROLE_FOREIGN;
    const struct key *key = &ring->keys[index];
    const struct key *current = keyring_current(ring);
    if (key == current)
        return ROLE_CURRENT;
    if (!key->stored)
        return role_of_unstored(policy, ring, key, current);
    return is_candidate(key, current) ? ROLE_CANDIDATE : ROLE_SUPERSEDED;
}

/* A key the console described counts as company: two in one window are two too many to be told apart. */
bool role_crowded(const struct policy *policy, const struct keyring *ring, size_t index) {
    const struct key *current = keyring_current(ring);
    for (size_t i = 0; i < intents_of(ring); i++) {
        if (!in_window(policy, &ring->intents[i], &ring->keys[index]))
            continue;
        for (size_t j = 0; j < keys_of(ring); j++) {
            const struct key *other = &ring->keys[j];
            if (j != index && !other->stored && is_newer(other, current) && in_window(policy, &ring->intents[i], other))
                return true;
        }
    }
    return false;
}

void plan_seen_keys(const struct policy *policy, const struct keyring *ring, char text[SEEN_KEYS_SIZE]) {
    struct seen_key seen[KEYRING_MAX] = {0};
    size_t count = ring->key_count < KEYRING_MAX ? ring->key_count : KEYRING_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct key *key = &ring->keys[i];
        text_clip(seen[i].id, sizeof seen[i].id, key->id);
        text_clip(seen[i].state, sizeof seen[i].state, key_role_name(plan_role(policy, ring, i)));
        seen[i].active = key->status == KEY_ACTIVE;
        seen[i].created = key->created;
        seen[i].last_used = key->use == USE_SEEN ? key->last_used : 0;
    }
    seen_keys_write(seen, count, text);
}
