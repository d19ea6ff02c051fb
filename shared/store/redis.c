#include "redis.h"

#include "clock.h"
#include "mem.h"
#include "redis_tls.h"
#include "text.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Room for the answers of a row, not given back after each; and the most a row of commands, or a script with its source, may be. */
enum { ANSWERS_KEPT = 128 * 1024, WORDS_MOST = 1024 * 1024 };

struct redis {
    const struct store_settings *settings;
    redisContext *context; /* NULL: not connected */
    struct redis_tls *tls;
    int64_t not_before; /* boot ms; no attempt to connect earlier */
    int64_t pause_ms;
    struct text words; /* on their way to hiredis; may be a password, so they are wiped */
};

struct redis *redis_open(const struct store_settings *settings) {
    struct redis *redis = mem_zero(1, sizeof *redis);
    text_open(&redis->words, WORDS_MOST);
    redis->settings = settings;
    return redis;
}

static void drop(struct redis *redis) {
    if (redis->context != NULL)
        redisFree(redis->context);
    redis->context = NULL;
}

void redis_close(struct redis *redis) {
    if (redis == NULL)
        return;
    drop(redis);
    redis_tls_close(redis->tls);
    text_close(&redis->words);
    mem_free(redis);
}

bool redis_is_connected(const struct redis *redis) {
    return redis->context != NULL;
}

/* No attempt to connect for so long. */
static void rest(struct redis *redis, int64_t pause_ms) {
    int64_t until = clock_boot_ms() + pause_ms;
    if (until > redis->not_before)
        redis->not_before = until;
}

/* Drops the connection and says why. */
static bool lost(struct redis *redis, const char *verb, struct fault *fault) {
    bool late = redis->context->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ETIMEDOUT);
    fault_set(fault, FAULT_UNAVAILABLE, verb, "Redis at %s:%d: %s", redis->settings->host, (int)redis->settings->port,
              late ? "no answer in time" : redis->context->errstr);
    drop(redis);
    if (late)
        rest(redis, redis->settings->silence_ms);
    return false;
}

/* --- answers */

static const redisReply *raw(const struct reply *reply) {
    return (const void *)reply;
}

void reply_close(struct reply *reply) {
    if (reply != NULL)
        freeReplyObject(reply);
}

bool reply_is_nil(const struct reply *reply) {
    return reply == NULL || raw(reply)->type == REDIS_REPLY_NIL;
}

const char *reply_text(const struct reply *reply) {
    if (reply == NULL || (raw(reply)->type != REDIS_REPLY_STRING && raw(reply)->type != REDIS_REPLY_STATUS))
        return NULL;
    return raw(reply)->str;
}

int64_t reply_number(const struct reply *reply) {
    if (reply != NULL && raw(reply)->type == REDIS_REPLY_INTEGER)
        return raw(reply)->integer;
    const char *text = reply_text(reply);
    return text == NULL ? 0 : strtoll(text, NULL, 10);
}

size_t reply_count(const struct reply *reply) {
    return reply != NULL && raw(reply)->type == REDIS_REPLY_ARRAY ? raw(reply)->elements : 0;
}

const struct reply *reply_item(const struct reply *reply, size_t index) {
    return index < reply_count(reply) ? (const void *)raw(reply)->element[index] : NULL;
}

/* First words of errors that say "not now": the same command may succeed later. */
static const char *const passing_errors[] = {"LOADING",  "BUSY",      "OOM",       "READONLY",    "MISCONF",
                                             "NOAUTH",   "NOPERM",    "WRONGPASS", "CLUSTERDOWN", "MASTERDOWN",
                                             "TRYAGAIN", "UNBLOCKED", "NOREPLICAS"};

static enum fault_kind kind_of_error(const char *code) {
    for (size_t i = 0; i < COUNT_OF(passing_errors); i++)
        if (text_equal(code, passing_errors[i]))
            return FAULT_UNAVAILABLE;
    return FAULT_INVALID;
}

