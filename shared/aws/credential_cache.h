/* Credentials of a process, a slot for each place they come from, shared by all threads. A slot is fetched when it is empty or
 * three quarters of its life are over; one thread fetches, others go on with what is still good, or wait for it. */
#ifndef KEYTURN_CREDENTIAL_CACHE_H
#define KEYTURN_CREDENTIAL_CACHE_H

#include "credentials.h"

struct credential_cache;

/* What one thread holds of a slot. Zeroed at first; closed by credential_held_close(). */
struct credential_held {
    struct credentials credentials;
    uint64_t generation; /* counts the slot's fetches; 0: none yet */
};

/* Fetches fresh credentials for a slot: opens them (the cache closes them) and says how many seconds they live (0: for ever). */
typedef bool (*credential_fetch)(void *context, size_t slot, struct credentials *fresh, int64_t *life,
                                 struct fault *fault);

/* A cache of that many empty slots. Closed when no thread uses it any more. */
struct credential_cache *credential_cache_open(size_t slots);
void credential_cache_close(struct credential_cache *cache);

/* Brings `held` up to the slot's credentials, fetching by `fetch` if need be. False with what `fetch` said, also to those who
 * waited for it, unless the old ones are still good. */
bool credential_cache_get(struct credential_cache *cache, size_t slot, struct credential_held *held,
                          credential_fetch fetch, void *context, struct fault *fault) MUST_CHECK;

/* AWS refused what `held` holds: the slot's next get fetches, unless somebody has fetched since. */
void credential_cache_refused(struct credential_cache *cache, size_t slot, const struct credential_held *held);

/* Wipes what a thread holds. */
void credential_held_close(struct credential_held *held);

#endif
