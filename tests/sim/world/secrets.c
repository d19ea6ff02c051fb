/* Secrets Manager, as AWS has it and not as stand-ins do: the first version is always AWSCURRENT, a put is recognised by its token, AWSCURRENT
 * moves only from the version named, what loses it becomes AWSPREVIOUS, and versions without a stage are not listed. */
#include "secrets.h"
#include "mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400, TOKEN_LEAST = 32 };

static void tell(struct world_call *call, const struct world_secret *secret, const char *what, const char *value) {
    const struct world_change change = {
        .account = call->by.account->id, .secret = secret->name, .action = call->action, .what = what, .value = value};
    call_changed(call, &change);
}

/* --- stages */

static void detach(struct world_version *version, const char *stage) {
    size_t kept = 0;
    for (size_t i = 0; version != NULL && i < version->stage_count; i++)
        if (strcmp(version->stages[i], stage) != 0)
            memmove(version->stages[kept++], version->stages[i], sizeof version->stages[i]);
    if (version != NULL)
        version->stage_count = kept;
}

static void attach(struct world_secret *secret, struct world_version *version, const char *stage) {
    struct world_version *before = secrets_holder(secret, stage);
    if (before == version)
        return;
    detach(before, stage);
    if (version->stage_count < WORLD_STAGES)
        text_clip(version->stages[version->stage_count++], WORLD_TEXT, stage);
    if (before != NULL && strcmp(stage, "AWSCURRENT") == 0)
        attach(secret, before, "AWSPREVIOUS");
}

/* --- versions */

static void drop_version(struct world_secret *secret, size_t at) {
    mem_free(secret->versions[at].value);
    memmove(&secret->versions[at], &secret->versions[at + 1],
            (--secret->version_count - at) * sizeof secret->versions[0]);
}

static void drop_the_oldest(struct world_secret *secret, int64_t now) {
    for (size_t i = 0; i < secret->version_count && secret->version_count > WORLD_VERSIONS;) {
        const struct world_version *version = &secret->versions[i];
        if (version->stage_count == 0 && version->created < now - DAY_S)
            drop_version(secret, i);
        else
            i++;
    }
}

static struct world_version *add_version(struct world_secret *secret, const char *id, const char *value, int64_t now) {
    if (secret->version_count > WORLD_VERSIONS)
        return NULL;
    struct world_version *version = &secret->versions[secret->version_count++];
    *version = (struct world_version){.value = mem_copy(value), .created = now};
    text_clip(version->id, sizeof version->id, id);
    return version;
}

static const char *token_of(struct world_call *call) {
    const char *token = call_required(call, "ClientRequestToken");
    bool good = token != NULL && strlen(token) >= TOKEN_LEAST && strlen(token) < WORLD_TOKEN;
    if (token != NULL && !good)
        call_refuse(call, 400, "InvalidParameterException", "a ClientRequestToken has 32 to 64 characters");
    return good ? token : NULL;
}

/* --- by hand */

static struct world_secret *add_secret(struct world *world, struct world_account *account, const char *region,
                                       const char *name) {
    struct world_secret *secret = mem_zero(1, sizeof *secret);
    text_clip(secret->name, sizeof secret->name, name);
    snprintf(secret->arn, sizeof secret->arn, "arn:aws:secretsmanager:%s:%s:secret:%s-%06" PRIu64, region, account->id,
             name, world_random(world, 1000000));
    account->secrets = mem_grow(account->secrets, (account->secret_count + 1) * sizeof *account->secrets);
    return account->secrets[account->secret_count++] = secret;
}

struct world_secret *world_add_secret(struct world *world, struct world_account *account, const char *name,
                                      const char *version, const char *value, int64_t now) {
    struct world_secret *secret = add_secret(world, account, "eu-central-1", name);
    attach(secret, add_version(secret, version, value, now), "AWSCURRENT");
    return secret;
}

/* --- the actions */

static bool is_name(const char *name) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+=.@-";
    return strlen(name) < WORLD_NAME && strspn(name, allowed) == strlen(name);
}

static bool take_tags(struct world_call *call, struct world_secret *secret, bool told) {
    const struct doc *tags = doc_member(call->doc, "Tags");
    for (size_t i = 0; i < doc_count(tags); i++) {
        const char *key = doc_text(doc_member(doc_item(tags, i), "Key"));
        const char *value = doc_text(doc_member(doc_item(tags, i), "Value"));
        if (key == NULL || value == NULL || !world_set_tag(secret->tags, &secret->tag_count, key, value))
            return call_refuse(call, 400, "InvalidParameterException", "no tag, or more than 50");
        if (told)
            tell(call, secret, key, value);
    }
    return true;
}