static bool refused(const redisReply *reply, const char *verb, struct fault *fault) {
    char code[sizeof fault->code];
    size_t length = strcspn(reply->str, " ");
    text_clip(code, length < sizeof code ? length + 1 : sizeof code, reply->str);
    fault_set(fault, kind_of_error(code), verb, "Redis: %s", reply->str);
    if (fault != NULL)
        text_clip(fault->code, sizeof fault->code, code);
    return false;
}

/* Hands over what was spelled, to be sent on the connection there is when an answer is next read. */
static bool hand_over(struct redis *redis, const char *verb, struct fault *fault) {
    struct text *words = &redis->words;
    bool handed = words->overflowed
                      ? fault_set(fault, FAULT_INVALID, verb, "commands of Redis longer than they may be")
                      : redisAppendFormattedCommand(redis->context, words->bytes, words->length) == REDIS_OK ||
                            lost(redis, verb, fault);
    text_reset(words);
    return handed;
}

static bool take_answer(struct redis *redis, const char *verb, struct reply **reply, struct fault *fault) {
    void *message = NULL;
    if (redisGetReply(redis->context, &message) != REDIS_OK)
        return lost(redis, verb, fault);
    const redisReply *answer = message;
    *reply = message;
    if (answer->type != REDIS_REPLY_ERROR)
        return true;
    refused(answer, verb, fault);
    reply_close(*reply);
    *reply = NULL;
    return false;
}

static bool exchange(struct redis *redis, size_t count, const char *const *words, struct reply **reply,
                     struct fault *fault) {
    command_spell(count, words, &redis->words);
    return hand_over(redis, words[0], fault) && take_answer(redis, words[0], reply, fault);
}

/* --- connecting */

