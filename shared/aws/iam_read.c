/* What is required must be there: an answer that lacks it is a fault and never an empty list. */
#include "iam_read.h"

#include "aws_call.h"
#include "instant.h"
#include "mem.h"
#include "text.h"
#include "xml.h"

#include <string.h>
#include <strings.h>

enum { PAGES_MOST = 100, DETAILS_CEILING = XML_MAX_BYTES, DETAILS_TIMEOUT_MS = 60 * 1000 };

static const char version[] = "2010-05-08";
static const char page_size[] = "1000";

static bool take_instant(const struct xml *node, const char *path, int64_t *instant) {
    const char *text = xml_text(xml_at(node, path));
    return text != NULL && instant_parse_iso(text, instant);
}

static bool take_bool(const struct xml *node, const char *path, bool *value) {
    const char *text = xml_text(xml_at(node, path));
    *value = text_equal(text, "true");
    return *value || text_equal(text, "false");
}

static bool take_status(const struct xml *node, enum key_status *status) {
    const char *text = xml_text(xml_at(node, "Status"));
    *status = text_equal(text, "Active") ? KEY_ACTIVE : KEY_INACTIVE;
    return text_equal(text, "Active") || text_equal(text, "Inactive");
}

/* Marker is there when IsTruncated is true, and only then: else pages would be left out, or asked for ever. */
static bool take_marker(const struct xml *result, char marker[IAM_MARKER_SIZE]) {
    bool truncated;
    marker[0] = '\0';
    return take_bool(result, "IsTruncated", &truncated) &&
           (!truncated || xml_take(result, "Marker", marker, IAM_MARKER_SIZE));
}

/* ListAccessKeys may leave IsTruncated out where there is no more; a Marker without it would contradict that. */
static bool take_truncated(const struct xml *result, bool *truncated) {
    *truncated = false;
    return xml_at(result, "IsTruncated") == NULL ? xml_at(result, "Marker") == NULL
                                                 : take_bool(result, "IsTruncated", truncated);
}

static bool is_of_user(const struct xml *member, const char *user) {
    const char *name = xml_text(xml_at(member, "UserName"));
    return name == NULL || strcasecmp(name, user) == 0;
}

static bool read_keys(const struct xml *result, const char *user, struct iam_key_list *list) {
    const struct xml *keys = xml_at(result, "AccessKeyMetadata");
    if (keys == NULL || !take_truncated(result, &list->truncated))
        return false;
    for (const struct xml *member = xml_first(keys, "member"); member != NULL; member = xml_next(member)) {
        struct iam_key key = {0};
        if (!is_of_user(member, user) || !xml_take(member, "AccessKeyId", key.id, sizeof key.id) ||
            !take_status(member, &key.status) || !take_instant(member, "CreateDate", &key.created))
            return false;
        if (list->count < KEYRING_MAX)
            list->keys[list->count++] = key;
        else
            list->truncated = true;
    }
    return true;
}

bool iam_list_access_keys(struct aws *aws, const char *user, struct iam_key_list *list, struct fault *fault) {
    struct aws_call call = {.service = AWS_IAM, .operation = "ListAccessKeys"};
    struct text form;
    *list = (struct iam_key_list){0};
    aws_form_open(&form, call.operation, version);
    aws_form_add(&form, "UserName", user);
    aws_form_add(&form, "MaxItems", page_size);
    struct xml *root = aws_call_query(aws, &call, &form, fault);
    bool read = root != NULL && (read_keys(xml_at(root, "ListAccessKeysResult"), user, list) ||
                                 aws_call_unreadable(&call, fault, "no complete list of access keys"));
    xml_close(root);
    text_close(&form);
    return read;
}

