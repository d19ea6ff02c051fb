#include "record.h"

#include "audit.h"
#include "clock.h"
#include "instant.h"
#include "random.h"

#include <string.h>

enum { ID_DIGITS = 32, ACTION_SIZE = 64 };

void record_open(struct record *record, const struct call *call, const char *what, const char *verb,
                 const char *account, const char *user) {
    char id[ID_DIGITS + 1];
    char time[INSTANT_SIZE];
    char from[WEB_PEER_SIZE];
    char action[ACTION_SIZE];
    random_hex(id, ID_DIGITS);
    instant_iso(clock_wall_ms() / 1000, time);
    call_from(call, from);
    stpcpy(stpcpy(stpcpy(action, what), "."), verb);
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

/* Closes it either way; the call is answered where it is false. */
static bool end(struct call *call, struct record *record, bool written, const struct fault *fault) {
    text_close(&record->line);
    if (!written)
        call_fault(call, fault);
    return written;
}

static bool is_whole(struct record *record, struct fault *fault) {
    return flat_close(&record->members) || fault_set(fault, FAULT_INVALID, "audit", "the record is too long");
}

bool record_write(struct call *call, struct record *record) {
    struct fault fault;
    bool written = is_whole(record, &fault) && audit_write(call->api->audit, &record->line, &fault);
    return end(call, record, written, &fault);
}

bool record_with_answer(struct call *call, struct record *record) {
    struct fault fault;
    struct bench *bench = call->bench;
    call->recorded = is_whole(record, &fault);
    if (call->recorded) {
        text_append(&bench->records, record->line.bytes, record->line.length);
        text_append(&bench->records, "\n", 1);
        bench->record_count++;
    }
    return end(call, record, call->recorded, &fault);
}

void record_write_all(struct call *calls, size_t count) {
    struct fault fault;
    struct bench *bench = calls[0].bench;
    bool written = bench->record_count == 0 ||
                   (bench->records.overflowed
                        ? fault_set(&fault, FAULT_INVALID, "audit", "the records are too long")
                        : audit_write_all(calls[0].api->audit, &bench->records, bench->record_count, &fault));
    for (size_t i = 0; i < count && !written; i++) {
        if (!calls[i].recorded)
            continue;
        calls[i].response->header_count = 0; /* nothing of the answer that was to leave */
        call_fault(&calls[i], &fault);
    }
    text_reset(&bench->records);
    bench->record_count = 0;
}
