#include "api_key.h"

#include "base64.h"
#include "random.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { PREFIX_LENGTH = 8, ID_LENGTH = API_KEY_ID_SIZE - 1, SECRET_AT = PREFIX_LENGTH + ID_LENGTH + 1 };

static const char prefix[] = "keyturn_";

_Static_assert(SECRET_AT + BASE64_SIZE(API_KEY_BYTES) - 1 == API_KEY_TEXT_SIZE, "one padding less, one zero more");

/* --- names ------------------------------------------------------------------------------------------------------------- */

static const char *const scope_names[] = {
#define X(scope, name) name,
    API_SCOPES(X)
#undef X
};

bool api_scope_parse(const char *name, enum api_scope *scope) {
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (text_equal(name, scope_names[i])) {
            *scope = (enum api_scope)i;
            return true;
        }
    return false;
}

const char *api_scope_name(enum api_scope scope) {
    return scope_names[scope];
}

const char *api_key_verdict_name(enum api_key_verdict verdict) {
    static const char *const names[] = {
#define X(verdict, name) name,
        API_KEY_VERDICTS(X)
#undef X
    };
    return names[verdict];
}

/* --- making and finding ------------------------------------------------------------------------------------------------ */

void api_key_make(struct api_key *key, struct secret *token) {
    struct secret random = {0};
    *key = (struct api_key){0};
    secret_open(&random, API_KEY_BYTES);
    secret_open(token, API_KEY_TEXT_SIZE);
    random_bytes(random.bytes, API_KEY_BYTES);
    random_hex(key->id, ID_LENGTH);
    digest_sha256(random.bytes, API_KEY_BYTES, key->sha256);
    char *end = stpcpy(stpcpy(stpcpy(token->bytes, prefix), key->id), "_");
    base64_write(BASE64_URL, random.bytes, API_KEY_BYTES, end);
    token->length = strlen(token->bytes);
    secret_close(&random);
}

/* The digest of its 32 bytes; false if it has not the shape of a key. */
static bool read_text(const char *text, size_t length, unsigned char digest[SHA256_BYTES]) {
    unsigned char random[API_KEY_BYTES];
    size_t got;
    if (length != API_KEY_TEXT_SIZE - 1 || memcmp(text, prefix, PREFIX_LENGTH) != 0 || text[SECRET_AT - 1] != '_' ||
        !base64_read(BASE64_URL, text + SECRET_AT, length - SECRET_AT, random, sizeof random, &got) ||
        got != sizeof random)
        return false;
    digest_sha256(random, sizeof random, digest);
    explicit_bzero(random, sizeof random);
    return true;
}

/* All bits that differ, so that where they do takes no time. */
static unsigned differ(const unsigned char *a, const unsigned char *b, size_t length) {
    unsigned different = 0;
    for (size_t i = 0; i < length; i++)
        different |= (unsigned)(a[i] ^ b[i]);
    return different;
}

enum api_key_verdict api_key_find(const struct api_key_set *set, const char *text, size_t length, int64_t at,
                                  const struct api_key **key) {
    unsigned char digest[SHA256_BYTES];
    const struct api_key *found = NULL;
    *key = NULL;
    if (!read_text(text, length, digest))
        return API_KEY_MALFORMED;
    for (size_t i = 0; i < set->count; i++) {
        unsigned different =
            differ(digest, set->keys[i].sha256, sizeof digest) |
            differ((const unsigned char *)text + PREFIX_LENGTH, (const unsigned char *)set->keys[i].id, ID_LENGTH);
        found = different == 0 ? &set->keys[i] : found; /* and on, to the last */
    }
    if (found == NULL)
        return API_KEY_UNKNOWN;
    *key = found;
    return found->expires != 0 && at >= found->expires ? API_KEY_EXPIRED : API_KEY_ACCEPTED;
}

/* --- what it may ------------------------------------------------------------------------------------------------------- */

bool api_key_has(const struct api_key *key, enum api_scope scope) {
    return (key->scopes & 1U << scope) != 0;
}

bool api_pattern_fits(const char *pattern) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+=,.@_-*?";
    size_t length = strlen(pattern);
    return length > 0 && length < API_KEY_PATTERN_SIZE && strspn(pattern, allowed) == length;
}

static void lower(char *to, size_t size, const char *from) {
    text_clip(to, size, from);
    for (; *to != '\0'; to++)
        *to = (char)tolower((unsigned char)*to);
}

static bool any_matches(const struct api_patterns *patterns, const char *name) {
    char wanted[USER_NAME_SIZE];
    char pattern[API_KEY_PATTERN_SIZE];
    if (name[0] == '\0' || strlen(name) >= sizeof wanted)
        return false;
    lower(wanted, sizeof wanted, name);
    for (size_t i = 0; i < patterns->count; i++) {
        lower(pattern, sizeof pattern, patterns->items[i]);
        if (text_matches(wanted, pattern))
            return true;
    }
    return false;
}

bool api_key_sees_account(const struct api_key *key, const char *account) {
    return any_matches(&key->accounts, account);
}

bool api_key_sees_user(const struct api_key *key, const char *account, const char *user) {
    return any_matches(&key->accounts, account) && any_matches(&key->users, user);
}

static bool leaves_nothing_out(const struct api_patterns *patterns) {
    for (size_t i = 0; i < patterns->count; i++)
        if (strspn(patterns->items[i], "*") == strlen(patterns->items[i]))
            return true;
    return false;
}

bool api_key_sees_all_of(const struct api_key *key, const char *account) {
    return any_matches(&key->accounts, account) && leaves_nothing_out(&key->users);
}