/* Absent means none: IAM leaves Tags out of users that have none. */
static bool read_tags(const struct xml *tags, struct iam_user *user) {
    for (const struct xml *member = xml_first(tags, "member"); member != NULL; member = xml_next(member)) {
        const char *key = xml_text(xml_at(member, "Key"));
        const char *value = xml_text(xml_at(member, "Value"));
        if (key == NULL || value == NULL)
            return false;
        struct iam_tag *tag = &user->tags[user->tag_count];
        if (user->tag_count < IAM_USER_TAGS && text_copy(tag->key, sizeof tag->key, key) &&
            text_copy(tag->value, sizeof tag->value, value))
            user->tag_count++;
        else
            user->truncated = true;
    }
    return true;
}

static bool add_group(struct iam_user *user, const char *name) {
    if (name == NULL || name[0] == '\0')
        return false;
    if (user->group_count < IAM_USER_GROUPS && text_copy(user->groups[user->group_count], IAM_GROUP_NAME_SIZE, name))
        user->group_count++;
    else
        user->truncated = true;
    return true;
}

static bool read_user(const struct xml *node, struct iam_user *user) {
    return xml_take(node, "UserName", user->name, sizeof user->name) &&
           xml_take(node, "UserId", user->id, sizeof user->id) &&
           xml_take(node, "Path", user->path, sizeof user->path) &&
           xml_take(node, "Arn", user->arn, sizeof user->arn) && take_instant(node, "CreateDate", &user->created) &&
           read_tags(xml_at(node, "Tags"), user);
}

bool iam_get_user(struct aws *aws, const char *name, struct iam_user *user, struct fault *fault) {
    struct aws_call call = {.service = AWS_IAM, .operation = "GetUser"};
    struct text form;
    *user = (struct iam_user){0};
    aws_form_open(&form, call.operation, version);
    aws_form_add(&form, "UserName", name);
    struct xml *root = aws_call_query(aws, &call, &form, fault);
    bool read =
        root != NULL && ((read_user(xml_at(root, "GetUserResult.User"), user) && strcasecmp(user->name, name) == 0) ||
                         aws_call_unreadable(&call, fault, "no complete user of that name"));
    xml_close(root);
    text_close(&form);
    return read;
}

static bool read_groups(const struct xml *result, struct iam_user *user, char marker[IAM_MARKER_SIZE]) {
    const struct xml *groups = xml_at(result, "Groups");
    if (groups == NULL || !take_marker(result, marker))
        return false;
    for (const struct xml *member = xml_first(groups, "member"); member != NULL; member = xml_next(member))
        if (!add_group(user, xml_text(xml_at(member, "GroupName"))))
            return false;
    return true;
}

static bool groups_page(struct aws *aws, const char *name, struct iam_user *user, char marker[IAM_MARKER_SIZE],
                        struct fault *fault) {
    struct aws_call call = {.service = AWS_IAM, .operation = "ListGroupsForUser"};
    struct text form;
    aws_form_open(&form, call.operation, version);
    aws_form_add(&form, "UserName", name);
    aws_form_add(&form, "MaxItems", page_size);
    if (marker[0] != '\0')
        aws_form_add(&form, "Marker", marker);
    struct xml *root = aws_call_query(aws, &call, &form, fault);
    bool read = root != NULL && (read_groups(xml_at(root, "ListGroupsForUserResult"), user, marker) ||
                                 aws_call_unreadable(&call, fault, "no complete list of groups"));
    xml_close(root);
    text_close(&form);
    return read;
}

bool iam_list_groups_for_user(struct aws *aws, const char *name, struct iam_user *user, struct fault *fault) {
    char marker[IAM_MARKER_SIZE] = "";
    user->group_count = 0;
    for (int page = 0; page < PAGES_MOST; page++) {
        if (!groups_page(aws, name, user, marker, fault))
            return false;
        if (marker[0] == '\0')
            return true;
    }
    return fault_set(fault, FAULT_INVALID, "ListGroupsForUser", "more than %d pages", (int)PAGES_MOST);
}

/* A key never used has no LastUsedDate, and says N/A for service and region. */
static bool read_last_used(const struct xml *result, char owner[USER_NAME_SIZE], int64_t *last_used) {
    const struct xml *use = xml_at(result, "AccessKeyLastUsed");
    *last_used = 0;
    return use != NULL && xml_take(result, "UserName", owner, USER_NAME_SIZE) &&
           (xml_at(use, "LastUsedDate") == NULL ? xml_at(use, "ServiceName") != NULL
                                                : take_instant(use, "LastUsedDate", last_used));
}

