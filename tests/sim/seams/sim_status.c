/* status.h of a simulated run: what is remembered of users, and the inventories' claims. */
#include "status.h"

#include "mem.h"
#include "seams.h"
#include "sim_store.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { MARKER_SIZE = 1024 };

struct row {
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    char current[KEY_ID_SIZE];
    struct status status; /* known: it is in the index too */
};

struct inventory_row {
    char account[ACCOUNT_SIZE];
    int64_t next;
    int64_t hold;
    char marker[MARKER_SIZE];
    int64_t started;
    int64_t listed;
};

static struct {
    size_t count;
    struct row *rows;
} users;

static struct {
    size_t count;
    struct inventory_row *rows;
} inventories;

void sim_status_flush(void) {
    mem_free(users.rows);
    memset(&users, 0, sizeof users);
}

void sim_inventory_flush(void) {
    mem_free(inventories.rows);
    memset(&inventories, 0, sizeof inventories);
}

static struct row *find(const char *account, const char *user) {
    for (size_t i = 0; i < users.count; i++)
        if (strcmp(users.rows[i].account, account) == 0 && strcmp(users.rows[i].user, user) == 0)
            return &users.rows[i];
    return NULL;
}

int64_t sim_status_users(const char *account) {
    int64_t count = 0;
    for (size_t i = 0; i < users.count; i++)
        count += users.rows[i].status.known && strcmp(users.rows[i].account, account) == 0 ? 1 : 0;
    return count;
}

static struct row *find_or_add(const char *account, const char *user) {
    struct row *row = find(account, user);
    if (row != NULL)
        return row;
    users.rows = mem_grow(users.rows, (users.count + 1) * sizeof *users.rows);
    row = &users.rows[users.count++];
    memset(row, 0, sizeof *row);
    text_clip(row->account, sizeof row->account, account);
    text_clip(row->user, sizeof row->user, user);
    return row;
}

bool status_read(struct store *store, const char *account, const char *user, struct status *status,
                 struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    const struct row *row = find(account, user);
    *status = row == NULL ? (struct status){0} : row->status;
    return true;
}

bool status_read_serving(struct store *store, const char *account, const char *user, struct status *status,
                         struct fault *fault) {
    struct status whole;
    bool read = status_read(store, account, user, &whole, fault);
    *status = (struct status){.known = whole.known};
    text_clip(status->user_id, sizeof status->user_id, whole.user_id);
    text_clip(status->policy, sizeof status->policy, whole.policy);
    text_clip(status->override, sizeof status->override, whole.override);
    text_clip(status->reason, sizeof status->reason, whole.reason);
    return read;
}

bool status_write_inventory(struct store *store, const char *account, const char *user, const struct status *status,
                            struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    struct status *kept = &find_or_add(account, user)->status;
    kept->known = true;
    text_clip(kept->user_id, sizeof kept->user_id, status->user_id);
    text_clip(kept->path, sizeof kept->path, status->path);
    text_clip(kept->policy, sizeof kept->policy, status->policy);
    text_clip(kept->fingerprint, sizeof kept->fingerprint, status->fingerprint);
    text_clip(kept->override, sizeof kept->override, status->override);
    kept->override_since = status->override_since;
    text_clip(kept->email, sizeof kept->email, status->email);
    if (kept->inventoried <= status->inventoried)
        kept->inventoried = status->inventoried;
    return true;
}

bool status_write_look(struct store *store, const char *account, const char *user, const struct status *status,
                       struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    struct status *kept = &find_or_add(account, user)->status;
    kept->known = kept->announced_known = true;
    text_clip(kept->announced, sizeof kept->announced, status->announced);
    text_clip(kept->condition, sizeof kept->condition, status->condition);
    text_clip(kept->step, sizeof kept->step, status->step);
    text_clip(kept->reason, sizeof kept->reason, status->reason);
    text_clip(kept->step_key, sizeof kept->step_key, status->step_key);
    text_clip(kept->keys, sizeof kept->keys, status->keys);
    kept->looked = status->looked;
    kept->condition_since = status->condition_since;
    kept->attempt = status->attempt;
    kept->next_look = status->next_look;
    kept->overdue = status->overdue;
    if (kept->sequence <= status->sequence)
        kept->sequence = status->sequence;
    return true;
}

bool status_remove(struct store *store, const char *account, const char *user, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    struct row *row = find(account, user);
    if (row != NULL)
        *row = users.rows[--users.count];
    sim_cache_drop(account, user);
    return true;
}

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

