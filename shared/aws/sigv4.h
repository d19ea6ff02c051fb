/* AWS Signature Version 4, pure: no clock, no state, nothing kept. In the header form, and in the query form ("presigned").
 * What it is given must be what goes over the wire; canonical order and encoding are made here.
 * Source: docs.aws.amazon.com, "Create a signed AWS API request". */
#ifndef KEYTURN_SIGV4_H
#define KEYTURN_SIGV4_H

#include "digest.h"
#include "secret.h"
#include "text.h"

enum {
    SIGV4_MAX_PAIRS = 64,
    SIGV4_DAY_SIZE = 9,            /* YYYYMMDD */
    SIGV4_CEILING = 512 * 1024,    /* of a canonical request, its session token included */
    SIGV4_PRESIGN_MOST = 7 * 86400 /* X-Amz-Expires */
};

/* A header or a parameter, before any encoding. Borrowed. */
struct sigv4_pair {
    const char *name;
    const char *value;
};

struct sigv4_request {
    const char *method;
    const char *path; /* as in the request line, without the query: "/" at least */
    const struct sigv4_pair *query;
    size_t query_count;
    const struct sigv4_pair *headers; /* those to be signed, "host" among them, each name once */
    size_t header_count;
    const void *body;
    size_t body_length;
};

/* Who signs, for where, when. */
struct sigv4_signer {
    const char *access_key_id;
    const struct secret *session_token; /* NULL or empty: none */
    const unsigned char *key;           /* SHA256_BYTES, from sigv4_key() for the same day, region and service */
    const char *region;
    const char *service;
    int64_t time; /* Unix seconds, as X-Amz-Date says it */
};

/* "20261121", the day (UTC) that a signing key holds for. */
void sigv4_day(int64_t time, char day[SIGV4_DAY_SIZE]);

/* The signing key of a secret access key for one day, region and service. The caller wipes it. */
void sigv4_key(const struct secret *secret_access_key, const char *day, const char *region, const char *service,
               unsigned char key[SHA256_BYTES]);

/* Appends the value of the Authorization header. x-amz-date and, with a token, x-amz-security-token are signed too and must be
 * sent with it. False if there are too many pairs, or it is longer than the text's or the canonical request's ceiling. */
bool sigv4_authorization(const struct sigv4_request *request, const struct sigv4_signer *signer,
                         struct text *authorization) MUST_CHECK;

/* Appends the whole query string of a request that is good for `expires` seconds without any further header:
 * the request's own parameters, the X-Amz- ones, X-Amz-Signature last. False as above, or if `expires` is not 1 to 604800. */
bool sigv4_presign(const struct sigv4_request *request, const struct sigv4_signer *signer, int64_t expires,
                   struct text *query) MUST_CHECK;

#endif
