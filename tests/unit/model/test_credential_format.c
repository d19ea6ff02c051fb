/* The forms a credential leaves in. What shells and SDKs make of them is seen by running those: env here, the rest in the integration tests. */
#include "credential_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char secret_text[] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
static struct credential ann;
static struct text out;
static struct fault fault;

static int begin(void **state) {
    (void)state;
    ann = (struct credential){.account = "111111111111",
                              .user = "ann+ops@example.com",
                              .access_key_id = "AKIAIOSFODNN7EXAMPLE",
                              .created = "2026-11-21T22:00:00Z"};
    assert_true(secret_set(&ann.secret_access_key, secret_text, strlen(secret_text)));
    text_open(&out, CREDENTIAL_FORMAT_MOST);
    return 0;
}

static int end(void **state) {
    (void)state;
    credential_close(&ann);
    text_close(&out);
    return 0;
}

static void set_secret(const char *secret) {
    secret_close(&ann.secret_access_key);
    assert_true(secret_set(&ann.secret_access_key, secret, strlen(secret)));
}

static void print(enum credential_format format, const struct credential_wish *wish) {
    if (!credential_format_print(format, &ann, wish, &out, &fault))
        fail_msg("%s: %s", fault.where, fault.message);
}

static void the_process_of_a_profile(void **state) {
    (void)state;
    const struct credential_wish wish = {.expires = 1795298400};
    const struct credential_wish doubtful = {.expires = 1795298400, .not_guaranteed = true};
    bool guaranteed = true;
    print(FORMAT_CREDENTIAL_PROCESS, &wish);
    struct doc *doc = doc_parse(out.bytes, out.length, "process", &fault);
    int64_t version = 0;
    assert_true(doc_int(doc_member(doc, "Version"), &version));
    assert_int_equal(version, 1);
    assert_string_equal(doc_text(doc_member(doc, "AccessKeyId")), "AKIAIOSFODNN7EXAMPLE");
    assert_string_equal(doc_text(doc_member(doc, "SecretAccessKey")), secret_text);
    assert_string_equal(doc_text(doc_member(doc, "Expiration")), "2026-11-21T22:00:00Z");
    assert_string_equal(doc_text(doc_member(doc, "CreatedDate")), "2026-11-21T22:00:00Z");
    assert_string_equal(doc_text(doc_member(doc, "account")), "111111111111");
    assert_string_equal(doc_text(doc_member(doc, "user")), "ann+ops@example.com");
    assert_null(doc_member(doc, "Guaranteed"));
    doc_close(doc);
    text_reset(&out);
    print(FORMAT_CREDENTIAL_PROCESS, &doubtful);
    doc = doc_parse(out.bytes, out.length, "process", &fault);
    assert_true(doc_bool(doc_member(doc, "Guaranteed"), &guaranteed));
    assert_false(guaranteed);
    doc_close(doc);
}

/* A shell reads it, with a leftover session token in its environment, and says what it got. */
static void a_shell_gets_what_was_meant(void **state) {
    (void)state;
    static const char *const secrets[] = {secret_text, "it's$(id)`id`\"\\;&|<>*?[]{}~#!%=", "'", "''a'"};
    for (size_t i = 0; i < COUNT_OF(secrets); i++) {
        const struct credential_wish wish = {.region = i % 2 == 0 ? "eu-central-1" : NULL};
        char expected[256];
        char got[256] = "";
        char path[] = "/tmp/keyturn-env-XXXXXX";
        char run[128];
        set_secret(secrets[i]);
        text_reset(&out);
        print(FORMAT_ENV, &wish);
        int descriptor = mkstemp(path);
        FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
        assert_non_null(file);
        fputs(out.bytes, file);
        fclose(file);
        snprintf(
            run, sizeof run,
            "env -i AWS_SESSION_TOKEN=old AWS_DEFAULT_REGION=none /bin/sh -c '. %s; /usr/bin/env' | grep ^AWS_ | sort",
            path);
        FILE *shell = popen(run, "r");
        assert_non_null(shell);
        size_t length = fread(got, 1, sizeof got - 1, shell);
        got[length] = '\0';
        assert_int_equal(pclose(shell), 0);
        remove(path);
        snprintf(expected, sizeof expected,
                 "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_DEFAULT_REGION=%s\nAWS_SECRET_ACCESS_KEY=%s\n",
                 wish.region != NULL ? wish.region : "none", secrets[i]);
        assert_string_equal(got, expected);
    }
}

