/* IAM, what changes it. What only reads is in iam_read.c. */
#include "call.h"
#include "markup.h"

#include <stdio.h>
#include <string.h>

enum { KEYS_MOST = 2 };

static void begin(struct world_call *call, const char *suffix) {
    char name[96];
    snprintf(name, sizeof name, "%s%s", call->action, suffix);
    markup_begin(&call->answer->body, name);
}

static void end(struct world_call *call, const char *suffix) {
    char name[96];
    snprintf(name, sizeof name, "%s%s", call->action, suffix);
    markup_end(&call->answer->body, name);
}

static void finish(struct world_call *call) {
    markup_begin(&call->answer->body, "ResponseMetadata");
    markup_leaf(&call->answer->body, "RequestId", call->answer->request_id);
    markup_end(&call->answer->body, "ResponseMetadata");
    end(call, "Response");
}

/* A user changes nobody, in this world. */
static bool is_allowed(struct world_call *call) {
    return (call->by.user == NULL && call->by.account != NULL) ||
           call_refuse(call, 403, "AccessDenied", "the caller may not change IAM here");
}

static struct world_user *user_of(struct world_call *call) {
    const char *name = call_required(call, "UserName");
    struct world_user *user = name == NULL ? NULL : world_user(call->by.account, name);
    if (name != NULL && user == NULL)
        call_refuse(call, 404, "NoSuchEntity", "The user with that name cannot be found.");
    return user;
}

static struct world_key *key_of(struct world_call *call, struct world_user *user) {
    const char *id = user == NULL ? NULL : call_required(call, "AccessKeyId");
    if (id == NULL)
        return NULL;
    for (size_t i = 0; i < user->key_count; i++)
        if (strcmp(user->keys[i].id, id) == 0)
            return &user->keys[i];
    call_refuse(call, 404, "NoSuchEntity", "The Access Key with that id cannot be found.");
    return NULL;
}

static void tell(struct world_call *call, const struct world_user *user, const char *key_id, const char *value) {
    const struct world_change change = {
        .account = call->by.account->id, .user = user->name, .action = call->action, .what = key_id, .value = value};
    call_changed(call, &change);
}

static bool create_access_key(struct world_call *call) {
    struct world_user *user = user_of(call);
    struct text *body = &call->answer->body;
    if (user == NULL)
        return false;
    if (user->key_count >= KEYS_MOST)
        return call_refuse(call, 409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2");
    struct world_key *key = world_add_key(call->world, user, call->now);
    tell(call, user, key->id, NULL);
    begin(call, "Response");
    begin(call, "Result");
    markup_begin(body, "AccessKey");
    markup_leaf(body, "UserName", user->name);
    markup_leaf(body, "AccessKeyId", key->id);
    markup_leaf(body, "Status", "Active");
    markup_leaf(body, "SecretAccessKey", key->secret);
    markup_instant(body, "CreateDate", key->created);
    markup_end(body, "AccessKey");
    end(call, "Result");
    finish(call);
    if (user->lose_create)
        call->answer->fate = WORLD_FATE_LOST;
    user->lose_create = false;
    return true;
}

static bool update_access_key(struct world_call *call) {
    struct world_user *user = user_of(call);
    struct world_key *key = key_of(call, user);
    const char *status = key == NULL ? NULL : call_required(call, "Status");
    if (status == NULL)
        return false;
    key->active = strcmp(status, "Active") == 0;
    if (!key->active && strcmp(status, "Inactive") != 0)
        return call_refuse(call, 400, "ValidationError", "Status is Active or Inactive");
    tell(call, user, key->id, status);
    begin(call, "Response");
    finish(call);
    return true;
}

static bool delete_access_key(struct world_call *call) {
    struct world_user *user = user_of(call);
    struct world_key *key = key_of(call, user);
    if (key == NULL)
        return false;
    tell(call, user, key->id, key->active ? "Active" : NULL);
    world_remove_key(user, key);
    begin(call, "Response");
    finish(call);
    return true;
}

static const struct {
    const char *name;
    bool (*carry_out)(struct world_call *call);
} actions[] = {
    {"CreateAccessKey", create_access_key},
    {"UpdateAccessKey", update_access_key},
    {"DeleteAccessKey", delete_access_key},
};

bool iam_call(struct world_call *call) {
    if (!is_allowed(call))
        return false;
    for (size_t i = 0; i < COUNT_OF(actions); i++)
        if (strcmp(actions[i].name, call->action) == 0)
            return actions[i].carry_out(call);
    return iam_read_call(call);
}
