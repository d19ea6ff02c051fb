#include "act.h"

#include "act_tags.h"
#include "iam_write.h"
#include "observe.h"
#include "placeholder.h"
#include "scope.h"
#include "text.h"

#include <string.h>

/* --- the ring, kept true ----------------------------------------------------------------------------------------------- */

/* IAM does not list it any more; its mark stays until it is taken off a floor later. */
static void move_to_gone(struct keyring *ring, const char *key_id) {
    for (size_t i = 0; i < ring->key_count; i++) {
        if (strcmp(ring->keys[i].id, key_id) != 0)
            continue;
        if (ring->keys[i].deleting != 0 && ring->gone_count < KEYRING_MARKS) {
            struct gone_mark *gone = &ring->gone[ring->gone_count++];
            text_clip(gone->key, sizeof gone->key, key_id);
            gone->at = ring->keys[i].deleting;
            gone->discarding = ring->keys[i].discarding;
            text_clip(gone->why, sizeof gone->why, ring->keys[i].deleting_why);
        }
        memmove(&ring->keys[i], &ring->keys[i + 1], (--ring->key_count - i) * sizeof ring->keys[0]);
        return;
    }
}

static void move_stages(struct look *look, const char *key_id) {
    for (size_t i = 0; i < look->ring.key_count; i++) {
        struct key *key = &look->ring.keys[i];
        key->previous = key->current;
        key->current = strcmp(key->id, key_id) == 0;
    }
    look->ring.placeholder_current = false;
    text_clip(look->ring.current_id, sizeof look->ring.current_id, key_id);
    keyring_version_of(key_id, look->ring.current_version);
}

/* --- facts ------------------------------------------------------------------------------------------------------------- */

static bool ask_use(struct look *look, struct fault *fault) {
    return observe_use(look->aws, &look->ring, look->plan.key, fault);
}

static bool verify(struct look *look, struct fault *fault) {
    return observe_proof(look->aws, look->policy, look->secret_name, &look->ring, look->plan.key, fault);
}

bool act_recheck(struct look *look, struct fault *fault) {
    struct override override;
    if (!observe_recheck(look->aws, look->policies, look->policy, &look->ring, &look->user, fault))
        return false;
    if (look->ring.recheck != RECHECK_SAME || !override_allowed(look->owner))
        return true;
    scope_override(look->owner, &look->user, &override);
    (void)override_apply(look->owner, &override, &look->own, NULL);
    look->policy = &look->own;
    return true;
}

/* --- the secret and what is current in it ------------------------------------------------------------------------------ */

/* One that was there already counts as made, so what it holds is for the next look to see: the look ends here. */
static bool make_secret(struct look *look, struct fault *fault) {
    return placeholder_make(look->aws, look->config, look->secret_name, look->job.user, fault);
}

static bool move_current(struct look *look, struct fault *fault) {
    char version[VERSION_ID_SIZE];
    keyring_version_of(look->plan.key, version);
    if (!secrets_move_current(look->aws, look->secret_name, version, look->ring.current_version, fault))
        return false;
    move_stages(look, look->plan.key);
    return true;
}

static bool promote(struct look *look, struct fault *fault) {
    if (!move_current(look, fault) || !act_put_promoted(look, look->plan.key, false, fault))
        return false;
    look->ring.promoted_this_look = true;
    return act_forget_discards(look, fault);
}

static bool move_back(struct look *look, struct fault *fault) {
    return move_current(look, fault) && act_put_promoted(look, look->plan.key, true, fault);
}

/* --- IAM --------------------------------------------------------------------------------------------------------------- */

static bool set_status(struct look *look, enum key_status status, struct fault *fault) {
    struct key *key = act_key(look);
    if (key == NULL || !iam_update_access_key(look->aws, look->job.user, key->id, status, fault))
        return key == NULL;
    key->status = status;
    return true;
}

static bool reactivate(struct look *look, struct fault *fault) {
    return set_status(look, KEY_ACTIVE, fault);
}

/* A key noted a moment ago and still seen Active is most likely a stale list: the note, and with it the event, stays the same. */
static bool is_noted(const struct look *look, const struct key *key) {
    const struct note *note = &look->ring.inactive;
    return text_equal(note->key, key->id) && note->why[0] != '\0' && look->ring.now < note->at + look->policy->floor;
}

/* The note first: a key found Inactive without it would be taken for somebody else's doing. */
static bool deactivate(struct look *look, struct fault *fault) {
    struct key *key = act_key(look);
    return key == NULL ||
           ((is_noted(look, key) || act_put_inactive(look, key, fault)) && set_status(look, KEY_INACTIVE, fault));
}

static bool delete_key(struct look *look, const char *key_id, struct fault *fault) {
    if (!iam_delete_access_key(look->aws, look->job.user, key_id, fault))
        return false;
    move_to_gone(&look->ring, key_id);
    return true;
}

static bool act_delete(struct look *look, struct fault *fault) {
    return delete_key(look, look->plan.key, fault);
}

/* Both marks before either deletion, so that a crash in between is finished by the marks. */
static bool delete_both(struct look *look, struct fault *fault) {
    struct keyring *ring = &look->ring;
    for (size_t i = 0; i < ring->key_count; i++)
        if (!act_put_mark(look, &ring->keys[i], false, fault))
            return false;
    while (ring->key_count > 0) {
        char key_id[KEY_ID_SIZE];
        text_clip(key_id, sizeof key_id, ring->keys[0].id);
        if (!delete_key(look, key_id, fault))
            return false;
    }
    return true;
}

/* --- the table --------------------------------------------------------------------------------------------------------- */

enum follow { ENDS, FACT, NOTE };

static const struct {
    bool (*act)(struct look *, struct fault *);
    enum follow follow;
} acts[STEP_COUNT] = {
    [STEP_ASK_USE] = {ask_use, FACT},
    [STEP_VERIFY] = {verify, FACT},
    [STEP_RECHECK] = {act_recheck, FACT},
    [STEP_MAKE_SECRET] = {make_secret, ENDS},
    [STEP_NOTE_PROMOTED] = {act_note_promoted, NOTE},
    [STEP_NOTE_INACTIVE] = {act_note_inactive, NOTE},
    [STEP_CLOSE_INTENTS] = {act_close_intents, NOTE},
    [STEP_DROP_REQUEST] = {act_drop_request, NOTE},
    [STEP_DROP_MARK] = {act_drop_mark, NOTE},
    [STEP_DROP_LEAKED] = {act_drop_leaked, NOTE},
    [STEP_DISCARD] = {act_discard, NOTE},
    [STEP_MARK] = {act_mark, NOTE},
    [STEP_PROMOTE] = {promote, ENDS},
    [STEP_MOVE_BACK] = {move_back, ENDS},
    [STEP_CREATE] = {act_create, ENDS},
    [STEP_REACTIVATE] = {reactivate, ENDS},
    [STEP_DEACTIVATE] = {deactivate, ENDS},
    [STEP_DELETE] = {act_delete, ENDS},
    [STEP_DELETE_BOTH] = {delete_both, ENDS},
};

bool act(struct look *look, struct fault *fault) {
    if (acts[look->plan.step].act == NULL)
        return true;
    return acts[look->plan.step].act(look, fault);
}

bool act_gathers(enum step step) {
    return acts[step].follow == FACT;
}

bool act_goes_on(const struct look *look) {
    bool without_overlap = look->policy->min_overlap == 0;
    return acts[look->plan.step].follow != ENDS || (look->plan.step == STEP_PROMOTE && without_overlap);
}
