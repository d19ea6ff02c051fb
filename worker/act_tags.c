#include "act_tags.h"

#include "act.h"
#include "status.h"
#include "tags.h"
#include "text.h"

#include <string.h>

struct key *act_key(struct look *look) {
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

static bool put_tag(struct look *look, const struct secret_tag *tag, struct fault *fault) {
    return secrets_tag(look->aws, look->secret_name, tag, 1, fault);
}

static bool drop_tag(struct look *look, const struct secret_tag *tag, struct fault *fault) {
    return secrets_untag(look->aws, look->secret_name, (const char(*)[TAG_KEY_SIZE]) & tag->key, 1, fault);
}

static void answer_request(struct look *look) {
    look->ring.answered = look->ring.asked;
    look->ring.answered.actor[0] = '\0';
    look->ring.asked = (struct request){0};
}

/* Redis first: what is served must follow what is current before anything that rests on the note is done. */
bool act_put_promoted(struct look *look, const char *key_id, bool answers, struct fault *fault) {
    struct secret_tag tags[2];
    struct note note;
    set_note(&note, key_id, look->ring.now);
    tags_promoted(&note, &tags[0]);
    tags_answered(&look->ring.asked, &tags[1]);
    if (!status_set_current(look->store, look->job.account, look->job.user, key_id, fault) ||
        !secrets_tag(look->aws, look->secret_name, tags, answers ? 2 : 1, fault))
        return false;
    look->ring.promoted = note;
    if (answers)
        answer_request(look);
    return true;
}

bool act_put_inactive(struct look *look, struct key *key, struct fault *fault) {
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

bool act_put_mark(struct look *look, struct key *key, bool discarding, struct fault *fault) {
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

bool act_note_promoted(struct look *look, struct fault *fault) {
    return act_put_promoted(look, look->plan.key, false, fault);
}

/* Two keys seen Inactive are noted together: one note without the other would be void. */
bool act_note_inactive(struct look *look, struct fault *fault) {
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
bool act_close_intents(struct look *look, struct fault *fault) {
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

/* Taking the tag off might take off another request, written over it since this look. */
bool act_drop_request(struct look *look, struct fault *fault) {
    struct secret_tag tag;
    tags_answered(&look->ring.asked, &tag);
    if (!put_tag(look, &tag, fault))
        return false;
    answer_request(look);
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

bool act_drop_mark(struct look *look, struct fault *fault) {
    struct secret_tag tag;
    struct key *key = act_key(look);
    tags_deleting(look->plan.key, false, 0, "", &tag);
    if (!drop_tag(look, &tag, fault))
        return false;
    if (key != NULL)
        key->deleting = 0;
    else
        forget_gone(&look->ring, look->plan.key);
    return true;
}

bool act_drop_leaked(struct look *look, struct fault *fault) {
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
bool act_mark(struct look *look, struct fault *fault) {
    struct key *key = act_key(look);
    return key == NULL || act_put_mark(look, key, look->plan.reason == REASON_ORPHAN, fault);
}

/* Also where the tag could not be taken off. */
int64_t act_discards(const struct keyring *ring) {
    bool forgotten = ring->last_discard <= ring->promoted.at || ring->last_discard <= ring->resumed;
    return forgotten ? 0 : ring->discards;
}

/* Counted first: a mark without its count would let creations go on for ever. */
bool act_discard(struct look *look, struct fault *fault) {
    struct secret_tag tag;
    struct key *key = act_key(look);
    int64_t in_a_row = act_discards(&look->ring) + 1;
    if (key == NULL)
        return true;
    tags_discards(in_a_row, look->ring.now, &tag);
    if (!put_tag(look, &tag, fault))
        return false;
    look->ring.discards = in_a_row;
    look->ring.last_discard = look->ring.now;
    return act_put_mark(look, key, true, fault);
}

bool act_forget_discards(struct look *look, struct fault *fault) {
    struct secret_tag tag;
    if (look->ring.discards == 0)
        return true;
    tags_discards(0, 0, &tag);
    if (!drop_tag(look, &tag, fault))
        return false;
    look->ring.discards = 0;
    return true;
}
