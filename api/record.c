#include "record.h"

#include "audit.h"
#include "clock.h"
#include "instant.h"
#include "random.h"

#include <stdio.h>

enum { ID_DIGITS = 32, ACTION_SIZE = 64 };

struct doc *record_open(const struct call *call, const char *what, const char *verb, const char *account,
                        const char *user) {
    char id[ID_DIGITS + 1];
    char time[INSTANT_SIZE];
    char action[ACTION_SIZE];
    char from[WEB_PEER_SIZE];
    random_hex(id, ID_DIGITS);
    instant_iso(clock_wall_ms() / 1000, time);
    call_from(call, from);
    snprintf(action, sizeof action, "%s.%s", what, verb);
    struct doc *record = doc_object();
    doc_set_text(record, "id", id);
    doc_set_text(record, "time", time);
    doc_set_text(record, "action", action);
    doc_set_text(record, "key", call->key.id);
    doc_set_text(record, "key_name", call->key.name);
    doc_set_text(record, "from", from);
    doc_set_text(record, "account", account);
    doc_set_text(record, "user", user);
    return record;
}

bool record_write(struct call *call, struct doc *record) {
    struct fault fault;
    bool written = audit_write(call->api->audit, record, &fault);
    doc_close(record);
    if (!written)
        call_fault(call, &fault);
    return written;
}
