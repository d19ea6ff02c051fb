/* watch.h of a simulated run. */
#include "watch.h"

#include "mem.h"
#include "sim_store.h"
#include "text.h"

#include <string.h>

struct wrong {
    char account[ACCOUNT_SIZE];
    char what[WATCH_ID_SIZE];
    int64_t at;
};

struct told {
    char account[ACCOUNT_SIZE];
    char ids[WATCH_TOLD_SIZE];
};

static struct {
    size_t count;
    struct wrong *rows;
} wrongs;

static struct {
    size_t count;
    struct told *rows;
} tolds;

void sim_watch_flush(void) {
    mem_free(wrongs.rows);
    mem_free(tolds.rows);
    memset(&wrongs, 0, sizeof wrongs);
    memset(&tolds, 0, sizeof tolds);
}

static bool is_there(const char *account, const char *what) {
    for (size_t i = 0; i < wrongs.count; i++)
        if (strcmp(wrongs.rows[i].account, account) == 0 && strcmp(wrongs.rows[i].what, what) == 0)
            return true;
    return false;
}

static void add(const char *account, const char *what, int64_t at) {
    wrongs.rows = mem_grow(wrongs.rows, (wrongs.count + 1) * sizeof *wrongs.rows);
    struct wrong *wrong = &wrongs.rows[wrongs.count++];
    *wrong = (struct wrong){.at = at};
    text_clip(wrong->account, sizeof wrong->account, account);
    text_clip(wrong->what, sizeof wrong->what, what);
}

/* Drops what is older than `since`, then the oldest while there are more than WATCH_MOST. */
static int64_t prune(const char *account, int64_t since) {
    for (;;) {
        int64_t count = 0;
        size_t oldest = wrongs.count;
        for (size_t i = 0; i < wrongs.count; i++) {
            if (strcmp(wrongs.rows[i].account, account) != 0)
                continue;
            count++;
            if (oldest == wrongs.count || wrongs.rows[i].at < wrongs.rows[oldest].at)
                oldest = i;
        }
        if (count == 0 || (wrongs.rows[oldest].at >= since && count <= WATCH_MOST))
            return count;
        wrongs.rows[oldest] = wrongs.rows[--wrongs.count];
    }
}

bool watch_count(struct store *store, const char *account, const char *what, int64_t age_ms, int64_t window_ms,
                 struct watch_tally *tally, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    int64_t since = now - (window_ms > 0 ? window_ms : 0);
    int64_t at = now - (age_ms > 0 ? age_ms : 0);
    (void)prune(account, since);
    tally->added = !is_there(account, what) && at >= since;
    if (tally->added)
        add(account, what, at);
    tally->wrongs = prune(account, since);
    tally->users = sim_status_users(account);
    return true;
}

static struct told *find(const char *account) {
    for (size_t i = 0; i < tolds.count; i++)
        if (strcmp(tolds.rows[i].account, account) == 0)
            return &tolds.rows[i];
    return NULL;
}

bool watch_told(struct store *store, const char *account, char told[WATCH_TOLD_SIZE], bool *known,
                struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    const struct told *row = find(account);
    *known = row != NULL;
    text_clip(told, WATCH_TOLD_SIZE, row != NULL ? row->ids : "");
    return true;
}

bool watch_tell(struct store *store, const char *account, const char *told, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    struct told *row = find(account);
    if (row == NULL) {
        tolds.rows = mem_grow(tolds.rows, (tolds.count + 1) * sizeof *tolds.rows);
        row = &tolds.rows[tolds.count++];
        *row = (struct told){0};
        text_clip(row->account, sizeof row->account, account);
    }
    text_clip(row->ids, sizeof row->ids, told);
    return true;
}
