#include "secretsmanager.h"

#include "aws_call.h"
#include "doc.h"
#include "secret_value.h"

#include <string.h>

/* A put is tried again while this much of the look is left for taking the new key back, should all be refused. */
enum { PUT_ATTEMPTS = 16, PUT_RETRY_SECONDS = LEASE_SECONDS - 20 };

static struct aws_call call_of(const char *operation, const char *target, bool changes) {
    return (struct aws_call){.service = AWS_SECRETSMANAGER,
                             .operation = operation,
                             .target = target,
                             .content_type = "application/x-amz-json-1.1",
                             .changes = changes};
}

static struct doc *request_about(const char *name) {
    struct doc *request = doc_object();
    doc_set_text(request, "SecretId", name);
    return request;
}

/* Sends, closes the request; the answer is the caller's. */
static struct doc *ask(struct aws *aws, struct aws_call *call, struct doc *request, struct fault *fault) {
    struct doc *answer = aws_call_json(aws, call, request, fault);
    doc_close(request);
    return answer;
}

/* An answer that has nothing to read but must be about the secret that was asked for. */
static bool is_done(struct aws_call *call, struct doc *answer, struct fault *fault) {
    bool done = answer != NULL &&
                (doc_text(doc_member(answer, "ARN")) != NULL || aws_call_unreadable(call, fault, "it names no secret"));
    doc_close(answer);
    return done;
}

static bool read_stage(const char *stage, struct secret_version *version) {
    if (stage == NULL)
        return false;
    version->current = version->current || strcmp(stage, "AWSCURRENT") == 0;
    version->pending = version->pending || strcmp(stage, "AWSPENDING") == 0;
    version->previous = version->previous || strcmp(stage, "AWSPREVIOUS") == 0;
    return true;
}

/* One without a stage may be removed at any time: AWS does not list it, stand-ins do, for ever. */
static bool read_version(const char *id, const struct doc *stages, void *context) {
    struct secret_description *description = context;
    struct secret_version version = {0};
    if (!doc_is_array(stages))
        return false;
    for (size_t i = 0; i < doc_count(stages); i++)
        if (!read_stage(doc_text(doc_item(stages, i)), &version))
            return false;
    if (doc_count(stages) == 0)
        return true;
    if (description->version_count < SECRET_VERSIONS && text_copy(version.id, sizeof version.id, id))
        description->versions[description->version_count++] = version;
    else
        description->truncated = true;
    return true;
}

static bool read_tags(const struct doc *tags, struct secret_description *description) {
    for (size_t i = 0; i < doc_count(tags); i++) {
        const char *key = doc_text(doc_member(doc_item(tags, i), "Key"));
        const char *value = doc_text(doc_member(doc_item(tags, i), "Value"));
        if (key == NULL || value == NULL)
            return false;
        struct secret_tag *tag = &description->tags[description->tag_count];
        if (description->tag_count < SECRET_TAGS && text_copy(tag->key, sizeof tag->key, key) &&
            text_copy(tag->value, sizeof tag->value, value))
            description->tag_count++;
        else
            description->truncated = true;
    }
    return true;
}

static bool take(const struct doc *doc, const char *name, char *to, size_t size) {
    const char *text = doc_text(doc_member(doc, name));
    return text != NULL && text[0] != '\0' && text_copy(to, size, text);
}

/* DeletedDate is a number, and not there, or null, for a secret that stays. */
static bool is_being_deleted(const struct doc *answer) {
    int64_t date;
    const struct doc *deleted = doc_member(answer, "DeletedDate");
    return doc_int(deleted, &date) || doc_text(deleted) != NULL;
}

/* A secret without versions is nothing Keyturn made; without the list nobody could tell stored keys from others. */
static bool read_description(const struct doc *answer, struct secret_description *description) {
    const struct doc *tags = doc_member(answer, "Tags");
    const struct doc *versions = doc_member(answer, "VersionIdsToStages");
    bool deleted = is_being_deleted(answer);
    description->state = deleted ? SECRET_BEING_DELETED : SECRET_PRESENT;
    return take(answer, "ARN", description->arn, sizeof description->arn) &&
           take(answer, "Name", description->name, sizeof description->name) &&
           (tags == NULL || (doc_is_array(tags) && read_tags(tags, description))) &&
           (doc_is_object(versions) ? doc_each(versions, read_version, description) : deleted && versions == NULL);
}

