/* Secrets Manager, what only reads. */
#include "secrets.h"

#include <string.h>

struct world_secret *secrets_find(struct world_call *call) {
    const char *name = call_required(call, "SecretId");
    struct world_secret *secret = name == NULL ? NULL : world_secret(call->by.account, name);
    if (text_equal(name, call->world->denied_secret)) {
        call_refuse(call, 400, "AccessDeniedException", "Nobody may do anything with this secret.");
        return NULL;
    }
    if (name != NULL && secret == NULL)
        call_refuse(call, 400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return secret;
}

struct doc *secrets_about(const struct world_secret *secret) {
    struct doc *doc = doc_object();
    doc_set_text(doc, "ARN", secret->arn);
    doc_set_text(doc, "Name", secret->name);
    return doc;
}

struct world_version *secrets_version(struct world_secret *secret, const char *id) {
    for (size_t i = 0; id != NULL && i < secret->version_count; i++)
        if (strcmp(secret->versions[i].id, id) == 0)
            return &secret->versions[i];
    return NULL;
}

struct world_version *secrets_holder(struct world_secret *secret, const char *stage) {
    for (size_t i = 0; i < secret->version_count; i++)
        if (world_has_stage(&secret->versions[i], stage))
            return &secret->versions[i];
    return NULL;
}

static struct doc *stages_of(const struct world_version *version) {
    struct doc *stages = doc_array();
    for (size_t i = 0; i < version->stage_count; i++)
        doc_add_text(stages, version->stages[i]);
    return stages;
}

static struct doc *tags_of(const struct world_secret *secret) {
    struct doc *tags = doc_array();
    for (size_t i = 0; i < secret->tag_count; i++) {
        struct doc *tag = doc_object();
        doc_set_text(tag, "Key", secret->tags[i].key);
        doc_set_text(tag, "Value", secret->tags[i].value);
        doc_add(tags, tag);
    }
    return tags;
}

static bool describe_secret(struct world_call *call) {
    struct world_secret *secret = secrets_find(call);
    if (secret == NULL)
        return false;
    struct doc *doc = secrets_about(secret);
    struct doc *versions = doc_object();
    for (size_t i = 0; i < secret->version_count; i++)
        if (secret->versions[i].stage_count > 0)
            doc_set(versions, secret->versions[i].id, stages_of(&secret->versions[i]));
    doc_set(doc, "Tags", tags_of(secret));
    doc_set(doc, "VersionIdsToStages", versions);
    call_answer_json(call, doc);
    return true;
}

static bool get_secret_value(struct world_call *call) {
    struct world_secret *secret = secrets_find(call);
    const char *id = secret == NULL ? NULL : call_value(call, "VersionId");
    const char *stage = secret == NULL ? NULL : call_value(call, "VersionStage");
    if (secret == NULL)
        return false;
    struct world_version *version =
        id != NULL ? secrets_version(secret, id) : secrets_holder(secret, stage != NULL ? stage : "AWSCURRENT");
    if (version == NULL || (id != NULL && stage != NULL && !world_has_stage(version, stage)))
        return call_refuse(call, 400, "ResourceNotFoundException", "there is no such version of the secret.");
    struct doc *doc = secrets_about(secret);
    doc_set_text(doc, "VersionId", version->id);
    doc_set_text(doc, "SecretString", version->value);
    doc_set(doc, "VersionStages", stages_of(version));
    call_answer_json(call, doc);
    return true;
}

bool secrets_read_call(struct world_call *call) {
    if (strcmp(call->action, "DescribeSecret") == 0)
        return describe_secret(call);
    if (strcmp(call->action, "GetSecretValue") == 0)
        return get_secret_value(call);
    return call_refuse(call, 400, "InvalidAction", "that action is not known here");
}