static void the_section_of_a_credentials_file(void **state) {
    (void)state;
    const struct credential_wish plain = {0};
    const struct credential_wish named = {.profile = "deploy", .region = "eu-west-1"};
    print(FORMAT_CREDENTIALS_FILE, &plain);
    assert_string_equal(out.bytes, "[ann+ops@example.com]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
                                   "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n");
    text_reset(&out);
    print(FORMAT_CREDENTIALS_FILE, &named);
    assert_string_equal(out.bytes, "[deploy]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
                                   "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"
                                   "region = eu-west-1\n");
}

static void what_is_not_asked_well_is_refused(void **state) {
    (void)state;
    static const struct {
        enum credential_format format;
        struct credential_wish wish;
    } wrong[] = {
        {FORMAT_CREDENTIALS_FILE, {.profile = ""}},       {FORMAT_CREDENTIALS_FILE, {.profile = "a]\n[b"}},
        {FORMAT_CREDENTIALS_FILE, {.profile = "a b"}},    {FORMAT_CREDENTIALS_FILE, {.region = "x\ny = z"}},
        {FORMAT_ENV, {.region = "eu-central-1'; id; '"}}, {FORMAT_SES_SMTP, {.region = NULL}},
        {FORMAT_SES_SMTP, {.region = "eu-central"}},      {FORMAT_CREDENTIAL_PROCESS, {.region = ""}},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_false(credential_format_print(wrong[i].format, &ann, &wrong[i].wish, &out, &fault));
        assert_int_equal(fault.kind, FAULT_CONFIG);
        assert_string_equal(out.bytes, "");
    }
}

static void a_secret_no_key_has_is_never_written(void **state) {
    (void)state;
    static const char *const secrets[] = {"", "two\nlines", "a blank", "tab\t", "\x7f", "\xc3\xa4"};
    const struct credential_wish wish = {.region = "eu-central-1"};
    for (size_t i = 0; i < COUNT_OF(secrets); i++)
        for (int format = 0; format < FORMAT_COUNT; format++) {
            set_secret(secrets[i]);
            assert_false(credential_format_print((enum credential_format)format, &ann, &wish, &out, &fault));
            assert_int_equal(fault.kind, FAULT_INVALID);
            assert_string_equal(out.bytes, "");
        }
}

static void the_smtp_passwords_of_the_published_algorithm(void **state) {
    (void)state;
    char secret[256];
    char region[64];
    char expected[128];
    size_t cases = 0;
    FILE *file = fopen(TEST_DATA "/smtp.txt", "r");
    assert_non_null(file);
    for (; fscanf(file, "%255s %63s %127s", secret, region, expected) == 3; cases++) {
        const struct credential_wish wish = {.region = region};
        char host[128];
        set_secret(secret);
        text_reset(&out);
        print(FORMAT_SES_SMTP, &wish);
        struct doc *doc = doc_parse(out.bytes, out.length, "smtp", &fault);
        assert_string_equal(doc_text(doc_member(doc, "Password")), expected);
        assert_string_equal(doc_text(doc_member(doc, "Username")), "AKIAIOSFODNN7EXAMPLE");
        snprintf(host, sizeof host, "email-smtp.%s.amazonaws.com", region);
        assert_string_equal(doc_text(doc_member(doc, "Host")), host);
        doc_close(doc);
    }
    fclose(file);
    assert_int_equal(cases, 5);
}

