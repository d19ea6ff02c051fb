#include "store.h"

#include "mem.h"
#include "operation.h"
#include "text.h"

#include <string.h>

struct store {
    const struct store_settings *settings;
    struct redis *commands;
    struct redis *messages; /* a subscribed connection can do nothing else */
};

struct store *store_open(const struct store_settings *settings) {
    struct store *store = mem_zero(1, sizeof *store);
    store->settings = settings;
    store->commands = redis_open(settings);
    store->messages = redis_open(settings);
    return store;
}

void store_close(struct store *store) {
    if (store == NULL)
        return;
    redis_close(store->commands);
    redis_close(store->messages);
    mem_free(store);
}

const char *store_prefix(const struct store *store) {
    return store->settings->prefix;
}

/* --- running */

void operation_key(struct store *store, struct command *command, const char *kind, const char *first,
                   const char *second) {
    command_add_key(command, store->settings->prefix, kind, first, second);
}

bool operation_run(struct store *store, const struct command *command, enum repeat repeat, struct reply **reply,
                   struct fault *fault) {
    bool was_connected = redis_is_connected(store->commands);
    if (redis_call(store->commands, command, reply, fault))
        return true;
    bool lost = was_connected && !redis_is_connected(store->commands);
    return lost && repeat == REPEAT_ONCE && redis_call(store->commands, command, reply, fault);
}

bool operation_run_row(struct store *store, const struct redis_row *row, struct reply **replies, struct fault *fault) {
    bool was_connected = redis_is_connected(store->commands);
    if (redis_call_row(store->commands, row, replies, fault))
        return true;
    bool lost = was_connected && !redis_is_connected(store->commands);
    return lost && redis_call_row(store->commands, row, replies, fault);
}

void operation_begin_script(struct command *command, enum script_id script) {
    command_begin(command, "EVALSHA");
    command_add(command, scripts[script].sha);
    command_add_number(command, scripts[script].keys);
}

bool operation_run_script(struct store *store, struct command *command, enum script_id script, enum repeat repeat,
                          struct reply **reply, struct fault *fault) {
    struct fault first = {0};
    if (operation_run(store, command, repeat, reply, &first))
        return true;
    if (!text_equal(first.code, "NOSCRIPT")) {
        if (fault != NULL)
            *fault = first;
        return false;
    }
    command->words[0] = "EVAL";
    command->words[1] = scripts[script].source;
    return operation_run(store, command, repeat, reply, fault);
}

bool operation_number(struct store *store, struct command *command, enum script_id script, int64_t *number,
                      struct fault *fault) {
    struct reply *reply = NULL;
    if (!operation_run_script(store, command, script, REPEAT_ONCE, &reply, fault))
        return false;
    if (number != NULL)
        *number = reply_number(reply);
    reply_close(reply);
    return true;
}

bool operation_await(struct store *store, const char *channel, int64_t at_most_ms, struct fault *fault) {
    bool got = false;
    if (redis_is_connected(store->messages))
        return redis_await_message(store->messages, at_most_ms, &got, fault);
    /* What was said before the subscription is not known: the caller looks again. */
    struct command subscribe;
    struct reply *reply = NULL;
    command_begin(&subscribe, "SUBSCRIBE");
    command_add_key(&subscribe, store->settings->prefix, channel, NULL, NULL);
    bool subscribed = redis_call(store->messages, &subscribe, &reply, fault);
    reply_close(reply);
    return subscribed;
}

/* --- the server itself */

bool store_ping(struct store *store, struct fault *fault) {
    struct command ping;
    struct reply *reply = NULL;
    command_begin(&ping, "PING");
    bool answered = operation_run(store, &ping, REPEAT_ONCE, &reply, fault);
    reply_close(reply);
    return answered;
}

bool store_now(struct store *store, int64_t *milliseconds, struct fault *fault) {
    struct command time;
    struct reply *reply = NULL;
    command_begin(&time, "TIME");
    if (!operation_run(store, &time, REPEAT_ONCE, &reply, fault))
        return false;
    *milliseconds = reply_number(reply_item(reply, 0)) * 1000 + reply_number(reply_item(reply, 1)) / 1000;
    reply_close(reply);
    return true;
}

/* A setting of the server as it must be, and what it is good for. */
static const struct requirement {
    const char *name;
    const char *value;
    const char *why;
} requirements[] = {
    {"maxmemory-policy", "noeviction", "another policy throws users out of the due set when memory is short"},
    {"appendonly", "yes", "without it a restart forgets the due set and the mail ledger"},
};

/* What the server says of a setting; empty if it refuses to say, as managed services do. */
static bool read_setting(struct store *store, const char *name, char *value, size_t size, struct fault *fault) {
    struct command get;
    struct reply *reply = NULL;
    struct fault first = {0};
    value[0] = '\0';
    command_begin(&get, "CONFIG");
    command_add(&get, "GET");
    command_add(&get, name);
    if (operation_run(store, &get, REPEAT_ONCE, &reply, &first)) {
        const char *text = reply_text(reply_item(reply, 1));
        text_clip(value, size, text == NULL ? "" : text);
        reply_close(reply);
        return true;
    }
    bool refused = first.kind == FAULT_INVALID || text_equal(first.code, "NOPERM");
    if (!refused && fault != NULL)
        *fault = first;
    return refused;
}

static bool check_setting(struct store *store, const struct requirement *must, struct fault *fault) {
    char value[64];
    if (!read_setting(store, must->name, value, sizeof value, fault))
        return false;
    if (value[0] == '\0' || text_equal(value, must->value))
        return true;
    return fault_set(fault, FAULT_CONFIG, must->name, "Redis has %s %s: %s; set `%s %s` in redis.conf (or CONFIG SET)",
                     must->name, value, must->why, must->name, must->value);
}

static bool check_not_cluster(struct store *store, struct fault *fault) {
    char enabled[8];
    if (!read_setting(store, "cluster-enabled", enabled, sizeof enabled, fault))
        return false;
    if (!text_equal(enabled, "yes"))
        return true;
    return fault_set(
        fault, FAULT_CONFIG, "cluster-enabled",
        "this is a Redis Cluster, and the due set's scripts need one primary: use one (replicas are fine)");
}

bool store_check(struct store *store, struct fault *fault) {
    for (size_t i = 0; i < COUNT_OF(requirements); i++)
        if (!check_setting(store, &requirements[i], fault))
            return false;
    return check_not_cluster(store, fault);
}
