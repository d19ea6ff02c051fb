/* Where each service answers, and what is refused as a setting. */
#include "aws_environment.h"
#include "endpoints.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    enum aws_service service;
    const char *region;
    const char *base;
    const char *signed_for;
} own[] = {
    {AWS_IAM, "eu-west-1", "https://iam.amazonaws.com", "us-east-1"},
    {AWS_STS, "eu-west-1", "https://sts.eu-west-1.amazonaws.com", "eu-west-1"},
    {AWS_SECRETSMANAGER, "ap-southeast-4", "https://secretsmanager.ap-southeast-4.amazonaws.com", "ap-southeast-4"},
    {AWS_SES, "us-east-1", "https://email.us-east-1.amazonaws.com", "us-east-1"},
    {AWS_IAM, "cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"},
    {AWS_STS, "cn-northwest-1", "https://sts.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"},
    {AWS_IAM, "us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"},
    {AWS_STS, "us-gov-east-1", "https://sts.us-gov-east-1.amazonaws.com", "us-gov-east-1"},
};

static void aws_own_endpoints_follow_the_partition(void **state) {
    (void)state;
    const struct aws_settings settings = {0};
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        struct endpoint endpoint;
        assert_true(endpoint_of(&settings, own[i].service, own[i].region, &endpoint, NULL));
        assert_string_equal(endpoint.base, own[i].base);
        assert_string_equal(endpoint.host, own[i].base + strlen("https://"));
        assert_string_equal(endpoint.region, own[i].signed_for);
        assert_string_equal(endpoint.path, "");
    }
}

static const struct {
    const char *url;
    const char *base;
    const char *host;
    const char *path;
} overrides[] = {
    {"http://127.0.0.1:4566", "http://127.0.0.1:4566", "127.0.0.1:4566", ""},
    {"http://127.0.0.1:4566/", "http://127.0.0.1:4566", "127.0.0.1:4566", ""},
    {"https://aws.example/base/", "https://aws.example", "aws.example", "/base"},
    {"https://aws.example:443", "https://aws.example:443", "aws.example", ""},
    {"http://localhost:80/x", "http://localhost:80", "localhost", "/x"},
    {"http://[::1]:5000", "http://[::1]:5000", "[::1]:5000", ""},
};

static void an_override_is_split_as_it_goes_over_the_wire(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(overrides); i++) {
        struct aws_settings settings = {0};
        struct endpoint endpoint;
        text_clip(settings.endpoint, sizeof settings.endpoint, overrides[i].url);
        assert_true(endpoint_of(&settings, AWS_IAM, "eu-west-1", &endpoint, NULL));
        assert_string_equal(endpoint.base, overrides[i].base);
        assert_string_equal(endpoint.host, overrides[i].host);
        assert_string_equal(endpoint.path, overrides[i].path);
        assert_string_equal(endpoint.region, "us-east-1");
    }
}

static void one_service_goes_before_all(void **state) {
    (void)state;
    struct aws_settings settings = {.endpoint = "http://all", .endpoints[AWS_STS] = "http://one"};
    struct endpoint endpoint;
    assert_true(endpoint_of(&settings, AWS_STS, "us-east-1", &endpoint, NULL));
    assert_string_equal(endpoint.host, "one");
    assert_true(endpoint_of(&settings, AWS_IAM, "us-east-1", &endpoint, NULL));
    assert_string_equal(endpoint.host, "all");
}

static void the_second_region_is_another_one_of_the_partition(void **state) {
    (void)state;
    static const char *const regions[] = {"us-east-1",  "us-west-2",      "eu-west-1",
                                          "cn-north-1", "cn-northwest-1", "us-gov-west-1"};
    for (size_t i = 0; i < COUNT_OF(regions); i++) {
        char here[16];
        char there[16];
        assert_string_not_equal(endpoint_second_region(regions[i]), regions[i]);
        assert_true(endpoint_partition(regions[i], here, NULL));
        assert_true(endpoint_partition(endpoint_second_region(regions[i]), there, NULL));
        assert_string_equal(here, there);
    }
}