static void regions(void **state) {
    (void)state;
    static const char *const good[] = {"us-east-1", "eu-central-1", "us-gov-west-1", "us-iso-east-1",
                                       "ap-northeast-12"};
    static const char *const bad[] = {"",
                                      "us",
                                      "us-east",
                                      "us-east-",
                                      "-east-1",
                                      "us--1",
                                      "us-1",
                                      "us-east-1a",
                                      "US-EAST-1",
                                      "us-east-111",
                                      "us.east-1",
                                      "us-east-1/",
                                      "us-east-1\n",
                                      "us-east1-1x",
                                      "eu-central-1.evil.example",
                                      "aaaaaaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaa-1"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!credential_region_fits(good[i]))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (credential_region_fits(bad[i]))
            fail_msg("taken: %s", bad[i]);
}

static void formats_have_names_and_media(void **state) {
    (void)state;
    enum credential_format format;
    assert_true(credential_format_parse("ses_smtp", &format));
    assert_int_equal(format, FORMAT_SES_SMTP);
    assert_string_equal(credential_format_media(format), "application/json");
    assert_false(credential_format_parse("ENV", &format));
    assert_false(credential_format_parse("", &format));
    assert_false(credential_format_parse(NULL, &format));
}

/* --- the credential itself ---------------------------------------------------------------------------------------------- */

static void a_credential_comes_back_from_its_json(void **state) {
    (void)state;
    struct secret json = {0};
    struct credential back = {0};
    assert_true(credential_print(&ann, &json, &fault));
    assert_true(credential_read(&json, &back, &fault));
    assert_string_equal(back.user, ann.user);
    assert_string_equal(back.account, ann.account);
    assert_string_equal(back.access_key_id, ann.access_key_id);
    assert_string_equal(back.created, ann.created);
    assert_true(secret_equal(&back.secret_access_key, &ann.secret_access_key));
    credential_close(&back);
    secret_close(&json);
}

static void a_text_that_is_no_credential_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "{}",
        "[]",
        "{\"keyturn\":\"none\"}",
        "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"\",\"CreatedDate\":\"c\",\"UserName\":\"u\",\"Account\":\"1\"}",
        "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":1,\"CreatedDate\":\"c\",\"UserName\":\"u\",\"Account\":\"1\"}",
        "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\",\"CreatedDate\":\"c\",\"UserName\":\"u\"}",
        "{\"SecretAccessKey\":\"s\",\"CreatedDate\":\"c\",\"UserName\":\"u\",\"Account\":\"1\"}",
        ("{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\",\"CreatedDate\":\"c\",\"UserName\":\"u\","
         "\"Account\":\"1234567890123\"}"),
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct secret json = {0};
        struct credential back = {0};
        assert_true(secret_set(&json, texts[i], strlen(texts[i])));
        assert_false(credential_read(&json, &back, &fault));
        assert_int_equal(fault.kind, FAULT_INVALID);
        assert_string_equal(back.access_key_id, "");
        assert_true(secret_empty(&back.secret_access_key));
        secret_close(&json);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_process_of_a_profile, begin, end),
        cmocka_unit_test_setup_teardown(a_shell_gets_what_was_meant, begin, end),
        cmocka_unit_test_setup_teardown(the_section_of_a_credentials_file, begin, end),
        cmocka_unit_test_setup_teardown(what_is_not_asked_well_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_secret_no_key_has_is_never_written, begin, end),
        cmocka_unit_test_setup_teardown(the_smtp_passwords_of_the_published_algorithm, begin, end),
        cmocka_unit_test(regions),
        cmocka_unit_test(formats_have_names_and_media),
        cmocka_unit_test_setup_teardown(a_credential_comes_back_from_its_json, begin, end),
        cmocka_unit_test_setup_teardown(a_text_that_is_no_credential_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
