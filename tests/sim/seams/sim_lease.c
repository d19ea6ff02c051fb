/* lease.h and ledger.h of a simulated run: keys with an end. */
#include "lease.h"
#include "ledger.h"
#include "mem.h"
#include "random.h"
#include "sim_store.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 400 };

struct key {
    char name[NAME_SIZE];
    char token[LEASE_TOKEN_SIZE]; /* of a lease, or of a claim */
    bool sent;                    /* of the ledger */
    int64_t until;                /* of a claim */
    int64_t ends;
};

struct keys {
    size_t count;
    struct key *rows;
};

_Static_assert((int)LEDGER_TOKEN_SIZE <= (int)LEASE_TOKEN_SIZE, "both fit in a key");

static struct keys leases;
static struct keys ledger;
static int64_t epoch;
static uint64_t claims; /* ever made */

static void flush(struct keys *keys) {
    mem_free(keys->rows);
    *keys = (struct keys){0};
}

void sim_lease_flush(void) {
    flush(&leases);
}

void sim_ledger_flush(void) {
    flush(&ledger);
    epoch = 0;
}

static void drop(struct keys *keys, struct key *key) {
    if (key != NULL)
        *key = keys->rows[--keys->count];
}

/* The key of that name, with all that ended taken away. */
static struct key *find(struct keys *keys, const char *name, int64_t now) {
    for (size_t i = keys->count; i > 0; i--)
        if (keys->rows[i - 1].ends <= now)
            drop(keys, &keys->rows[i - 1]);
    for (size_t i = 0; i < keys->count; i++)
        if (strcmp(keys->rows[i].name, name) == 0)
            return &keys->rows[i];
    return NULL;
}

static struct key *add(struct keys *keys, const char *name, int64_t ends) {
    keys->rows = mem_grow(keys->rows, (keys->count + 1) * sizeof *keys->rows);
    struct key *key = &keys->rows[keys->count++];
    *key = (struct key){.ends = ends};
    text_clip(key->name, sizeof key->name, name);
    return key;
}

static void name_of(const char *first, const char *second, char name[NAME_SIZE]) {
    snprintf(name, NAME_SIZE, "%s/%s", first, second);
}

bool lease_take(struct store *store, const char *account, const char *user, int64_t milliseconds,
                char token[LEASE_TOKEN_SIZE], bool *got, int64_t *left_ms, struct fault *fault) {
    (void)fault;
    char name[NAME_SIZE];
    int64_t now = sim_store_now(store);
    name_of(account, user, name);
    random_hex(token, LEASE_TOKEN_SIZE - 1);
    struct key *key = find(&leases, name, now);
    *got = key == NULL;
    *left_ms = key == NULL ? 0 : key->ends - now;
    if (*got)
        text_clip(add(&leases, name, now + milliseconds)->token, LEASE_TOKEN_SIZE, token);
    return true;
}

bool lease_release(struct store *store, const char *account, const char *user, const char *token, struct fault *fault) {
    (void)fault;
    char name[NAME_SIZE];
    name_of(account, user, name);
    struct key *key = find(&leases, name, sim_store_now(store));
    if (key != NULL && strcmp(key->token, token) == 0)
        drop(&leases, key);
    return true;
}

bool ledger_claim(struct store *store, const char *event_id, const char *person, char token[LEDGER_TOKEN_SIZE],
                  enum ledger_state *state, int64_t *until_ms, struct fault *fault) {
    (void)fault;
    char name[NAME_SIZE];
    int64_t now = sim_store_now(store);
    if (token[0] == '\0')
        snprintf(token, LEDGER_TOKEN_SIZE, "%016" PRIx64,
                 ++claims); /* as good, and draws nothing from the run's seed */
    name_of(event_id, person, name);
    struct key *key = find(&ledger, name, now);
    if (key == NULL) {
        key = add(&ledger, name, now + (int64_t)LEDGER_KEEP_SECONDS * 1000);
        key->until = now + LEDGER_CLAIM_MS;
        text_clip(key->token, sizeof key->token, token);
    }
    bool ours = strcmp(key->token, token) == 0;
    *state = key->sent           ? LEDGER_SENT_BEFORE
             : key->until <= now ? LEDGER_EXPIRED_CLAIM
             : ours              ? LEDGER_CLAIMED
                                 : LEDGER_CLAIMED_BY_OTHER;
    *until_ms = key->sent ? 0 : key->until;
    return true;
}

bool ledger_sent(struct store *store, const char *event_id, const char *person, struct fault *fault) {
    (void)fault;
    char name[NAME_SIZE];
    int64_t now = sim_store_now(store);
    name_of(event_id, person, name);
    struct key *key = find(&ledger, name, now);
    if (key == NULL)
        key = add(&ledger, name, 0);
    key->sent = true;
    key->ends = now + (int64_t)LEDGER_KEEP_SECONDS * 1000;
    return true;
}

bool ledger_release(struct store *store, const char *event_id, const char *person, const char *token,
                    struct fault *fault) {
    (void)fault;
    char name[NAME_SIZE];
    name_of(event_id, person, name);
    struct key *key = find(&ledger, name, sim_store_now(store));
    if (key != NULL && !key->sent && strcmp(key->token, token) == 0)
        drop(&ledger, key);
    return true;
}

bool ledger_epoch(struct store *store, int64_t *since_ms, bool *fresh, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    *fresh = epoch == 0;
    epoch = *fresh ? now : epoch;
    *since_ms = epoch;
    return true;
}
