#include "audit_event.h"

#include <stdio.h>
#include <string.h>

static const char *text_of(const struct doc *record, const char *name) {
    const char *text = doc_text(doc_member(record, name));
    return text != NULL ? text : "";
}

/* "credentials.read": lower-case words, since it becomes part of a type. */
static bool is_action(const char *action) {
    return action[0] != '\0' && action[strspn(action, "abcdefghijklmnopqrstuvwxyz_.")] == '\0' && strlen(action) < 64;
}

static bool is_record(const struct doc *record) {
    return doc_is_object(record) && text_of(record, "id")[0] != '\0' && text_of(record, "time")[0] != '\0' &&
           is_action(text_of(record, "action")) && strlen(text_of(record, "account")) < ACCOUNT_SIZE &&
           strlen(text_of(record, "user")) < USER_NAME_SIZE;
}

/* The record belongs to the event afterwards. */
static struct doc *event_of(struct doc *record, const char *key, const char *type) {
    struct doc *event = doc_object();
    doc_set_text(event, "specversion", "1.0");
    doc_set_text(event, "id", text_of(record, "id"));
    doc_set_text(event, "type", type);
    doc_set_text(event, "source", "/keyturn/api");
    doc_set_text(event, "subject", key);
    doc_set_text(event, "time", text_of(record, "time"));
    doc_set_text(event, "datacontenttype", "application/json");
    doc_set_text(event, "dataschema", "urn:keyturn:schema:audit:v1");
    doc_set(event, "data", record);
    return event;
}

bool audit_event_print(const char *line, size_t length, struct text *out, char key[AUDIT_EVENT_KEY],
                       char type[AUDIT_EVENT_TYPE], struct fault *fault) {
    struct doc *record = doc_parse(line, length, "audit", fault);
    if (record == NULL)
        return false;
    if (!is_record(record)) {
        doc_close(record);
        return fault_set(fault, FAULT_INVALID, "audit", "a line is no record");
    }
    snprintf(key, AUDIT_EVENT_KEY, "%s/%s", text_of(record, "account"), text_of(record, "user"));
    snprintf(type, AUDIT_EVENT_TYPE, "io.keyturn.audit.%s.v1", text_of(record, "action"));
    struct doc *event = event_of(record, key, type);
    bool printed = doc_print(event, out);
    doc_close(event);
    return printed || fault_set(fault, FAULT_INVALID, "audit", "a record is too long");
}
