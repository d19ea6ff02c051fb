/* cache.h of a simulated run: what was filled, until it ends or a promotion drops it. */
#include "cache_judge.h"
#include "mem.h"
#include "sim_store.h"
#include "text.h"

#include <string.h>

struct entry {
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    char text[SEAL_TEXT_SIZE];
    int64_t until_ms;
};

static struct {
    size_t count;
    struct entry *rows;
} entries;

static struct entry *find(const char *account, const char *user) {
    for (size_t i = 0; i < entries.count; i++)
        if (strcmp(entries.rows[i].account, account) == 0 && strcmp(entries.rows[i].user, user) == 0)
            return &entries.rows[i];
    return NULL;
}

void sim_cache_flush(void) {
    mem_free(entries.rows);
    entries.rows = NULL;
    entries.count = 0;
}

void sim_cache_drop(const char *account, const char *user) {
    struct entry *entry = find(account, user);
    if (entry != NULL)
        *entry = entries.rows[--entries.count];
}

static void put(const char *account, const char *user, const char *text, int64_t until_ms) {
    sim_cache_drop(account, user);
    entries.rows = mem_grow(entries.rows, (entries.count + 1) * sizeof *entries.rows);
    struct entry *entry = &entries.rows[entries.count++];
    text_clip(entry->account, sizeof entry->account, account);
    text_clip(entry->user, sizeof entry->user, user);
    text_clip(entry->text, sizeof entry->text, text);
    entry->until_ms = until_ms;
}

bool cache_read(struct store *store, struct seal_ring *ring, const char *account, const char *user,
                struct cache_answer *answer, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    const struct entry *entry = find(account, user);
    bool there = entry != NULL && entry->until_ms > now;
    cache_judge(ring, account, user, sim_status_current(account, user), there ? entry->text : NULL, answer);
    return true;
}

bool cache_read_user(struct store *store, struct seal_ring *ring, const char *account, const char *user,
                     struct status *status, struct cache_answer *answer, struct fault *fault) {
    return status_read_serving(store, account, user, status, fault) &&
           cache_read(store, ring, account, user, answer, fault);
}

/* As lua/cache_fill.lua does it. */
static bool may_store(const char *current, const char *key_id, int64_t seconds) {
    return current == NULL ? seconds <= CACHE_UNKNOWN_SECONDS : strcmp(current, key_id) == 0;
}

bool cache_fill(struct store *store, struct seal_ring *ring, const struct credential *credential, const char *current,
                int64_t ttl, bool *stored, struct fault *fault) {
    char text[SEAL_TEXT_SIZE];
    int64_t seconds = cache_seconds(ttl, current);
    *stored = false;
    if (seconds <= 0)
        return true;
    if (!seal_credential(ring, credential, cache_now() + seconds, text, fault))
        return false;
    int64_t now = sim_store_now(store);
    *stored = may_store(sim_status_current(credential->account, credential->user), credential->access_key_id, seconds);
    if (*stored)
        put(credential->account, credential->user, text, now + seconds * 1000);
    return true;
}

bool cache_drop(struct store *store, const char *account, const char *user, struct fault *fault) {
    (void)store;
    (void)fault;
    sim_cache_drop(account, user);
    return true;
}
