/* One creation, in the only order that loses nothing:
 *
 *     intent written ─► CreateAccessKey, once ─► PutSecretValue AWSPENDING ─► intent closed
 *          │                  │ refused: closed        │ refused for good: the key is deleted at once
 *          │                  │ no answer: left        │ no answer: left
 *          └──────────────────┴────────────────────────┴─► the next looks find the orphan or the candidate
 */
#include "act.h"

#include "iam_write.h"
#include "instant.h"
#include "log.h"
#include "random.h"
#include "tags.h"
#include "text.h"

#include <string.h>

/* A LimitExceeded may be our own lost create: its intent must stay open, or the orphan would look like somebody's key. */
static bool is_definite_refusal(const struct fault *fault) {
    return fault->kind != FAULT_UNKNOWN && strcmp(fault->code, "LimitExceeded") != 0;
}

static bool write_intent(struct look *look, struct intent *intent, struct fault *fault) {
    struct secret_tag tag;
    random_hex(intent->id, sizeof intent->id - 1);
    intent->at = look->ring.now;
    tags_intent(intent, &tag);
    return secrets_tag(look->aws, look->secret_name, &tag, 1, fault);
}

static bool close_intent(struct look *look, const struct intent *intent, struct fault *fault) {
    struct secret_tag tag;
    tags_intent(intent, &tag);
    return secrets_untag(look->aws, look->secret_name, (const char(*)[TAG_KEY_SIZE]) & tag.key, 1, fault);
}

static void fill_value(const struct look *look, const struct iam_key *made, const struct secret *secret,
                       struct secret_value *value) {
    text_clip(value->access_key_id, sizeof value->access_key_id, made->id);
    secret_copy(&value->secret_access_key, secret);
    keyring_version_of(made->id, value->version_id);
    instant_iso(made->created, value->created);
    text_clip(value->user, sizeof value->user, look->job.user);
    text_clip(value->account, sizeof value->account, look->job.account);
}

static void add_candidate(struct keyring *ring, const struct iam_key *made) {
    if (ring->key_count == KEYRING_MAX)
        return;
    struct key *key = &ring->keys[ring->key_count++];
    *key = (struct key){.status = made->status, .created = made->created, .stored = true, .pending = true};
    text_clip(key->id, sizeof key->id, made->id);
    for (size_t i = 0; i + 1 < ring->key_count; i++)
        ring->keys[i].pending = false;
}

/* Refused on every attempt, so nothing holds the secret and nothing ever will: the key goes, and the intent with it. It is marked and
 * counted as a discard, so that the next look tells it, and three in a row wait for a person; where even tags are refused it goes all
 * the same. */
static void take_back(struct look *look, const struct iam_key *made, const struct intent *intent) {
    struct secret_tag tags[2];
    struct fault second;
    tags_deleting(made->id, true, look->ring.now, reason_name(REASON_NOT_STORED), &tags[0]);
    tags_discards(act_discards(&look->ring) + 1, look->ring.now, &tags[1]);
    if (!secrets_tag(look->aws, look->secret_name, tags, COUNT_OF(tags), &second))
        log_fault(LOG_WARN, "discard not noted", &second, "user", look->job.user, "key", made->id, NULL);
    if (!iam_delete_access_key(look->aws, look->job.user, made->id, &second) || !close_intent(look, intent, &second))
        log_fault(LOG_WARN, "new key not taken back; it will be found as an orphan", &second, "user", look->job.user,
                  "key", made->id, NULL);
}

static bool store(struct look *look, const struct iam_key *made, const struct secret *secret,
                  const struct intent *intent, struct fault *fault) {
    struct secret_value value = {0};
    bool outcome_unknown = false;
    fill_value(look, made, secret, &value);
    bool stored = secrets_put_pending(look->aws, look->secret_name, &value, &outcome_unknown, fault);
    secret_value_close(&value);
    if (stored)
        add_candidate(&look->ring, made);
    else if (!outcome_unknown)
        take_back(look, made, intent);
    return stored;
}

bool act_create(struct look *look, struct fault *fault) {
    struct intent intent;
    struct iam_key made;
    struct secret secret = {0};
    struct fault second;
    if (!write_intent(look, &intent, fault))
        return false;
    bool created = iam_create_access_key(look->aws, look->job.user, &made, &secret, fault);
    if (!created && is_definite_refusal(fault) && !close_intent(look, &intent, &second))
        log_fault(LOG_WARN, "intent left open", &second, "user", look->job.user, NULL);
    bool stored = created && store(look, &made, &secret, &intent, fault) && close_intent(look, &intent, fault);
    secret_close(&secret);
    return stored;
}
