#include "gather.h"

#include "ledger.h"
#include "mem.h"
#include "operation.h"
#include "random.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define ENTRY "e:"

static const int64_t keep_ms = (int64_t)GATHER_KEEP_DAYS * 24 * 3600 * 1000;

static void add_hash(struct store *store, struct command *command, const char *name) {
    operation_key(store, command, "digest", name, NULL);
}

static void begin(struct store *store, struct command *command, enum script_id script, const char *name) {
    operation_begin_script(command, script);
    add_hash(store, command, name);
}

bool gather_add(struct store *store, const char *name, int64_t due_ms, const char *event_id, const char *field,
                const char *value, bool *open, struct fault *fault) {
    struct command command;
    int64_t in = 0;
    begin(store, &command, SCRIPT_gather_add, name);
    operation_key(store, &command, "digests", NULL, NULL);
    operation_key(store, &command, "listed", event_id, NULL);
    command_add(&command, name);
    command_add_number(&command, due_ms);
    command_add(&command, field);
    command_add(&command, value);
    command_add_number(&command, LEDGER_KEEP_SECONDS);
    command_add_number(&command, GATHER_BYTES);
    command_add_number(&command, keep_ms);
    if (!operation_number(store, &command, SCRIPT_gather_add, &in, fault))
        return false;
    *open = in == 1;
    return true;
}

bool gather_due(struct store *store, char names[GATHER_DUE_MOST][GATHER_NAME_SIZE], size_t *count,
                struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    int64_t now = 0;
    *count = 0;
    if (!store_now(store, &now, fault))
        return false;
    command_begin(&command, "ZRANGEBYSCORE");
    operation_key(store, &command, "digests", NULL, NULL);
    command_add(&command, "-inf");
    command_add_number(&command, now);
    command_add(&command, "LIMIT");
    command_add_number(&command, 0);
    command_add_number(&command, GATHER_DUE_MOST);
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, fault))
        return false;
    for (size_t i = 0; i < reply_count(reply) && *count < GATHER_DUE_MOST; i++) {
        const char *name = reply_text(reply_item(reply, i));
        *count += name != NULL && text_copy(names[*count], GATHER_NAME_SIZE, name) ? 1 : 0;
    }
    reply_close(reply);
    return true;
}

bool gather_claim(struct store *store, const char *name, char token[GATHER_TOKEN_SIZE], enum gather_state *state,
                  struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    if (token[0] == '\0')
        random_hex(token, GATHER_TOKEN_SIZE - 1);
    begin(store, &command, SCRIPT_gather_claim, name);
    operation_key(store, &command, "digests", NULL, NULL);
    command_add(&command, name);
    command_add(&command, token);
    command_add_number(&command, GATHER_CLAIM_MS);
    if (!operation_run_script(store, &command, SCRIPT_gather_claim, REPEAT_ONCE, &reply, fault))
        return false;
    *state = (enum gather_state)reply_number(reply_item(reply, 0));
    reply_close(reply);
    return true;
}

struct entry {
    const char *field;
    const char *value;
};

static int by_field(const void *a, const void *b) {
    return strcmp(((const struct entry *)a)->field, ((const struct entry *)b)->field);
}

bool gather_each(struct store *store, const char *name,
                 void (*visit)(const char *field, const char *value, void *context), void *context, int64_t *more,
                 struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    size_t count = 0;
    *more = 0;
    command_begin(&command, "HGETALL");
    add_hash(store, &command, name);
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, fault))
        return false;
    struct entry *entries = mem_zero(reply_count(reply) / 2 + 1, sizeof *entries);
    for (size_t i = 0; i + 1 < reply_count(reply); i += 2) {
        const char *field = reply_text(reply_item(reply, i));
        const char *value = reply_text(reply_item(reply, i + 1));
        if (text_equal(field, "more"))
            *more = reply_number(reply_item(reply, i + 1));
        else if (field != NULL && value != NULL && text_starts(field, ENTRY))
            entries[count++] = (struct entry){field + strlen(ENTRY), value};
    }
    qsort(entries, count, sizeof *entries, by_field);
    for (size_t i = 0; i < count; i++)
        visit(entries[i].field, entries[i].value, context);
    mem_free(entries);
    reply_close(reply);
    return true;
}

bool gather_begin(struct store *store, const char *name, const char *token, bool *ours, struct fault *fault) {
    struct command command;
    int64_t held = 0;
    begin(store, &command, SCRIPT_gather_begin, name);
    command_add(&command, token);
    command_add_number(&command, GATHER_LEFT_MS);
    if (!operation_number(store, &command, SCRIPT_gather_begin, &held, fault))
        return false;
    *ours = held == 1;
    return true;
}

bool gather_release(struct store *store, const char *name, const char *token, struct fault *fault) {
    struct command command;
    begin(store, &command, SCRIPT_gather_release, name);
    command_add(&command, token);
    return operation_number(store, &command, SCRIPT_gather_release, NULL, fault);
}

bool gather_end(struct store *store, const char *name, struct fault *fault) {
    struct command command;
    begin(store, &command, SCRIPT_gather_end, name);
    operation_key(store, &command, "digests", NULL, NULL);
    command_add(&command, name);
    return operation_number(store, &command, SCRIPT_gather_end, NULL, fault);
}