static int clean(void **state) {
    static const char *const names[] = {"AWS_REGION",
                                        "AWS_DEFAULT_REGION",
                                        "AWS_ENDPOINT_URL",
                                        "AWS_ENDPOINT_URL_IAM",
                                        "AWS_ENDPOINT_URL_STS",
                                        "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                                        "AWS_ENDPOINT_URL_SESV2",
                                        "AWS_SESSION_TOKEN"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unsetenv(names[i]);
    setenv("AWS_ACCESS_KEY_ID", "AKIAENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    return 0;
}

static struct aws_account account_of(const char *id, const char *region) {
    struct aws_account account = {0};
    text_clip(account.id, sizeof account.id, id);
    text_clip(account.region, sizeof account.region, region);
    return account;
}

static const struct {
    const char *story;
    const char *region;
    const char *verify_region;
    const char *endpoint;
    const char *allow_http;
    const char *account;
    const char *account_region;
    const char *says; /* NULL: taken */
} settings_cases[] = {
    {"all well", "us-east-1", "eu-west-1", "", "", "111111111111", "eu-west-1", NULL},
    {"no second region named", "us-east-1", "", "", "", "111111111111", "", NULL},
    {"loopback", "us-east-1", "", "http://127.0.0.1:1", "", "111111111111", "", NULL},
    {"a named host", "us-east-1", "", "http://moto:5000", "moto", "111111111111", "", NULL},
    {"no region", "", "", "", "", "111111111111", "", "no region"},
    {"a region that is a host", "us-east-1.evil.example", "", "", "", "111111111111", "", "no region of AWS"},
    {"a partition that is not served", "us-iso-east-1", "", "", "", "111111111111", "", "not served"},
    {"a second region elsewhere", "us-east-1", "cn-north-1", "", "", "111111111111", "", "not in partition"},
    {"plain http to anywhere", "us-east-1", "", "http://moto:5000", "", "111111111111", "", "allow_http"},
    {"an account that is none", "us-east-1", "", "", "", "1111", "", "no account id"},
    {"an account's region elsewhere", "us-east-1", "", "", "", "111111111111", "cn-north-1", "partition"},
};

static void settings_are_checked_before_anything_is_asked(void **state) {
    for (size_t i = 0; i < COUNT_OF(settings_cases); i++) {
        struct aws_account account = account_of(settings_cases[i].account, settings_cases[i].account_region);
        struct aws_settings settings = {.accounts = &account, .account_count = 1};
        struct fault fault = {0};
        clean(state);
        text_clip(settings.region, sizeof settings.region, settings_cases[i].region);
        text_clip(settings.verify_region, sizeof settings.verify_region, settings_cases[i].verify_region);
        text_clip(settings.endpoint, sizeof settings.endpoint, settings_cases[i].endpoint);
        text_clip(settings.allow_http[3], sizeof settings.allow_http[3], settings_cases[i].allow_http);
        struct aws_environment *environment = aws_environment_open(&settings, &fault);
        if ((environment != NULL) != (settings_cases[i].says == NULL))
            print_error("%s: %s\n", settings_cases[i].story, fault.message);
        assert_int_equal(environment != NULL, settings_cases[i].says == NULL);
        if (environment == NULL) {
            assert_int_equal(fault.kind, FAULT_CONFIG);
            assert_non_null(strstr(fault.message, settings_cases[i].says));
        }
        aws_environment_close(environment);
    }
}

static void the_environment_fills_what_the_configuration_left_empty(void **state) {
    (void)state;
    struct aws_settings settings = {.endpoints[AWS_STS] = "http://127.0.0.1:2"};
    struct fault fault;
    setenv("AWS_DEFAULT_REGION", "eu-west-2", 1);
    setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1", 1);
    setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:3", 1);
    setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:4", 1);
    setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:5", 1);
    struct aws_environment *environment = aws_environment_open(&settings, &fault);
    assert_non_null(environment);
    assert_string_equal(environment->settings.region, "eu-west-2");
    assert_string_equal(environment->settings.partition, "aws");
    assert_string_equal(environment->settings.endpoint, "http://127.0.0.1:1");
    assert_string_equal(environment->settings.endpoints[AWS_IAM], "");
    assert_string_equal(environment->settings.endpoints[AWS_STS], "http://127.0.0.1:2");
    assert_string_equal(environment->settings.endpoints[AWS_SECRETSMANAGER], "http://127.0.0.1:4");
    assert_string_equal(environment->settings.endpoints[AWS_SES], "http://127.0.0.1:5");
    assert_false(aws_environment_is_real(environment));
    aws_environment_close(environment);
}

static void one_endpoint_of_aws_makes_it_real(void **state) {
    (void)state;
    struct fault fault;
    struct aws_settings settings = {.region = "us-east-1"};
    struct aws_environment *environment = aws_environment_open(&settings, &fault);
    assert_true(aws_environment_is_real(environment));
    aws_environment_close(environment);
    text_clip(settings.endpoint, sizeof settings.endpoint, "http://127.0.0.1:1");
    text_clip(settings.endpoints[AWS_SES], sizeof settings.endpoints[AWS_SES],
              "https://email.us-east-1.AMAZONAWS.com:443/");
    environment = aws_environment_open(&settings, &fault);
    assert_true(aws_environment_is_real(environment));
    aws_environment_close(environment);
}

static void without_credentials_nothing_opens(void **state) {
    (void)state;
    struct fault fault;
    const struct aws_settings settings = {.region = "us-east-1"};
    unsetenv("AWS_ACCESS_KEY_ID");
    assert_null(aws_environment_open(&settings, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_string_equal(fault.where, "credentials");
}

static void what_passes_another_machine_in_the_clear_is_not_private(void **state) {
    (void)state;
    static const struct {
        const char *mail; /* the endpoint of SES */
        bool is_private;
    } stories[] = {{"", true},
                   {"https://ses.example", true},
                   {"http://127.0.0.1:5000", true},
                   {"http://[::1]:5000", true},
                   {"http://moto:5000", false}};
    setenv("AWS_ACCESS_KEY_ID", "AKIAOWN", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "own-secret", 1);
    for (size_t i = 0; i < COUNT_OF(stories); i++) {
        struct aws_settings settings = {.region = "us-east-1", .session_name = "keyturn-test"};
        struct fault fault;
        text_clip(settings.allow_http[0], sizeof settings.allow_http[0], "moto");
        text_clip(settings.endpoints[AWS_SES], AWS_URL_SIZE, stories[i].mail);
        struct aws_environment *environment = aws_environment_open(&settings, &fault);
        assert_non_null(environment);
        struct aws *aws = aws_open(environment, &fault);
        assert_non_null(aws);
        assert_int_equal(aws_is_private(aws, AWS_SES), stories[i].is_private);
        assert_true(aws_is_private(aws, AWS_SECRETSMANAGER));
        aws_close(aws);
        aws_environment_close(environment);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_passes_another_machine_in_the_clear_is_not_private),
        cmocka_unit_test(aws_own_endpoints_follow_the_partition),
        cmocka_unit_test(an_override_is_split_as_it_goes_over_the_wire),
        cmocka_unit_test(one_service_goes_before_all),
        cmocka_unit_test(the_second_region_is_another_one_of_the_partition),
        cmocka_unit_test_setup(settings_are_checked_before_anything_is_asked, clean),
        cmocka_unit_test_setup(the_environment_fills_what_the_configuration_left_empty, clean),
        cmocka_unit_test_setup(one_endpoint_of_aws_makes_it_real, clean),
        cmocka_unit_test_setup(without_credentials_nothing_opens, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