bool secrets_describe(struct aws *aws, const char *name, struct secret_description *description, struct fault *fault) {
    struct aws_call call = call_of("DescribeSecret", "secretsmanager.DescribeSecret", false);
    struct fault reason = {0};
    *description = (struct secret_description){0};
    struct doc *answer = ask(aws, &call, request_about(name), &reason);
    if (answer == NULL && reason.kind == FAULT_GONE)
        return true;
    bool read = answer != NULL && (read_description(answer, description) ||
                                   aws_call_unreadable(&call, &reason, "no complete description"));
    doc_close(answer);
    if (!read)
        *description = (struct secret_description){0};
    if (!read && fault != NULL)
        *fault = reason;
    return read;
}

static struct doc *tag_list(const struct secret_tag *tags, size_t count) {
    struct doc *list = doc_array();
    for (size_t i = 0; i < count; i++) {
        struct doc *tag = doc_object();
        doc_set_text(tag, "Key", tags[i].key);
        doc_set_text(tag, "Value", tags[i].value);
        doc_add(list, tag);
    }
    return list;
}

static struct doc *placeholder_request(const char *name, const char *kms_key_id, const struct secret_tag *tags,
                                       size_t tag_count) {
    struct doc *request = doc_object();
    struct text value;
    text_open(&value, SECRET_VALUE_MAX);
    (void)!secret_value_print_placeholder(&value);
    doc_set_text(request, "Name", name);
    doc_set_text(request, "ClientRequestToken", keyring_placeholder_version);
    doc_set_text(request, "SecretString", value.bytes);
    if (kms_key_id != NULL && kms_key_id[0] != '\0')
        doc_set_text(request, "KmsKeyId", kms_key_id);
    if (tag_count > 0)
        doc_set(request, "Tags", tag_list(tags, tag_count));
    text_close(&value);
    return request;
}

bool secrets_create_placeholder(struct aws *aws, const char *name, const char *kms_key_id,
                                const struct secret_tag *tags, size_t tag_count, struct fault *fault) {
    struct aws_call call = call_of("CreateSecret", "secretsmanager.CreateSecret", true);
    struct fault reason = {0};
    struct doc *answer = ask(aws, &call, placeholder_request(name, kms_key_id, tags, tag_count), &reason);
    if (answer == NULL && strcmp(reason.code, "ResourceExistsException") == 0)
        return true;
    if (is_done(&call, answer, &reason))
        return true;
    if (fault != NULL)
        *fault = reason;
    return false;
}

static struct doc *put_request(const char *name, const struct secret_value *value, struct fault *fault) {
    char version[VERSION_ID_SIZE];
    struct text content;
    text_open(&content, SECRET_VALUE_MAX);
    keyring_version_of(value->access_key_id, version);
    struct doc *stages = doc_array();
    struct doc *request = request_about(name);
    doc_add_text(stages, "AWSPENDING");
    doc_set(request, "VersionStages", stages);
    doc_set_text(request, "ClientRequestToken", version);
    bool printed = secret_value_print(value, &content);
    doc_set_text(request, "SecretString", content.bytes);
    text_close(&content);
    if (printed)
        return request;
    doc_close(request);
    fault_set(fault, FAULT_INVALID, "PutSecretValue", "the value is longer than %d bytes", (int)SECRET_VALUE_MAX);
    return NULL;
}

