#include "user_view.h"

#include "call.h"
#include "text.h"
#include "vocabulary.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 4 };

void user_view_mask(const char *key_id, char masked[MASKED_KEY_SIZE]) {
    size_t length = strlen(key_id);
    const char *last = length > SHOWN ? key_id + length - SHOWN : key_id;
    snprintf(masked, MASKED_KEY_SIZE, "%.4s...%.4s", key_id, last);
}

static void set_key_id(struct doc *object, const char *name, const char *key_id, enum view_keys how) {
    char masked[MASKED_KEY_SIZE];
    user_view_mask(key_id, masked);
    doc_set_text(object, name, how == VIEW_KEYS_WHOLE ? key_id : masked);
}

static struct doc *view_key(const struct seen_key *key, enum view_keys how, int64_t now) {
    struct doc *object = doc_object();
    set_key_id(object, "id", key->id, how);
    doc_set_text(object, "state", key->state);
    doc_set_bool(object, "active", key->active);
    call_set_instant(object, "created", key->created);
    doc_set_int(object, "age_seconds", now > key->created ? now - key->created : 0);
    if (how == VIEW_KEYS_WHOLE)
        call_set_instant(object, "last_used", key->last_used);
    return object;
}

static void view_keys(struct doc *user, const struct status *status, enum view_keys how, int64_t now) {
    struct seen_key keys[KEYRING_MAX];
    size_t count = seen_keys_read(status->keys, keys);
    struct doc *list = doc_array();
    for (size_t i = 0; i < count; i++) {
        doc_add(list, view_key(&keys[i], how, now));
        if (text_equal(keys[i].state, "current"))
            set_key_id(user, "current_key", keys[i].id, how);
    }
    doc_set(user, "keys", list);
}

static const char *sentence_of(const char *reason) {
    for (int i = 0; i < REASON_COUNT; i++)
        if (text_equal(reason_name((enum reason)i), reason))
            return reason_sentence((enum reason)i);
    return "";
}

static void view_next(struct doc *user, const struct status *status, enum view_keys how) {
    if (status->step[0] == '\0')
        return;
    struct doc *next = doc_object();
    doc_set_text(next, "step", status->step);
    doc_set_text(next, "reason", status->reason);
    doc_set_text(next, "why", sentence_of(status->reason));
    if (status->step_key[0] != '\0')
        set_key_id(next, "key_id", status->step_key, how);
    call_set_instant(next, "at", status->next_look);
    doc_set(user, "next", next);
}

struct doc *user_view(const char *account, const char *user, const struct status *status, const struct policy *policy,
                      enum view_keys how, int64_t now) {
    struct doc *object = doc_object();
    doc_set_text(object, "account", account);
    doc_set_text(object, "user", user);
    doc_set_text(object, "user_id", status->user_id);
    doc_set_text(object, "policy", status->policy[0] != '\0' ? status->policy : NULL);
    doc_set_text(object, "state", user_state_name(user_state_of(status, policy)));
    doc_set_text(object, "owner", status->email[0] != '\0' ? status->email : NULL);
    if (policy != NULL)
        doc_set_int(object, "max_age_seconds", policy->notify_only ? policy->notify_overdue : policy->deactivate_after);
    call_set_instant(object, "seen", status->looked);
    view_next(object, status, how);
    view_keys(object, status, how, now);
    return object;
}
