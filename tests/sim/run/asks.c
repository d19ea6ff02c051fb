#include "asks.h"

#include "due.h"
#include "mem.h"
#include "store.h"
#include "tags.h"

#include <stdio.h>
#include <string.h>

enum { TAGS_MOST = 2 };

struct asking {
    const char *actor;
    const char *key_id;
    int64_t now;
    struct secret_tag tags[TAGS_MOST];
};

static void request(struct asking *asking, enum request_kind kind) {
    struct request request = {.kind = kind, .at = asking->now};
    text_clip(request.key, sizeof request.key, asking->key_id);
    text_clip(request.actor, sizeof request.actor, asking->actor);
    tags_asked(&request, &asking->tags[0]);
}

static void rotate(struct asking *asking) {
    request(asking, REQUEST_ROTATE);
}

static void roll_back(struct asking *asking) {
    request(asking, REQUEST_ROLLBACK);
    tags_paused(asking->now, true, asking->actor, &asking->tags[1]);
}

static void emergency(struct asking *asking) {
    tags_leaked(asking->key_id, asking->now, asking->actor, &asking->tags[0]);
}

static void pause_user(struct asking *asking) {
    tags_paused(asking->now, false, asking->actor, &asking->tags[0]);
}

static void resume(struct asking *asking) {
    tags_resumed(asking->now, asking->actor, &asking->tags[0]);
}

static const struct {
    const char *name;
    void (*spell)(struct asking *asking);
} spellings[] = {
    {"rotate", rotate}, {"rollback", roll_back}, {"emergency", emergency}, {"pause", pause_user}, {"resume", resume},
};

struct world_secret *asks_secret(struct world_account *account, const struct world_user *user) {
    char name[WORLD_NAME];
    snprintf(name, sizeof name, "keyturn/%s/%s", account->id, user->id);
    return world_secret(account, name);
}

const char *asks_current(const struct world_secret *secret) {
    for (size_t i = 0; i < secret->version_count; i++)
        if (world_has_stage(&secret->versions[i], "AWSCURRENT"))
            return keyring_key_of(secret->versions[i].id);
    return NULL;
}

static struct world_secret *secret_with_placeholder(struct world *world, struct world_account *account,
                                                    const struct world_user *user, int64_t now) {
    char name[WORLD_NAME];
    struct world_secret *secret = asks_secret(account, user);
    if (secret != NULL)
        return secret;
    snprintf(name, sizeof name, "keyturn/%s/%s", account->id, user->id);
    return world_add_secret(world, account, name, keyring_placeholder_version, "{\"keyturn\":\"none\"}", now);
}

static bool wake(const struct world_account *account, const struct world_user *user, struct fault *fault) {
    const struct store_settings settings = {.host = "redis"};
    struct store *store = store_open(&settings);
    bool woken = due_wake(store, account->id, user->name, fault);
    store_close(store);
    return woken;
}

bool asks_write(struct world *world, struct world_account *account, const struct world_user *user,
                const struct hand *hand, const char *key_id, int64_t now, struct fault *fault) {
    struct asking asking = {.actor = hand->value != NULL ? hand->value : "", .key_id = key_id, .now = now};
    struct world_secret *secret = secret_with_placeholder(world, account, user, now);
    for (size_t i = 0; i < COUNT_OF(spellings); i++)
        if (strcmp(spellings[i].name, hand->what) == 0)
            spellings[i].spell(&asking);
    for (size_t i = 0; i < TAGS_MOST; i++)
        if (asking.tags[i].key[0] != '\0' &&
            !world_set_tag(secret->tags, &secret->tag_count, asking.tags[i].key, asking.tags[i].value))
            return fault_set(fault, FAULT_INVALID, "asks", "the secret has no room for another tag");
    return wake(account, user, fault);
}
