#include "cache.h"

#include "clock.h"
#include "operation.h"
#include "text.h"

#include <string.h>

bool cache_allowed(const struct policy *policy) {
    return policy != NULL && policy->min_overlap > 0;
}

const char *cache_result_name(enum cache_result result) {
    static const char *const names[] = {
#define X(result, name) name,
        CACHE_RESULTS(X)
#undef X
    };
    return names[result];
}

void cache_answer_close(struct cache_answer *answer) {
    if (answer == NULL)
        return;
    credential_close(&answer->credential);
    *answer = (struct cache_answer){0};
}

/* --- reading */

static const enum cache_result results[SEAL_VERDICT_COUNT] = {
    [SEAL_FINE] = CACHE_HIT,      [SEAL_MALFORMED] = CACHE_MALFORMED, [SEAL_UNKNOWN_KEY] = CACHE_UNKNOWN_KEY,
    [SEAL_FORGED] = CACHE_FORGED, [SEAL_EXPIRED] = CACHE_EXPIRED,
};

/* The host's clock: by how much it is off, so much earlier or later entries end here; Redis, which is not trusted, cannot set it. */
static int64_t now(void) {
    return clock_wall_ms() / 1000;
}

static enum cache_result judge(struct seal_ring *ring, const char *text, const char *account, const char *user,
                               struct cache_answer *answer) {
    struct seal_label label;
    if (!seal_read_label(text, &label))
        return CACHE_MALFORMED;
    enum cache_result result = results[seal_open_text(ring, text, account, user, now(), &answer->credential)];
    if (result != CACHE_HIT)
        return result;
    if (answer->current[0] == '\0')
        return label.expires <= now() + CACHE_UNKNOWN_SECONDS ? CACHE_HIT : CACHE_UNCONFIRMED;
    return strcmp(label.key_id, answer->current) == 0 ? CACHE_HIT : CACHE_SUPERSEDED;
}

static void empty(struct credential *credential) {
    struct secret kept = credential->secret_access_key;
    *credential = (struct credential){.secret_access_key = kept};
    if (kept.bytes != NULL)
        secret_open(&credential->secret_access_key, kept.capacity);
}

bool cache_read(struct store *store, struct seal_ring *ring, const char *account, const char *user,
                struct cache_answer *answer, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    answer->result = CACHE_MISS;
    answer->current[0] = '\0';
    empty(&answer->credential);
    command_begin(&command, "MGET"); /* both at one moment */
    operation_key(store, &command, "current", account, user);
    operation_key(store, &command, "cred", account, user);
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, fault))
        return false;
    const char *current = reply_text(reply_item(reply, 0));
    const char *text = reply_text(reply_item(reply, 1));
    if (current != NULL)
        text_clip(answer->current, sizeof answer->current, current);
    if (text != NULL)
        answer->result = judge(ring, text, account, user, answer);
    if (answer->result != CACHE_HIT)
        empty(&answer->credential);
    reply_close(reply);
    return true;
}

/* --- filling */

static int64_t bounded(int64_t ttl, const char *current) {
    int64_t most = current[0] == '\0' ? CACHE_UNKNOWN_SECONDS : CACHE_TTL_MOST;
    return ttl < most ? ttl : most;
}

bool cache_fill(struct store *store, struct seal_ring *ring, const struct credential *credential, const char *current,
                int64_t ttl, bool *stored, struct fault *fault) {
    struct command command;
    char text[SEAL_TEXT_SIZE];
    int64_t number = 0;
    int64_t seconds = bounded(ttl, current);
    *stored = false;
    if (seconds <= 0)
        return true;
    if (!seal_credential(ring, credential, now() + seconds, text, fault))
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
