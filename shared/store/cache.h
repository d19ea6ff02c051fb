/* The sealed cache of current credentials: cred:<account>/<user>, beside current:<account>/<user>, which the worker writes.
 * It never serves a superseded key for longer than CACHE_UNKNOWN_SECONDS, and not at all while `current` is known. Redis being down is a fault to fall
 * through: whoever asks reads Secrets Manager instead. Users whose policy has no overlap must not be cached at all. */
#ifndef KEYTURN_CACHE_H
#define KEYTURN_CACHE_H

#include "policy.h"
#include "seal.h"
#include "status.h"
#include "store.h"

enum { CACHE_UNKNOWN_SECONDS = 60, CACHE_TTL_MOST = 3600, CACHE_ROW = 32 };

struct reply;

/* result, name in metrics */
#define CACHE_RESULTS(X)                                                                   \
    X(HIT, "hit")                 /* the credential is the user's current one */           \
    X(MISS, "miss")               /* nothing is cached */                                  \
    X(SUPERSEDED, "superseded")   /* another key is current */                             \
    X(MALFORMED, "malformed")     /* no sealed text */                                     \
    X(UNKNOWN_KEY, "unknown_key") /* sealed by a key that is not in the ring (any more) */ \
    X(FORGED, "forged")           /* altered, or sealed for another user */                \
    X(EXPIRED, "expired")         /* put back after its time */                            \
    X(UNCONFIRMED, "unconfirmed") /* nobody knows what is current, and it was not sealed for so short a time */

enum cache_result {
#define X(result, name) CACHE_##result,
    CACHE_RESULTS(X)
#undef X
        CACHE_RESULT_COUNT
};

struct cache_answer {
    enum cache_result result;
    char current[KEY_ID_SIZE]; /* what the worker made current; empty: unknown */
    int64_t expires; /* of a hit: when the entry ends, Unix seconds; it was filled in cache_ttl() before at most */
    struct credential credential; /* of a hit; its pages are kept for the next answer until cache_answer_close() */
};

/* May this user's credential be cached? Not where a policy turns the former key off at once. NULL (no policy) is no. */
bool cache_allowed(const struct policy *policy);

/* For how long this user's credential may be cached where the configuration says `ttl` (seconds): never past the time the policy leaves a former
 * key on, so that even a promotion that Redis forgot ends in time; half of it at most, so that what comes from the cache can be promised to work for
 * the other half. 0 where it may not be. */
int64_t cache_ttl(const struct policy *policy, int64_t ttl);

/* One round trip: what is cached, opened and compared with what is current. Everything but a hit leaves the credential empty. FAULT_UNAVAILABLE while
 * Redis is down. */
bool cache_read(struct store *store, struct seal_ring *ring, const char *account, const char *user,
                struct cache_answer *answer, struct fault *fault) MUST_CHECK;

/* The same and status_read_serving() in one round trip, the status first. */
bool cache_read_user(struct store *store, struct seal_ring *ring, const char *account, const char *user,
                     struct status *status, struct cache_answer *answer, struct fault *fault) MUST_CHECK;

/* A user as the cache and status_read_serving() name it. Borrowed. */
struct cache_user {
    const char *account;
    const char *user;
};

/* What cache_read_user() reads, for several users: as it was answered, to be looked at one by one. */
struct cache_row {
    size_t count;
    struct cache_user users[CACHE_ROW];
    struct reply *replies[2 * CACHE_ROW];
};

/* Reads for the users of the row in one round trip. FAULT_UNAVAILABLE while Redis is down: what is looked at then is not known. Closed either way. */
bool cache_read_row(struct store *store, struct cache_row *row, struct fault *fault) MUST_CHECK;

/* What was read for the i-th user, opened and compared as cache_read() has it. */
void cache_look(const struct cache_row *row, size_t i, struct seal_ring *ring, struct status *status,
                struct cache_answer *answer);

/* Lets go of what was read, and empties the row. */
void cache_close_row(struct cache_row *row);

/* Caches what Secrets Manager answered, for `ttl` seconds (at most CACHE_TTL_MOST); at most CACHE_UNKNOWN_SECONDS where `current` (as cache_read()
 * answered it before Secrets Manager was asked) is empty. *stored is false if another key is current by now, or has become unknown. */
bool cache_fill(struct store *store, struct seal_ring *ring, const struct credential *credential, const char *current,
                int64_t ttl, bool *stored, struct fault *fault) MUST_CHECK;

/* Forgets what is cached of the user; what is current stays known. */
bool cache_drop(struct store *store, const char *account, const char *user, struct fault *fault) MUST_CHECK;

/* "hit", "forged": as metrics carry it. */
const char *cache_result_name(enum cache_result result);

/* Wipes the credential. A zeroed struct is fine. */
void cache_answer_close(struct cache_answer *answer);

#endif
