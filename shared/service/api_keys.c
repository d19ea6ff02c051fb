/* The keys in force: a set behind a lock, replaced whole when what is kept is no longer what was read last. */
#include "api_keys.h"

#include "api_keys_home.h"
#include "mem.h"

#include <pthread.h>
#include <string.h>

struct api_keys {
    struct api_keys_home home;
    pthread_rwlock_t lock;
    struct api_key_set *set;
    unsigned char digest[SHA256_BYTES]; /* of the text it was read from; of the thread that refreshes */
};

struct api_keys *api_keys_open(const struct api_keys_home *home) {
    struct api_keys *keys = mem_zero(1, sizeof *keys);
    keys->home = *home;
    keys->set = mem_zero(1, sizeof *keys->set);
    pthread_rwlock_init(&keys->lock, NULL);
    return keys;
}

void api_keys_close(struct api_keys *keys) {
    if (keys == NULL)
        return;
    pthread_rwlock_destroy(&keys->lock);
    mem_free(keys->set);
    mem_free(keys);
}

static void put_into_force(struct api_keys *keys, struct api_key_set *set) {
    pthread_rwlock_wrlock(&keys->lock);
    struct api_key_set *former = keys->set;
    keys->set = set;
    pthread_rwlock_unlock(&keys->lock);
    mem_free(former);
}

/* An empty text is no keys at all: the file, or the secret, is not there. */
static bool read_set(const struct api_keys_home *home, const struct secret *content, struct api_key_set *set,
                     struct fault *fault) {
    const char *where = home->file[0] != '\0' ? home->file : home->secret;
    set->count = 0;
    return secret_empty(content) || api_key_read_set(content->bytes, content->length, where, set, fault);
}

/* A folder that is not mounted for a moment takes nobody's key away: whoever wants that, leaves a list without keys. */
static bool is_whole(struct api_keys *keys, const struct secret *content, struct fault *fault) {
    const char *where = keys->home.file[0] != '\0' ? keys->home.file : keys->home.secret;
    if (!secret_empty(content) || api_keys_count(keys) == 0)
        return true;
    return fault_set(fault, FAULT_CONFIG, "API keys", "%.200s is gone or empty; revoke keys by `keyturn apikey revoke`",
                     where);
}

bool api_keys_refresh(struct api_keys *keys, struct aws *aws, bool *changed, struct fault *fault) {
    struct api_keys_held held = {0};
    unsigned char digest[SHA256_BYTES];
    bool other = false;
    bool done = api_keys_home_read(&keys->home, aws, &held, fault) && is_whole(keys, &held.content, fault);
    if (done) {
        digest_sha256(held.content.bytes, held.content.length, digest);
        other = memcmp(digest, keys->digest, sizeof digest) != 0;
    }
    if (done && other) {
        struct api_key_set *set = mem_zero(1, sizeof *set);
        done = read_set(&keys->home, &held.content, set, fault);
        if (done)
            put_into_force(keys, set);
        else
            mem_free(set);
    }
    if (done)
        memcpy(keys->digest, digest, sizeof digest);
    api_keys_held_close(&held);
    if (changed != NULL)
        *changed = done && other;
    return done;
}

size_t api_keys_count(struct api_keys *keys) {
    pthread_rwlock_rdlock(&keys->lock);
    size_t count = keys->set->count;
    pthread_rwlock_unlock(&keys->lock);
    return count;
}

enum api_key_verdict api_keys_check(struct api_keys *keys, const char *text, size_t length, int64_t at,
                                    struct api_key *key) {
    const struct api_key *found;
    pthread_rwlock_rdlock(&keys->lock);
    enum api_key_verdict verdict = api_key_find(keys->set, text, length, at, &found);
    if (found != NULL)
        *key = *found;
    pthread_rwlock_unlock(&keys->lock);
    return verdict;
}

bool api_keys_hold(struct api_keys *keys, struct api_key *key, int64_t at) {
    pthread_rwlock_rdlock(&keys->lock);
    const struct api_key *found = api_key_by_id(keys->set, key->id);
    bool held = found != NULL && memcmp(found->sha256, key->sha256, sizeof key->sha256) == 0 &&
                (found->expires == 0 || at < found->expires);
    if (held)
        *key = *found;
    pthread_rwlock_unlock(&keys->lock);
    return held;
}

/* --- for tools --------------------------------------------------------------------------------------------------------- */

bool api_keys_read(const struct api_keys_home *home, struct aws *aws, struct api_key_set *set, struct fault *fault) {
    struct api_keys_held held = {0};
    bool read = api_keys_home_read(home, aws, &held, fault) && read_set(home, &held.content, set, fault);
    api_keys_held_close(&held);
    return read;
}

static bool print_set(const struct api_key_set *set, struct secret *content, struct fault *fault) {
    struct text out;
    text_open(&out, API_KEYS_JSON_MOST);
    secret_open(content, API_KEYS_JSON_MOST);
    bool printed = api_key_print_set(set, &out) && secret_set(content, out.bytes, out.length);
    text_close(&out);
    return printed || fault_set(fault, FAULT_CONFIG, "API keys", "longer than %d bytes", (int)API_KEYS_JSON_MOST);
}

static bool change_once(const struct api_keys_home *home, struct aws *aws, struct api_keys_held *held,
                        struct api_key_set *set, api_keys_change_set change, void *context, struct fault *fault) {
    struct secret content = {0};
    bool done = api_keys_home_lock(home, held, fault) && api_keys_home_read(home, aws, held, fault) &&
                read_set(home, &held->content, set, fault) && change(set, context, fault) &&
                print_set(set, &content, fault) && api_keys_home_write(home, aws, held, &content, fault);
    secret_close(&content);
    return done;
}

bool api_keys_change(const struct api_keys_home *home, struct aws *aws, api_keys_change_set change, void *context,
                     struct fault *fault) {
    struct api_key_set *set = mem_zero(1, sizeof *set);
    struct fault why = {0};
    bool done = false;
    for (int attempt = 0; attempt < API_KEYS_ATTEMPTS && !done; attempt++) {
        struct api_keys_held held = {0};
        done = change_once(home, aws, &held, set, change, context, &why);
        api_keys_held_close(&held);
        if (!done && why.kind != FAULT_CONFLICT)
            break;
    }
    mem_free(set);
    if (!done && fault != NULL)
        *fault = why;
    return done;
}
