/* What is repeated, what never is, and by which clock and whose credentials. GetUser stands for every call that may be repeated,
 * CreateAccessKey for those that may not. */
#include "clock.h"
#include "iam_write.h"
#include "instant.h"
#include "policy.h"
#include "session.h"
#include "sts.h"
#include "test_clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define USER                                                                                              \
    "<GetUserResponse><GetUserResult><User><Path>/</Path><UserName>anna</UserName><UserId>AIDA1</UserId>" \
    "<Arn>arn:aws:iam::111111111111:user/anna</Arn><CreateDate>2023-01-01T00:00:00Z</CreateDate></User>"  \
    "</GetUserResult></GetUserResponse>"
#define KEY                                                                                                  \
    "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>anna</UserName>"                   \
    "<AccessKeyId>AKIANEW</AccessKeyId><Status>Active</Status><SecretAccessKey>new/secret</SecretAccessKey>" \
    "<CreateDate>2023-11-14T22:13:20Z</CreateDate></AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>"
#define ROLE(id)                                                                              \
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" id "</AccessKeyId>"    \
    "<SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role+token/=</SessionToken>" \
    "<Expiration>2023-11-14T23:13:20Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
#define IDENTITY                                                                                         \
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/anna</Arn>" \
    "<UserId>AIDA1</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
#define UPDATED "<UpdateAccessKeyResponse><ResponseMetadata/></UpdateAccessKeyResponse>"
#define DELETED "<DeleteAccessKeyResponse><ResponseMetadata/></DeleteAccessKeyResponse>"

static bool get_user(struct session *session) {
    static struct iam_user user;
    session->fault = (struct fault){0};
    return iam_get_user(session->aws, "anna", &user, &session->fault);
}

static bool create_key(struct session *session) {
    struct iam_key key;
    struct secret secret = {0};
    session->fault = (struct fault){0};
    bool made = iam_create_access_key(session->aws, "anna", &key, &secret, &session->fault);
    assert_int_equal(made, !secret_empty(&secret));
    secret_close(&secret);
    return made;
}

/* --- calls that may be repeated */

static const struct {
    const char *story;
    size_t step_count;
    struct scripted_step steps[5];
    bool succeeds;
    enum fault_kind kind;
    size_t requests;
} repeatable[] = {
    {"answered", 1, {{OK_HEAD, USER, SCRIPTED_KEEP, 0}}, true, FAULT_NONE, 1},
    {"throttled, then answered",
     2,
     {{ERROR_HEAD("400 Bad"), XML_ERROR("Throttling"), SCRIPTED_KEEP, 0}, {OK_HEAD, USER, SCRIPTED_KEEP, 0}},
     true,
     FAULT_NONE,
     2},
    {"failing, then answered",
     3,
     {{ERROR_HEAD("500 Bad"), XML_ERROR("ServiceFailure"), SCRIPTED_KEEP, 0},
      {ERROR_HEAD("503 Bad"), "no document", SCRIPTED_KEEP, 0},
      {OK_HEAD, USER, SCRIPTED_KEEP, 0}},
     true,
     FAULT_NONE,
     3},
    {"reset, then answered",
     2,
     {{NULL, NULL, SCRIPTED_RESET, 0}, {OK_HEAD, USER, SCRIPTED_KEEP, 0}},
     true,
     FAULT_NONE,
     2},
    {"always throttled",
     1,
     {{ERROR_HEAD("400 Bad"), XML_ERROR("Throttling"), SCRIPTED_KEEP, 0}},
     false,
     FAULT_THROTTLED,
     4},
    {"always failing",
     1,
     {{ERROR_HEAD("500 Bad"), XML_ERROR("ServiceFailure"), SCRIPTED_KEEP, 0}},
     false,
     FAULT_TRANSIENT,
     4},
    {"always reset", 1, {{NULL, NULL, SCRIPTED_RESET, 0}}, false, FAULT_TRANSIENT, 4},
    {"denied", 1, {{ERROR_HEAD("403 Bad"), XML_ERROR("AccessDenied"), SCRIPTED_KEEP, 0}}, false, FAULT_DENIED, 1},
    {"gone", 1, {{ERROR_HEAD("404 Bad"), XML_ERROR("NoSuchEntity"), SCRIPTED_KEEP, 0}}, false, FAULT_GONE, 1},
    {"a defect of ours",
     1,
     {{ERROR_HEAD("400 Bad"), XML_ERROR("ValidationError"), SCRIPTED_KEEP, 0}},
     false,
     FAULT_INVALID,
     1},
    {"slow down for longer than is waited here",
     1,
     {{ERROR_HEAD("429 Slow") "Retry-After: 60\r\n", "", SCRIPTED_KEEP, 0}},
     false,
     FAULT_THROTTLED,
     1},
    {"a success that is no answer",
     1,
     {{OK_HEAD, "<html>Welcome to this hotel</html>", SCRIPTED_KEEP, 0}},
     false,
     FAULT_INVALID,
     1},
    {"a success about something else", 1, {{OK_HEAD, UPDATED, SCRIPTED_KEEP, 0}}, false, FAULT_INVALID, 1},
    {"an empty success", 1, {{OK_HEAD, "", SCRIPTED_KEEP, 0}}, false, FAULT_INVALID, 1},
};

