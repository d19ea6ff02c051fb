#include "keyring.h"

#include "text.h"

#include <string.h>

const char keyring_placeholder_version[] = "keyturn-placeholder-000000000000";

static const char version_prefix[] = "keyturn-key-";

/* A ring made of garbage may count more keys than it holds. */
static size_t listed(const struct keyring *ring) {
    return ring->key_count < KEYRING_MAX ? ring->key_count : KEYRING_MAX;
}

const struct key *keyring_find(const struct keyring *ring, const char *key_id) {
    for (size_t i = 0; i < listed(ring); i++)
        if (text_equal(ring->keys[i].id, key_id))
            return &ring->keys[i];
    return NULL;
}

const struct key *keyring_current(const struct keyring *ring) {
    for (size_t i = 0; i < listed(ring); i++)
        if (ring->keys[i].stored && ring->keys[i].current)
            return &ring->keys[i];
    return NULL;
}

/* Half an id would be another key's: one that does not fit gets a version id AWS refuses. Theirs have 20 characters. */
void keyring_version_of(const char *key_id, char version[VERSION_ID_SIZE]) {
    size_t prefix = sizeof version_prefix - 1;
    version[0] = '\0';
    if (text_copy(version + prefix, VERSION_ID_SIZE - prefix, key_id))
        memcpy(version, version_prefix, prefix);
}

const char *keyring_key_of(const char *version) {
    size_t prefix = sizeof version_prefix - 1;
    bool ours = text_starts(version, version_prefix) && version[prefix] != '\0';
    return ours ? version + prefix : NULL;
}
