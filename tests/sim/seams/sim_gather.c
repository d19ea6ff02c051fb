/* gather.h of a simulated run. */
#include "gather.h"

#include "ledger.h"
#include "mem.h"
#include "seams.h"
#include "sim_store.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char field[GATHER_FIELD_SIZE];
    char value[GATHER_VALUE_SIZE];
};

struct digest {
    char name[GATHER_NAME_SIZE];
    int64_t due;
    size_t count;
    struct entry *entries;
    size_t bytes;
    int64_t more;
    char token[GATHER_TOKEN_SIZE];
    int64_t until;
    bool begun;
};

struct seen {
    char id[GATHER_NAME_SIZE];
    int64_t ends;
};

static struct {
    size_t count;
    struct digest *rows;
} digests;

static struct {
    size_t count;
    struct seen *rows;
} seen;

static uint64_t claims; /* ever made */

static void drop(struct digest *digest) {
    mem_free(digest->entries);
    *digest = digests.rows[--digests.count];
}

void sim_gather_flush(void) {
    while (digests.count > 0)
        drop(&digests.rows[0]);
    mem_free(digests.rows);
    mem_free(seen.rows);
    memset(&digests, 0, sizeof digests);
    memset(&seen, 0, sizeof seen);
}

static struct digest *find(const char *name) {
    for (size_t i = 0; i < digests.count; i++)
        if (strcmp(digests.rows[i].name, name) == 0)
            return &digests.rows[i];
    return NULL;
}

static struct digest *find_or_add(const char *name) {
    struct digest *digest = find(name);
    if (digest != NULL)
        return digest;
    digests.rows = mem_grow(digests.rows, (digests.count + 1) * sizeof *digests.rows);
    digest = &digests.rows[digests.count++];
    memset(digest, 0, sizeof *digest);
    text_clip(digest->name, sizeof digest->name, name);
    return digest;
}

static bool was_seen(const char *id, int64_t now) {
    for (size_t i = seen.count; i > 0; i--)
        if (seen.rows[i - 1].ends <= now)
            seen.rows[i - 1] = seen.rows[--seen.count];
    for (size_t i = 0; i < seen.count; i++)
        if (strcmp(seen.rows[i].id, id) == 0)
            return true;
    return false;
}

static void see(const char *id, int64_t now) {
    seen.rows = mem_grow(seen.rows, (seen.count + 1) * sizeof *seen.rows);
    struct seen *row = &seen.rows[seen.count++];
    text_clip(row->id, sizeof row->id, id);
    row->ends = now + (int64_t)LEDGER_KEEP_SECONDS * 1000;
}

static struct entry *entry_of(struct digest *digest, const char *field) {
    for (size_t i = 0; i < digest->count; i++)
        if (strcmp(digest->entries[i].field, field) == 0)
            return &digest->entries[i];
    return NULL;
}

static void put(struct digest *digest, const char *field, const char *value) {
    struct entry *entry = entry_of(digest, field);
    size_t before = entry == NULL ? 0 : strlen(entry->value);
    size_t bytes = digest->bytes + strlen(value) - before + (entry == NULL ? strlen(field) + 2 : 0);
    if (bytes > GATHER_BYTES) {
        digest->more++;
        return;
    }
    if (entry == NULL) {
        digest->entries = mem_grow(digest->entries, (digest->count + 1) * sizeof *digest->entries);
        entry = &digest->entries[digest->count++];
    }
    text_clip(entry->field, sizeof entry->field, field);
    text_clip(entry->value, sizeof entry->value, value);
    digest->bytes = bytes;
}

bool gather_add(struct store *store, const char *name, int64_t due_ms, const char *event_id, const char *field,
                const char *value, bool *open, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    bool before = was_seen(event_id, now);
    *open = before || now < due_ms;
    if (before || !*open)
        return true;
    struct digest *digest = find_or_add(name);
    digest->due = due_ms;
    put(digest, field, value);
    see(event_id, now);
    return true;
}

static int by_due(const void *a, const void *b) {
    const struct digest *one = a;
    const struct digest *other = b;
    return one->due != other->due ? (one->due < other->due ? -1 : 1) : strcmp(one->name, other->name);
}

bool gather_due(struct store *store, char names[GATHER_DUE_MOST][GATHER_NAME_SIZE], size_t *count,
                struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    *count = 0;
    if (digests.count > 0)
        qsort(digests.rows, digests.count, sizeof *digests.rows, by_due);
    for (size_t i = 0; i < digests.count && *count < GATHER_DUE_MOST && digests.rows[i].due <= now; i++)
        text_clip(names[(*count)++], GATHER_NAME_SIZE, digests.rows[i].name);
    return true;
}

int64_t seams_gather_due(void) {
    int64_t earliest = -1;
    int64_t now = seams.now_ms + SEAMS_REDIS_AHEAD_MS;
    for (size_t i = 0; i < digests.count; i++) {
        const struct digest *digest = &digests.rows[i];
        int64_t at = digest->until > digest->due ? digest->until : digest->due;
        int64_t in_ms = at > now ? at - now : 0;
        earliest = earliest < 0 || in_ms < earliest ? in_ms : earliest;
    }
    return earliest;
}

bool gather_claim(struct store *store, const char *name, char token[GATHER_TOKEN_SIZE], enum gather_state *state,
                  struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    struct digest *digest = find(name);
    if (token[0] == '\0')
        snprintf(token, GATHER_TOKEN_SIZE, "%016" PRIx64, ++claims);
    *state = GATHER_GONE;
    if (digest == NULL)
        return true;
    bool held = digest->token[0] != '\0' && digest->until > now;
    if (digest->begun)
        *state = digest->until > now ? GATHER_CLAIMED_BY_OTHER : GATHER_IN_DOUBT;
    else if (held)
        *state = strcmp(digest->token, token) == 0 ? GATHER_CLAIMED : GATHER_CLAIMED_BY_OTHER;
    else
        *state = GATHER_CLAIMED;
    if (*state == GATHER_CLAIMED && !held) {
        text_clip(digest->token, sizeof digest->token, token);
        digest->until = now + GATHER_CLAIM_MS;
    }
    return true;
}

static int by_field(const void *a, const void *b) {
    return strcmp(((const struct entry *)a)->field, ((const struct entry *)b)->field);
}

bool gather_each(struct store *store, const char *name,
                 void (*visit)(const char *field, const char *value, void *context), void *context, int64_t *more,
                 struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    struct digest *digest = find(name);
    *more = digest == NULL ? 0 : digest->more;
    if (digest == NULL || digest->count == 0)
        return true;
    qsort(digest->entries, digest->count, sizeof *digest->entries, by_field);
    for (size_t i = 0; i < digest->count; i++)
        visit(digest->entries[i].field, digest->entries[i].value, context);
    return true;
}

bool gather_begin(struct store *store, const char *name, const char *token, bool *ours, struct fault *fault) {
    (void)fault;
    int64_t now = sim_store_now(store);
    struct digest *digest = find(name);
    *ours = digest != NULL && strcmp(digest->token, token) == 0 && digest->until - now >= GATHER_LEFT_MS;
    if (*ours)
        digest->begun = true;
    return true;
}

bool gather_release(struct store *store, const char *name, const char *token, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    struct digest *digest = find(name);
    if (digest != NULL && strcmp(digest->token, token) == 0) {
        digest->token[0] = '\0';
        digest->until = 0;
        digest->begun = false;
    }
    return true;
}

bool gather_end(struct store *store, const char *name, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    struct digest *digest = find(name);
    if (digest != NULL)
        drop(digest);
    return true;
}