static void harmless_calls_are_repeated_where_that_may_help(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(repeatable); i++) {
        struct session s;
        session_open(&s, repeatable[i].steps, repeatable[i].step_count);
        bool done = get_user(&s);
        if (done != repeatable[i].succeeds || s.fault.kind != repeatable[i].kind ||
            scripted_requests(s.server) != repeatable[i].requests)
            print_error("%s: %s %s after %zu requests\n", repeatable[i].story, fault_name(s.fault.kind),
                        s.fault.message, scripted_requests(s.server));
        assert_int_equal(done, repeatable[i].succeeds);
        assert_int_equal(s.fault.kind, repeatable[i].kind);
        assert_int_equal(scripted_requests(s.server), repeatable[i].requests);
        assert_true(done || strcmp(s.fault.where, "GetUser") == 0);
        session_close(&s);
    }
}

static void a_fault_says_what_aws_said(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("404 Bad"), XML_ERROR("NoSuchEntity"), SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    assert_false(get_user(&s));
    assert_string_equal(s.fault.code, "NoSuchEntity");
    assert_int_equal(s.fault.http_status, 404);
    assert_string_equal(s.fault.message, "why (HTTP 404, request id-2)");
    session_close(&s);
}

static void waits_grow_and_stay_bounded(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("503 Bad") "Retry-After: 2\r\n", "", SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    assert_false(get_user(&s));
    int64_t slept = test_clock_slept();
    assert_true(slept >= 3 * 2000); /* what the server asked for, before each of three more attempts */
    assert_true(slept <= 3 * 5000);
    session_close(&s);
}

/* --- calls that are made once */

static const struct {
    const char *story;
    struct scripted_step step;
    enum fault_kind kind;
} once[] = {
    {"answered", {OK_HEAD, KEY, SCRIPTED_KEEP, 0}, FAULT_NONE},
    {"reset before the answer", {NULL, NULL, SCRIPTED_RESET, 0}, FAULT_UNKNOWN},
    {"closed before the answer", {NULL, NULL, SCRIPTED_CLOSE, 0}, FAULT_UNKNOWN},
    {"an answer cut on its way", {OK_HEAD, "<CreateAccessKeyResp", SCRIPTED_CLOSE, 100}, FAULT_UNKNOWN},
    {"an answer that is cut and looks whole",
     {OK_HEAD, "<CreateAccessKeyResponse><CreateAccessKeyResult>", SCRIPTED_KEEP, 0},
     FAULT_UNKNOWN},
    {"an answer without the secret",
     {OK_HEAD,
      "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><AccessKeyId>A</AccessKeyId></AccessKey></"
      "CreateAccessKeyResult></CreateAccessKeyResponse>",
      SCRIPTED_KEEP, 0},
     FAULT_UNKNOWN},
    {"an answer to something else", {OK_HEAD, USER, SCRIPTED_KEEP, 0}, FAULT_UNKNOWN},
    {"a server error", {ERROR_HEAD("500 Bad"), XML_ERROR("ServiceFailure"), SCRIPTED_KEEP, 0}, FAULT_UNKNOWN},
    {"a throttling server error", {ERROR_HEAD("503 Bad"), XML_ERROR("Throttling"), SCRIPTED_KEEP, 0}, FAULT_UNKNOWN},
    {"a refusal that AWS did not write",
     {ERROR_HEAD("403 Bad"), "<html>Forbidden</html>", SCRIPTED_KEEP, 0},
     FAULT_UNKNOWN},
    {"not found, says a proxy",
     {ERROR_HEAD("404 Bad"), "{\"code\":\"NotFoundException\",\"message\":\"no such route\"}", SCRIPTED_KEEP, 0},
     FAULT_UNKNOWN},
    {"denied, in words of another service",
     {ERROR_HEAD("403 Bad"), "<Error><Code>AccessDenied</Code><Message>why</Message></Error>", SCRIPTED_KEEP, 0},
     FAULT_UNKNOWN},
    {"a redirection", {ERROR_HEAD("307 Elsewhere") "Location: /\r\n", "", SCRIPTED_KEEP, 0}, FAULT_UNKNOWN},
    {"throttled", {ERROR_HEAD("400 Bad"), XML_ERROR("Throttling"), SCRIPTED_KEEP, 0}, FAULT_THROTTLED},
    {"denied", {ERROR_HEAD("403 Bad"), XML_ERROR("AccessDenied"), SCRIPTED_KEEP, 0}, FAULT_DENIED},
    {"two keys already", {ERROR_HEAD("409 Conflict"), XML_ERROR("LimitExceeded"), SCRIPTED_KEEP, 0}, FAULT_CONFLICT},
    {"no such user", {ERROR_HEAD("404 Bad"), XML_ERROR("NoSuchEntity"), SCRIPTED_KEEP, 0}, FAULT_GONE},
    {"the clock is off", {ERROR_HEAD("403 Bad"), XML_ERROR("RequestTimeTooSkewed"), SCRIPTED_KEEP, 0}, FAULT_CLOCK},
    {"expired", {ERROR_HEAD("403 Bad"), XML_ERROR("ExpiredToken"), SCRIPTED_KEEP, 0}, FAULT_EXPIRED},
};

