#include "observe.h"

#include "scope.h"
#include "sts.h"
#include "text.h"

#include <string.h>

/* --- the pure half: what two reads said, as a keyring --------------------------------------------------------------------- */

static void read_keys(const struct iam_key_list *keys, struct keyring *ring) {
    size_t count = keys->count < KEYRING_MAX ? keys->count : KEYRING_MAX;
    ring->truncated = keys->truncated || keys->count > KEYRING_MAX;
    for (size_t i = 0; i < count; i++) {
        struct key *key = &ring->keys[ring->key_count++];
        key->status = keys->keys[i].status;
        key->created = keys->keys[i].created;
        text_clip(key->id, sizeof key->id, keys->keys[i].id);
    }
}

static struct key *listed(struct keyring *ring, const char *key_id) {
    for (size_t i = 0; i < ring->key_count; i++)
        if (text_equal(ring->keys[i].id, key_id))
            return &ring->keys[i];
    return NULL;
}

static void read_stages(const struct secret_version *version, struct key *key) {
    key->stored = true;
    key->current = version->current;
    key->pending = version->pending;
    key->previous = version->previous;
}

/* AWSCURRENT on a version that is neither a key's nor the placeholder: somebody else writes this secret. */
static void read_current(const struct secret_version *version, const char *key_id, struct keyring *ring) {
    bool placeholder = text_equal(version->id, keyring_placeholder_version);
    bool second = ring->current_version[0] != '\0';
    ring->torn = ring->torn || second || version->previous;
    ring->incomplete = ring->incomplete || (key_id == NULL && !placeholder);
    ring->placeholder_current = placeholder;
    text_clip(ring->current_id, sizeof ring->current_id, key_id != NULL ? key_id : "");
    text_clip(ring->current_version, sizeof ring->current_version, version->id);
}

static void read_version(const struct secret_version *version, struct keyring *ring) {
    const char *key_id = keyring_key_of(version->id);
    struct key *key = key_id != NULL ? listed(ring, key_id) : NULL;
    if (key != NULL)
        read_stages(version, key);
    if (version->current)
        read_current(version, key_id, ring);
}

static void read_secret(const struct secret_description *description, struct keyring *ring) {
    ring->secret = description->state;
    ring->incomplete = description->truncated;
    for (size_t i = 0; i < description->version_count && i < SECRET_VERSIONS; i++)
        read_version(&description->versions[i], ring);
    bool nowhere = ring->secret == SECRET_PRESENT && ring->current_version[0] == '\0';
    ring->torn = ring->torn || nowhere;
    for (size_t i = 0; i < description->tag_count && i < SECRET_TAGS; i++)
        if (!tags_read(&description->tags[i], ring))
            ring->incomplete = true;
}

void observe_read(const struct iam_key_list *keys, const struct secret_description *description,
                  const struct observe_target *target, int64_t now, struct keyring *ring) {
    memset(ring, 0, sizeof *ring);
    text_clip(ring->account, sizeof ring->account, target->account);
    text_clip(ring->user, sizeof ring->user, target->user);
    text_clip(ring->user_id, sizeof ring->user_id, target->user_id);
    ring->now = now;
    ring->in_scope = target->in_scope;
    ring->no_recipient = target->no_recipient;
    read_keys(keys, ring);
    if (description->state != SECRET_ABSENT)
        read_secret(description, ring);
}

/* --- the look ------------------------------------------------------------------------------------------------------------ */

/* The account first: assuming its role is a call too, and no part of the look. */
bool observe(struct aws *aws, const struct observe_target *target, struct keyring *ring,
             struct secret_description *description, struct fault *fault) {
    struct iam_key_list keys;
    if (!aws_use_account(aws, target->account, fault))
        return false;
    aws_look_begin(aws);
    if (!iam_list_access_keys(aws, target->user, &keys, fault) ||
        !secrets_describe(aws, target->secret_name, description, fault))
        return false;
    int64_t now = aws_look_now(aws);
    if (now <= 0)
        return fault_set(fault, FAULT_INVALID, "ListAccessKeys", "the answer carries no Date");
    observe_read(&keys, description, target, now, ring);
    return true;
}

