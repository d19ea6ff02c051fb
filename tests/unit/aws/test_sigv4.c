/* The signer against what AWS documents, and MSK's token. */
#include "sigv4.h"

#include "canonical.h"
#include "signing_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char key_id[] = "AKIDEXAMPLE";
static const char secret_text[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

static struct secret secret_of(const char *text) {
    struct secret secret = {0};
    assert_true(secret_set(&secret, text, strlen(text)));
    return secret;
}

static void the_signing_key_is_the_documented_one(void **state) {
    (void)state;
    struct secret secret = secret_of(secret_text);
    unsigned char key[SHA256_BYTES];
    char hex[SHA256_HEX_SIZE];
    sigv4_key(&secret, "20150830", "us-east-1", "iam", key);
    digest_hex(key, sizeof key, hex);
    assert_string_equal(hex, "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    secret_close(&secret);
}

/* From AWS's own test suite for signers, and the documentation's ListUsers. All of 2015-08-30T12:36:00Z in us-east-1. */
static const struct {
    const char *story;
    const char *service;
    const char *method;
    const char *path;
    size_t query_count;
    struct sigv4_pair query[3];
    size_t header_count;
    struct sigv4_pair headers[3];
    const char *body;
    const char *signed_headers;
    const char *signature;
} documented[] = {
    {"get-vanilla",
     "service",
     "GET",
     "/",
     0,
     {{0}},
     1,
     {{"Host", "example.amazonaws.com"}},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key-case",
     "service",
     "GET",
     "/",
     2,
     {{"Param2", "value2"}, {"Param1", "value1"}},
     1,
     {{"Host", "example.amazonaws.com"}},
     "",
     "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"post-vanilla",
     "service",
     "POST",
     "/",
     0,
     {{0}},
     1,
     {{"Host", "example.amazonaws.com"}},
     "",
     "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-x-www-form-urlencoded",
     "service",
     "POST",
     "/",
     0,
     {{0}},
     2,
     {{"Content-Type", "application/x-www-form-urlencoded"}, {"Host", "example.amazonaws.com"}},
     "Param1=value1",
     "content-type;host;x-amz-date",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"normalize-path: get-relative",
     "service",
     "GET",
     "/example/..",
     0,
     {{0}},
     1,
     {{"Host", "example.amazonaws.com"}},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"normalize-path: get-slashes",
     "service",
     "GET",
     "//",
     0,
     {{0}},
     1,
     {{"Host", "example.amazonaws.com"}},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"IAM ListUsers",
     "iam",
     "GET",
     "/",
     2,
     {{"Action", "ListUsers"}, {"Version", "2010-05-08"}},
     2,
     {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}, {"Host", "iam.amazonaws.com"}},
     "",
     "content-type;host;x-amz-date",
     "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
};

static void documented_requests_are_signed_as_documented(void **state) {
    (void)state;
    struct secret secret = secret_of(secret_text);
    for (size_t i = 0; i < COUNT_OF(documented); i++) {
        unsigned char key[SHA256_BYTES];
        char expected[512];
        struct text authorization;
        sigv4_key(&secret, "20150830", "us-east-1", documented[i].service, key);
        const struct sigv4_request request = {
            documented[i].method,  documented[i].path,         documented[i].query, documented[i].query_count,
            documented[i].headers, documented[i].header_count, documented[i].body,  strlen(documented[i].body)};
        const struct sigv4_signer signer = {key_id, NULL, key, "us-east-1", documented[i].service, 1440938160};
        snprintf(expected, sizeof expected,
                 "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/%s/aws4_request, SignedHeaders=%s, "
                 "Signature=%s",
                 documented[i].service, documented[i].signed_headers, documented[i].signature);
        text_open(&authorization, 1024);
        assert_true(sigv4_authorization(&request, &signer, &authorization));
        if (strcmp(authorization.bytes, expected) != 0)
            print_error("%s\n", documented[i].story);
        assert_string_equal(authorization.bytes, expected);
        text_close(&authorization);
    }
    secret_close(&secret);
}

static void presign_for_kafka(const char *token_text, const char *signature) {
    static const struct sigv4_pair query[] = {{"Action", "kafka-cluster:Connect"}};
    static const struct sigv4_pair headers[] = {{"host", "kafka.us-east-1.amazonaws.com"}};
    struct secret secret = secret_of(secret_text);
    struct secret token = secret_of(token_text);
    unsigned char key[SHA256_BYTES];
    char end[128];
    struct text result;
    sigv4_key(&secret, "20261121", "us-east-1", "kafka-cluster", key);
    const struct sigv4_request request = {"GET", "/", query, 1, headers, 1, "", 0};
    const struct sigv4_signer signer = {key_id, &token, key, "us-east-1", "kafka-cluster", 1795298400};
    text_open(&result, 4096);
    assert_true(sigv4_presign(&request, &signer, 900, &result));
    snprintf(end, sizeof end, "&X-Amz-Signature=%s", signature);
    assert_true(text_starts(result.bytes, "Action=kafka-cluster%3AConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256&"));
    assert_string_equal(result.bytes + result.length - strlen(end), end);
    text_close(&result);
    secret_close(&secret);
    secret_close(&token);
}

static void the_token_of_msk_is_presigned(void **state) {
    (void)state;
    presign_for_kafka("", "58c9366a70caddabdb2436875c8d0c7a6a7280141d1e8761691c4d837a704c19");
    presign_for_kafka("FQoDYXdz/+tok==", "0d784bc8cf50c4bacf8c5a42dc5ea1dbd56f9efdb6777327e46492ba0354de55");
}

static void what_does_not_fit_is_refused_and_not_signed_short(void **state) {
    (void)state;
    struct sigv4_pair many[SIGV4_MAX_PAIRS + 1];
    const unsigned char key[SHA256_BYTES] = {0};
    struct text result;
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = (struct sigv4_pair){"host", "a"};
    const struct sigv4_signer signer = {key_id, NULL, key, "us-east-1", "iam", 0};
    const struct sigv4_request headers = {
        .method = "GET", .path = "/", .headers = many, .header_count = COUNT_OF(many)};
    const struct sigv4_request query = {.method = "GET", .path = "/", .query = many, .query_count = COUNT_OF(many)};
    const struct sigv4_request good = {.method = "GET", .path = "/", .headers = many, .header_count = 1};
    text_open(&result, 16);
    assert_false(sigv4_authorization(&headers, &signer, &result));
    assert_false(sigv4_authorization(&query, &signer, &result));
    assert_false(sigv4_authorization(&good, &signer, &result)); /* the text's ceiling */
    assert_false(sigv4_presign(&good, &signer, 0, &result));
    assert_false(sigv4_presign(&good, &signer, SIGV4_PRESIGN_MOST + 1, &result));
    text_close(&result);
}

static const struct {
    const char *path;
    const char *canonical;
} paths[] = {
    {"/", "/"},
    {"", "/"},
    {"/v2/email/outbound-emails", "/v2/email/outbound-emails"},
    {"/a//b/./c/../d", "/a/b/d"},
    {"/../..", "/"},
    {"/a/", "/a/"},
    {"/a/../", "/"},
    {"/a/.", "/a"},
    {"/a%20b", "/a%2520b"},
    {"/~user", "/~user"},
};

static void paths_are_normalized_and_encoded_once_more(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct text out;
        text_open(&out, 256);
        assert_true(canonical_path(paths[i].path, &out));
        assert_string_equal(out.bytes, paths[i].canonical);
        text_close(&out);
    }
}

static void a_cached_key_is_the_key(void **state) {
    (void)state;
    struct signing_keys keys;
    struct credentials credentials = {.access_key_id = "AKIDEXAMPLE", .secret_access_key = secret_of(secret_text)};
    signing_keys_open(&keys);
    for (int round = 0; round < 3; round++) {
        for (int64_t day = 0; day < SIGNING_KEYS + 3; day++) {
            unsigned char key[SHA256_BYTES];
            char stamp[SIGV4_DAY_SIZE];
            int64_t time = 1440938160 + day * 86400;
            const char *region = round % 2 == 0 ? "us-east-1" : "eu-west-1";
            sigv4_day(time, stamp);
            sigv4_key(&credentials.secret_access_key, stamp, region, "iam", key);
            const unsigned char *cached = signing_keys_get(&keys, &credentials, time, region, "iam");
            assert_memory_equal(cached, key, sizeof key);
            assert_ptr_equal(signing_keys_get(&keys, &credentials, time, region, "iam"), cached);
        }
    }
    signing_keys_close(&keys);
    credentials_close(&credentials);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signing_key_is_the_documented_one),
        cmocka_unit_test(documented_requests_are_signed_as_documented),
        cmocka_unit_test(the_token_of_msk_is_presigned),
        cmocka_unit_test(what_does_not_fit_is_refused_and_not_signed_short),
        cmocka_unit_test(paths_are_normalized_and_encoded_once_more),
        cmocka_unit_test(a_cached_key_is_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