static struct timeval timeout_of(const struct store_settings *settings) {
    int64_t ms = settings->timeout_ms > 0 ? settings->timeout_ms : REDIS_TIMEOUT_MS;
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static bool dial(struct redis *redis, struct fault *fault) {
    const struct store_settings *settings = redis->settings;
    struct timeval timeout = timeout_of(settings);
    redis->context = settings->host[0] == '/' ? redisConnectUnixWithTimeout(settings->host, timeout)
                                              : redisConnectWithTimeout(settings->host, (int)settings->port, timeout);
    if (redis->context == NULL)
        return fault_set(fault, FAULT_UNAVAILABLE, "connect", "Redis: no memory for a connection");
    if (redis->context->err != 0 || redisSetTimeout(redis->context, timeout) != REDIS_OK)
        return lost(redis, "connect", fault);
    redis->context->reader->maxbuf = ANSWERS_KEPT;
    if (settings->host[0] != '/')
        (void)redisEnableKeepAlive(redis->context); /* finds dead peers sooner; nothing depends on it */
    return true;
}

static bool start_tls(struct redis *redis, struct fault *fault) {
    if (!redis->settings->tls)
        return true;
    if (redis->tls == NULL && (redis->tls = redis_tls_open(redis->settings, fault)) == NULL)
        return false;
    const char *why;
    if (redis_tls_start(redis->tls, redis->context, &why))
        return true;
    if (why == NULL)
        return lost(redis, "TLS", fault);
    return fault_set(fault, FAULT_UNAVAILABLE, "TLS", "Redis at %s:%d: its certificate is refused: %s",
                     redis->settings->host, (int)redis->settings->port, why);
}

static bool say(struct redis *redis, size_t count, const char *const *words, struct fault *fault) {
    struct reply *reply = NULL;
    bool fine = exchange(redis, count, words, &reply, fault);
    reply_close(reply);
    return fine;
}

static bool log_in(struct redis *redis, struct fault *fault) {
    const struct store_settings *settings = redis->settings;
    if (secret_empty(&settings->password))
        return true;
    const char *named[] = {"AUTH", settings->username, settings->password.bytes};
    const char *plain[] = {"AUTH", settings->password.bytes};
    return settings->username[0] != '\0' ? say(redis, COUNT_OF(named), named, fault)
                                         : say(redis, COUNT_OF(plain), plain, fault);
}

static bool choose_database(struct redis *redis, struct fault *fault) {
    if (redis->settings->database == 0)
        return true;
    struct command select;
    command_begin(&select, "SELECT");
    command_add_number(&select, redis->settings->database);
    return say(redis, select.count, select.words, fault);
}

bool redis_connect(struct redis *redis, struct fault *fault) {
    if (redis->context != NULL)
        return true;
    if (clock_boot_ms() < redis->not_before)
        return fault_set(fault, FAULT_UNAVAILABLE, "connect", "Redis at %s:%d did not answer a moment ago",
                         redis->settings->host, (int)redis->settings->port);
    if (dial(redis, fault) && start_tls(redis, fault) && log_in(redis, fault) && choose_database(redis, fault)) {
        redis->pause_ms = 0;
        return true;
    }
    drop(redis);
    redis->pause_ms = redis->pause_ms == 0 ? REDIS_PAUSE_LEAST_MS : redis->pause_ms * 2;
    if (redis->pause_ms > REDIS_PAUSE_MOST_MS)
        redis->pause_ms = REDIS_PAUSE_MOST_MS;
    rest(redis, redis->pause_ms);
    return false;
}

static bool too_long(const struct command *command, struct fault *fault) {
    return fault_set(fault, FAULT_INVALID, command->words[0], "a command of Redis longer than %d bytes", COMMAND_BYTES);
}

bool redis_call(struct redis *redis, const struct command *command, struct reply **reply, struct fault *fault) {
    *reply = NULL;
    if (command->overflowed)
        return too_long(command, fault);
    return redis_connect(redis, fault) && exchange(redis, command->count, command->words, reply, fault);
}

static bool spell_row(struct redis *redis, const struct redis_row *row, struct fault *fault) {
    struct command command;
    for (size_t i = 0; i < row->count; i++) {
        row->make(row->context, i, &command);
        if (command.overflowed) {
            text_reset(&redis->words);
            return too_long(&command, fault);
        }
        command_spell(command.count, command.words, &redis->words);
    }
    return true;
}

/* Where one is refused, the answers after it are read all the same: else the next command would be given them. */
static bool take_row(struct redis *redis, const struct redis_row *row, struct reply **replies, struct fault *fault) {
    bool fine = true;
    for (size_t i = 0; i < row->count && redis->context != NULL; i++)
        fine = take_answer(redis, "pipeline", &replies[i], fine ? fault : NULL) && fine;
    return fine && redis->context != NULL;
}

bool redis_call_row(struct redis *redis, const struct redis_row *row, struct reply **replies, struct fault *fault) {
    for (size_t i = 0; i < row->count; i++)
        replies[i] = NULL;
    if (redis_connect(redis, fault) && spell_row(redis, row, fault) && hand_over(redis, "pipeline", fault) &&
        take_row(redis, row, replies, fault))
        return true;
    for (size_t i = 0; i < row->count; i++) {
        reply_close(replies[i]);
        replies[i] = NULL;
    }
    return false;
}

/* --- a subscription */

/* Takes what has been read already. */
static bool take_messages(struct redis *redis, bool *got, struct fault *fault) {
    for (;;) {
        void *message = NULL;
        if (redisGetReplyFromReader(redis->context, &message) != REDIS_OK)
            return lost(redis, "SUBSCRIBE", fault);
        if (message == NULL)
            return true;
        *got = true;
        freeReplyObject(message);
    }
}

bool redis_await_message(struct redis *redis, int64_t at_most_ms, bool *got, struct fault *fault) {
    *got = false;
    if (!take_messages(redis, got, fault) || *got)
        return redis->context != NULL;
    struct pollfd line = {.fd = redis->context->fd, .events = POLLIN};
    if (poll(&line, 1, (int)at_most_ms) <= 0)
        return true;
    if (redisBufferRead(redis->context) != REDIS_OK)
        return lost(redis, "SUBSCRIBE", fault);
    return take_messages(redis, got, fault);
}
