#include "accounts.h"

#include "mem.h"

#include <pthread.h>
#include <string.h>

enum { LOOK_MS = 1000 };

struct row {
    const char *id; /* the configuration's */
    size_t busy;
    int64_t queue_ends_ms; /* when the last of those turned away is to come back */
    int64_t told;
    enum { NOT_TRIED, REACHED, OUT_OF_REACH } last;
};

struct accounts {
    pthread_mutex_t lock;
    size_t most;
    size_t count;
    struct row *rows;
};

struct accounts *accounts_open(const struct config *config, size_t most) {
    struct accounts *accounts = mem_zero(1, sizeof *accounts);
    accounts->most = most > 0 ? most : 1;
    accounts->count = config->account_count;
    accounts->rows = mem_zero(config->account_count, sizeof *accounts->rows);
    for (size_t i = 0; i < config->account_count; i++)
        accounts->rows[i].id = config->accounts[i].id;
    pthread_mutex_init(&accounts->lock, NULL);
    return accounts;
}

void accounts_close(struct accounts *accounts) {
    if (accounts == NULL)
        return;
    pthread_mutex_destroy(&accounts->lock);
    mem_free(accounts->rows);
    mem_free(accounts);
}

static struct row *find(struct accounts *accounts, const char *account) {
    for (size_t i = 0; i < accounts->count; i++)
        if (strcmp(accounts->rows[i].id, account) == 0)
            return &accounts->rows[i];
    return NULL;
}

bool accounts_known(struct accounts *accounts, const char *account) {
    return find(accounts, account) != NULL;
}

/* A place behind those turned away before, which come back at the pace of one look a second for each of the account's threads. */
static int64_t queue(struct row *row, size_t threads, int64_t now_ms) {
    int64_t longest = now_ms + ACCOUNTS_CROWD_MS;
    int64_t ends = row->queue_ends_ms > now_ms + LOOK_MS ? row->queue_ends_ms : now_ms + LOOK_MS;
    row->queue_ends_ms = ends + LOOK_MS / (int64_t)threads;
    if (row->queue_ends_ms > longest)
        row->queue_ends_ms = longest;
    return (ends < longest ? ends : longest) - now_ms;
}

bool accounts_enter(struct accounts *accounts, const char *account, int64_t now_ms, int64_t *again_ms) {
    struct row *row = find(accounts, account);
    *again_ms = LOOK_MS;
    pthread_mutex_lock(&accounts->lock);
    bool free = row != NULL && row->busy < accounts->most;
    if (free)
        row->busy++;
    else if (row != NULL)
        *again_ms = queue(row, accounts->most, now_ms);
    pthread_mutex_unlock(&accounts->lock);
    return free;
}

void accounts_leave(struct accounts *accounts, const char *account) {
    struct row *row = find(accounts, account);
    pthread_mutex_lock(&accounts->lock);
    if (row != NULL && row->busy > 0)
        row->busy--;
    pthread_mutex_unlock(&accounts->lock);
}

void accounts_reached(struct accounts *accounts, const char *account, bool reached) {
    struct row *row = find(accounts, account);
    pthread_mutex_lock(&accounts->lock);
    if (row != NULL)
        row->last = reached ? REACHED : OUT_OF_REACH;
    pthread_mutex_unlock(&accounts->lock);
}

bool accounts_all_out_of_reach(struct accounts *accounts) {
    size_t failed = 0;
    size_t tried = 0;
    pthread_mutex_lock(&accounts->lock);
    for (size_t i = 0; i < accounts->count; i++) {
        tried += accounts->rows[i].last != NOT_TRIED ? 1 : 0;
        failed += accounts->rows[i].last == OUT_OF_REACH ? 1 : 0;
    }
    pthread_mutex_unlock(&accounts->lock);
    return tried > 0 && failed == tried;
}

bool accounts_may_tell(struct accounts *accounts, const char *account, int64_t now) {
    struct row *row = find(accounts, account);
    pthread_mutex_lock(&accounts->lock);
    bool may = row != NULL && now / 3600 != row->told / 3600;
    if (may)
        row->told = now;
    pthread_mutex_unlock(&accounts->lock);
    return may;
}
