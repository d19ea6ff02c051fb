#include "operation.h"
#include "random.h"
#include "status.h"
#include "text.h"

enum { CLAIM_DIGITS = 16 };

static void begin(struct store *store, struct command *command, enum script_id script, const char *account) {
    operation_begin_script(command, script);
    operation_key(store, command, "inventory", account, NULL);
}

bool inventory_claim(struct store *store, const char *account, int64_t hold_ms, bool *due, struct fault *fault) {
    struct command command;
    int64_t mine = 0;
    char token[CLAIM_DIGITS + 1];
    random_hex(token, CLAIM_DIGITS);
    begin(store, &command, SCRIPT_inventory_claim, account);
    command_add(&command, token);
    command_add_number(&command, hold_ms);
    bool answered = operation_number(store, &command, SCRIPT_inventory_claim, &mine, fault);
    *due = answered && mine == 1;
    return answered;
}

static bool rearm(struct store *store, const char *account, int64_t delay_ms, bool from_first, struct fault *fault) {
    struct command command;
    begin(store, &command, SCRIPT_inventory_rearm, account);
    command_add_number(&command, delay_ms);
    command_add_number(&command, from_first ? 1 : 0);
    return operation_number(store, &command, SCRIPT_inventory_rearm, NULL, fault);
}

bool inventory_done(struct store *store, const char *account, int64_t every_ms, struct fault *fault) {
    return rearm(store, account, every_ms, true, fault);
}

bool inventory_retry(struct store *store, const char *account, int64_t delay_ms, struct fault *fault) {
    return rearm(store, account, delay_ms, false, fault);
}

bool inventory_read_marker(struct store *store, const char *account, char *marker, size_t size, int64_t *started,
                           struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "HMGET");
    operation_key(store, &command, "inventory", account, NULL);
    command_add(&command, "marker");
    command_add(&command, "started");
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, fault))
        return false;
    const char *kept = reply_text(reply_item(reply, 0));
    bool fits = text_copy(marker, size, kept == NULL ? "" : kept);
    *started = marker[0] == '\0' ? 0 : reply_number(reply_item(reply, 1));
    reply_close(reply);
    return fits || fault_set(fault, FAULT_INVALID, "inventory", "the page marker of %s is too long", account);
}

bool inventory_write_marker(struct store *store, const char *account, const char *marker, int64_t started,
                            struct fault *fault) {
    struct command command;
    begin(store, &command, SCRIPT_inventory_mark, account);
    command_add(&command, marker);
    command_add_number(&command, started);
    return operation_number(store, &command, SCRIPT_inventory_mark, NULL, fault);
}

bool inventory_read_listed(struct store *store, const char *account, int64_t *at, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "HGET");
    operation_key(store, &command, "inventory", account, NULL);
    command_add(&command, "listed");
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, fault))
        return false;
    *at = reply_number(reply);
    reply_close(reply);
    return true;
}

bool inventory_write_listed(struct store *store, const char *account, int64_t at, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "HSET");
    operation_key(store, &command, "inventory", account, NULL);
    command_add(&command, "listed");
    command_add_number(&command, at);
    bool written = operation_run(store, &command, REPEAT_ONCE, &reply, fault);
    reply_close(reply);
    return written;
}
