#include "cache_judge.h"

#include "clock.h"
#include "text.h"

#include <string.h>

bool cache_allowed(const struct policy *policy) {
    return policy != NULL && policy->min_overlap > 0;
}

int64_t cache_ttl(const struct policy *policy, int64_t ttl) {
    if (!cache_allowed(policy))
        return 0;
    int64_t most = (policy->min_overlap + 1) / 2;
    return ttl < most ? ttl : most;
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

/* The host's clock: by how much it is off, so much earlier or later entries end here; Redis, which is not trusted, cannot set it. */
int64_t cache_now(void) {
    return clock_wall_ms() / 1000;
}

int64_t cache_seconds(int64_t ttl, const char *current) {
    int64_t most = current[0] == '\0' ? CACHE_UNKNOWN_SECONDS : CACHE_TTL_MOST;
    return ttl < most ? ttl : most;
}

static const enum cache_result results[SEAL_VERDICT_COUNT] = {
    [SEAL_FINE] = CACHE_HIT,      [SEAL_MALFORMED] = CACHE_MALFORMED, [SEAL_UNKNOWN_KEY] = CACHE_UNKNOWN_KEY,
    [SEAL_FORGED] = CACHE_FORGED, [SEAL_EXPIRED] = CACHE_EXPIRED,
};

/* Its pages stay for the next answer. */
static void empty(struct credential *credential) {
    struct secret kept = credential->secret_access_key;
    *credential = (struct credential){.secret_access_key = kept};
    if (kept.bytes != NULL)
        secret_open(&credential->secret_access_key, kept.capacity);
}

static bool is_confirmed(const struct seal_label *label, const char *current) {
    return current[0] != '\0' || label->expires <= cache_now() + CACHE_UNKNOWN_SECONDS;
}

static enum cache_result judge(struct seal_ring *ring, const char *account, const char *user, const char *text,
                               struct cache_answer *answer) {
    struct seal_label label;
    if (!seal_read_label(text, &label))
        return CACHE_MALFORMED;
    enum seal_verdict verdict = seal_open_text(ring, text, account, user, cache_now(), &answer->credential);
    if (verdict != SEAL_FINE)
        return results[verdict];
    if (!is_confirmed(&label, answer->current))
        return CACHE_UNCONFIRMED;
    answer->expires = label.expires;
    return answer->current[0] == '\0' || strcmp(label.key_id, answer->current) == 0 ? CACHE_HIT : CACHE_SUPERSEDED;
}

void cache_judge(struct seal_ring *ring, const char *account, const char *user, const char *current, const char *text,
                 struct cache_answer *answer) {
    text_clip(answer->current, sizeof answer->current, current != NULL ? current : "");
    empty(&answer->credential);
    answer->expires = 0;
    answer->result = text != NULL ? judge(ring, account, user, text, answer) : CACHE_MISS;
    if (answer->result == CACHE_HIT)
        return;
    empty(&answer->credential);
    answer->expires = 0;
}
