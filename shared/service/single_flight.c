/* A flight is open from its leader's arrival to its landing; nobody boards later, since a landed result may be old by then. Its slot is free again when
 * the last of those who waited has a copy.
 *
 *     leader   ──open──►  read ...  ──landed──► copy for each waiter ──► free
 *     others        wait ──────────────┘
 */
#include "single_flight.h"

#include "mem.h"
#include "text.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

struct flight {
    bool used;
    bool landed;
    bool fine;
    size_t waiting;
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    struct credential credential;
    struct fault fault;
    pthread_cond_t landing;
};

struct single_flight {
    pthread_mutex_t lock;
    size_t count;
    size_t waiters;
    size_t most_waiters;
    struct flight *flights;
};

struct single_flight *single_flight_open(size_t flights, size_t waiters) {
    struct single_flight *all = mem_zero(1, sizeof *all);
    pthread_condattr_t monotonic;
    all->count = flights;
    all->most_waiters = waiters;
    all->flights = mem_zero(flights, sizeof *all->flights);
    pthread_mutex_init(&all->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    for (size_t i = 0; i < flights; i++)
        pthread_cond_init(&all->flights[i].landing, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return all;
}

void single_flight_close(struct single_flight *all) {
    if (all == NULL)
        return;
    for (size_t i = 0; i < all->count; i++) {
        credential_close(&all->flights[i].credential);
        pthread_cond_destroy(&all->flights[i].landing);
    }
    pthread_mutex_destroy(&all->lock);
    mem_free(all->flights);
    mem_free(all);
}

/* --- under the lock ----------------------------------------------------------------------------------------------------- */

static struct flight *find_open(struct single_flight *all, const char *account, const char *user) {
    for (size_t i = 0; i < all->count; i++) {
        struct flight *flight = &all->flights[i];
        if (flight->used && !flight->landed && strcmp(flight->account, account) == 0 && strcmp(flight->user, user) == 0)
            return flight;
    }
    return NULL;
}

static struct flight *begin(struct single_flight *all, const char *account, const char *user) {
    for (size_t i = 0; i < all->count; i++) {
        struct flight *flight = &all->flights[i];
        if (flight->used)
            continue;
        if (!text_copy(flight->account, sizeof flight->account, account) ||
            !text_copy(flight->user, sizeof flight->user, user))
            return NULL;
        flight->used = true;
        flight->landed = false;
        return flight;
    }
    return NULL;
}

static void end_if_last(struct flight *flight) {
    if (!flight->landed || flight->waiting > 0)
        return;
    credential_close(&flight->credential);
    flight->used = false;
}

static bool await_landing(struct single_flight *all, struct flight *flight, int64_t wait_ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(wait_ms / 1000);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    int reason = 0;
    while (!flight->landed && reason == 0)
        reason = pthread_cond_timedwait(&flight->landing, &all->lock, &until);
    return flight->landed;
}

static bool refuse(struct fault *fault, const char *why) {
    return fault_set(fault, FAULT_UNAVAILABLE, "GetSecretValue", "%s", why);
}

static bool wait_for(struct single_flight *all, struct flight *flight, int64_t wait_ms, struct credential *credential,
                     struct fault *fault) {
    if (all->waiters >= all->most_waiters)
        return refuse(fault, "too many wait for credentials that are being read");
    all->waiters++;
    flight->waiting++;
    bool landed = await_landing(all, flight, wait_ms);
    bool fine = landed && flight->fine;
    if (fine)
        credential_copy(credential, &flight->credential);
    else if (!landed)
        refuse(fault, "the credential is being read, which takes long");
    else if (fault != NULL)
        *fault = flight->fault;
    flight->waiting--;
    all->waiters--;
    end_if_last(flight);
    return fine;
}

static void land(struct flight *flight, bool fine, const struct credential *credential, const struct fault *fault) {
    flight->landed = true;
    flight->fine = fine;
    flight->fault = *fault;
    if (fine && flight->waiting > 0)
        credential_copy(&flight->credential, credential);
    pthread_cond_broadcast(&flight->landing);
    end_if_last(flight);
}

/* --- the call ----------------------------------------------------------------------------------------------------------- */

bool single_flight_get(struct single_flight *all, const char *account, const char *user, int64_t wait_ms,
                       single_flight_read read, void *context, struct credential *credential, bool *shared,
                       struct fault *fault) {
    struct fault why = {0};
    pthread_mutex_lock(&all->lock);
    struct flight *flight = find_open(all, account, user);
    bool follows = flight != NULL;
    bool fine = follows && wait_for(all, flight, wait_ms, credential, &why);
    if (!follows && (flight = begin(all, account, user)) == NULL)
        refuse(&why, "too many different credentials are being read");
    pthread_mutex_unlock(&all->lock);
    if (!follows && flight != NULL) {
        fine = read(context, credential, &why);
        pthread_mutex_lock(&all->lock);
        land(flight, fine, credential, &why);
        pthread_mutex_unlock(&all->lock);
    }
    if (shared != NULL)
        *shared = follows;
    if (!fine && fault != NULL)
        *fault = why;
    return fine;
}

size_t single_flight_waiting(struct single_flight *all) {
    pthread_mutex_lock(&all->lock);
    size_t waiting = all->waiters;
    pthread_mutex_unlock(&all->lock);
    return waiting;
}