bool secrets_put_pending(struct aws *aws, const char *name, const struct secret_value *value, bool *outcome_unknown,
                         struct fault *fault) {
    struct aws_call call = call_of("PutSecretValue", "secretsmanager.PutSecretValue", true);
    struct fault reason = {0};
    call.attempts = PUT_ATTEMPTS;
    call.retry_seconds = PUT_RETRY_SECONDS;
    struct doc *request = put_request(name, value, &reason);
    bool done = request != NULL && is_done(&call, ask(aws, &call, request, &reason), &reason);
    /* The same version id with other bytes: a put of this key was applied before. */
    bool exists = !done && reason.kind == FAULT_CONFLICT && strcmp(reason.code, "ResourceExistsException") == 0;
    *outcome_unknown = !done && (call.ambiguous || exists);
    if (*outcome_unknown && !exists)
        reason.kind = FAULT_UNKNOWN;
    if (!done && fault != NULL)
        *fault = reason;
    return done;
}

static bool read_value(const struct doc *answer, const char *version_id, struct secret_value *value,
                       struct fault *fault) {
    const char *content = doc_text(doc_member(answer, "SecretString"));
    if (!take(answer, "VersionId", value->version_id, sizeof value->version_id) || content == NULL ||
        (version_id != NULL && strcmp(version_id, value->version_id) != 0))
        return fault_set(fault, FAULT_INVALID, "GetSecretValue", "the answer holds no text of the version asked for");
    return secret_value_read(content, value, fault);
}

bool secrets_get(struct aws *aws, const char *name, const char *version_id, const char *stage,
                 struct secret_value *value, struct fault *fault) {
    struct aws_call call = call_of("GetSecretValue", "secretsmanager.GetSecretValue", false);
    *value = (struct secret_value){0};
    if (version_id == NULL && stage == NULL)
        return fault_set(fault, FAULT_INVALID, call.operation, "neither a version nor a stage is named");
    struct doc *request = request_about(name);
    doc_set_text(request, "VersionId", version_id);
    doc_set_text(request, "VersionStage", stage);
    struct doc *answer = ask(aws, &call, request, fault);
    bool read = answer != NULL && read_value(answer, version_id, value, fault);
    doc_close(answer);
    if (!read)
        secret_value_close(value);
    return read;
}

/* Refused because another version holds the label. After a lost answer that other version may be the one we moved it to. */
static void read_refused_move(const struct aws_call *call, struct fault *reason) {
    if (strcmp(reason->code, "InvalidParameterException") == 0 || strcmp(reason->code, "InvalidRequestException") == 0)
        reason->kind = FAULT_CONFLICT;
    if (reason->kind == FAULT_CONFLICT && call->ambiguous)
        reason->kind = FAULT_UNKNOWN;
}

bool secrets_move_current(struct aws *aws, const char *name, const char *to, const char *from, struct fault *fault) {
    struct aws_call call = call_of("UpdateSecretVersionStage", "secretsmanager.UpdateSecretVersionStage", true);
    struct fault reason = {0};
    struct doc *request = request_about(name);
    doc_set_text(request, "VersionStage", "AWSCURRENT");
    doc_set_text(request, "MoveToVersionId", to);
    doc_set_text(request, "RemoveFromVersionId", from);
    if (is_done(&call, ask(aws, &call, request, &reason), &reason))
        return true;
    read_refused_move(&call, &reason);
    if (fault != NULL)
        *fault = reason;
    return false;
}

/* TagResource and UntagResource answer with nothing. */
static bool is_accepted(struct doc *answer) {
    bool accepted = answer != NULL;
    doc_close(answer);
    return accepted;
}

bool secrets_tag(struct aws *aws, const char *name, const struct secret_tag *tags, size_t count, struct fault *fault) {
    struct aws_call call = call_of("TagResource", "secretsmanager.TagResource", true);
    struct doc *request = request_about(name);
    doc_set(request, "Tags", tag_list(tags, count));
    return is_accepted(ask(aws, &call, request, fault));
}

bool secrets_untag(struct aws *aws, const char *name, const char (*keys)[TAG_KEY_SIZE], size_t count,
                   struct fault *fault) {
    struct aws_call call = call_of("UntagResource", "secretsmanager.UntagResource", true);
    struct doc *request = request_about(name);
    struct doc *list = doc_array();
    for (size_t i = 0; i < count; i++)
        doc_add_text(list, keys[i]);
    doc_set(request, "TagKeys", list);
    return is_accepted(ask(aws, &call, request, fault));
}
