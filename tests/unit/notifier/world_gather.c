/* gather.h of the played world: one list of entries, with the rules of the real one. */
#include "gather.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

static struct world_digest *find(const char *name) {
    for (size_t i = 0; i < world.digest_count; i++)
        if (strcmp(world.digests[i].name, name) == 0)
            return &world.digests[i];
    return NULL;
}

static struct world_digest *find_or_add(const char *name, int64_t due_ms) {
    struct world_digest *digest = find(name);
    if (digest != NULL)
        return digest;
    digest = &world.digests[world.digest_count++];
    *digest = (struct world_digest){.due_ms = due_ms};
    text_clip(digest->name, sizeof digest->name, name);
    return digest;
}

static bool was_seen(const char *id) {
    for (size_t i = 0; i < world.seen_count; i++)
        if (strcmp(world.seen[i], id) == 0)
            return true;
    return false;
}

static void put(struct world_digest *digest, const char *field, const char *value) {
    size_t i = 0;
    while (i < digest->count && strcmp(digest->fields[i], field) != 0)
        i++;
    if (i == WORLD_ENTRIES) {
        digest->more++;
        return;
    }
    digest->count += i == digest->count;
    text_clip(digest->fields[i], GATHER_FIELD_SIZE, field);
    text_clip(digest->values[i], GATHER_VALUE_SIZE, value);
}

bool gather_add(struct store *store, const char *name, int64_t due_ms, const char *event_id, const char *field,
                const char *value, bool *open, struct fault *fault) {
    (void)store;
    if (!world_reached())
        return world_answered(false, fault);
    *open = was_seen(event_id) || world.now_ms < due_ms;
    if (*open && !was_seen(event_id)) {
        put(find_or_add(name, due_ms), field, value);
        text_clip(world.seen[world.seen_count++], sizeof world.seen[0], event_id);
    }
    return world_answered(true, fault);
}

bool gather_due(struct store *store, char names[GATHER_DUE_MOST][GATHER_NAME_SIZE], size_t *count,
                struct fault *fault) {
    (void)store;
    *count = 0;
    for (size_t i = 0; i < world.digest_count; i++)
        if (world.digests[i].due_ms <= world.now_ms)
            text_clip(names[(*count)++], GATHER_NAME_SIZE, world.digests[i].name);
    return world_answered(world_reached(), fault);
}

static enum gather_state state_of(const struct world_digest *digest, const char *token) {
    bool held = digest->token[0] != '\0' && digest->until_ms > world.now_ms;
    if (digest->begun)
        return held ? GATHER_CLAIMED_BY_OTHER : GATHER_IN_DOUBT;
    return held && strcmp(digest->token, token) != 0 ? GATHER_CLAIMED_BY_OTHER : GATHER_CLAIMED;
}

bool gather_claim(struct store *store, const char *name, char token[GATHER_TOKEN_SIZE], enum gather_state *state,
                  struct fault *fault) {
    (void)store;
    if (token[0] == '\0')
        snprintf(token, GATHER_TOKEN_SIZE, "%016zx", world.calls + 1);
    if (!world_reached())
        return world_answered(false, fault);
    struct world_digest *digest = find(name);
    *state = digest == NULL ? GATHER_GONE : state_of(digest, token);
    if (*state == GATHER_CLAIMED && strcmp(digest->token, token) != 0) {
        text_clip(digest->token, sizeof digest->token, token);
        digest->until_ms = world.now_ms + GATHER_CLAIM_MS;
    }
    return world_answered(true, fault);
}

bool gather_each(struct store *store, const char *name,
                 void (*visit)(const char *field, const char *value, void *context), void *context, int64_t *more,
                 struct fault *fault) {
    (void)store;
    const struct world_digest *digest = find(name);
    if (!world_reached() || digest == NULL)
        return world_answered(false, fault);
    *more = digest->more;
    for (size_t i = 0; i < digest->count; i++)
        visit(digest->fields[i], digest->values[i], context);
    return world_answered(true, fault);
}

bool gather_begin(struct store *store, const char *name, const char *token, bool *ours, struct fault *fault) {
    (void)store;
    struct world_digest *digest = find(name);
    if (!world_reached())
        return world_answered(false, fault);
    *ours = digest != NULL && strcmp(digest->token, token) == 0 && digest->until_ms - world.now_ms >= GATHER_LEFT_MS;
    if (*ours)
        digest->begun = true;
    return world_answered(true, fault);
}

bool gather_release(struct store *store, const char *name, const char *token, struct fault *fault) {
    (void)store;
    struct world_digest *digest = find(name);
    if (!world_reached())
        return world_answered(false, fault);
    if (digest != NULL && strcmp(digest->token, token) == 0) {
        digest->token[0] = '\0';
        digest->begun = false;
    }
    return world_answered(true, fault);
}

bool gather_end(struct store *store, const char *name, struct fault *fault) {
    (void)store;
    struct world_digest *digest = find(name);
    if (!world_reached())
        return world_answered(false, fault);
    if (digest != NULL)
        *digest = world.digests[--world.digest_count];
    return world_answered(true, fault);
}