bool iam_get_access_key_last_used(struct aws *aws, const char *key_id, char owner[USER_NAME_SIZE], int64_t *last_used,
                                  struct fault *fault) {
    struct aws_call call = {.service = AWS_IAM, .operation = "GetAccessKeyLastUsed"};
    struct text form;
    aws_form_open(&form, call.operation, version);
    aws_form_add(&form, "AccessKeyId", key_id);
    struct xml *root = aws_call_query(aws, &call, &form, fault);
    bool read = root != NULL && (read_last_used(xml_at(root, "GetAccessKeyLastUsedResult"), owner, last_used) ||
                                 aws_call_unreadable(&call, fault, "not when the key was last used"));
    xml_close(root);
    text_close(&form);
    return read;
}

/* GroupList is always there, if empty: without it nobody could tell who is exempt by a group. */
static bool read_details(const struct xml *member, struct iam_user *user) {
    const struct xml *groups = xml_at(member, "GroupList");
    *user = (struct iam_user){0};
    if (groups == NULL || !read_user(member, user))
        return false;
    for (const struct xml *group = xml_first(groups, "member"); group != NULL; group = xml_next(group))
        if (!add_group(user, xml_text(group)))
            return false;
    return true;
}

typedef bool (*visitor)(const struct iam_user *user, void *context);

/* The whole page is read before the first user of it is shown. */
static bool visit_users(struct aws_call *call, const struct xml *result, char marker[IAM_MARKER_SIZE], visitor visit,
                        void *context, struct fault *fault) {
    char next[IAM_MARKER_SIZE];
    const struct xml *list = xml_at(result, "UserDetailList");
    struct iam_user *user = mem_zero(1, sizeof *user);
    bool good = list != NULL && take_marker(result, next);
    for (const struct xml *member = xml_first(list, "member"); good && member != NULL; member = xml_next(member))
        good = read_details(member, user);
    if (!good)
        aws_call_unreadable(call, fault, "no complete list of users");
    for (const struct xml *member = xml_first(list, "member"); good && member != NULL; member = xml_next(member))
        good = (read_details(member, user) && visit(user, context)) ||
               fault_set(fault, FAULT_STOPPED, call->operation, "stopped at user %s", user->name);
    mem_free(user);
    return good && text_copy(marker, IAM_MARKER_SIZE, next);
}

bool iam_account_users_page(struct aws *aws, char marker[IAM_MARKER_SIZE],
                            bool (*visit)(const struct iam_user *user, void *context), void *context,
                            struct fault *fault) {
    struct aws_call call = {.service = AWS_IAM,
                            .operation = "GetAccountAuthorizationDetails",
                            .timeout_ms = DETAILS_TIMEOUT_MS,
                            .body_ceiling = DETAILS_CEILING};
    struct text form;
    aws_form_open(&form, call.operation, version);
    aws_form_add(&form, "Filter.member.1", "User");
    aws_form_add(&form, "MaxItems", page_size);
    if (marker[0] != '\0')
        aws_form_add(&form, "Marker", marker);
    struct xml *root = aws_call_query(aws, &call, &form, fault);
    bool visited = root != NULL && visit_users(&call, xml_at(root, "GetAccountAuthorizationDetailsResult"), marker,
                                               visit, context, fault);
    xml_close(root);
    text_close(&form);
    return visited;
}

static const char *tag_value(const struct iam_user *user, const char *key) {
    for (size_t i = 0; i < user->tag_count; i++)
        if (text_equal(user->tags[i].key, key))
            return user->tags[i].value;
    return "";
}

const char *iam_user_recipient(const struct iam_user *user, const struct policy *policy) {
    for (size_t i = 0; i < policy->recipient_tag_count; i++) {
        const char *value = tag_value(user, policy->recipient_tags[i]);
        if (value[0] != '\0')
            return value;
    }
    return "";
}
