#include "fetch.h"

#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "secretsmanager.h"

#include <string.h>

enum { SHARE_MS = 20 * 1000 };

struct errand {
    struct call *call;
    const struct subject *subject;
};

/* Once, however often the same request looks: on a slow thread again, and while it waits. */
static void count(struct call *call, const char *result) {
    if (!*call->counted)
        metric_add(METRIC_CACHE_REQUESTS, 1, result, NULL);
    *call->counted = true;
}

const struct credential *fetch_cached(struct call *call, const struct subject *subject, char current[KEY_ID_SIZE]) {
    struct cache_answer *answer = &call->bench->cached;
    struct fault fault;
    current[0] = '\0';
    if (!subject->cached &&
        !cache_read(call->bench->store, call->api->ring, subject->account, subject->user, answer, &fault)) {
        count(call, "unavailable");
        return NULL;
    }
    text_clip(current, KEY_ID_SIZE, answer->current);
    count(call, cache_result_name(answer->result));
    return answer->result == CACHE_HIT && subject->ttl > 0 ? &answer->credential : NULL;
}

/* The secret is the user's own, or somebody put another one's under its name: that must not leave. */
static bool take_value(const struct subject *subject, const struct secret_value *value, struct credential *credential,
                       struct fault *fault) {
    if (value->placeholder)
        return fault_set(fault, FAULT_GONE, "GetSecretValue", "the secret holds no key yet");
    if (strcmp(value->user, subject->user) != 0 || strcmp(value->account, subject->account) != 0)
        return fault_set(fault, FAULT_INVALID, "GetSecretValue", "the secret names another user than it is stored for");
    text_clip(credential->account, sizeof credential->account, subject->account);
    text_clip(credential->user, sizeof credential->user, subject->user);
    text_clip(credential->access_key_id, sizeof credential->access_key_id, value->access_key_id);
    text_clip(credential->created, sizeof credential->created, value->created);
    secret_copy(&credential->secret_access_key, &value->secret_access_key);
    return true;
}

static bool is_refusal(enum fault_kind kind) {
    return kind == FAULT_DENIED || kind == FAULT_EXPIRED || kind == FAULT_KEY_REFUSED;
}

/* What one secret denies says nothing of the account. */
static bool enter(const struct errand *errand, struct aws *aws, struct fault *fault) {
    const char *account = errand->subject->account;
    bool entered = aws_use_account(aws, account, fault);
    if (!entered && is_refusal(fault->kind))
        reach_note(errand->call->api->reach, account, false);
    return entered;
}

static void note_answer(const struct errand *errand, bool read, const struct fault *fault) {
    bool refused = !read && (fault->kind == FAULT_EXPIRED || fault->kind == FAULT_KEY_REFUSED);
    if (read || refused)
        reach_note(errand->call->api->reach, errand->subject->account, read);
}

static bool read_secret(const struct errand *errand, struct credential *credential, struct fault *fault) {
    const struct subject *subject = errand->subject;
    struct aws *aws = bench_aws(errand->call->bench, fault);
    struct secret_value value = {0};
    char name[SECRET_NAME_SIZE];
    bool read = aws != NULL &&
                config_secret_name(errand->call->api->config, subject->account, subject->user, subject->user_id, name,
                                   sizeof name, fault) &&
                enter(errand, aws, fault);
    if (read) {
        read = secrets_get(aws, name, NULL, "AWSCURRENT", &value, fault);
        note_answer(errand, read, fault);
        read = read && take_value(subject, &value, credential, fault);
    }
    secret_value_close(&value);
    return read;
}

/* A cache that cannot be filled makes the next answer slower, no more. */
static void fill(struct call *call, const struct subject *subject, const char *current,
                 const struct credential *credential) {
    struct fault fault;
    bool stored = false;
    if (!cache_fill(call->bench->store, call->api->ring, credential, current, subject->ttl, &stored, &fault) &&
        fault.kind != FAULT_UNAVAILABLE)
        log_fault(LOG_WARN, "not cached", &fault, "account", subject->account, "user", subject->user, NULL);
}

/* `current` is asked before the secret is: what is filled in then is not older than what it is compared with. */
static bool lead(void *context, struct credential *credential, struct fault *fault) {
    const struct errand *errand = context;
    struct cache_answer *answer = &errand->call->bench->cached;
    struct fault ignored;
    bool filling = errand->subject->ttl > 0 && seal_ring_count(errand->call->api->ring) > 0 &&
                   cache_read(errand->call->bench->store, errand->call->api->ring, errand->subject->account,
                              errand->subject->user, answer, &ignored);
    char current[KEY_ID_SIZE];
    text_clip(current, sizeof current, filling ? answer->current : "");
    if (!read_secret(errand, credential, fault))
        return false;
    if (filling)
        fill(errand->call, errand->subject, current, credential);
    return true;
}

bool fetch_secret(struct call *call, const struct subject *subject, struct credential *credential,
                  struct fault *fault) {
    struct errand errand = {call, subject};
    bool shared = false;
    return single_flight_get(call->api->flights, subject->account, subject->user, SHARE_MS, lead, &errand, credential,
                             &shared, fault);
}
