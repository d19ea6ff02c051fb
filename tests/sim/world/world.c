#include "world.h"

#include "mem.h"

#include <stdio.h>
#include <string.h>

struct world *world_open(uint64_t seed, const char *operator_account, const char *operator_key) {
    struct world *world = mem_zero(1, sizeof *world);
    world->random = seed * 2 + 1;
    text_clip(world->operator_account, sizeof world->operator_account, operator_account);
    text_clip(world->operator_key, sizeof world->operator_key, operator_key);
    return world;
}

static void close_secret(struct world_secret *secret) {
    for (size_t i = 0; i < secret->version_count; i++)
        mem_free(secret->versions[i].value);
    mem_free(secret);
}

static void close_account(struct world_account *account) {
    for (size_t i = 0; i < account->user_count; i++)
        mem_free(account->users[i]);
    for (size_t i = 0; i < account->secret_count; i++)
        close_secret(account->secrets[i]);
    mem_free(account->users);
    mem_free(account->secrets);
    mem_free(account);
}

void world_close(struct world *world) {
    if (world == NULL)
        return;
    for (size_t i = 0; i < world->account_count; i++)
        close_account(world->accounts[i]);
    mem_free(world->accounts);
    mem_free(world->sessions);
    mem_free(world);
}

/* splitmix64: any seed will do, and the same everywhere. */
uint64_t world_random(struct world *world, uint64_t below) {
    uint64_t z = world->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return below == 0 ? 0 : z % below;
}

/* AWS's ids are of capitals and the digits 2-7. */
static void make_id(struct world *world, const char *prefix, char *id, size_t length) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    size_t at = strlen(prefix);
    memcpy(id, prefix, at);
    for (; at < length; at++)
        id[at] = letters[world_random(world, sizeof letters - 1)];
    id[length] = '\0';
}

struct world_account *world_add_account(struct world *world, const char *id) {
    struct world_account *account = mem_zero(1, sizeof *account);
    text_clip(account->id, sizeof account->id, id);
    world->accounts = mem_grow(world->accounts, (world->account_count + 1) * sizeof *world->accounts);
    return world->accounts[world->account_count++] = account;
}

struct world_account *world_account(struct world *world, const char *id) {
    for (size_t i = 0; i < world->account_count; i++)
        if (text_equal(world->accounts[i]->id, id))
            return world->accounts[i];
    return NULL;
}

struct world_user *world_add_user(struct world *world, struct world_account *account, const char *name,
                                  const char *path, int64_t created) {
    struct world_user *user = mem_zero(1, sizeof *user);
    text_clip(user->name, sizeof user->name, name);
    text_clip(user->path, sizeof user->path, path);
    make_id(world, "AIDA", user->id, 21);
    user->created = created;
    account->users = mem_grow(account->users, (account->user_count + 1) * sizeof *account->users);
    return account->users[account->user_count++] = user;
}

/* IAM tells no two names apart by their case. */
struct world_user *world_user(struct world_account *account, const char *name) {
    for (size_t i = 0; name != NULL && i < account->user_count; i++)
        if (strcasecmp(account->users[i]->name, name) == 0)
            return account->users[i];
    return NULL;
}

void world_remove_user(struct world_account *account, struct world_user *user) {
    for (size_t i = 0; i < account->user_count; i++) {
        if (account->users[i] != user)
            continue;
        memmove(&account->users[i], &account->users[i + 1], (--account->user_count - i) * sizeof account->users[0]);
        mem_free(user);
        return;
    }
}

struct world_key *world_add_key(struct world *world, struct world_user *user, int64_t created) {
    if (user->key_count == WORLD_KEYS)
        return NULL;
    struct world_key *key = &user->keys[user->key_count++];
    *key = (struct world_key){.active = true, .created = created};
    make_id(world, "AKIA", key->id, 20);
    make_id(world, "", key->secret, WORLD_SECRET_KEY - 1);
    return key;
}

void world_remove_key(struct world_user *user, struct world_key *key) {
    size_t at = (size_t)(key - user->keys);
    memmove(key, key + 1, (--user->key_count - at) * sizeof *key);
}

static struct world_key *key_of(struct world_user *user, const char *key_id) {
    for (size_t i = 0; i < user->key_count; i++)
        if (text_equal(user->keys[i].id, key_id))
            return &user->keys[i];
    return NULL;
}

struct world_key *world_find_key(struct world *world, const char *key_id, struct world_account **account,
                                 struct world_user **user) {
    for (size_t i = 0; i < world->account_count; i++)
        for (size_t j = 0; j < world->accounts[i]->user_count; j++) {
            struct world_key *key = key_of(world->accounts[i]->users[j], key_id);
            if (key == NULL)
                continue;
            *account = world->accounts[i];
            *user = world->accounts[i]->users[j];
            return key;
        }
    return NULL;
}

struct world_secret *world_secret(struct world_account *account, const char *name) {
    for (size_t i = 0; name != NULL && i < account->secret_count; i++)
        if (strcmp(account->secrets[i]->name, name) == 0 || strcmp(account->secrets[i]->arn, name) == 0)
            return account->secrets[i];
    return NULL;
}

static size_t place_of(const struct world_tag *tags, size_t count, const char *key) {
    size_t at = 0;
    while (at < count && strcmp(tags[at].key, key) != 0)
        at++;
    return at;
}

bool world_set_tag(struct world_tag *tags, size_t *count, const char *key, const char *value) {
    size_t at = place_of(tags, *count, key);
    if (at == WORLD_TAGS)
        return false;
    *count = at == *count ? at + 1 : *count;
    text_clip(tags[at].key, sizeof tags[at].key, key);
    text_clip(tags[at].value, sizeof tags[at].value, value);
    return true;
}

void world_drop_tag(struct world_tag *tags, size_t *count, const char *key) {
    size_t at = place_of(tags, *count, key);
    if (at < *count)
        memmove(&tags[at], &tags[at + 1], (--*count - at) * sizeof tags[0]);
}

bool world_has_stage(const struct world_version *version, const char *stage) {
    for (size_t i = 0; i < version->stage_count; i++)
        if (strcmp(version->stages[i], stage) == 0)
            return true;
    return false;
}
