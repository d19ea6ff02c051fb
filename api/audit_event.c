#include "audit_event.h"

#include <stdio.h>
#include <string.h>

const char audit_event_source[] = "/keyturn/api";

static const char *text_of(const struct doc *record, const char *name) {
    const char *text = doc_text(doc_member(record, name));
    return text != NULL ? text : "";
}

/* "credentials.read": lower-case words, since it becomes part of a type. */
static bool is_action(const char *action) {
    return action[0] != '\0' && action[strspn(action, "abcdefghijklmnopqrstuvwxyz_.")] == '\0' && strlen(action) < 64;
}

static bool is_record(const struct doc *record) {
    return doc_is_object(record) && text_of(record, "id")[0] != '\0' &&
           strlen(text_of(record, "id")) < AUDIT_EVENT_ID && text_of(record, "time")[0] != '\0' &&
           is_action(text_of(record, "action")) && strlen(text_of(record, "account")) < ACCOUNT_SIZE &&
           strlen(text_of(record, "user")) < USER_NAME_SIZE && strlen(text_of(record, "access_key_id")) < KEY_ID_SIZE;
}

static void describe(const struct doc *record, struct audit_event *event) {
    snprintf(event->key, sizeof event->key, "%s/%s", text_of(record, "account"), text_of(record, "user"));
    snprintf(event->type, sizeof event->type, "io.keyturn.audit.%s.v1", text_of(record, "action"));
    text_clip(event->id, sizeof event->id, text_of(record, "id"));
    text_clip(event->subject, sizeof event->subject, text_of(record, "access_key_id"));
}

/* The record belongs to the document afterwards. */
static struct doc *doc_of(struct doc *record, const struct audit_event *event) {
    struct doc *doc = doc_object();
    doc_set_text(doc, "specversion", "1.0");
    doc_set_text(doc, "id", event->id);
    doc_set_text(doc, "type", event->type);
    doc_set_text(doc, "source", audit_event_source);
    doc_set_text(doc, "subject", event->subject[0] != '\0' ? event->subject : NULL);
    doc_set_text(doc, "time", text_of(record, "time"));
    doc_set_text(doc, "datacontenttype", "application/json");
    doc_set_text(doc, "dataschema", "urn:keyturn:schema:audit:v1");
    doc_set(doc, "data", record);
    return doc;
}

bool audit_event_print(const char *line, size_t length, struct text *out, struct audit_event *event,
                       struct fault *fault) {
    struct doc *record = doc_parse(line, length, "audit", fault);
    if (record == NULL)
        return false;
    if (!is_record(record)) {
        doc_close(record);
        return fault_set(fault, FAULT_INVALID, "audit", "a line is no record");
    }
    describe(record, event);
    struct doc *doc = doc_of(record, event);
    bool printed = doc_print(doc, out);
    doc_close(doc);
    return printed || fault_set(fault, FAULT_INVALID, "audit", "a record is too long");
}
