#include "due.h"

#include "operation.h"
#include "text.h"

static const char wake_channel[] = "wake";

enum {
    WAIT_MOST_MS = 60 * 1000,
};

/* Far enough for any policy, near enough for the doubles of sorted sets. */
static const int64_t most_delay_ms = INT64_C(10) * 366 * 86400 * 1000;

static int64_t bounded(int64_t delay_ms) {
    if (delay_ms < 0)
        return 0;
    return delay_ms < most_delay_ms ? delay_ms : most_delay_ms;
}

/* A script over an account's sets; its own arguments are added next. */
static void begin(struct store *store, struct command *command, enum script_id script, const char *account) {
    operation_begin_script(command, script);
    operation_key(store, command, "started", account, NULL);
    operation_key(store, command, "due", account, NULL);
    operation_key(store, command, "out", account, NULL);
    operation_key(store, command, "held", account, NULL);
    operation_key(store, command, "next", NULL, NULL);
    command_add(command, account);
    operation_key(store, command, wake_channel, NULL, NULL);
}

/* The same, for one user. */
static void begin_user(struct store *store, struct command *command, enum script_id script, const char *account,
                       const char *user) {
    begin(store, command, script, account);
    command_add(command, user);
}

bool due_next(struct store *store, char account[ACCOUNT_SIZE], int64_t *in_ms, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    account[0] = '\0';
    *in_ms = -1;
    operation_begin_script(&command, SCRIPT_due_next);
    operation_key(store, &command, "next", NULL, NULL);
    if (!operation_run_script(store, &command, SCRIPT_due_next, REPEAT_ONCE, &reply, fault))
        return false;
    const char *first = reply_text(reply_item(reply, 0));
    bool fits = first == NULL || text_copy(account, ACCOUNT_SIZE, first);
    if (fits && first != NULL)
        *in_ms = reply_number(reply_item(reply, 1));
    reply_close(reply);
    return fits || fault_set(fault, FAULT_INVALID, "due_next", "the index of accounts holds something else");
}

static bool read_handed_out(const struct reply *reply, struct due_user *users, size_t most, size_t *count) {
    int64_t hold = reply_number(reply_item(reply, 0));
    bool fits = true;
    for (size_t i = 1; i + 1 < reply_count(reply) && *count < most; i += 2) {
        struct due_user *user = &users[*count];
        const char *name = reply_text(reply_item(reply, i));
        if (name == NULL || !text_copy(user->user, sizeof user->user, name)) {
            fits = false;
            continue;
        }
        user->hold = hold;
        user->started = text_equal(reply_text(reply_item(reply, i + 1)), "s");
        (*count)++;
    }
    return fits;
}

bool due_hand_out(struct store *store, const char *account, size_t limit, int64_t hold_ms, struct due_user *users,
                  size_t *count, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    size_t most = limit < DUE_BATCH ? limit : DUE_BATCH;
    *count = 0;
    begin(store, &command, SCRIPT_due_hand_out, account);
    command_add_number(&command, (int64_t)most);
    command_add_number(&command, bounded(hold_ms));
    if (!operation_run_script(store, &command, SCRIPT_due_hand_out, REPEAT_NEVER, &reply, fault))
        return false;
    bool fits = read_handed_out(reply, users, most, count);
    reply_close(reply);
    return fits || *count > 0 ||
           fault_set(fault, FAULT_INVALID, "due_hand_out", "the due set of %s holds something else than user names",
                     account);
}

bool due_take(struct store *store, const char *account, const char *user, int64_t hold, bool *taken,
              struct fault *fault) {
    struct command command;
    int64_t current = 0;
    begin_user(store, &command, SCRIPT_due_take, account, user);
    command_add_number(&command, hold);
    bool answered = operation_number(store, &command, SCRIPT_due_take, &current, fault);
    *taken = answered && current == 1;
    return answered;
}

bool due_put(struct store *store, const char *account, const char *user, int64_t hold, int64_t delay_ms,
             enum due_place place, bool *kept, struct fault *fault) {
    struct command command;
    int64_t current = 0;
    begin_user(store, &command, SCRIPT_due_put, account, user);
    command_add_number(&command, hold);
    command_add_number(&command, bounded(delay_ms));
    command_add_number(&command, (int64_t)place);
    bool answered = operation_number(store, &command, SCRIPT_due_put, &current, fault);
    *kept = answered && current == 1;
    return answered;
}

bool due_wake(struct store *store, const char *account, const char *user, struct fault *fault) {
    struct command command;
    begin_user(store, &command, SCRIPT_due_wake, account, user);
    return operation_number(store, &command, SCRIPT_due_wake, NULL, fault);
}

bool due_add(struct store *store, const char *account, const char *user, int64_t delay_ms, bool *added,
             struct fault *fault) {
    struct command command;
    int64_t new = 0;
    begin_user(store, &command, SCRIPT_due_add, account, user);
    command_add_number(&command, bounded(delay_ms));
    bool answered = operation_number(store, &command, SCRIPT_due_add, &new, fault);
    *added = answered && new == 1;
    return answered;
}

bool due_lower(struct store *store, const char *account, const char *user, int64_t delay_ms, struct fault *fault) {
    struct command command;
    begin_user(store, &command, SCRIPT_due_lower, account, user);
    command_add_number(&command, bounded(delay_ms));
    return operation_number(store, &command, SCRIPT_due_lower, NULL, fault);
}

bool due_forget(struct store *store, const char *account, struct fault *fault) {
    struct command command;
    operation_begin_script(&command, SCRIPT_next_drop);
    operation_key(store, &command, "next", NULL, NULL);
    command_add(&command, account);
    return operation_number(store, &command, SCRIPT_next_drop, NULL, fault);
}

bool due_remove(struct store *store, const char *account, const char *user, struct fault *fault) {
    struct command command;
    begin_user(store, &command, SCRIPT_due_remove, account, user);
    return operation_number(store, &command, SCRIPT_due_remove, NULL, fault);
}

static bool count_one(struct store *store, const char *kind, const char *account, int64_t *count, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "ZCARD");
    operation_key(store, &command, kind, account, NULL);
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, fault))
        return false;
    *count = reply_number(reply);
    reply_close(reply);
    return true;
}

bool due_count(struct store *store, const char *account, int64_t *started, int64_t *due, int64_t *out,
               struct fault *fault) {
    return count_one(store, "started", account, started, fault) && count_one(store, "due", account, due, fault) &&
           count_one(store, "out", account, out, fault);
}

bool due_wait(struct store *store, int64_t at_most_ms, struct fault *fault) {
    int64_t wait = at_most_ms < 0 ? 0 : at_most_ms;
    return operation_await(store, wake_channel, wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS, fault);
}