static bool create_secret(struct world_call *call) {
    const char *name = call_required(call, "Name");
    const char *token = name == NULL ? NULL : token_of(call);
    const char *value = token == NULL ? NULL : call_required(call, "SecretString");
    if (value == NULL)
        return false;
    if (!is_name(name))
        return call_refuse(call, 400, "InvalidParameterException", "Invalid name.");
    if (world_secret(call->by.account, name) != NULL)
        return call_refuse(call, 400, "ResourceExistsException", "the secret already exists.");
    struct world_secret *secret = add_secret(call->world, call->by.account, call->region, name);
    attach(secret, add_version(secret, token, value, call->now), "AWSCURRENT");
    tell(call, secret, token, "AWSCURRENT");
    if (!take_tags(call, secret, false))
        return false;
    struct doc *doc = secrets_about(secret);
    doc_set_text(doc, "VersionId", token);
    call_answer_json(call, doc);
    return true;
}

static void take_stages(struct world_call *call, struct world_secret *secret, struct world_version *version) {
    const struct doc *stages = doc_member(call->doc, "VersionStages");
    if (doc_count(stages) == 0 || secret->version_count == 1)
        attach(secret, version, "AWSCURRENT");
    for (size_t i = 0; i < doc_count(stages); i++)
        attach(secret, version, doc_text(doc_item(stages, i)));
}

/* The token seen before: the same bytes are the same put, others are refused. */
static bool put_again(struct world_call *call, const struct world_version *version, const char *value) {
    return strcmp(version->value, value) == 0 ||
           call_refuse(call, 400, "ResourceExistsException", "that version holds another value");
}

static bool put_secret_value(struct world_call *call) {
    struct world_secret *secret = secrets_find(call);
    const char *token = secret == NULL ? NULL : token_of(call);
    const char *value = token == NULL ? NULL : call_required(call, "SecretString");
    if (value == NULL)
        return false;
    struct world_version *version = secrets_version(secret, token);
    if (version != NULL && !put_again(call, version, value))
        return false;
    if (version == NULL) {
        drop_the_oldest(secret, call->now);
        version = add_version(secret, token, value, call->now);
        if (version == NULL)
            return call_refuse(call, 400, "LimitExceededException", "too many versions");
        take_stages(call, secret, version);
        tell(call, secret, token, version->stages[0]);
    }
    struct doc *doc = secrets_about(secret);
    doc_set_text(doc, "VersionId", token);
    call_answer_json(call, doc);
    return true;
}

static bool update_secret_version_stage(struct world_call *call) {
    struct world_secret *secret = secrets_find(call);
    const char *stage = secret == NULL ? NULL : call_required(call, "VersionStage");
    if (stage == NULL)
        return false;
    struct world_version *holder = secrets_holder(secret, stage);
    struct world_version *to = secrets_version(secret, call_value(call, "MoveToVersionId"));
    const char *from = call_value(call, "RemoveFromVersionId");
    if (holder != NULL && holder != to && !text_equal(holder->id, from))
        return call_refuse(call, 400, "InvalidParameterException",
                           "The staging label is attached to another version than RemoveFromVersionId names.");
    if (call_value(call, "MoveToVersionId") != NULL && to == NULL)
        return call_refuse(call, 400, "ResourceNotFoundException", "there is no version MoveToVersionId.");
    if (to != NULL)
        attach(secret, to, stage);
    else
        detach(holder, stage);
    tell(call, secret, to != NULL ? to->id : NULL, stage);
    call_answer_json(call, secrets_about(secret));
    return true;
}

static bool tag_resource(struct world_call *call) {
    struct world_secret *secret = secrets_find(call);
    return secret != NULL && take_tags(call, secret, true);
}

static bool untag_resource(struct world_call *call) {
    struct world_secret *secret = secrets_find(call);
    const struct doc *keys = doc_member(call->doc, "TagKeys");
    for (size_t i = 0; secret != NULL && i < doc_count(keys); i++) {
        const char *key = doc_text(doc_item(keys, i));
        if (key == NULL)
            continue;
        world_drop_tag(secret->tags, &secret->tag_count, key);
        tell(call, secret, key, NULL);
    }
    return secret != NULL;
}

static const struct {
    const char *name;
    bool (*carry_out)(struct world_call *call);
} actions[] = {
    {"CreateSecret", create_secret},
    {"PutSecretValue", put_secret_value},
    {"UpdateSecretVersionStage", update_secret_version_stage},
    {"TagResource", tag_resource},
    {"UntagResource", untag_resource},
};

bool secrets_call(struct world_call *call) {
    if (call->by.user != NULL || call->by.account == NULL)
        return call_refuse(call, 400, "AccessDeniedException", "the caller may use no secrets here");
    for (size_t i = 0; i < COUNT_OF(actions); i++)
        if (strcmp(actions[i].name, call->action) == 0)
            return actions[i].carry_out(call);
    return secrets_read_call(call);
}
