#include "audit_event.h"

#include "flat.h"
#include "members.h"

#include <string.h>

enum { AUDIT_EVENT_TIME = 64, AUDIT_EVENT_ACTION = 64 };

const char audit_event_source[] = "/keyturn/api";

/* What a record says of itself. */
struct said {
    char id[AUDIT_EVENT_ID];
    char time[AUDIT_EVENT_TIME];
    char action[AUDIT_EVENT_ACTION];
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    char access_key_id[KEY_ID_SIZE];
};

/* "credentials.read": lower-case words, since it becomes part of a type. */
static bool is_action(const char *action) {
    return action[0] != '\0' && action[strspn(action, "abcdefghijklmnopqrstuvwxyz_.")] == '\0';
}

static bool take(const struct members *record, const char *name, char *to, size_t size) {
    return members_copy(record, name, to, size) && to[0] != '\0';
}

/* False only where it does not fit. */
static bool take_if_there(const struct members *record, const char *name, char *to, size_t size) {
    struct member_text text;
    return members_copy(record, name, to, size) || !members_text(record, name, &text);
}

static bool read_record(const struct members *record, struct said *said) {
    return take(record, "id", said->id, sizeof said->id) && take(record, "time", said->time, sizeof said->time) &&
           take(record, "action", said->action, sizeof said->action) && is_action(said->action) &&
           take_if_there(record, "account", said->account, sizeof said->account) &&
           take_if_there(record, "user", said->user, sizeof said->user) &&
           take_if_there(record, "access_key_id", said->access_key_id, sizeof said->access_key_id);
}

static void describe(const struct said *said, struct audit_event *event) {
    stpcpy(stpcpy(stpcpy(event->key, said->account), "/"), said->user);
    stpcpy(stpcpy(stpcpy(event->type, "io.keyturn.audit."), said->action), ".v1");
    text_clip(event->id, sizeof event->id, said->id);
    text_clip(event->subject, sizeof event->subject, said->access_key_id);
}

/* The line was read as JSON, so that it can stand in the event as it is. */
static bool print(const struct said *said, const struct audit_event *event, const char *line, size_t length,
                  struct text *out) {
    struct flat flat;
    flat_open(&flat, out);
    flat_text(&flat, "specversion", "1.0");
    flat_text(&flat, "id", event->id);
    flat_text(&flat, "type", event->type);
    flat_text(&flat, "source", audit_event_source);
    flat_text(&flat, "subject", event->subject[0] != '\0' ? event->subject : NULL);
    flat_text(&flat, "time", said->time);
    flat_text(&flat, "datacontenttype", "application/json");
    flat_text(&flat, "dataschema", "urn:keyturn:schema:audit:v1");
    flat_json(&flat, "data", line, length);
    return flat_close(&flat);
}

bool audit_event_print(const char *line, size_t length, struct text *out, struct audit_event *event,
                       struct fault *fault) {
    struct members record;
    struct said said;
    if (!members_open(&record, line, length, "audit", fault))
        return false;
    bool is_record = read_record(&record, &said);
    members_close(&record);
    if (!is_record)
        return fault_set(fault, FAULT_INVALID, "audit", "a line is no record");
    describe(&said, event);
    return print(&said, event, line, length, out) || fault_set(fault, FAULT_INVALID, "audit", "a record is too long");
}
