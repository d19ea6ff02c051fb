#include "seen.h"

#include "text.h"

#include <string.h>

void seen_policy(struct policy *policy) {
    memset(policy, 0, sizeof *policy);
    policy_defaults(policy);
    text_clip(policy->name, sizeof policy->name, "people");
    policy->floor = SAFETY_FLOOR;
    policy->mode = MODE_APPLY;
    policy->min_overlap = 14 DAYS;
}

void seen_nothing(struct keyring *ring) {
    *ring = (struct keyring){.now = SEEN_NOW, .in_scope = true};
}

struct key *seen_key(struct keyring *ring, const char *id, int64_t age) {
    struct key *key = &ring->keys[ring->key_count++];
    *key = (struct key){.status = KEY_ACTIVE, .created = ring->now - age};
    text_clip(key->id, sizeof key->id, id);
    return key;
}

struct key *seen_current(struct keyring *ring, const char *id, int64_t age) {
    struct key *key = seen_key(ring, id, age);
    key->stored = key->current = key->pending = true;
    ring->secret = SECRET_PRESENT;
    text_clip(ring->current_id, sizeof ring->current_id, id);
    keyring_version_of(id, ring->current_version);
    ring->promoted.at = ring->now - age;
    text_clip(ring->promoted.key, sizeof ring->promoted.key, id);
    return key;
}
