/* Which URLs may be asked: https, and plain http only where nobody can listen. */
#include "http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *const named[] = {"moto", "aws.internal", NULL};

static const struct {
    const char *url;
    const char *const *allowed;
    bool may;
} cases[] = {
    {"https://iam.amazonaws.com", NULL, true},
    {"https://example.com:8443/path", NULL, true},
    {"http://127.0.0.1:4566", NULL, true},
    {"http://127.99.0.1", NULL, true},
    {"http://localhost:5000/", NULL, true},
    {"http://[::1]:5000", NULL, true},
    {"http://moto:5000", named, true},
    {"http://MOTO:5000", named, true},
    {"http://moto:5000", NULL, false},
    {"http://moto.example.com", named, false},
    {"http://localhost.example.com", NULL, false},
    {"http://128.0.0.1", NULL, false},
    {"http://10.0.0.1", NULL, false},
    {"http://[::2]", NULL, false},
    {"http://iam.amazonaws.com", NULL, false},
    {"http://iam.amazonaws.com.", NULL, false},
    {"http://IAM.AmazonAWS.com", NULL, false},
    {"http://sts.cn-north-1.amazonaws.com.cn", NULL, false},
    {"http://127.0.0.1@evil.example", NULL, false},
    {"https://user:word@example.com", NULL, false},
    {"https://example.com/?query=1", NULL, false},
    {"https://example.com/#fragment", NULL, false},
    {"ftp://localhost", NULL, false},
    {"file:///etc/passwd", NULL, false},
    {"localhost:5000", NULL, false},
    {"", NULL, false},
    {"http://", NULL, false},
};

static void each_url_is_judged(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fault fault = {0};
        bool may = http_url_allowed(cases[i].url, cases[i].allowed, &fault);
        if (may != cases[i].may)
            print_error("%s: %s\n", cases[i].url, may ? "allowed" : fault.message);
        assert_int_equal(may, cases[i].may);
        assert_int_equal(fault.kind, may ? FAULT_NONE : FAULT_CONFIG);
    }
}

static void an_amazon_host_stays_https_even_when_named(void **state) {
    (void)state;
    const char *const allowed[] = {"sts.amazonaws.com", NULL};
    assert_false(http_url_allowed("http://sts.amazonaws.com", allowed, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_url_is_judged),
        cmocka_unit_test(an_amazon_host_stays_https_even_when_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
