/* The access keys of a user as one look saw them, in the short text that is kept between looks: "<id>:<state>:<1 active, 0 not>:<created>:<last used>",
 * separated by blanks. Plain structs. */
#ifndef KEYTURN_SEEN_KEY_H
#define KEYTURN_SEEN_KEY_H

#include "keyring.h"

enum { SEEN_KEY_STATE_SIZE = 16, SEEN_KEYS_SIZE = 385 };

struct seen_key {
    char id[KEY_ID_SIZE];
    char state[SEEN_KEY_STATE_SIZE]; /* the key's role by its name: "current", "candidate", ... */
    bool active;
    int64_t created;
    int64_t last_used; /* 0: never, or nobody asked */
};

/* Writes them; those that do not fit are left out. */
void seen_keys_write(const struct seen_key *keys, size_t count, char text[SEEN_KEYS_SIZE]);

/* Reads at most KEYRING_MAX; what is not of that form is left out. Returns how many. */
size_t seen_keys_read(const char *text, struct seen_key keys[KEYRING_MAX]);

#endif
