#include "act.h"

#include "iam_write.h"
#include "observe.h"
#include "placeholder.h"
#include "scope.h"
#include "status.h"
#include "tags.h"
#include "text.h"

#include <string.h>

/* --- the ring, kept true ----------------------------------------------------------------------------------------------- */

static struct key *key_of_plan(struct look *look) {
    for (size_t i = 0; i < look->ring.key_count; i++)
        if (strcmp(look->ring.keys[i].id, look->plan.key) == 0)
            return &look->ring.keys[i];
    return NULL;
}

static void set_note(struct note *note, const char *key, int64_t now) {
    text_clip(note->key, sizeof note->key, key);
    note->at = now;
    note->why[0] = '\0';
}

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

/* --- tags -------------------------------------------------------------------------------------------------------------- */

static bool put_tag(struct look *look, const struct secret_tag *tag, struct fault *fault) {
    return secrets_tag(look->aws, look->secret_name, tag, 1, fault);
}

static bool drop_tag(struct look *look, const struct secret_tag *tag, struct fault *fault) {
    return secrets_untag(look->aws, look->secret_name, (const char(*)[TAG_KEY_SIZE]) & tag->key, 1, fault);
}

/* Redis first: what is served must follow what is current before anything that rests on the note is done. */
static bool note_promoted(struct look *look, const char *key_id, struct fault *fault) {
    struct secret_tag tag;
    struct note note;
    set_note(&note, key_id, look->ring.now);
    tags_promoted(&note, &tag);
    if (!status_set_current(look->store, look->job.account, look->job.user, key_id, fault) ||
        !put_tag(look, &tag, fault))
        return false;
    look->ring.promoted = note;
    return true;
}

static bool note_inactive(struct look *look, struct key *key, struct fault *fault) {
    struct secret_tag tag;
    struct note note;
    set_note(&note, key->id, look->ring.now);
    text_clip(note.why, sizeof note.why, reason_name(look->plan.reason));
    tags_inactive(&note, &tag);
    if (!put_tag(look, &tag, fault))
        return false;
    look->ring.inactive = note;
    look->ring.inactive_too[0] = '\0';
    return true;
}

static bool mark(struct look *look, struct key *key, bool discarding, struct fault *fault) {
    struct secret_tag tag;
    const char *why = reason_name(look->plan.reason);
    tags_deleting(key->id, discarding, look->ring.now, why, &tag);
    if (!put_tag(look, &tag, fault))
        return false;
    key->deleting = look->ring.now;
    key->discarding = discarding;
    text_clip(key->deleting_why, sizeof key->deleting_why, why);
    return true;
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

/* --- notes, marks, requests --------------------------------------------------------------------------------------------- */

/* One that was there already counts as made, so what it holds is for the next look to see: the look ends here. */
static bool make_secret(struct look *look, struct fault *fault) {
    return placeholder_make(look->aws, look->config, look->secret_name, look->job.user, fault);
}

static bool act_note_promoted(struct look *look, struct fault *fault) {
    return note_promoted(look, look->plan.key, fault);
}

/* Two keys seen Inactive are noted together: one note without the other would be void. */
static bool act_note_inactive(struct look *look, struct fault *fault) {
    struct secret_tag tag;
    struct note note;
    set_note(&note, look->plan.key, look->ring.now);
    tags_inactive_two(&note, look->plan.key_too, &tag);
    if (!put_tag(look, &tag, fault))
        return false;
    look->ring.inactive = note;
    text_clip(look->ring.inactive_too, sizeof look->ring.inactive_too, look->plan.key_too);
    return true;
}

/* Several at once: each closed intent is one name of the same call. */
static bool close_intents(struct look *look, struct fault *fault) {
    struct keyring *ring = &look->ring;
    char names[KEYRING_INTENTS][TAG_KEY_SIZE];
    struct intent kept[KEYRING_INTENTS];
    size_t closed = 0;
    size_t left = 0;
    for (size_t i = 0; i < ring->intent_count; i++) {
        struct secret_tag tag;
        tags_intent(&ring->intents[i], &tag);
        if (plan_closes_intent(look->policy, ring, i))
            text_clip(names[closed++], sizeof names[0], tag.key);
        else
            kept[left++] = ring->intents[i];
    }
    if (!secrets_untag(look->aws, look->secret_name, (const char(*)[TAG_KEY_SIZE])names, closed, fault))
        return false;
    memcpy(ring->intents, kept, left * sizeof kept[0]);
    ring->intent_count = left;
    return true;
}

static bool drop_request(struct look *look, struct fault *fault) {
    struct secret_tag tag;
    tags_asked(&look->ring.asked, &tag);
    if (!drop_tag(look, &tag, fault))
        return false;
    look->ring.asked = (struct request){0};
    return true;
}

static void forget_gone(struct keyring *ring, const char *key_id) {
    for (size_t i = 0; i < ring->gone_count; i++) {
        if (strcmp(ring->gone[i].key, key_id) != 0)
            continue;
        memmove(&ring->gone[i], &ring->gone[i + 1], (--ring->gone_count - i) * sizeof ring->gone[0]);
        return;
    }
}

static bool drop_mark(struct look *look, struct fault *fault) {
    struct secret_tag tag;
    struct key *key = key_of_plan(look);
    tags_deleting(look->plan.key, false, 0, "", &tag);
    if (!drop_tag(look, &tag, fault))
        return false;
    if (key != NULL)
        key->deleting = 0;
    else
        forget_gone(&look->ring, look->plan.key);
    return true;
}

static bool drop_leaked(struct look *look, struct fault *fault) {
    struct keyring *ring = &look->ring;
    struct secret_tag tag;
    tags_leaked(look->plan.key, 0, "", &tag);
    if (!drop_tag(look, &tag, fault))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < ring->leak_gone_count; i++)
        if (strcmp(ring->leaks_gone[i].key, look->plan.key) != 0)
            ring->leaks_gone[kept++] = ring->leaks_gone[i];
    ring->leak_gone_count = kept;
    return true;
}