static void a_create_is_sent_once_whatever_happens(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(once); i++) {
        struct session s;
        session_open(&s, &once[i].step, 1);
        session_observed(&s, SERVER_NOW);
        bool made = create_key(&s);
        if (s.fault.kind != once[i].kind || scripted_requests(s.server) != 1)
            print_error("%s: %s %s\n", once[i].story, fault_name(s.fault.kind), s.fault.message);
        assert_int_equal(made, once[i].kind == FAULT_NONE);
        assert_int_equal(s.fault.kind, once[i].kind);
        assert_int_equal(scripted_requests(s.server), 1);
        assert_int_equal(test_clock_slept(), 0);
        session_close(&s);
    }
}

static void a_create_goes_over_a_connection_of_its_own(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {OK_HEAD, USER, SCRIPTED_KEEP, 0}, {OK_HEAD, USER, SCRIPTED_KEEP, 0}, {OK_HEAD, KEY, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    session_look(&s);
    assert_true(get_user(&s) && get_user(&s) && create_key(&s));
    assert_int_equal(scripted_connection(s.server, 1), 1);
    assert_int_equal(scripted_connection(s.server, 2), 2);
    session_close(&s);
}

static void a_create_that_found_no_server_was_not_made(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, USER, SCRIPTED_GONE, 0}};
    struct session s;
    session_open(&s, steps, 1);
    session_look(&s);
    assert_true(get_user(&s));
    assert_false(create_key(&s));
    assert_int_equal(s.fault.kind, FAULT_TRANSIENT);
    session_close(&s);
}

/* --- the look */

static void nothing_is_changed_without_a_fresh_look(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, UPDATED, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    assert_false(iam_update_access_key(s.aws, "anna", "AKIA1", KEY_INACTIVE, &s.fault));
    assert_int_equal(s.fault.kind, FAULT_LATE);
    session_look(&s);
    assert_false(iam_delete_access_key(s.aws, "anna", "AKIA1", &s.fault)); /* begun, but nothing seen yet */
    assert_int_equal(s.fault.kind, FAULT_LATE);
    session_observed(&s, SERVER_NOW);
    test_clock_pass(60 * 1000);
    assert_false(create_key(&s));
    assert_int_equal(s.fault.kind, FAULT_LATE);
    assert_int_equal(scripted_requests(s.server), 0);
    session_observed(&s, SERVER_NOW);
    test_clock_pass(59 * 1000);
    assert_true(iam_update_access_key(s.aws, "anna", "AKIA1", KEY_INACTIVE, &s.fault));
    session_close(&s);
}

static void a_change_is_not_repeated_when_its_look_has_aged(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("503 Bad") "Retry-After: 4\r\n", "", SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    session_observed(&s, SERVER_NOW);
    test_clock_pass(53 * 1000);
    assert_false(iam_update_access_key(s.aws, "anna", "AKIA1", KEY_INACTIVE, &s.fault));
    assert_int_equal(scripted_requests(s.server), 2); /* at 53 s and 57 s; 61 s is too late */
    assert_int_equal(s.fault.kind, FAULT_TRANSIENT);
    session_close(&s);
}

static bool signed_at(struct session *session, size_t request, int64_t instant) {
    char stamp[INSTANT_SIZE];
    char line[64];
    instant_amz(instant, stamp);
    snprintf(line, sizeof line, "\r\nx-amz-date: %s\r\n", stamp);
    return strstr(scripted_request(session->server, request), line) != NULL;
}

