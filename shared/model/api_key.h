/* Keys to the API: what each may do and see, and the JSON they are kept in. A key itself is shown once, when it is made; kept is its SHA-256.
 * Its text is keyturn_<id>_<secret>: 12 hexadecimal digits that may be logged, and 32 random bytes in base64url that never are. Pure: no clock, no
 * files. A set is a plain struct of some size: allocate it, copy it, free it. */
#ifndef KEYTURN_API_KEY_H
#define KEYTURN_API_KEY_H

#include "digest.h"
#include "doc.h"
#include "secret.h"

enum {
    API_KEY_BYTES = 32,
    API_KEY_ID_SIZE = 13,
    API_KEY_TEXT_SIZE = 65, /* "keyturn_" 12 "_" 43 and a closing zero */
    API_KEY_NAME_SIZE = 65, /* 1-64 printable characters */
    API_KEY_PATTERNS = 16,
    API_KEY_PATTERN_SIZE = 65, /* 1-64 characters, '*' any run, '?' one */
    API_KEYS_MOST = 256,
    API_KEYS_JSON_MOST = 512 * 1024,
};

/* scope, name */
#define API_SCOPES(X)                       \
    X(CREDENTIALS_READ, "credentials:read") \
    X(USERS_READ, "users:read")             \
    X(ROTATE, "rotate")                     \
    X(ADMIN, "admin")                       \
    X(METRICS, "metrics")

enum api_scope {
#define X(scope, name) SCOPE_##scope,
    API_SCOPES(X)
#undef X
        SCOPE_COUNT
};

/* At least one of them must match; an empty list matches nothing. */
struct api_patterns {
    size_t count;
    char items[API_KEY_PATTERNS][API_KEY_PATTERN_SIZE];
};

struct api_key {
    char id[API_KEY_ID_SIZE];
    char name[API_KEY_NAME_SIZE];
    unsigned char sha256[SHA256_BYTES]; /* of the 32 random bytes */
    unsigned scopes;                    /* bits: 1 << SCOPE_ROTATE */
    struct api_patterns accounts;
    struct api_patterns users;
    int64_t created; /* Unix seconds */
    int64_t expires; /* not accepted from then on; 0: never */
};

struct api_key_set {
    size_t count;
    struct api_key keys[API_KEYS_MOST];
};

/* verdict, name in metrics and logs */
#define API_KEY_VERDICTS(X)   \
    X(ACCEPTED, "accepted")   \
    X(MALFORMED, "malformed") \
    X(UNKNOWN, "unknown")     \
    X(EXPIRED, "expired")

enum api_key_verdict {
#define X(verdict, name) API_KEY_##verdict,
    API_KEY_VERDICTS(X)
#undef X
        API_KEY_VERDICT_COUNT
};

/* Makes a key: id, secret and hash are drawn at random, the rest is the caller's to fill. `token`, which is opened, is what its holder gets. */
void api_key_make(struct api_key *key, struct secret *token);

/* Looks for the key whose holder presented `text` (`length` bytes as they came, of any kind), comparing with all of the set in constant time. `at` is the
 * time (Unix seconds). *key is borrowed from the set; NULL unless ACCEPTED or EXPIRED. */
enum api_key_verdict api_key_find(const struct api_key_set *set, const char *text, size_t length, int64_t at,
                                  const struct api_key **key) MUST_CHECK;

/* "accepted", "unknown". */
const char *api_key_verdict_name(enum api_key_verdict verdict);

/* "credentials:read" -> SCOPE_CREDENTIALS_READ. False if it is none. */
bool api_scope_parse(const char *name, enum api_scope *scope) MUST_CHECK;

/* "credentials:read". */
const char *api_scope_name(enum api_scope scope);

/* Has the key this scope? `admin` holds no other: each is given by its name. */
bool api_key_has(const struct api_key *key, enum api_scope scope);

/* May it see anything at all of this account? */
bool api_key_sees_account(const struct api_key *key, const char *account);

/* May it see this user? Both patterns must match; upper and lower case are the same in user names, as for IAM. */
bool api_key_sees_user(const struct api_key *key, const char *account, const char *user);

/* Does it see the account, and do its patterns of users leave nobody out ("*")? */
bool api_key_sees_all_of(const struct api_key *key, const char *account);

/* Is it a pattern such lists may hold? */
bool api_pattern_fits(const char *pattern);

/* The key of that id, or NULL. */
const struct api_key *api_key_by_id(const struct api_key_set *set, const char *id);

/* Takes it out. False if there is none of that id. */
bool api_key_remove(struct api_key_set *set, const char *id) MUST_CHECK;

/* Appends a key. FAULT_CONFIG if the set is full, or has that name or id already. */
bool api_key_add(struct api_key_set *set, const struct api_key *key, struct fault *fault) MUST_CHECK;

/* Appends {"version":1,"keys":[...]} to an open text, for people to read. False if it does not fit. */
bool api_key_print_set(const struct api_key_set *set, struct text *out) MUST_CHECK;

/* Sets on `object` what may be shown of a key: all but its hash. */
void api_key_show(const struct api_key *key, struct doc *object);

/* Reads a set. FAULT_CONFIG, whose `where` is `where`, naming the key and what is wrong with it; the set is then empty. Unknown members and scopes are
 * refused: a key that means more than this program knows must not be taken for less. */
bool api_key_read_set(const char *json, size_t length, const char *where, struct api_key_set *set,
                      struct fault *fault) MUST_CHECK;

#endif
