/* Keys are replaced under a lock that every use takes for reading, and only once all of the new ones were read. */
#include "seal_ring.h"

#include "base64.h"
#include "file.h"
#include "mem.h"
#include "text.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct keys {
    size_t count;
    struct seal_ring_key keys[SEAL_RING_MOST];
};

struct seal_ring {
    pthread_rwlock_t lock;
    struct keys keys;
};

static void close_keys(struct keys *keys) {
    for (size_t i = 0; i < keys->count; i++)
        secret_close(&keys->keys[i].material);
    *keys = (struct keys){0};
}

struct seal_ring *seal_ring_open(void) {
    struct seal_ring *ring = mem_zero(1, sizeof *ring);
    pthread_rwlock_init(&ring->lock, NULL);
    return ring;
}

void seal_ring_close(struct seal_ring *ring) {
    if (ring == NULL)
        return;
    close_keys(&ring->keys);
    pthread_rwlock_destroy(&ring->lock);
    mem_free(ring);
}

/* --- reading the text */

static bool is_id(const char *id, size_t length) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    if (length == 0 || length >= SEAL_RING_ID_SIZE)
        return false;
    for (size_t i = 0; i < length; i++)
        if (id[i] == '\0' || strchr(allowed, id[i]) == NULL)
            return false;
    return true;
}

static const char *read_key(const char *line, size_t length, struct seal_ring_key *key) {
    const char *colon = memchr(line, ':', length);
    size_t id_length = colon != NULL ? (size_t)(colon - line) : 0;
    size_t key_length;
    if (colon == NULL || !is_id(line, id_length))
        return "is not <id>:<key in base64>, with an id of 1-16 letters, digits, '_' and '-'";
    text_clip(key->id, id_length + 1, line);
    secret_open(&key->material, AEAD_KEY_BYTES);
    if (!base64_read(BASE64_STANDARD, colon + 1, length - id_length - 1, key->material.bytes, AEAD_KEY_BYTES,
                     &key_length) ||
        key_length != AEAD_KEY_BYTES)
        return "has a key that is not 32 bytes in base64";
    key->material.length = key_length;
    return NULL;
}

/* A key under two ids would outlive the removal of one of them. */
static const char *find_twin(const struct keys *keys, const struct seal_ring_key *key) {
    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->keys[i].id, key->id) == 0)
            return "has the id of a line above";
        if (secret_equal(&keys->keys[i].material, &key->material))
            return "has the key of a line above";
    }
    return NULL;
}

static const char *add_line(struct keys *keys, const char *line, size_t length) {
    struct seal_ring_key key = {0};
    if (length == 0 || line[0] == '#')
        return NULL;
    const char *wrong =
        keys->count < SEAL_RING_MOST ? read_key(line, length, &key) : "is one key more than a ring holds";
    if (wrong == NULL)
        wrong = find_twin(keys, &key);
    if (wrong == NULL)
        keys->keys[keys->count++] = key;
    else
        secret_close(&key.material);
    return wrong;
}

static bool refuse(const char *where, size_t line, const char *wrong, struct fault *fault) {
    char place[sizeof fault->where];
    snprintf(place, sizeof place, "%.40s:%zu", where, line);
    return fault_set(fault, FAULT_CONFIG, place, "the line %s", wrong);
}

static bool read_lines(const struct secret *lines, const char *where, struct keys *keys, struct fault *fault) {
    size_t at = 0;
    for (size_t line = 1; at < lines->length; line++) {
        const char *begin = lines->bytes + at;
        const char *end = memchr(begin, '\n', lines->length - at);
        size_t length = end != NULL ? (size_t)(end - begin) : lines->length - at;
        at += length + 1;
        length -= length > 0 && begin[length - 1] == '\r' ? 1 : 0;
        const char *wrong = add_line(keys, begin, length);
        if (wrong != NULL)
            return refuse(where, line, wrong, fault);
    }
    return keys->count > 0 || fault_set(fault, FAULT_CONFIG, where, "there is no sealing key");
}

bool seal_ring_set(struct seal_ring *ring, const struct secret *lines, const char *where, struct fault *fault) {
    struct keys keys = {0};
    if (!read_lines(lines, where, &keys, fault)) {
        close_keys(&keys);
        return false;
    }
    pthread_rwlock_wrlock(&ring->lock);
    struct keys former = ring->keys;
    ring->keys = keys;
    pthread_rwlock_unlock(&ring->lock);
    close_keys(&former);
    return true;
}

bool seal_ring_read(struct seal_ring *ring, const char *path, struct fault *fault) {
    struct secret lines = {0};
    char why[sizeof fault->message];
    bool read = file_read_secret(path, SEAL_RING_TEXT_MOST, &lines, why, sizeof why)
                    ? seal_ring_set(ring, &lines, path, fault)
                    : fault_set(fault, FAULT_CONFIG, "sealing keys", "%s", why);
    secret_close(&lines);
    return read;
}

/* --- use */

static void copy_key(struct seal_ring_key *copy, const struct seal_ring_key *key) {
    memcpy(copy->id, key->id, sizeof copy->id);
    secret_copy(&copy->material, &key->material);
}

size_t seal_ring_count(struct seal_ring *ring) {
    pthread_rwlock_rdlock(&ring->lock);
    size_t count = ring->keys.count;
    pthread_rwlock_unlock(&ring->lock);
    return count;
}

bool seal_ring_first(struct seal_ring *ring, struct seal_ring_key *key) {
    pthread_rwlock_rdlock(&ring->lock);
    bool found = ring->keys.count > 0;
    if (found)
        copy_key(key, &ring->keys.keys[0]);
    pthread_rwlock_unlock(&ring->lock);
    return found;
}

bool seal_ring_find(struct seal_ring *ring, const char *id, struct seal_ring_key *key) {
    bool found = false;
    pthread_rwlock_rdlock(&ring->lock);
    for (size_t i = 0; i < ring->keys.count && !found; i++) {
        found = strcmp(ring->keys.keys[i].id, id) == 0;
        if (found)
            copy_key(key, &ring->keys.keys[i]);
    }
    pthread_rwlock_unlock(&ring->lock);
    return found;
}
