#include "event.h"

#include "digest.h"
#include "fields.h"
#include "instant.h"
#include "job.h"
#include "steering.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct field data_fields[] = {
    FIELD_TEXT(struct event, partition, FIELD_REQUIRED),  FIELD_TEXT(struct event, account, FIELD_REQUIRED),
    FIELD_TEXT(struct event, user, FIELD_REQUIRED),       FIELD_TEXT(struct event, user_id, FIELD_REQUIRED),
    FIELD_TEXT(struct event, policy, FIELD_OPTIONAL),     FIELD_TEXT(struct event, key_id, FIELD_OPTIONAL),
    FIELD_TEXT(struct event, reason, FIELD_OPTIONAL),     FIELD_TEXT(struct event, message, FIELD_OPTIONAL),
    FIELD_TEXT(struct event, actor, FIELD_OPTIONAL),      FIELD_TEXT(struct event, secret_arn, FIELD_OPTIONAL),
    FIELD_TEXT(struct event, version_id, FIELD_OPTIONAL), FIELD_INSTANT(struct event, next_look, FIELD_OPTIONAL),
    FIELD_INSTANT(struct event, due, FIELD_OPTIONAL),     FIELD_INT(struct event, attempt, FIELD_OPTIONAL),
};

/* Of account.listed alone. */
static const struct field list_fields[] = {
    FIELD_INT(struct event, total, FIELD_OPTIONAL),
    FIELD_TEXT(struct event, listed, FIELD_OPTIONAL),
};

static const struct field key_fields[] = {
    FIELD_TEXT(struct event_key, id, FIELD_REQUIRED),
    FIELD_TEXT(struct event_key, state, FIELD_REQUIRED),
    FIELD_BOOL(struct event_key, active, FIELD_REQUIRED),
    FIELD_INSTANT(struct event_key, created, FIELD_OPTIONAL),
};

void event_id(const struct event *event, char id[EVENT_ID_SIZE]) {
    char what[ACCOUNT_SIZE + USER_ID_SIZE + POLICY_NAME_SIZE + KEY_ID_SIZE + 160];
    const char *whose = event->user_id[0] != '\0' ? event->user_id : event->policy;
    unsigned char digest[SHA256_BYTES];
    snprintf(what, sizeof what, "%s\n%s\n%s\n%s\n%s\n%lld", event->account, whose, event->key_id,
             event_type_name(event->type), event->reason, (long long)event->time);
    digest_sha256(what, strlen(what), digest);
    digest_hex(digest, (EVENT_ID_SIZE - 1) / 2, id);
}

void event_key_text(const struct event *event, char key[EVENT_KEY_SIZE]) {
    snprintf(key, EVENT_KEY_SIZE, "%s/%s", event->account, event->user);
}

void event_full_type(enum event_type type, char text[64]) {
    snprintf(text, 64, "io.keyturn.%s.v1", event_type_name(type));
}

void event_source(const struct event *event, char source[EVENT_SOURCE_SIZE]) {
    snprintf(source, EVENT_SOURCE_SIZE, "/aws/%s/%s/iam/user/%s", event->partition, event->account, event->user);
}

static struct doc *keys_doc(const struct event *event) {
    struct doc *keys = doc_array();
    for (size_t i = 0; i < event->key_count; i++) {
        struct doc *key = doc_object();
        fields_write(key_fields, COUNT_OF(key_fields), &event->keys[i], key);
        doc_add(keys, key);
    }
    return keys;
}

/* A message may quote a server's words, line ends and all; who asked stands on a secret that others may write to. */
static struct doc *data_doc(const struct event *event) {
    struct doc *data = doc_object();
    struct event plain = *event;
    steering_mask(plain.message);
    steering_mask(plain.actor);
    fields_write(data_fields, COUNT_OF(data_fields), &plain, data);
    if (event->type == EVENT_ACCOUNT_LISTED)
        fields_write(list_fields, COUNT_OF(list_fields), event, data);
    doc_set(data, "keys", keys_doc(event));
    return data;
}

void event_schema(enum event_type type, char schema[EVENT_SCHEMA_SIZE]) {
    snprintf(schema, EVENT_SCHEMA_SIZE, "urn:keyturn:schema:%s:v1", event_type_name(type));
}

void event_sequence_text(const struct event *event, char text[EVENT_SEQUENCE_SIZE]) {
    snprintf(text, EVENT_SEQUENCE_SIZE, "%020lld", (long long)event->sequence);
}

void event_print(const struct event *event, struct text *out) {
    char id[EVENT_ID_SIZE];
    char type[64];
    char schema[EVENT_SCHEMA_SIZE];
    char sequence[EVENT_SEQUENCE_SIZE];
    char source[EVENT_SOURCE_SIZE];
    char time[INSTANT_SIZE];
    struct doc *object = doc_object();
    event_id(event, id);
    event_full_type(event->type, type);
    event_source(event, source);
    instant_iso(event->time, time);
    event_schema(event->type, schema);
    event_sequence_text(event, sequence);
    doc_set_text(object, "specversion", "1.0");
    doc_set_text(object, "id", id);
    doc_set_text(object, "type", type);
    doc_set_text(object, "source", source);
    doc_set_text(object, "subject", event->key_id[0] != '\0' ? event->key_id : NULL);
    doc_set_text(object, "time", time);
    doc_set_text(object, "datacontenttype", "application/json");
    doc_set_text(object, "dataschema", schema);
    doc_set_text(object, "sequence", sequence);
    doc_set(object, "data", data_doc(event));
    if (!doc_print(object, out))
        out->overflowed = true;
    doc_close(object);
}