static bool signed_before(struct session *session, size_t request, int64_t instant) {
    static const char name[] = "\r\nx-amz-date: ";
    char stamp[INSTANT_SIZE];
    const char *line = strstr(scripted_request(session->server, request), name);
    instant_amz(instant, stamp);
    return line != NULL && strncmp(line + strlen(name), stamp, strlen(stamp)) < 0;
}

enum { PAUSE_SECONDS = 3 * 3600 };

static _Atomic int readings_before_pause;

static void pause_after_some_readings(void) {
    if (atomic_fetch_sub(&readings_before_pause, 1) == 1)
        test_clock_pass(PAUSE_SECONDS * 1000);
}

/* A machine is suspended between two of the program's readings of the clock, one pair after the other. */
static void a_change_by_a_worker_that_was_suspended_bears_a_date_that_has_aged(void **state) {
    (void)state;
    enum { READINGS = 12 };
    const struct scripted_step steps[] = {{OK_HEAD, KEY, SCRIPTED_KEEP, 0}};
    size_t sent = 0;
    for (int readings = 1; readings <= READINGS; readings++) {
        struct session s;
        session_open(&s, steps, 1);
        session_observed(&s, SERVER_NOW);
        atomic_store(&readings_before_pause, readings);
        test_clock_when_read(pause_after_some_readings);
        bool made = create_key(&s);
        test_clock_when_read(NULL);
        bool good = made ? signed_before(&s, 0, SERVER_NOW + LEASE_SECONDS)
                         : s.fault.kind == FAULT_LATE && scripted_requests(s.server) == 0;
        if (!good)
            print_error("suspended after %d readings: %s\n", readings, made ? "dated afresh" : s.fault.message);
        assert_true(good);
        sent += made;
        session_close(&s);
    }
    assert_true(sent > 0 && sent < READINGS);
}

