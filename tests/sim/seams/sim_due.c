/* due.h of a simulated run: what the Lua scripts do, in C. The index `next` is computed when it is asked for: every
 * script leaves it as the earliest time of the account. */
#include "due.h"

#include "mem.h"
#include "seams.h"
#include "sim_store.h"
#include "text.h"

#include <string.h>

enum { RETURNS_MOST = 256, WAIT_MOST_MS = 60 * 1000 };

enum place { STARTED, DUE, OUT };

struct entry {
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    enum place place;
    int64_t time; /* its score there */
    /* of those that are out */
    int64_t name;
    enum place was;
    bool woken;
    int64_t was_time;
    int64_t until; /* 0: none */
    int64_t length;
};

struct names {
    char account[ACCOUNT_SIZE];
    int64_t last;   /* hold named */
    bool forgotten; /* taken out of `next`, until something is done with a user of it */
};

static struct {
    size_t count;
    struct entry *entries;
    size_t account_count;
    struct names *accounts;
} due;

void sim_due_flush(void) {
    mem_free(due.entries);
    mem_free(due.accounts);
    memset(&due, 0, sizeof due);
}

static int64_t bounded(int64_t delay_ms) {
    static const int64_t most = INT64_C(10) * 366 * 86400 * 1000;
    return delay_ms < 0 ? 0 : delay_ms < most ? delay_ms : most;
}

static struct entry *find(const char *account, const char *user) {
    for (size_t i = 0; i < due.count; i++)
        if (strcmp(due.entries[i].account, account) == 0 && strcmp(due.entries[i].user, user) == 0)
            return &due.entries[i];
    return NULL;
}

static struct entry *add(const char *account, const char *user) {
    due.entries = mem_grow(due.entries, (due.count + 1) * sizeof *due.entries);
    struct entry *entry = &due.entries[due.count++];
    *entry = (struct entry){0};
    text_clip(entry->account, sizeof entry->account, account);
    text_clip(entry->user, sizeof entry->user, user);
    return entry;
}

static struct names *names_of(const char *account) {
    for (size_t i = 0; i < due.account_count; i++)
        if (strcmp(due.accounts[i].account, account) == 0)
            return &due.accounts[i];
    due.accounts = mem_grow(due.accounts, (due.account_count + 1) * sizeof *due.accounts);
    struct names *names = &due.accounts[due.account_count++];
    *names = (struct names){0};
    text_clip(names->account, sizeof names->account, account);
    return names;
}

/* Is `a` before `b`, as sorted sets have it: by time, then by name? NULL comes last. */
static bool is_before(const struct entry *a, const struct entry *b, const char *(*name)(const struct entry *)) {
    if (b == NULL || a->time != b->time)
        return b == NULL || a->time < b->time;
    return strcmp(name(a), name(b)) < 0;
}

static const char *user_of(const struct entry *entry) {
    return entry->user;
}

static const char *account_of(const struct entry *entry) {
    return entry->account;
}

/* The first of a set that is due; NULL. */
static struct entry *head(const char *account, enum place place, int64_t now) {
    struct entry *first = NULL;
    for (size_t i = 0; i < due.count; i++) {
        struct entry *entry = &due.entries[i];
        if (entry->place == place && entry->time <= now && strcmp(entry->account, account) == 0 &&
            is_before(entry, first, user_of))
            first = entry;
    }
    return first;
}

static void want(struct entry *entry, int64_t time) {
    if (entry->until == 0 || time < entry->until)
        entry->until = time;
}

bool due_next(struct store *store, char account[ACCOUNT_SIZE], int64_t *in_ms, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    const struct entry *first = NULL;
    for (size_t i = 0; i < due.count; i++)
        if (is_before(&due.entries[i], first, account_of) && !names_of(due.entries[i].account)->forgotten)
            first = &due.entries[i];
    text_clip(account, ACCOUNT_SIZE, first == NULL ? "" : first->account);
    *in_ms = first == NULL ? -1 : first->time > now ? first->time - now : 0;
    return true;
}

static void return_expired(const char *account, int64_t now) {
    struct entry *entry;
    for (int i = 0; i < RETURNS_MOST && (entry = head(account, OUT, now)) != NULL; i++) {
        entry->time = entry->until > 0 && entry->until < entry->was_time ? entry->until : entry->was_time;
        entry->place = entry->woken ? STARTED : entry->was;
    }
}

