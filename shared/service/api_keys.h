/* Where API keys are kept: a file (0600, replaced whole) or a secret in Secrets Manager (changed by stage compare-and-swap).
 * The keys in force are shared by all threads of a process; they stay in force while their home cannot be read. */
#ifndef KEYTURN_API_KEYS_H
#define KEYTURN_API_KEYS_H

#include "api_key.h"
#include "aws.h"

enum { API_KEYS_PATH_SIZE = 4096, API_KEYS_SECRET_SIZE = 513, API_KEYS_REFRESH_SECONDS = 10 };

/* One of the two is set. */
struct api_keys_home {
    char file[API_KEYS_PATH_SIZE];
    char secret[API_KEYS_SECRET_SIZE]; /* name or ARN, of the program's own account */
};

struct api_keys;

/* No keys yet: api_keys_refresh() reads them. The home is copied. */
struct api_keys *api_keys_open(const struct api_keys_home *home);
void api_keys_close(struct api_keys *keys);

/* Reads the home again, and takes what it holds into force, whole. To be called every API_KEYS_REFRESH_SECONDS by one thread. `aws` may be NULL where
 * the home is a file. A file or secret that does not exist yet is no keys at all. False, with the keys in force as before: what is there cannot be
 * read or is refused, or it is gone or empty and held keys before. *changed (may be NULL) tells whether anything is different. */
bool api_keys_refresh(struct api_keys *keys, struct aws *aws, bool *changed, struct fault *fault) MUST_CHECK;

/* How many are in force. */
size_t api_keys_count(struct api_keys *keys);

/* api_key_find() among the keys in force; *key is a copy, valid with ACCEPTED and EXPIRED. */
enum api_key_verdict api_keys_check(struct api_keys *keys, const char *text, size_t length, int64_t at,
                                    struct api_key *key) MUST_CHECK;

/* Is this key, accepted earlier, still in force at that time? Then *key is what is kept of it now, scopes and patterns included. */
bool api_keys_hold(struct api_keys *keys, struct api_key *key, int64_t at) MUST_CHECK;

/* Reads what a home holds, for tools. No file, no secret: an empty set. */
bool api_keys_read(const struct api_keys_home *home, struct aws *aws, struct api_key_set *set,
                   struct fault *fault) MUST_CHECK;

/* Changes what a home holds: reads it, lets `change` alter the set (false, with its fault: nothing is written), writes it, and does
 * all of that again if somebody else changed it meanwhile (FAULT_CONFLICT after several times). So `change` may be called again, and
 * may then find its own change done. The file or secret is made if it is not there. */
typedef bool (*api_keys_change_set)(struct api_key_set *set, void *context, struct fault *fault);
bool api_keys_change(const struct api_keys_home *home, struct aws *aws, api_keys_change_set change, void *context,
                     struct fault *fault) MUST_CHECK;

#endif