static void the_first_answer_sets_the_time_that_the_look_signs_with(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {OK_HEAD, USER, SCRIPTED_KEEP, 0}, {OK_HEAD, USER, SCRIPTED_KEEP, 0}, {OK_HEAD, UPDATED, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    session_look(&s);
    assert_int_equal(aws_look_now(s.aws), 0);
    assert_true(get_user(&s));
    assert_int_equal(aws_look_now(s.aws), SERVER_NOW);
    test_clock_pass(20 * 1000);
    test_clock_skew(7 * 86400); /* whatever somebody does to this host's clock */
    assert_true(get_user(&s));
    assert_int_equal(aws_look_now(s.aws), SERVER_NOW);
    assert_true(iam_update_access_key(s.aws, "anna", "AKIA1", KEY_ACTIVE, &s.fault));
    assert_true(signed_at(&s, 1, SERVER_NOW + 20) || signed_at(&s, 1, SERVER_NOW + 21));
    assert_true(signed_at(&s, 2, SERVER_NOW + 20) || signed_at(&s, 2, SERVER_NOW + 21));
    session_look(&s);
    assert_int_equal(aws_look_now(s.aws), 0);
    session_close(&s);
}

static void a_date_that_cannot_be_aws_own_is_not_believed(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {"HTTP/1.1 200 OK\r\nDate: Sun, 14 Nov 2032 22:13:20 GMT\r\n", USER, SCRIPTED_KEEP, 0},
        {OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    session_look(&s);
    assert_true(get_user(&s));
    assert_int_equal(aws_look_now(s.aws), 0);
    assert_true(get_user(&s));
    assert_int_equal(aws_look_now(s.aws), SERVER_NOW);
    session_close(&s);
}

static void an_error_of_aws_is_an_answer_too_but_a_proxy_is_no_clock(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {"HTTP/1.1 502 Bad\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n", "<html/>", SCRIPTED_KEEP, 0},
        {ERROR_HEAD("404 Bad"), XML_ERROR("NoSuchEntity"), SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    session_look(&s);
    assert_false(get_user(&s));
    assert_int_equal(aws_look_now(s.aws), SERVER_NOW);
    session_close(&s);
}

static void assuming_a_role_is_no_part_of_the_look(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {"HTTP/1.1 200 OK\r\nDate: Tue, 14 Nov 2023 22:13:10 GMT\r\n", ROLE("ASIA1"), SCRIPTED_KEEP, 0},
        {OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    session_look(&s);
    assert_true(aws_use_account(s.aws, "222222222222", &s.fault));
    assert_int_equal(aws_look_now(s.aws), 0);
    assert_true(get_user(&s));
    assert_int_equal(aws_look_now(s.aws), SERVER_NOW);
    session_close(&s);
}

/* --- clocks and credentials */

static void a_wrong_host_clock_is_corrected_once_and_remembered(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("403 Bad"), XML_ERROR("SignatureDoesNotMatch"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    assert_true(get_user(&s));
    assert_true(signed_at(&s, 1, SERVER_NOW) || signed_at(&s, 1, SERVER_NOW + 1));
    test_clock_pass(100 * 1000);
    assert_true(get_user(&s));
    assert_int_equal(scripted_requests(s.server), 3);
    assert_true(signed_at(&s, 2, SERVER_NOW + 100) || signed_at(&s, 2, SERVER_NOW + 101));
    session_close(&s);
}

static void a_clock_that_stays_wrong_is_a_fault(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("403 Bad"), XML_ERROR("RequestTimeTooSkewed"), SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    assert_false(get_user(&s));
    assert_int_equal(s.fault.kind, FAULT_CLOCK);
    assert_int_equal(scripted_requests(s.server), 2);
    session_close(&s);
}

static const char *signer_of(struct session *session, size_t request) {
    return strstr(scripted_request(session->server, request), "Credential=") + strlen("Credential=");
}

static void a_role_is_assumed_once_and_signs_with_its_token(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, ROLE("ASIA1"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    assert_true(aws_use_account(s.aws, "222222222222", &s.fault));
    assert_true(get_user(&s));
    assert_true(aws_use_account(s.aws, "111111111111", &s.fault));
    assert_true(get_user(&s));
    assert_true(aws_use_account(s.aws, "222222222222", &s.fault));
    assert_true(get_user(&s));
    assert_int_equal(scripted_requests(s.server), 4);
    assert_non_null(
        strstr(scripted_request(s.server, 0), "RoleArn=arn%3Aaws%3Aiam%3A%3A222222222222%3Arole%2FKeyturn"));
    assert_non_null(strstr(scripted_request(s.server, 0), "ExternalId=ex%2Fternal"));
    assert_non_null(strstr(scripted_request(s.server, 0), "RoleSessionName=keyturn-test"));
    assert_true(text_starts(signer_of(&s, 0), "AKIAOWN/"));
    assert_non_null(strstr(signer_of(&s, 0), "/us-east-1/sts/")); /* the program's region, not the account's */
    assert_true(text_starts(signer_of(&s, 1), "ASIA1/"));
    assert_true(text_starts(signer_of(&s, 2), "AKIAOWN/"));
    assert_true(text_starts(signer_of(&s, 3), "ASIA1/"));
    assert_non_null(strstr(scripted_request(s.server, 3), "\r\nx-amz-security-token: role+token/=\r\n"));
    assert_null(strstr(scripted_request(s.server, 2), "x-amz-security-token"));
    session_close(&s);
}

static void each_account_is_entered_by_its_own_role(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, ROLE("ASIA2"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, ROLE("ASIA3"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    assert_true(aws_use_account(s.aws, "222222222222", &s.fault));
    assert_true(aws_use_account(s.aws, "333333333333", &s.fault));
    assert_non_null(strstr(scripted_request(s.server, 1), "arn%3Aaws%3Aiam%3A%3A333333333333%3Arole%2FKeyturn"));
    assert_null(strstr(scripted_request(s.server, 1), "ExternalId"));
    assert_true(get_user(&s));
    assert_true(aws_use_account(s.aws, "222222222222", &s.fault) && get_user(&s));
    assert_true(text_starts(signer_of(&s, 2), "ASIA3/"));
    assert_true(text_starts(signer_of(&s, 3), "ASIA2/"));
    aws_use_own(s.aws);
    assert_true(get_user(&s));
    assert_true(text_starts(signer_of(&s, 4), "AKIAOWN/"));
    session_close(&s);
}

static void a_role_that_has_expired_already_is_not_used(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {"HTTP/1.1 200 OK\r\nDate: Tue, 14 Nov 2023 23:13:20 GMT\r\n", ROLE("ASIA1"), SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    assert_false(aws_use_account(s.aws, "222222222222", &s.fault));
    assert_int_equal(s.fault.kind, FAULT_INVALID);
    assert_string_equal(s.fault.where, "AssumeRole");
    session_close(&s);
}

static void a_long_session_gets_a_new_role_before_the_old_ends(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, ROLE("ASIA1"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0},
                                          {OK_HEAD, ROLE("ASIA2"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    assert_true(aws_use_account(s.aws, "222222222222", &s.fault) && get_user(&s));
    test_clock_pass(2701 * 1000);
    assert_true(get_user(&s));
    assert_true(text_starts(signer_of(&s, 2), "AKIAOWN/"));
    assert_true(text_starts(signer_of(&s, 3), "ASIA2/"));
    session_close(&s);
}

static void an_expired_role_is_assumed_again_once(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, ROLE("ASIA1"), SCRIPTED_KEEP, 0},
                                          {ERROR_HEAD("403 Bad"), XML_ERROR("ExpiredToken"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, ROLE("ASIA2"), SCRIPTED_KEEP, 0},
                                          {ERROR_HEAD("403 Bad"), XML_ERROR("ExpiredToken"), SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    assert_true(aws_use_account(s.aws, "222222222222", &s.fault));
    assert_false(get_user(&s));
    assert_int_equal(s.fault.kind, FAULT_EXPIRED);
    assert_int_equal(scripted_requests(s.server), 4);
    assert_true(text_starts(signer_of(&s, 3), "ASIA2/"));
    session_close(&s);
}

static void refused_own_credentials_are_looked_for_again(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("403 Bad"), XML_ERROR("InvalidClientTokenId"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    setenv("AWS_ACCESS_KEY_ID", "AKIAOWN2", 1);
    assert_true(get_user(&s));
    assert_true(text_starts(signer_of(&s, 0), "AKIAOWN/"));
    assert_true(text_starts(signer_of(&s, 1), "AKIAOWN2/"));
    session_close(&s);
}

static void a_role_that_is_refused_keeps_the_account_closed(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("403 Bad"), XML_ERROR("AccessDenied"), SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    assert_false(aws_use_account(s.aws, "222222222222", &s.fault));
    assert_int_equal(s.fault.kind, FAULT_DENIED);
    assert_string_equal(s.fault.where, "AssumeRole");
    assert_false(get_user(&s)); /* never by the program's own instead */
    assert_string_equal(s.fault.where, "AssumeRole");
    assert_int_equal(scripted_requests(s.server), 2);
    session_close(&s);
}

static void *ask_from_a_thread(void *context) {
    static _Thread_local struct iam_user user;
    struct fault fault;
    struct aws *aws = aws_open(context, &fault);
    bool done = aws != NULL && aws_use_account(aws, "222222222222", &fault);
    for (int i = 0; done && i < 10; i++)
        done = iam_get_user(aws, "anna", &user, &fault);
    aws_close(aws);
    return done ? context : NULL;
}

static void sessions_of_many_threads_share_one_role(void **state) {
    (void)state;
    enum { THREADS = 8 };
    const struct scripted_step steps[] = {{OK_HEAD, ROLE("ASIA1"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    pthread_t threads[THREADS];
    session_open(&s, steps, COUNT_OF(steps));
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, ask_from_a_thread, s.environment);
    for (size_t i = 0; i < THREADS; i++) {
        void *done;
        pthread_join(threads[i], &done);
        assert_non_null(done);
    }
    assert_int_equal(scripted_requests(s.server), 1 + THREADS * 10);
    assert_non_null(strstr(scripted_request(s.server, 0), "Action=AssumeRole"));
    for (size_t i = 1; i < scripted_requests(s.server); i++)
        assert_true(text_starts(signer_of(&s, i), "ASIA1/"));
    session_close(&s);
}

static void an_account_nobody_configured_is_refused(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    assert_false(aws_use_account(s.aws, "444444444444", &s.fault));
    assert_int_equal(s.fault.kind, FAULT_CONFIG);
    session_close(&s);
}

/* --- trying a key */

#define REFUSED \
    { ERROR_HEAD("403 Bad"), XML_ERROR("InvalidClientTokenId"), SCRIPTED_KEEP, 0 }
#define PROVEN \
    { OK_HEAD, IDENTITY, SCRIPTED_KEEP, 0 }
#define FAILING \
    { ERROR_HEAD("500 Bad"), XML_ERROR("InternalFailure"), SCRIPTED_KEEP, 0 }

static const struct {
    const char *story;
    size_t step_count;
    struct scripted_step steps[4];
    const char *user;
    const char *user_id;
    enum key_proof proof;
    size_t requests;
} proofs[] = {
    {"twice in both regions, by ARN", 1, {PROVEN}, "arn:aws:iam::111111111111:user/anna", "AIDA1", PROOF_PROVEN, 4},
    {"twice in both regions, by name", 1, {PROVEN}, "anna", "AIDA1", PROOF_PROVEN, 4},
    {"refused in both", 1, {REFUSED}, "anna", "AIDA1", PROOF_REFUSED, 2},
    {"refused in the first only", 2, {REFUSED, PROVEN}, "anna", "AIDA1", PROOF_UNANSWERED, 3},
    {"refused in the second only", 3, {PROVEN, PROVEN, REFUSED}, "anna", "AIDA1", PROOF_UNANSWERED, 3},
    {"known once and then not", 3, {PROVEN, REFUSED, PROVEN}, "anna", "AIDA1", PROOF_UNANSWERED, 4},
    {"a failing server", 1, {FAILING}, "anna", "AIDA1", PROOF_UNANSWERED, 1},
    {"failing in the second", 3, {PROVEN, PROVEN, FAILING}, "anna", "AIDA1", PROOF_UNANSWERED, 3},
    {"refused, then failing", 2, {REFUSED, FAILING}, "anna", "AIDA1", PROOF_UNANSWERED, 2},
    {"no answer", 1, {{NULL, NULL, SCRIPTED_RESET, 0}}, "anna", "AIDA1", PROOF_UNANSWERED, 1},
    {"somebody else's key", 1, {PROVEN}, "bob", "AIDA1", PROOF_UNANSWERED, 1},
    {"another user of that name", 1, {PROVEN}, "anna", "AIDA2", PROOF_UNANSWERED, 1},
    {"a name that ends alike", 1, {PROVEN}, "nna", "AIDA1", PROOF_UNANSWERED, 1},
    {"denied is no refusal of the key",
     1,
     {{ERROR_HEAD("403 Bad"), XML_ERROR("AccessDenied"), SCRIPTED_KEEP, 0}},
     "anna",
     "AIDA1",
     PROOF_UNANSWERED,
     1},
};

static void a_key_is_proven_in_two_regions_or_not_at_all(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(proofs); i++) {
        struct session s;
        struct secret secret = {0};
        session_open(&s, proofs[i].steps, proofs[i].step_count);
        session_observed(&s, SERVER_NOW);
        assert_true(secret_set(&secret, "candidate", 9));
        enum key_proof proof =
            sts_prove_key(s.aws, "AKIACANDIDATE", &secret, proofs[i].user, proofs[i].user_id, 2, &s.fault);
        if (proof != proofs[i].proof || scripted_requests(s.server) != proofs[i].requests)
            print_error("%s: %d after %zu requests: %s\n", proofs[i].story, (int)proof, scripted_requests(s.server),
                        s.fault.message);
        assert_int_equal(proof, proofs[i].proof);
        assert_int_equal(scripted_requests(s.server), proofs[i].requests);
        secret_close(&secret);
        session_close(&s);
    }
}

static void the_two_regions_differ_and_the_key_itself_signs(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, ROLE("ASIA1"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, IDENTITY, SCRIPTED_KEEP, 0}};
    struct session s;
    struct secret secret = {0};
    session_open(&s, steps, COUNT_OF(steps));
    assert_true(secret_set(&secret, "candidate", 9));
    assert_true(aws_use_account(s.aws, "222222222222", &s.fault));
    assert_int_equal(sts_prove_key(s.aws, "AKIACANDIDATE", &secret, "anna", "AIDA1", 1, &s.fault), PROOF_PROVEN);
    assert_true(text_starts(signer_of(&s, 1), "AKIACANDIDATE/"));
    assert_non_null(strstr(signer_of(&s, 1), "/eu-west-1/sts/"));
    assert_non_null(strstr(signer_of(&s, 2), "/us-west-2/sts/"));
    assert_null(strstr(scripted_request(s.server, 1), "x-amz-security-token"));
    secret_close(&secret);
    session_close(&s);
}

/* --- changes of keys */

static void a_key_gone_already_is_deleted(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("404 Bad"), XML_ERROR("NoSuchEntity"), SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    session_observed(&s, SERVER_NOW);
    assert_true(iam_delete_access_key(s.aws, "anna", "AKIA1", &s.fault));
    assert_false(iam_update_access_key(s.aws, "anna", "AKIA1", KEY_INACTIVE, &s.fault));
    assert_int_equal(s.fault.kind, FAULT_GONE);
    session_close(&s);
}

static void a_key_is_not_deleted_because_a_proxy_finds_no_page(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {ERROR_HEAD("404 Bad"), "{\"code\":\"not_found\",\"message\":\"no such route\"}", SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    session_observed(&s, SERVER_NOW);
    assert_false(iam_delete_access_key(s.aws, "anna", "AKIA1", &s.fault));
    assert_int_equal(s.fault.kind, FAULT_INVALID);
    session_close(&s);
}

static void a_name_is_sent_escaped(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, DELETED, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, 1);
    session_observed(&s, SERVER_NOW);
    assert_true(iam_delete_access_key(s.aws, "a+b=c,d.e@f&UserName=g", "AKIA1", &s.fault));
    assert_non_null(strstr(scripted_request(s.server, 0), "\r\n\r\nAction=DeleteAccessKey&Version=2010-05-08&UserName="
                                                          "a%2Bb%3Dc%2Cd.e%40f%26UserName%3Dg&AccessKeyId=AKIA1"));
    session_close(&s);
}

static void *give_up(void *argument) {
    struct session *session = argument;
    while (scripted_requests(session->server) == 0)
        clock_sleep_ms(1);
    aws_environment_give_up(session->environment);
    return NULL;
}

/* As at the end of a program: the call on its way ends, is not tried again, and no other one begins. */
static void calls_that_are_given_up_end_and_none_begins(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{NULL, NULL, SCRIPTED_HOLD, 0}};
    struct session s;
    pthread_t thread;
    session_open(&s, steps, COUNT_OF(steps));
    assert_int_equal(pthread_create(&thread, NULL, give_up, &s), 0);
    assert_false(get_user(&s));
    pthread_join(thread, NULL);
    assert_int_equal(s.fault.kind, FAULT_TRANSIENT);
    assert_false(get_user(&s));
    assert_int_equal(s.fault.kind, FAULT_STOPPED);
    assert_int_equal(scripted_requests(s.server), 1);
    session_close(&s);
}

static size_t observed;
static char observed_results[64];

static void observe(const char *service, const char *operation, const char *result, double seconds) {
    assert_string_equal(service, "iam");
    assert_string_equal(operation, "GetUser");
    assert_true(seconds >= 0);
    strncat(observed_results, result, sizeof observed_results - strlen(observed_results) - 1);
    observed++;
}

static void every_attempt_is_observed(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("400 Bad"), XML_ERROR("Throttling"), SCRIPTED_KEEP, 0},
                                          {OK_HEAD, USER, SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    aws_environment_observe(s.environment, observe);
    assert_true(get_user(&s));
    assert_int_equal(observed, 2);
    assert_string_equal(observed_results, "throttledok");
    session_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(harmless_calls_are_repeated_where_that_may_help),
        cmocka_unit_test(a_fault_says_what_aws_said),
        cmocka_unit_test(waits_grow_and_stay_bounded),
        cmocka_unit_test(a_create_is_sent_once_whatever_happens),
        cmocka_unit_test(a_create_goes_over_a_connection_of_its_own),
        cmocka_unit_test(a_create_that_found_no_server_was_not_made),
        cmocka_unit_test(nothing_is_changed_without_a_fresh_look),
        cmocka_unit_test(a_change_is_not_repeated_when_its_look_has_aged),
        cmocka_unit_test(a_change_by_a_worker_that_was_suspended_bears_a_date_that_has_aged),
        cmocka_unit_test(the_first_answer_sets_the_time_that_the_look_signs_with),
        cmocka_unit_test(a_date_that_cannot_be_aws_own_is_not_believed),
        cmocka_unit_test(an_error_of_aws_is_an_answer_too_but_a_proxy_is_no_clock),
        cmocka_unit_test(assuming_a_role_is_no_part_of_the_look),
        cmocka_unit_test(a_wrong_host_clock_is_corrected_once_and_remembered),
        cmocka_unit_test(a_clock_that_stays_wrong_is_a_fault),
        cmocka_unit_test(a_role_is_assumed_once_and_signs_with_its_token),
        cmocka_unit_test(each_account_is_entered_by_its_own_role),
        cmocka_unit_test(a_role_that_has_expired_already_is_not_used),
        cmocka_unit_test(a_long_session_gets_a_new_role_before_the_old_ends),
        cmocka_unit_test(an_expired_role_is_assumed_again_once),
        cmocka_unit_test(refused_own_credentials_are_looked_for_again),
        cmocka_unit_test(a_role_that_is_refused_keeps_the_account_closed),
        cmocka_unit_test(sessions_of_many_threads_share_one_role),
        cmocka_unit_test(an_account_nobody_configured_is_refused),
        cmocka_unit_test(a_key_is_proven_in_two_regions_or_not_at_all),
        cmocka_unit_test(the_two_regions_differ_and_the_key_itself_signs),
        cmocka_unit_test(a_key_gone_already_is_deleted),
        cmocka_unit_test(a_key_is_not_deleted_because_a_proxy_finds_no_page),
        cmocka_unit_test(a_name_is_sent_escaped),
        cmocka_unit_test(calls_that_are_given_up_end_and_none_begins),
        cmocka_unit_test(every_attempt_is_observed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