static bool read_type(const struct doc *object, struct event *event, struct fault *fault) {
    const char *type = doc_text(doc_member(object, "type"));
    if (type == NULL)
        return fault_set(fault, FAULT_INVALID, "event", "the attribute \"type\" is missing");
    if (event_type_parse(type, &event->type))
        return true;
    fault_set(fault, FAULT_INVALID, "event", "the type \"%.64s\" is not known here", type);
    text_clip(fault->code, sizeof fault->code, "unknown_type");
    return false;
}

static bool read_attributes(const struct doc *object, struct event *event, struct fault *fault) {
    const char *version = doc_text(doc_member(object, "specversion"));
    const char *time = doc_text(doc_member(object, "time"));
    const char *sequence = doc_text(doc_member(object, "sequence"));
    if (!text_equal(version, "1.0"))
        return fault_set(fault, FAULT_INVALID, "event", "not a CloudEvent of specversion 1.0");
    if (time == NULL || !instant_parse_iso(time, &event->time))
        return fault_set(fault, FAULT_INVALID, "event", "the attribute \"time\" is missing or no instant");
    event->sequence = sequence != NULL ? strtoll(sequence, NULL, 10) : 0;
    return read_type(object, event, fault);
}

static bool read_keys(const struct doc *keys, struct event *event, struct fault *fault) {
    size_t count = doc_count(keys);
    if (count > EVENT_KEYS)
        return fault_set(fault, FAULT_INVALID, "event", "%zu keys are more than a user can have", count);
    for (event->key_count = 0; event->key_count < count; event->key_count++)
        if (!fields_read(key_fields, COUNT_OF(key_fields), doc_item(keys, event->key_count),
                         &event->keys[event->key_count], "event", fault))
            return false;
    return true;
}

/* Letters, digits and what ARNs are made of: what a letter quotes must not be able to be anything else. */
static bool is_plain(const char *text, const char *more) {
    for (const char *c = text; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr(more, *c) == NULL)
            return false;
    return true;
}

static bool is_secret_of(const char *arn, const char *account) {
    char wanted[64];
    if (arn[0] == '\0')
        return true;
    snprintf(wanted, sizeof wanted, "arn:aws*:secretsmanager:*:%s:secret:*", account);
    return text_matches(arn, wanted) && is_plain(arn, ":/_+=.@-");
}

/* What is said must be of one user, and nothing in it anything but what it is called. */
static bool check_members(const struct event *event, const struct doc *object, struct fault *fault) {
    char source[EVENT_SOURCE_SIZE];
    event_source(event, source);
    if (!text_equal(doc_text(doc_member(object, "source")), source))
        return fault_set(fault, FAULT_INVALID, "event", "the source is not the user the data names");
    if (!is_plain(event->key_id, "") || !is_plain(event->version_id, "-"))
        return fault_set(fault, FAULT_INVALID, "event", "the key id is none that AWS gives");
    if (!is_secret_of(event->secret_arn, event->account))
        return fault_set(fault, FAULT_INVALID, "event", "the secret_arn is no secret of that account");
    if (!is_plain(event->listed, " +=,.@_-") || event->total < 0)
        return fault_set(fault, FAULT_INVALID, "event", "the users listed are called as no user can be");
    if (steering_in(event->message) || steering_in(event->reason) || steering_in(event->actor))
        return fault_set(fault, FAULT_INVALID, "event", "a text holds characters that are not shown");
    return true;
}

static bool check_identity(const struct event *event, const struct doc *object, struct fault *fault) {
    char id[EVENT_ID_SIZE];
    bool about_account = event->user[0] == '\0';
    if (!account_is_valid(event->account) || (!about_account && !user_name_is_valid(event->user)))
        return fault_set(fault, FAULT_INVALID, "event", "the account or the user is none that AWS allows");
    event_id(event, id);
    if (!text_equal(doc_text(doc_member(object, "id")), id))
        return fault_set(fault, FAULT_INVALID, "event", "the id does not belong to what the event says");
    return check_members(event, object, fault);
}

bool event_parse(const char *bytes, size_t length, struct event *event, struct fault *fault) {
    memset(event, 0, sizeof *event);
    if (length > EVENT_MAX_BYTES)
        return fault_set(fault, FAULT_INVALID, "event", "%zu bytes are more than an event has", length);
    struct doc *object = doc_parse(bytes, length, "event", fault);
    bool read = object != NULL && read_attributes(object, event, fault) &&
                fields_read(data_fields, COUNT_OF(data_fields), doc_member(object, "data"), event, "event", fault) &&
                fields_read(list_fields, COUNT_OF(list_fields), doc_member(object, "data"), event, "event", fault) &&
                read_keys(doc_at(object, "data.keys"), event, fault) && check_identity(event, object, fault);
    doc_close(object);
    return read;
}
