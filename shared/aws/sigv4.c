/* The order of things, as AWS documents it:
 *
 *     canonical request = method, path, sorted query, sorted headers, their names, hash of the body
 *     string to sign    = algorithm, time, scope (day/region/service/aws4_request), hash of the canonical request
 *     signature         = HMAC(signing key, string to sign)
 */
#include "sigv4.h"

#include "canonical.h"
#include "instant.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_SIZE = 24, SCOPE_CEILING = 1024 };

static const char algorithm[] = "AWS4-HMAC-SHA256";

void sigv4_day(int64_t time, char day[SIGV4_DAY_SIZE]) {
    char stamp[INSTANT_SIZE];
    instant_amz(time, stamp);
    memcpy(day, stamp, SIGV4_DAY_SIZE - 1);
    day[SIGV4_DAY_SIZE - 1] = '\0';
}

void sigv4_key(const struct secret *secret_access_key, const char *day, const char *region, const char *service,
               unsigned char key[SHA256_BYTES]) {
    static const char prefix[] = "AWS4";
    const char *steps[] = {day, region, service, "aws4_request"};
    struct secret first = {0};
    secret_open(&first, sizeof prefix + secret_access_key->length);
    memcpy(first.bytes, prefix, sizeof prefix - 1);
    if (secret_access_key->length > 0)
        memcpy(first.bytes + sizeof prefix - 1, secret_access_key->bytes, secret_access_key->length);
    digest_hmac(first.bytes, sizeof prefix - 1 + secret_access_key->length, steps[0], strlen(steps[0]), key);
    secret_close(&first);
    for (size_t i = 1; i < COUNT_OF(steps); i++) {
        unsigned char before[SHA256_BYTES];
        memcpy(before, key, sizeof before);
        digest_hmac(before, sizeof before, steps[i], strlen(steps[i]), key);
        explicit_bzero(before, sizeof before);
    }
}

static bool add_scope(const struct sigv4_signer *signer, struct text *out) {
    char day[SIGV4_DAY_SIZE];
    sigv4_day(signer->time, day);
    return text_format(out, "%s/%s/%s/aws4_request", day, signer->region, signer->service);
}

static bool add_hash(const void *bytes, size_t length, struct text *out) {
    unsigned char digest[SHA256_BYTES];
    char hex[SHA256_HEX_SIZE];
    digest_sha256(bytes, length, digest);
    digest_hex(digest, sizeof digest, hex);
    return text_add(out, hex);
}

/* The request as the signature sees it. */
struct seen {
    const struct sigv4_request *request;
    struct text lines;
    struct text names; /* SignedHeaders */
    struct text query;
};

static void seen_open(struct seen *seen, const struct sigv4_request *request) {
    seen->request = request;
    text_open(&seen->lines, SIGV4_CEILING);
    text_open(&seen->names, SIGV4_CEILING);
    text_open(&seen->query, SIGV4_CEILING);
}

static void seen_close(struct seen *seen) {
    text_close(&seen->lines);
    text_close(&seen->names);
    text_close(&seen->query);
}

static bool add_canonical_request(const struct seen *seen, struct text *out) {
    const struct sigv4_request *request = seen->request;
    return text_add(out, request->method) && text_add(out, "\n") && canonical_path(request->path, out) &&
           text_add(out, "\n") && text_add(out, seen->query.bytes) && text_add(out, "\n") &&
           text_add(out, seen->lines.bytes) && text_add(out, "\n") && text_add(out, seen->names.bytes) &&
           text_add(out, "\n") && add_hash(request->body, request->body_length, out);
}

static bool add_string_to_sign(const struct seen *seen, const struct sigv4_signer *signer, struct text *out) {
    struct text canonical;
    char stamp[INSTANT_SIZE];
    instant_amz(signer->time, stamp);
    text_open(&canonical, SIGV4_CEILING);
    bool made = add_canonical_request(seen, &canonical) && text_format(out, "%s\n%s\n", algorithm, stamp) &&
                add_scope(signer, out) && text_add(out, "\n") && add_hash(canonical.bytes, canonical.length, out);
    text_close(&canonical);
    return made;
}

