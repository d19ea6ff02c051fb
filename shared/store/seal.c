/* v1.<ring id>.<expires>.<key id>.<base64url of nonce, sealed bytes and tag>
 *
 * Bound to it, besides: the account and the user, which the text does not say and its reader must know. */
#include "seal.h"

#include "base64.h"
#include "random.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PACKED_MOST = AEAD_NONCE_BYTES + CREDENTIAL_JSON_MOST + AEAD_TAG_BYTES, LABEL_SIZE = 192 };
enum { BOUND_SIZE = 32 + SEAL_RING_ID_SIZE + ACCOUNT_SIZE + USER_NAME_SIZE + KEY_ID_SIZE + 24 };

_Static_assert(BASE64_SIZE(PACKED_MOST) + LABEL_SIZE <= SEAL_TEXT_SIZE, "SEAL_TEXT_SIZE");

/* --- what the seal is bound to */

struct bound {
    size_t length;
    unsigned char bytes[BOUND_SIZE];
};

/* With its closing zero, so that no two rows of texts make the same bytes. */
static bool bind_text(struct bound *bound, const char *text) {
    size_t size = strlen(text) + 1;
    if (size > sizeof bound->bytes - bound->length)
        return false;
    memcpy(bound->bytes + bound->length, text, size);
    bound->length += size;
    return true;
}

static bool bind(const struct seal_label *label, const char *account, const char *user, struct bound *bound) {
    char expires[24];
    snprintf(expires, sizeof expires, "%" PRId64, label->expires);
    bound->length = 0;
    return bind_text(bound, "keyturn credential v1") && bind_text(bound, label->ring_id) && bind_text(bound, account) &&
           bind_text(bound, user) && bind_text(bound, label->key_id) && bind_text(bound, expires);
}

/* --- sealing */

static bool print(const struct seal_label *label, const unsigned char *packed, size_t length,
                  char text[SEAL_TEXT_SIZE]) {
    int used = snprintf(text, SEAL_TEXT_SIZE, "v1.%s.%" PRId64 ".%s.", label->ring_id, label->expires, label->key_id);
    if (used < 0 || used >= LABEL_SIZE)
        return false;
    base64_write(BASE64_URL, packed, length, text + used);
    return true;
}

static bool seal_json(const struct seal_ring_key *key, const struct seal_label *label,
                      const struct credential *credential, const struct secret *json, char text[SEAL_TEXT_SIZE]) {
    unsigned char packed[PACKED_MOST];
    struct bound bound;
    random_bytes(packed, AEAD_NONCE_BYTES);
    if (json->length > CREDENTIAL_JSON_MOST || !bind(label, credential->account, credential->user, &bound))
        return false;
    aead_seal((const unsigned char *)key->material.bytes, packed, bound.bytes, bound.length, json->bytes, json->length,
              packed + AEAD_NONCE_BYTES, packed + AEAD_NONCE_BYTES + json->length);
    return print(label, packed, AEAD_NONCE_BYTES + json->length + AEAD_TAG_BYTES, text);
}

/* A name that has a dot in it would be read as two. */
static bool is_plain(const char *key_id) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    return key_id[0] != '\0' && key_id[strspn(key_id, allowed)] == '\0';
}

bool seal_credential(struct seal_ring *ring, const struct credential *credential, int64_t expires,
                     char text[SEAL_TEXT_SIZE], struct fault *fault) {
    struct seal_ring_key key = {0};
    struct seal_label label = {.expires = expires};
    struct secret json = {0};
    text[0] = '\0';
    if (!seal_ring_first(ring, &key))
        return fault_set(fault, FAULT_CONFIG, "seal", "there is no sealing key");
    memcpy(label.ring_id, key.id, sizeof label.ring_id);
    memcpy(label.key_id, credential->access_key_id, sizeof label.key_id);
    bool sealed = credential_print(credential, &json, fault) &&
                  ((expires > 0 && is_plain(label.key_id) && seal_json(&key, &label, credential, &json, text)) ||
                   fault_set(fault, FAULT_INVALID, "seal", "the credential has a key id or an expiry that is none"));
    secret_close(&json);
    secret_close(&key.material);
    return sealed;
}

/* --- reading the label */

