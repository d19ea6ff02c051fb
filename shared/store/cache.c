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

bool cache_read_user(struct store *store, struct seal_ring *ring, const char *account, const char *user,
                     struct status *status, struct cache_answer *answer, struct fault *fault) {
    struct command serving;
    struct command cached;
    struct reply *replies[2];
    status_ask_serving(store, &serving, account, user);
    ask(store, &cached, account, user);
    bool read = operation_run_both(store, (const struct command *const[]){&serving, &cached}, replies, fault);
    status_take_serving(replies[0], status);
    cache_judge(ring, account, user, reply_text(reply_item(replies[1], 0)), reply_text(reply_item(replies[1], 1)),
                answer);
    reply_close(replies[0]);
    reply_close(replies[1]);
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