static void hand_out(const char *account, enum place place, int64_t now, int64_t name, int64_t length, size_t limit,
                     struct due_user *users, size_t *count) {
    struct entry *entry;
    while (*count < limit && (entry = head(account, place, now)) != NULL) {
        struct due_user *user = &users[(*count)++];
        *user = (struct due_user){.hold = name, .started = place == STARTED};
        text_clip(user->user, sizeof user->user, entry->user);
        entry->was_time = entry->time;
        entry->was = place;
        entry->woken = false;
        entry->until = 0;
        entry->name = name;
        entry->length = length;
        entry->time = now + length;
        entry->place = OUT;
    }
}

bool due_hand_out(struct store *store, const char *account, size_t limit, int64_t hold_ms, struct due_user *users,
                  size_t *count, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    struct names *names = names_of(account);
    int64_t name = now > names->last ? now : names->last + 1;
    int64_t length = bounded(hold_ms);
    *count = 0;
    limit = limit < DUE_BATCH ? limit : DUE_BATCH;
    return_expired(account, now);
    hand_out(account, STARTED, now, name, length, limit, users, count);
    hand_out(account, DUE, now, name, length, limit, users, count);
    if (*count > 0)
        names->last = name;
    names->forgotten = false;
    return true;
}

bool due_take(struct store *store, const char *account, const char *user, int64_t hold, bool *taken,
              struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    struct entry *entry = find(account, user);
    *taken = entry != NULL && entry->place == OUT && entry->name == hold && entry->time > now;
    if (!*taken)
        return true;
    entry->time = now + entry->length;
    names_of(account)->forgotten = false;
    return true;
}

bool due_put(struct store *store, const char *account, const char *user, int64_t hold, int64_t delay_ms,
             enum due_place place, bool *kept, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    struct entry *entry = find(account, user);
    *kept = entry != NULL && entry->place == OUT && entry->name == hold;
    if (!*kept)
        return true;
    int64_t time = now + bounded(delay_ms);
    entry->time = entry->until > 0 && entry->until < time ? entry->until : time;
    bool first = place == DUE_PLACE_STARTED || entry->woken || (place == DUE_PLACE_SAME && entry->was == STARTED);
    entry->place = first ? STARTED : DUE;
    names_of(account)->forgotten = false;
    return true;
}

bool due_wake(struct store *store, const char *account, const char *user, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    struct entry *entry = find(account, user);
    if (entry != NULL && entry->place == OUT) {
        entry->woken = true;
        want(entry, now);
        return true;
    }
    bool new = entry == NULL;
    entry = new ? add(account, user) : entry;
    entry->time = new || now < entry->time ? now : entry->time;
    entry->place = STARTED;
    names_of(account)->forgotten = false;
    return true;
}

bool due_add(struct store *store, const char *account, const char *user, int64_t delay_ms, bool *added,
             struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    *added = find(account, user) == NULL;
    names_of(account)->forgotten = false;
    if (!*added)
        return true;
    struct entry *entry = add(account, user);
    entry->place = DUE;
    entry->time = now + bounded(delay_ms);
    return true;
}

bool due_lower(struct store *store, const char *account, const char *user, int64_t delay_ms, struct fault *fault) {
    (void)fault;
    int64_t time = sim_store_now(store) + bounded(delay_ms);
    struct entry *entry = find(account, user);
    if (entry != NULL && entry->place == OUT) {
        want(entry, time);
        return true;
    }
    if (entry != NULL && time < entry->time)
        entry->time = time;
    names_of(account)->forgotten = false;
    return true;
}

bool due_remove(struct store *store, const char *account, const char *user, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    struct entry *entry = find(account, user);
    if (entry != NULL)
        *entry = due.entries[--due.count];
    names_of(account)->forgotten = false;
    return true;
}

bool due_forget(struct store *store, const char *account, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    names_of(account)->forgotten = true;
    return true;
}

bool due_count(struct store *store, const char *account, int64_t *started, int64_t *waiting, int64_t *out,
               struct fault *fault) {
    (void)fault;
    int64_t counts[3] = {0};
    sim_store_now(store);
    for (size_t i = 0; i < due.count; i++)
        counts[due.entries[i].place] += strcmp(due.entries[i].account, account) == 0;
    *started = counts[STARTED];
    *waiting = counts[DUE];
    *out = counts[OUT];
    return true;
}

/* Nobody else can wake the one thread there is. */
bool due_wait(struct store *store, int64_t at_most_ms, struct fault *fault) {
    (void)store;
    (void)fault;
    seams_pass(at_most_ms < WAIT_MOST_MS ? at_most_ms : WAIT_MOST_MS);
    return true;
}
