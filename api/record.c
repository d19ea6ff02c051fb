#include "record.h"

#include "audit.h"
#include "clock.h"
#include "instant.h"
#include "random.h"

#include <stdio.h>

enum { ID_DIGITS = 32, ACTION_SIZE = 64 };

void record_open(struct record *record, const struct call *call, const char *what, const char *verb,
                 const char *account, const char *user) {
    char id[ID_DIGITS + 1];
    char time[INSTANT_SIZE];
    char action[ACTION_SIZE];
    char from[WEB_PEER_SIZE];
    random_hex(id, ID_DIGITS);
    instant_iso(clock_wall_ms() / 1000, time);
    call_from(call, from);
    snprintf(action, sizeof action, "%s.%s", what, verb);
    text_open(&record->line, AUDIT_RECORD_CEILING);
    flat_open(&record->members, &record->line);
    flat_text(&record->members, "id", id);
    flat_text(&record->members, "time", time);
    flat_text(&record->members, "action", action);
    flat_text(&record->members, "key", call->key.id);
    flat_text(&record->members, "key_name", call->key.name);
    flat_text(&record->members, "from", from);
    flat_text(&record->members, "account", account);
    flat_text(&record->members, "user", user);
}

bool record_write(struct call *call, struct record *record) {
    struct fault fault;
    bool written =
        (flat_close(&record->members) || fault_set(&fault, FAULT_INVALID, "audit", "the record is too long")) &&
        audit_write(call->api->audit, &record->line, &fault);
    text_close(&record->line);
    if (!written)
        call_fault(call, &fault);
    return written;
}
