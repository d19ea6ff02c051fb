#include "cache_judge.h"

#include "operation.h"
#include "status_serving.h"

static void ask(struct store *store, struct command *command, const char *account, const char *user) {
    command_begin(command, "MGET"); /* both at one moment */
    operation_key(store, command, "current", account, user);
    operation_key(store, command, "cred", account, user);
}

bool cache_read(struct store *store, struct seal_ring *ring, const char *account, const char *user,
                struct cache_answer *answer, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    ask(store, &command, account, user);
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, fault)) {
        cache_judge(ring, account, user, NULL, NULL, answer);
        return false;
    }
    cache_judge(ring, account, user, reply_text(reply_item(reply, 0)), reply_text(reply_item(reply, 1)), answer);
    reply_close(reply);
    return true;
}

struct asking {
    struct store *store;
    const struct cache_row *row;
};

static void ask_next(void *context, size_t i, struct command *command) {
    const struct asking *asking = context;
    const struct cache_user *user = &asking->row->users[i / 2];
    if (i % 2 == 0)
        status_ask_serving(asking->store, command, user->account, user->user);
    else
        ask(asking->store, command, user->account, user->user);
}

bool cache_read_row(struct store *store, struct cache_row *row, struct fault *fault) {
    struct asking asking = {store, row};
    const struct redis_row commands = {2 * row->count, ask_next, &asking};
    return operation_run_row(store, &commands, row->replies, fault);
}

void cache_look(const struct cache_row *row, size_t i, struct seal_ring *ring, struct status *status,
                struct cache_answer *answer) {
    const struct cache_user *user = &row->users[i];
    const struct reply *cached = row->replies[2 * i + 1];
    status_take_serving(row->replies[2 * i], status);
    cache_judge(ring, user->account, user->user, reply_text(reply_item(cached, 0)), reply_text(reply_item(cached, 1)),
                answer);
}

void cache_close_row(struct cache_row *row) {
    for (size_t i = 0; i < 2 * row->count; i++)
        reply_close(row->replies[i]);
    *row = (struct cache_row){0};
}

bool cache_read_user(struct store *store, struct seal_ring *ring, const char *account, const char *user,
                     struct status *status, struct cache_answer *answer, struct fault *fault) {
    struct cache_row row = {.count = 1, .users = {{account, user}}};
    bool read = cache_read_row(store, &row, fault);
    cache_look(&row, 0, ring, status, answer); /* without an answer: nothing is known */
    cache_close_row(&row);
    return read;
}

bool cache_fill(struct store *store, struct seal_ring *ring, const struct credential *credential, const char *current,
                int64_t ttl, bool *stored, struct fault *fault) {
    struct command command;
    char text[SEAL_TEXT_SIZE];
    int64_t number = 0;
    int64_t seconds = cache_seconds(ttl, current);
    *stored = false;
    if (seconds <= 0)
        return true;
    if (!seal_credential(ring, credential, cache_now() + seconds, text, fault))
        return false;
    operation_begin_script(&command, SCRIPT_cache_fill);
    operation_key(store, &command, "current", credential->account, credential->user);
    operation_key(store, &command, "cred", credential->account, credential->user);
    command_add(&command, credential->access_key_id);
    command_add(&command, text);
    command_add_number(&command, seconds);
    command_add_number(&command, CACHE_UNKNOWN_SECONDS);
    if (!operation_number(store, &command, SCRIPT_cache_fill, &number, fault))
        return false;
    *stored = number == 1;
    return true;
}

bool cache_drop(struct store *store, const char *account, const char *user, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "DEL");
    operation_key(store, &command, "cred", account, user);
    bool dropped = operation_run(store, &command, REPEAT_ONCE, &reply, fault);
    reply_close(reply);
    return dropped;
}
