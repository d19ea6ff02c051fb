#include "credential_cache.h"

#include "clock.h"
#include "mem.h"

#include <pthread.h>

enum { RETRY_MS = 30 * 1000, MARGIN_MOST_MS = 60 * 1000 };

/* Times are of CLOCK_BOOTTIME: no clock of this host or of AWS can make credentials look younger than they are. */
struct slot {
    pthread_mutex_t mutex;
    pthread_cond_t fetched;
    struct credentials credentials;
    uint64_t generation;
    int64_t refresh_ms; /* fetch from then on */
    int64_t expire_ms;  /* useless from then on */
    bool refused;
    bool fetching;
    struct fault fault; /* of the last fetch, for those who waited for it */
};

struct credential_cache {
    size_t count;
    struct slot *slots;
};

struct credential_cache *credential_cache_open(size_t slots) {
    struct credential_cache *cache = mem_zero(1, sizeof *cache);
    cache->count = slots;
    cache->slots = mem_zero(slots, sizeof *cache->slots);
    for (size_t i = 0; i < slots; i++) {
        pthread_mutex_init(&cache->slots[i].mutex, NULL);
        pthread_cond_init(&cache->slots[i].fetched, NULL);
    }
    return cache;
}

void credential_cache_close(struct credential_cache *cache) {
    if (cache == NULL)
        return;
    for (size_t i = 0; i < cache->count; i++) {
        credentials_close(&cache->slots[i].credentials);
        pthread_mutex_destroy(&cache->slots[i].mutex);
        pthread_cond_destroy(&cache->slots[i].fetched);
    }
    mem_free(cache->slots);
    mem_free(cache);
}

static bool is_good(const struct slot *slot) {
    return slot->generation != 0 && !slot->refused && clock_boot_ms() < slot->expire_ms;
}

static bool is_due(const struct slot *slot) {
    return !is_good(slot) || clock_boot_ms() >= slot->refresh_ms;
}

/* Nothing is signed with credentials that may expire on the way: their last tenth, or minute, is left alone. */
static int64_t margin_ms(int64_t life) {
    return life * 100 < MARGIN_MOST_MS ? life * 100 : MARGIN_MOST_MS;
}

static void take(struct slot *slot, struct credentials *fresh, int64_t life, int64_t began_ms) {
    credentials_close(&slot->credentials);
    slot->credentials = *fresh;
    slot->generation++;
    slot->refused = false;
    slot->refresh_ms = life > 0 ? began_ms + life * 750 : INT64_MAX;
    slot->expire_ms = life > 0 ? began_ms + life * 1000 - margin_ms(life) : INT64_MAX;
}

/* With the mutex held; lets go of it while fetching. A failure is forgiven while the old ones are good. */
static bool fetch_now(struct slot *slot, size_t number, credential_fetch fetch, void *context, struct fault *fault) {
    struct credentials fresh = {0};
    struct fault reason = {0};
    int64_t life = 0;
    slot->fetching = true;
    pthread_mutex_unlock(&slot->mutex);
    int64_t began_ms = clock_boot_ms();
    bool fetched = fetch(context, number, &fresh, &life, &reason);
    pthread_mutex_lock(&slot->mutex);
    slot->fetching = false;
    if (fetched)
        take(slot, &fresh, life, began_ms);
    else
        slot->refresh_ms = clock_boot_ms() + RETRY_MS;
    slot->fault = reason;
    pthread_cond_broadcast(&slot->fetched);
    if (!fetched && !is_good(slot) && fault != NULL)
        *fault = reason;
    return fetched || is_good(slot);
}

/* False with the fault of a fetch that failed. */
static bool wait_for_fetch(struct slot *slot, struct fault *fault) {
    while (slot->fetching)
        pthread_cond_wait(&slot->fetched, &slot->mutex);
    if (is_good(slot) || slot->fault.kind == FAULT_NONE)
        return true;
    if (fault != NULL)
        *fault = slot->fault;
    return false;
}

/* Who waited may wake when what was fetched is no good any more, refused or expired: then it is fetched once more. */
static bool make_good(struct slot *slot, size_t number, credential_fetch fetch, void *context, struct fault *fault) {
    while (!is_good(slot) && slot->fetching)
        if (!wait_for_fetch(slot, fault))
            return false;
    if (!is_due(slot) || slot->fetching)
        return true;
    return fetch_now(slot, number, fetch, context, fault);
}

bool credential_cache_get(struct credential_cache *cache, size_t slot_number, struct credential_held *held,
                          credential_fetch fetch, void *context, struct fault *fault) {
    struct slot *slot = &cache->slots[slot_number];
    pthread_mutex_lock(&slot->mutex);
    bool good = make_good(slot, slot_number, fetch, context, fault);
    if (good && held->generation != slot->generation) {
        credentials_copy(&held->credentials, &slot->credentials);
        held->generation = slot->generation;
    }
    pthread_mutex_unlock(&slot->mutex);
    return good;
}

void credential_cache_refused(struct credential_cache *cache, size_t slot_number, const struct credential_held *held) {
    struct slot *slot = &cache->slots[slot_number];
    pthread_mutex_lock(&slot->mutex);
    if (slot->generation == held->generation)
        slot->refused = true;
    pthread_mutex_unlock(&slot->mutex);
}

void credential_held_close(struct credential_held *held) {
    credentials_close(&held->credentials);
    held->generation = 0;
}
