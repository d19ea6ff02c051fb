/* A session's signing keys: deriving one takes four HMACs, and it holds for a day, a region and a service.
 * Owned by one thread; the keys lie in a secret's pages. */
#ifndef KEYTURN_SIGNING_KEYS_H
#define KEYTURN_SIGNING_KEYS_H

#include "credentials.h"
#include "sigv4.h"

enum { SIGNING_KEYS = 8, SIGNING_SERVICE_SIZE = 32 };

struct signing_keys {
    struct secret material; /* SIGNING_KEYS keys, one after the other */
    size_t next;            /* the row to give up for a new one */
    struct signing_key_row {
        char access_key_id[KEY_ID_SIZE];
        char day[SIGV4_DAY_SIZE];
        char region[REGION_SIZE];
        char service[SIGNING_SERVICE_SIZE];
    } rows[SIGNING_KEYS];
};

/* An empty cache. Closing wipes it. */
void signing_keys_open(struct signing_keys *keys);
void signing_keys_close(struct signing_keys *keys);

/* The key for these credentials and that time, region and service: from the cache, or made. Borrowed until the next call.
 * An access key id always means the same secret to it: keys being tried must not go through here. */
const unsigned char *signing_keys_get(struct signing_keys *keys, const struct credentials *credentials, int64_t time,
                                      const char *region, const char *service);

#endif
