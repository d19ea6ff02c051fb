/* The keys that seal cached credentials: the first seals, all open. From a file or the environment, never from Redis.
 * A ring is shared by all threads of a process and may be replaced while they use it. seal_ring_close() wipes the keys. */
#ifndef KEYTURN_SEAL_RING_H
#define KEYTURN_SEAL_RING_H

#include "aead.h"
#include "fault.h"
#include "secret.h"

enum {
    SEAL_RING_MOST = 16,       /* keys */
    SEAL_RING_ID_SIZE = 17,    /* an id is 1-16 letters, digits, '_' and '-' */
    SEAL_RING_TEXT_MOST = 8192 /* bytes of the text */
};

struct seal_ring;

/* One key, copied out of the ring: its caller closes `material`, which holds AEAD_KEY_BYTES bytes. */
struct seal_ring_key {
    char id[SEAL_RING_ID_SIZE];
    struct secret material;
};

/* An empty ring: nothing can be sealed or opened by it. */
struct seal_ring *seal_ring_open(void);
void seal_ring_close(struct seal_ring *ring);

/* Replaces all keys by those of `lines`: one "id:base64" of 32 bytes a line, empty lines and lines that begin with '#' left out. FAULT_CONFIG, whose
 * `where` is `where` and the line, and the keys as before, if a line is anything else, an id or a key occurs twice, or there is none. */
bool seal_ring_set(struct seal_ring *ring, const struct secret *lines, const char *where,
                   struct fault *fault) MUST_CHECK;

/* The same from a file, which is read anew each time. FAULT_CONFIG also if it cannot be read. */
bool seal_ring_read(struct seal_ring *ring, const char *path, struct fault *fault) MUST_CHECK;

/* How many keys there are. */
size_t seal_ring_count(struct seal_ring *ring);

/* The key that seals: false if the ring is empty. */
bool seal_ring_first(struct seal_ring *ring, struct seal_ring_key *key) MUST_CHECK;

/* The key of that id: false if there is none. */
bool seal_ring_find(struct seal_ring *ring, const char *id, struct seal_ring_key *key) MUST_CHECK;

#endif