/* The part up to the next dot; *text moves behind it. */
static bool take_part(const char **text, char *part, size_t size) {
    const char *dot = strchr(*text, '.');
    size_t length = dot != NULL ? (size_t)(dot - *text) : 0;
    if (length == 0 || length >= size)
        return false;
    memcpy(part, *text, length);
    part[length] = '\0';
    *text = dot + 1;
    return true;
}

static bool take_expires(const char *digits, int64_t *expires) {
    if (digits[0] == '0' || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    *expires = strtoll(digits, NULL, 10);
    return true;
}

static bool take_label(const char **text, struct seal_label *label) {
    char version[3];
    char expires[16];
    return take_part(text, version, sizeof version) && strcmp(version, "v1") == 0 &&
           take_part(text, label->ring_id, sizeof label->ring_id) && take_part(text, expires, sizeof expires) &&
           take_expires(expires, &label->expires) && take_part(text, label->key_id, sizeof label->key_id) &&
           is_plain(label->key_id);
}

bool seal_read_label(const char *text, struct seal_label *label) {
    *label = (struct seal_label){0};
    if (take_label(&text, label))
        return true;
    *label = (struct seal_label){0};
    return false;
}

/* --- opening */

static bool unpack(const char *text, unsigned char packed[PACKED_MOST], size_t *length) {
    return strnlen(text, SEAL_TEXT_SIZE) < SEAL_TEXT_SIZE &&
           base64_read(BASE64_URL, text, strlen(text), packed, PACKED_MOST, length) &&
           *length > AEAD_NONCE_BYTES + AEAD_TAG_BYTES;
}

static bool open_json(const struct seal_ring_key *key, const struct seal_label *label, const char *account,
                      const char *user, const unsigned char *packed, size_t length, struct secret *json) {
    struct bound bound;
    size_t plain = length - AEAD_NONCE_BYTES - AEAD_TAG_BYTES;
    secret_open(json, CREDENTIAL_JSON_MOST);
    if (!bind(label, account, user, &bound) ||
        !aead_open((const unsigned char *)key->material.bytes, packed, bound.bytes, bound.length,
                   packed + AEAD_NONCE_BYTES, plain, packed + length - AEAD_TAG_BYTES, json->bytes))
        return false;
    json->length = plain;
    json->bytes[plain] = '\0';
    return true;
}

/* What was sealed says whose it is a second time. */
static bool is_of(const struct credential *credential, const struct seal_label *label, const char *account,
                  const char *user) {
    return strcmp(credential->account, account) == 0 && strcmp(credential->user, user) == 0 &&
           strcmp(credential->access_key_id, label->key_id) == 0;
}

static enum seal_verdict open_by(const struct seal_ring_key *key, const struct seal_label *label, const char *account,
                                 const char *user, const char *body, struct credential *credential) {
    unsigned char packed[PACKED_MOST];
    struct secret json = {0};
    size_t length;
    if (!unpack(body, packed, &length))
        return SEAL_MALFORMED;
    bool opened = open_json(key, label, account, user, packed, length, &json) &&
                  credential_read(&json, credential, NULL) && is_of(credential, label, account, user);
    secret_close(&json);
    return opened ? SEAL_FINE : SEAL_FORGED;
}

enum seal_verdict seal_open_text(struct seal_ring *ring, const char *text, const char *account, const char *user,
                                 int64_t now, struct credential *credential) {
    struct seal_label label = {0};
    struct seal_ring_key key = {0};
    enum seal_verdict verdict = SEAL_MALFORMED;
    if (take_label(&text, &label))
        verdict = seal_ring_find(ring, label.ring_id, &key) ? open_by(&key, &label, account, user, text, credential)
                                                            : SEAL_UNKNOWN_KEY;
    secret_close(&key.material);
    if (verdict == SEAL_FINE && now >= label.expires)
        verdict = SEAL_EXPIRED;
    if (verdict != SEAL_FINE)
        credential_close(credential);
    return verdict;
}

const char *seal_verdict_name(enum seal_verdict verdict) {
    static const char *const names[] = {
#define X(verdict, name, sentence) name,
        SEAL_VERDICTS(X)
#undef X
    };
    return names[verdict];
}