/* An orphan never was current either, but it is no failed attempt: it is not counted. */
static bool act_mark(struct look *look, struct fault *fault) {
    struct key *key = key_of_plan(look);
    return key == NULL || mark(look, key, look->plan.reason == REASON_ORPHAN, fault);
}

/* Also where the tag could not be taken off. */
int64_t act_discards(const struct keyring *ring) {
    bool forgotten = ring->last_discard <= ring->promoted.at || ring->last_discard <= ring->resumed;
    return forgotten ? 0 : ring->discards;
}

/* Counted first: a mark without its count would let creations go on for ever. */
static bool discard(struct look *look, struct fault *fault) {
    struct secret_tag tag;
    struct key *key = key_of_plan(look);
    int64_t in_a_row = act_discards(&look->ring) + 1;
    if (key == NULL)
        return true;
    tags_discards(in_a_row, look->ring.now, &tag);
    if (!put_tag(look, &tag, fault))
        return false;
    look->ring.discards = in_a_row;
    look->ring.last_discard = look->ring.now;
    return mark(look, key, true, fault);
}

/* --- what is current --------------------------------------------------------------------------------------------------- */

static bool move_current(struct look *look, struct fault *fault) {
    char version[VERSION_ID_SIZE];
    keyring_version_of(look->plan.key, version);
    if (!secrets_move_current(look->aws, look->secret_name, version, look->ring.current_version, fault))
        return false;
    move_stages(look, look->plan.key);
    return true;
}

static bool forget_discards(struct look *look, struct fault *fault) {
    struct secret_tag tag;
    if (look->ring.discards == 0)
        return true;
    tags_discards(0, 0, &tag);
    if (!drop_tag(look, &tag, fault))
        return false;
    look->ring.discards = 0;
    return true;
}

static bool promote(struct look *look, struct fault *fault) {
    if (!move_current(look, fault) || !note_promoted(look, look->plan.key, fault))
        return false;
    look->ring.promoted_this_look = true;
    return forget_discards(look, fault);
}

static bool move_back(struct look *look, struct fault *fault) {
    return move_current(look, fault) && note_promoted(look, look->plan.key, fault) && drop_request(look, fault);
}

/* --- IAM --------------------------------------------------------------------------------------------------------------- */

static bool set_status(struct look *look, enum key_status status, struct fault *fault) {
    struct key *key = key_of_plan(look);
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
    struct key *key = key_of_plan(look);
    return key == NULL ||
           ((is_noted(look, key) || note_inactive(look, key, fault)) && set_status(look, KEY_INACTIVE, fault));
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
        if (!mark(look, &ring->keys[i], false, fault))
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
    [STEP_CLOSE_INTENTS] = {close_intents, NOTE},
    [STEP_DROP_REQUEST] = {drop_request, NOTE},
    [STEP_DROP_MARK] = {drop_mark, NOTE},
    [STEP_DROP_LEAKED] = {drop_leaked, NOTE},
    [STEP_DISCARD] = {discard, NOTE},
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
