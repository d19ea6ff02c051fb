/* Our signer against botocore's, request by request: the file named as the argument, "-" for standard input, else the
 * committed vectors. sigv4_oracle.py makes more. */
#include "doc.h"
#include "mem.h"
#include "sigv4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *source = TEST_DATA "/vectors/botocore.jsonl";

static const char *text_of(const struct doc *doc, const char *name) {
    const char *text = doc_text(doc_member(doc, name));
    assert_non_null(text);
    return text;
}

static int64_t number_of(const struct doc *doc, const char *name) {
    int64_t number;
    assert_true(doc_int(doc_member(doc, name), &number));
    return number;
}

static size_t take_pairs(const struct doc *list, struct sigv4_pair *pairs, size_t count) {
    for (size_t i = 0; i < doc_count(list); i++) {
        const struct doc *pair = doc_item(list, i);
        pairs[count].name = doc_text(doc_item(pair, 0));
        pairs[count].value = doc_text(doc_item(pair, 1));
        count++;
    }
    return count;
}

static void sign(const struct doc *doc, struct text *result) {
    struct sigv4_pair headers[SIGV4_MAX_PAIRS] = {{"host", text_of(doc, "host")}};
    struct sigv4_pair query[SIGV4_MAX_PAIRS];
    struct secret secret = {0};
    struct secret token = {0};
    unsigned char key[SHA256_BYTES];
    char day[SIGV4_DAY_SIZE];
    int64_t time = number_of(doc, "time");
    assert_true(secret_set(&secret, text_of(doc, "secret"), strlen(text_of(doc, "secret"))));
    assert_true(secret_set(&token, text_of(doc, "token"), strlen(text_of(doc, "token"))));
    sigv4_day(time, day);
    sigv4_key(&secret, day, text_of(doc, "region"), text_of(doc, "service"), key);
    const struct sigv4_request request = {.method = text_of(doc, "method"),
                                          .path = text_of(doc, "path"),
                                          .query = query,
                                          .query_count = take_pairs(doc_member(doc, "query"), query, 0),
                                          .headers = headers,
                                          .header_count = take_pairs(doc_member(doc, "headers"), headers, 1),
                                          .body = text_of(doc, "body"),
                                          .body_length = strlen(text_of(doc, "body"))};
    const struct sigv4_signer signer = {.access_key_id = text_of(doc, "key_id"),
                                        .session_token = &token,
                                        .key = key,
                                        .region = text_of(doc, "region"),
                                        .service = text_of(doc, "service"),
                                        .time = time};
    if (strcmp(text_of(doc, "form"), "header") == 0)
        assert_true(sigv4_authorization(&request, &signer, result));
    else
        assert_true(sigv4_presign(&request, &signer, number_of(doc, "expires"), result));
    secret_close(&secret);
    secret_close(&token);
}

static bool agrees(const char *line, size_t length) {
    struct fault fault;
    struct text result;
    struct doc *doc = doc_parse(line, length, source, &fault);
    assert_non_null(doc);
    text_open(&result, SIGV4_CEILING);
    sign(doc, &result);
    bool same = strcmp(result.bytes, text_of(doc, "expected")) == 0;
    if (!same)
        print_error("for  %s\nours %s\n", line, result.bytes);
    text_close(&result);
    doc_close(doc);
    return same;
}

static void every_request_is_signed_as_botocore_signs_it(void **state) {
    (void)state;
    char *line = NULL;
    size_t size = 0;
    size_t count = 0;
    size_t wrong = 0;
    FILE *file = strcmp(source, "-") == 0 ? stdin : fopen(source, "r");
    assert_non_null(file);
    for (ssize_t length; (length = getline(&line, &size, file)) > 0; count++)
        wrong += agrees(line, (size_t)length) ? 0 : 1;
    free(line);
    if (file != stdin)
        fclose(file);
    print_message("%zu requests, %zu signed otherwise\n", count, wrong);
    assert_true(count >= 100);
    assert_int_equal(wrong, 0);
}

int main(int count, char **arguments) {
    if (count > 1)
        source = arguments[1];
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_request_is_signed_as_botocore_signs_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