/* The names are taken first: the visitor may change the rows. */
bool status_each(struct store *store, const char *account, bool (*visit)(const char *user, void *context),
                 void *context, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    char(*names)[USER_NAME_SIZE] = mem_zero(users.count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < users.count; i++)
        if (users.rows[i].status.known && strcmp(users.rows[i].account, account) == 0)
            text_clip(names[count++], sizeof *names, users.rows[i].user);
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count && visit(names[i], context); i++)
        continue;
    mem_free(names);
    return true;
}

struct page {
    const char *after;
    size_t most;
    char (*names)[USER_NAME_SIZE];
    size_t count;
};

static bool add_to_page(const char *user, void *context) {
    struct page *page = context;
    if (strcmp(user, page->after) > 0)
        text_clip(page->names[page->count++], sizeof *page->names, user);
    return page->count < page->most;
}

bool status_names(struct store *store, const char *account, const char *after, size_t most,
                  char (*names)[USER_NAME_SIZE], size_t *count, struct fault *fault) {
    struct page page = {after, most, names, 0};
    bool read = status_each(store, account, add_to_page, &page, fault);
    *count = page.count;
    return read;
}

bool status_set_current(struct store *store, const char *account, const char *user, const char *key_id,
                        struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    struct row *row = find_or_add(account, user);
    text_clip(row->current, sizeof row->current, key_id);
    sim_cache_drop(account, user);
    return true;
}

const char *sim_status_current(const char *account, const char *user) {
    const struct row *row = find(account, user);
    return row == NULL || row->current[0] == '\0' ? NULL : row->current;
}

bool status_drop_current(struct store *store, const char *account, const char *user, struct fault *fault) {
    return status_set_current(store, account, user, "", fault);
}

/* --- inventories */

static struct inventory_row *inventory_of(const char *account) {
    for (size_t i = 0; i < inventories.count; i++)
        if (strcmp(inventories.rows[i].account, account) == 0)
            return &inventories.rows[i];
    inventories.rows = mem_grow(inventories.rows, (inventories.count + 1) * sizeof *inventories.rows);
    struct inventory_row *row = &inventories.rows[inventories.count++];
    memset(row, 0, sizeof *row);
    text_clip(row->account, sizeof row->account, account);
    return row;
}

int64_t seams_inventory_due(const char *const *accounts, size_t count) {
    int64_t earliest = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        int64_t next = inventory_of(accounts[i])->next;
        earliest = next < earliest ? next : earliest;
    }
    int64_t now = seams.now_ms + SEAMS_REDIS_AHEAD_MS;
    return earliest > now ? earliest - now : 0;
}

bool inventory_claim(struct store *store, const char *account, int64_t hold_ms, bool *due, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    struct inventory_row *row = inventory_of(account);
    *due = row->next <= now;
    if (*due) {
        row->next = now + hold_ms;
        row->hold = hold_ms;
    }
    return true;
}

bool inventory_done(struct store *store, const char *account, int64_t every_ms, struct fault *fault) {
    struct inventory_row *row = inventory_of(account);
    row->marker[0] = '\0';
    row->started = 0;
    return inventory_retry(store, account, every_ms, fault);
}

bool inventory_retry(struct store *store, const char *account, int64_t delay_ms, struct fault *fault) {
    (void)fault;
    inventory_of(account)->next = sim_store_now(store) + delay_ms;
    return true;
}

bool inventory_read_marker(struct store *store, const char *account, char *marker, size_t size, int64_t *started,
                           struct fault *fault) {
    const struct inventory_row *row = inventory_of(account);
    sim_store_now(store);
    *started = row->marker[0] == '\0' ? 0 : row->started;
    return text_copy(marker, size, row->marker) ||
           fault_set(fault, FAULT_INVALID, "inventory", "the page marker of %s is too long", account);
}

bool inventory_write_marker(struct store *store, const char *account, const char *marker, int64_t started,
                            struct fault *fault) {
    (void)fault;
    struct inventory_row *row = inventory_of(account);
    text_clip(row->marker, sizeof row->marker, marker);
    row->started = started;
    row->next = sim_store_now(store) + row->hold;
    return true;
}

bool inventory_read_listed(struct store *store, const char *account, int64_t *at, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    *at = inventory_of(account)->listed;
    return true;
}

bool inventory_write_listed(struct store *store, const char *account, int64_t at, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    inventory_of(account)->listed = at;
    return true;
}
