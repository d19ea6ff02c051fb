/* IAM, what reads it. */
#include "call.h"
#include "markup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void begin(struct world_call *call) {
    char name[96];
    snprintf(name, sizeof name, "%sResponse", call->action);
    markup_begin(&call->answer->body, name);
    snprintf(name, sizeof name, "%sResult", call->action);
    markup_begin(&call->answer->body, name);
}

static bool finish(struct world_call *call) {
    char name[96];
    snprintf(name, sizeof name, "%sResult", call->action);
    markup_end(&call->answer->body, name);
    markup_begin(&call->answer->body, "ResponseMetadata");
    markup_leaf(&call->answer->body, "RequestId", call->answer->request_id);
    markup_end(&call->answer->body, "ResponseMetadata");
    snprintf(name, sizeof name, "%sResponse", call->action);
    markup_end(&call->answer->body, name);
    return true;
}

static struct world_user *user_of(struct world_call *call) {
    const char *name = call_required(call, "UserName");
    struct world_user *user = name == NULL ? NULL : world_user(call->by.account, name);
    if (name != NULL && user == NULL)
        call_refuse(call, 404, "NoSuchEntity", "The user with that name cannot be found.");
    return user;
}

/* --- pages: a marker is the place of the first row of the next one */

struct page {
    size_t from;
    size_t to;
    bool more;
};

static size_t number_of(const struct world_call *call, const char *name, size_t otherwise) {
    const char *value = call_value(call, name);
    return value == NULL ? otherwise : (size_t)strtoul(value + (value[0] == 'm'), NULL, 10);
}

static struct page page_of(const struct world_call *call, size_t rows) {
    size_t most = number_of(call, "MaxItems", 100);
    size_t own = call->world->page_most > 0 ? call->world->page_most : WORLD_PAGE;
    struct page page = {.from = number_of(call, "Marker", 0)};
    page.from = page.from < rows ? page.from : rows;
    page.to = page.from + (most < own ? most : own);
    page.more = page.to < rows;
    page.to = page.more ? page.to : rows;
    return page;
}

static void say_page(struct world_call *call, const struct page *page) {
    char marker[24];
    snprintf(marker, sizeof marker, "m%zu", page->to);
    markup_leaf(&call->answer->body, "IsTruncated", page->more ? "true" : "false");
    if (page->more)
        markup_leaf(&call->answer->body, "Marker", marker);
}

/* --- users */

static void say_tags(struct text *body, const struct world_user *user) {
    if (user->tag_count == 0)
        return;
    markup_begin(body, "Tags");
    for (size_t i = 0; i < user->tag_count; i++) {
        markup_begin(body, "member");
        markup_leaf(body, "Key", user->tags[i].key);
        markup_leaf(body, "Value", user->tags[i].value);
        markup_end(body, "member");
    }
    markup_end(body, "Tags");
}

static void say_user(struct world_call *call, const struct world_user *user) {
    char arn[ARN_SIZE];
    struct text *body = &call->answer->body;
    call_user_arn(call->by.account, user, arn);
    markup_leaf(body, "Path", user->path);
    markup_leaf(body, "UserName", user->name);
    markup_leaf(body, "UserId", user->id);
    markup_leaf(body, "Arn", arn);
    markup_instant(body, "CreateDate", user->created);
    say_tags(body, user);
}

static bool get_user(struct world_call *call) {
    struct world_user *user = user_of(call);
    if (user == NULL)
        return false;
    begin(call);
    markup_begin(&call->answer->body, "User");
    say_user(call, user);
    markup_end(&call->answer->body, "User");
    return finish(call);
}

static bool list_groups_for_user(struct world_call *call) {
    struct world_user *user = user_of(call);
    struct text *body = &call->answer->body;
    if (user == NULL)
        return false;
    struct page page = page_of(call, user->group_count);
    begin(call);
    markup_begin(body, "Groups");
    for (size_t i = page.from; i < page.to; i++) {
        markup_begin(body, "member");
        markup_leaf(body, "GroupName", user->groups[i]);
        markup_end(body, "member");
    }
    markup_end(body, "Groups");
    say_page(call, &page);
    return finish(call);
}

static void say_details(struct world_call *call, const struct world_user *user) {
    struct text *body = &call->answer->body;
    markup_begin(body, "member");
    say_user(call, user);
    markup_begin(body, "GroupList");
    for (size_t i = 0; i < user->group_count; i++)
        markup_leaf(body, "member", user->groups[i]);
    markup_end(body, "GroupList");
    markup_end(body, "member");
}

static bool get_account_authorization_details(struct world_call *call) {
    const struct world_account *account = call->by.account;
    struct page page = page_of(call, account->user_count);
    begin(call);
    markup_begin(&call->answer->body, "UserDetailList");
    for (size_t i = page.from; i < page.to; i++)
        say_details(call, account->users[i]);
    markup_end(&call->answer->body, "UserDetailList");
    say_page(call, &page);
    return finish(call);
}

/* --- keys */

static void say_key(struct text *body, const struct world_user *user, const struct world_key *key) {
    markup_begin(body, "member");
    markup_leaf(body, "UserName", user->name);
    markup_leaf(body, "AccessKeyId", key->id);
    markup_leaf(body, "Status", key->active ? "Active" : "Inactive");
    markup_instant(body, "CreateDate", key->created);
    markup_end(body, "member");
}

static bool list_access_keys(struct world_call *call) {
    struct world_user *user = user_of(call);
    if (user == NULL)
        return false;
    struct page page = page_of(call, user->key_count);
    begin(call);
    markup_begin(&call->answer->body, "AccessKeyMetadata");
    for (size_t i = page.from; i < page.to; i++)
        say_key(&call->answer->body, user, &user->keys[i]);
    markup_end(&call->answer->body, "AccessKeyMetadata");
    say_page(call, &page);
    return finish(call);
}

static bool get_access_key_last_used(struct world_call *call) {
    struct text *body = &call->answer->body;
    struct world_account *account = NULL;
    struct world_user *user = NULL;
    const char *id = call_required(call, "AccessKeyId");
    if (id == NULL)
        return false;
    const struct world_key *key = world_find_key(call->world, id, &account, &user);
    if (key == NULL || account != call->by.account)
        return call_refuse(call, 403, "AccessDenied", "there is no such key in this account");
    begin(call);
    markup_leaf(body, "UserName", user->name);
    markup_begin(body, "AccessKeyLastUsed");
    if (key->last_used > 0)
        markup_instant(body, "LastUsedDate", key->last_used);
    markup_leaf(body, "ServiceName", key->last_used > 0 ? "sts" : "N/A");
    markup_leaf(body, "Region", key->last_used > 0 ? "us-east-1" : "N/A");
    markup_end(body, "AccessKeyLastUsed");
    return finish(call);
}

static const struct {
    const char *name;
    bool (*carry_out)(struct world_call *call);
} actions[] = {
    {"GetUser", get_user},
    {"ListGroupsForUser", list_groups_for_user},
    {"GetAccountAuthorizationDetails", get_account_authorization_details},
    {"ListAccessKeys", list_access_keys},
    {"GetAccessKeyLastUsed", get_access_key_last_used},
};

bool iam_read_call(struct world_call *call) {
    for (size_t i = 0; i < COUNT_OF(actions); i++)
        if (strcmp(actions[i].name, call->action) == 0)
            return actions[i].carry_out(call);
    return call_refuse(call, 400, "InvalidAction", "that action is not known here");
}
