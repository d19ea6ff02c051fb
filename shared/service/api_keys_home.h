/* How a home of API keys is read and written: a file under a lock, or a secret by compare-and-swap. Inside api_keys.c only. */
#ifndef KEYTURN_API_KEYS_HOME_H
#define KEYTURN_API_KEYS_HOME_H

#include "api_keys.h"
#include "keyring.h"

enum { API_KEYS_ATTEMPTS = 16 };

/* What is held while a home is changed. A zeroed struct holds nothing. */
struct api_keys_held {
    struct secret content; /* as it was read; empty: there is no such file or secret */
    bool locked;
    int lock;                      /* of a file */
    char version[VERSION_ID_SIZE]; /* of a secret; empty: there is none */
};

/* Gives the lock and the content back. */
void api_keys_held_close(struct api_keys_held *held);

/* Before a change: a file is locked against other tools (FAULT_CONFLICT if one holds it for long). A secret needs no lock. */
bool api_keys_home_lock(const struct api_keys_home *home, struct api_keys_held *held, struct fault *fault) MUST_CHECK;

/* Reads the content. FAULT_CONFIG if the file cannot be read; what Secrets Manager says otherwise. */
bool api_keys_home_read(const struct api_keys_home *home, struct aws *aws, struct api_keys_held *held,
                        struct fault *fault) MUST_CHECK;

/* Replaces what was read by `content`, whole or not at all. FAULT_CONFLICT if the secret is no longer what was read. */
bool api_keys_home_write(const struct api_keys_home *home, struct aws *aws, struct api_keys_held *held,
                         const struct secret *content, struct fault *fault) MUST_CHECK;

#endif