/* --- facts asked for ----------------------------------------------------------------------------------------------------- */

static bool still_selects(const struct policy_set *policies, const struct policy *policy, const struct keyring *ring,
                          const struct iam_user *user) {
    const struct policy *owner = scope_policy(policies, ring->account, user);
    return owner != NULL && text_equal(owner->name, policy->name);
}

/* The console keeps a key's description as a tag of the user, named like the key. */
static void mark_described(const struct iam_user *user, struct keyring *ring) {
    for (size_t i = 0; i < user->tag_count; i++) {
        struct key *key = listed(ring, user->tags[i].key);
        if (key != NULL)
            key->described = true;
    }
}

bool observe_recheck(struct aws *aws, const struct policy_set *policies, const struct policy *policy,
                     struct keyring *ring, struct iam_user *user, struct fault *fault) {
    if (!iam_get_user(aws, ring->user, user, fault) || !iam_list_groups_for_user(aws, ring->user, user, fault))
        return false;
    if (user->truncated)
        return fault_set(fault, FAULT_INVALID, "recheck", "%s has more groups or tags than can be judged", ring->user);
    mark_described(user, ring);
    ring->no_recipient = iam_user_recipient(user, policy)[0] == '\0';
    if (!text_equal(user->id, ring->user_id))
        ring->recheck = RECHECK_OTHER_USER;
    else
        ring->recheck = still_selects(policies, policy, ring, user) ? RECHECK_SAME : RECHECK_OUT_OF_SCOPE;
    return true;
}

bool observe_use(struct aws *aws, struct keyring *ring, const char *key_id, struct fault *fault) {
    char owner[USER_NAME_SIZE];
    int64_t last_used;
    struct key *key = listed(ring, key_id);
    if (key == NULL)
        return fault_set(fault, FAULT_INVALID, "GetAccessKeyLastUsed", "%s is not in the ring", key_id);
    if (!iam_get_access_key_last_used(aws, key_id, owner, &last_used, fault))
        return false;
    if (!text_equal(owner, ring->user))
        return fault_set(fault, FAULT_CONFLICT, "GetAccessKeyLastUsed", "%s belongs to %s now", key_id, owner);
    key->use = last_used > 0 ? USE_SEEN : USE_NEVER;
    key->last_used = last_used;
    return true;
}

/* Without a stage that is known to be on the version, another one's secret could be answered. */
static const char *stage_of(const struct key *key) {
    if (key->current)
        return "AWSCURRENT";
    if (key->pending)
        return "AWSPENDING";
    return key->previous ? "AWSPREVIOUS" : NULL;
}

static enum key_proof prove(struct aws *aws, const struct policy *policy, const struct secret_value *value,
                            const struct keyring *ring, const struct key *key, struct fault *fault) {
    if (value->placeholder || !text_equal(value->access_key_id, key->id)) {
        (void)fault_set(fault, FAULT_INVALID, "GetSecretValue", "the version of %s holds another key", key->id);
        return PROOF_UNANSWERED;
    }
    return sts_prove_key(aws, key->id, &value->secret_access_key, ring->user, ring->user_id, policy->verify_successes,
                         fault);
}

bool observe_proof(struct aws *aws, const struct policy *policy, const char *secret_name, struct keyring *ring,
                   const char *key_id, struct fault *fault) {
    char version[VERSION_ID_SIZE];
    struct secret_value value = {0};
    struct key *key = listed(ring, key_id);
    if (key == NULL || stage_of(key) == NULL)
        return fault_set(fault, FAULT_INVALID, "verify", "%s is not in the ring, or not stored", key_id);
    keyring_version_of(key_id, version);
    key->proof = PROOF_UNANSWERED;
    if (secrets_get(aws, secret_name, version, stage_of(key), &value, fault))
        key->proof = prove(aws, policy, &value, ring, key, fault);
    secret_value_close(&value);
    return true;
}
