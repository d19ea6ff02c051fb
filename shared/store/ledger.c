#include "ledger.h"

#include "operation.h"
#include "random.h"

#include <stdio.h>

/* seen:<event id>:<person> */
static void add_seen_key(struct store *store, struct command *command, const char *event_id, const char *person) {
    char kind[80];
    int length = snprintf(kind, sizeof kind, "seen:%s", event_id);
    command->overflowed |= length < 0 || (size_t)length >= sizeof kind;
    operation_key(store, command, kind, person, NULL);
}

bool ledger_claim(struct store *store, const char *event_id, const char *person, char token[LEDGER_TOKEN_SIZE],
                  enum ledger_state *state, int64_t *until_ms, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    if (token[0] == '\0')
        random_hex(token, LEDGER_TOKEN_SIZE - 1);
    operation_begin_script(&command, SCRIPT_ledger_claim);
    add_seen_key(store, &command, event_id, person);
    command_add(&command, token);
    command_add_number(&command, LEDGER_CLAIM_MS);
    command_add_number(&command, LEDGER_KEEP_SECONDS);
    if (!operation_run_script(store, &command, SCRIPT_ledger_claim, REPEAT_ONCE, &reply, fault))
        return false;
    *state = (enum ledger_state)reply_number(reply_item(reply, 0));
    *until_ms = reply_number(reply_item(reply, 1));
    reply_close(reply);
    return true;
}

bool ledger_sent(struct store *store, const char *event_id, const char *person, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "SET");
    add_seen_key(store, &command, event_id, person);
    command_add(&command, "sent");
    command_add(&command, "EX");
    command_add_number(&command, LEDGER_KEEP_SECONDS);
    bool written = operation_run(store, &command, REPEAT_ONCE, &reply, fault);
    reply_close(reply);
    return written;
}

bool ledger_release(struct store *store, const char *event_id, const char *person, const char *token,
                    struct fault *fault) {
    struct command command;
    operation_begin_script(&command, SCRIPT_ledger_release);
    add_seen_key(store, &command, event_id, person);
    command_add(&command, token);
    return operation_number(store, &command, SCRIPT_ledger_release, NULL, fault);
}

bool ledger_epoch(struct store *store, int64_t *since_ms, bool *fresh, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    char token[LEDGER_TOKEN_SIZE];
    random_hex(token, LEDGER_TOKEN_SIZE - 1);
    operation_begin_script(&command, SCRIPT_ledger_epoch);
    operation_key(store, &command, "epoch", NULL, NULL);
    command_add(&command, token);
    if (!operation_run_script(store, &command, SCRIPT_ledger_epoch, REPEAT_ONCE, &reply, fault))
        return false;
    *since_ms = reply_number(reply_item(reply, 0));
    *fresh = reply_number(reply_item(reply, 1)) == 1;
    reply_close(reply);
    return true;
}