static bool sign(const struct seen *seen, const struct sigv4_signer *signer, char signature[SHA256_HEX_SIZE]) {
    struct text string;
    unsigned char mac[SHA256_BYTES];
    text_open(&string, SCOPE_CEILING);
    bool made = add_string_to_sign(seen, signer, &string);
    if (made) {
        digest_hmac(signer->key, SHA256_BYTES, string.bytes, string.length, mac);
        digest_hex(mac, sizeof mac, signature);
    }
    text_close(&string);
    return made;
}

static bool has_token(const struct sigv4_signer *signer) {
    return signer->session_token != NULL && !secret_empty(signer->session_token);
}

static bool take_pairs(struct sigv4_pair *pairs, size_t *count, const struct sigv4_pair *from, size_t more) {
    if (*count + more > SIGV4_MAX_PAIRS)
        return false;
    if (more > 0)
        memcpy(pairs + *count, from, more * sizeof *from);
    *count += more;
    return true;
}

bool sigv4_authorization(const struct sigv4_request *request, const struct sigv4_signer *signer,
                         struct text *authorization) {
    struct sigv4_pair headers[SIGV4_MAX_PAIRS];
    size_t count = 0;
    struct seen seen;
    char stamp[INSTANT_SIZE];
    char signature[SHA256_HEX_SIZE];
    instant_amz(signer->time, stamp);
    const struct sigv4_pair own[] = {{"x-amz-date", stamp},
                                     {"x-amz-security-token", has_token(signer) ? signer->session_token->bytes : NULL}};
    seen_open(&seen, request);
    bool made = take_pairs(headers, &count, request->headers, request->header_count) &&
                take_pairs(headers, &count, own, has_token(signer) ? 2 : 1) &&
                canonical_headers(headers, count, &seen.lines, &seen.names) &&
                canonical_query(request->query, request->query_count, &seen.query) && sign(&seen, signer, signature) &&
                text_format(authorization, "%s Credential=%s/", algorithm, signer->access_key_id) &&
                add_scope(signer, authorization) &&
                text_format(authorization, ", SignedHeaders=%s, Signature=%s", seen.names.bytes, signature);
    seen_close(&seen);
    return made;
}

/* The query with everything in it but the signature; the names of the signed headers must be known before. */
static bool presigned_query(struct seen *seen, const struct sigv4_signer *signer, const char *credential,
                            int64_t expires) {
    struct sigv4_pair query[SIGV4_MAX_PAIRS];
    size_t count = 0;
    char stamp[INSTANT_SIZE];
    char life[NUMBER_SIZE];
    instant_amz(signer->time, stamp);
    snprintf(life, sizeof life, "%lld", (long long)expires);
    const struct sigv4_pair own[] = {
        {"X-Amz-Algorithm", algorithm},
        {"X-Amz-Credential", credential},
        {"X-Amz-Date", stamp},
        {"X-Amz-Expires", life},
        {"X-Amz-SignedHeaders", seen->names.bytes},
        {"X-Amz-Security-Token", has_token(signer) ? signer->session_token->bytes : NULL},
    };
    return take_pairs(query, &count, seen->request->query, seen->request->query_count) &&
           take_pairs(query, &count, own, has_token(signer) ? 6 : 5) && canonical_query(query, count, &seen->query);
}

bool sigv4_presign(const struct sigv4_request *request, const struct sigv4_signer *signer, int64_t expires,
                   struct text *query) {
    struct seen seen;
    struct text credential;
    char signature[SHA256_HEX_SIZE];
    if (expires < 1 || expires > SIGV4_PRESIGN_MOST)
        return false;
    seen_open(&seen, request);
    text_open(&credential, SCOPE_CEILING);
    bool made = text_format(&credential, "%s/", signer->access_key_id) && add_scope(signer, &credential) &&
                canonical_headers(request->headers, request->header_count, &seen.lines, &seen.names) &&
                presigned_query(&seen, signer, credential.bytes, expires) && sign(&seen, signer, signature) &&
                text_add(query, seen.query.bytes) && text_add(query, "&X-Amz-Signature=") && text_add(query, signature);
    text_close(&credential);
    seen_close(&seen);
    return made;
}
