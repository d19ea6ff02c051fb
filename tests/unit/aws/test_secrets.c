/* Secrets Manager and SES: what is asked for, and what a refusal or a lost answer means. */
#include "doc.h"
#include "policy.h"
#include "secretsmanager.h"
#include "session.h"
#include "sesv2.h"
#include "test_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DONE "{\"ARN\":\"arn\",\"Name\":\"n\",\"VersionId\":\"v\"}"

/* The JSON body of a request that came. */
static struct doc *asked(struct session *session, size_t index) {
    const char *body = strstr(scripted_request(session->server, index), "\r\n\r\n");
    struct doc *doc = doc_parse(body + 4, strlen(body + 4), "request", NULL);
    assert_non_null(doc);
    return doc;
}

static void expect_text(const struct doc *doc, const char *path, const char *text) {
    assert_non_null(doc_text(doc_at(doc, path)));
    assert_string_equal(doc_text(doc_at(doc, path)), text);
}

static bool put(struct session *session, bool *outcome_unknown) {
    struct secret_value value = {
        .access_key_id = "AKIA1", .created = "2023-01-01T00:00:00Z", .user = "anna", .account = "111111111111"};
    assert_true(secret_set(&value.secret_access_key, "se/cr+et", 8));
    session->fault = (struct fault){0};
    bool stored = secrets_put_pending(session->aws, "keyturn/x", &value, outcome_unknown, &session->fault);
    secret_value_close(&value);
    return stored;
}

static const struct {
    const char *story;
    size_t step_count;
    struct scripted_step steps[3];
    bool stored;
    bool outcome_unknown;
    enum fault_kind kind;
    size_t least_requests;
} put_cases[] = {
    {"stored", 1, {{OK_HEAD, DONE, SCRIPTED_KEEP, 0}}, true, false, FAULT_NONE, 1},
    {"failing, then stored",
     2,
     {{ERROR_HEAD("500 Bad"), JSON_ERROR("InternalServiceError"), SCRIPTED_KEEP, 0}, {OK_HEAD, DONE, SCRIPTED_KEEP, 0}},
     true,
     false,
     FAULT_NONE,
     2},
    {"no answer, then stored",
     2,
     {{NULL, NULL, SCRIPTED_RESET, 0}, {OK_HEAD, DONE, SCRIPTED_KEEP, 0}},
     true,
     false,
     FAULT_NONE,
     2},
    {"denied",
     1,
     {{ERROR_HEAD("400 Bad"), JSON_ERROR("AccessDeniedException"), SCRIPTED_KEEP, 0}},
     false,
     false,
     FAULT_DENIED,
     1},
    {"KMS refuses",
     1,
     {{ERROR_HEAD("400 Bad"), JSON_ERROR("EncryptionFailure"), SCRIPTED_KEEP, 0}},
     false,
     false,
     FAULT_KMS,
     1},
    {"no such secret",
     1,
     {{ERROR_HEAD("400 Bad"), JSON_ERROR("ResourceNotFoundException"), SCRIPTED_KEEP, 0}},
     false,
     false,
     FAULT_GONE,
     1},
    {"throttled to the end: every attempt refused",
     1,
     {{ERROR_HEAD("400 Bad"), JSON_ERROR("ThrottlingException"), SCRIPTED_KEEP, 0}},
     false,
     false,
     FAULT_THROTTLED,
     5},
    {"failing to the end",
     1,
     {{ERROR_HEAD("500 Bad"), JSON_ERROR("InternalServiceError"), SCRIPTED_KEEP, 0}},
     false,
     true,
     FAULT_UNKNOWN,
     5},
    {"no answer to the end", 1, {{NULL, NULL, SCRIPTED_RESET, 0}}, false, true, FAULT_UNKNOWN, 5},
    {"no answer, then denied",
     2,
     {{NULL, NULL, SCRIPTED_RESET, 0}, {ERROR_HEAD("400 Bad"), JSON_ERROR("AccessDeniedException"), SCRIPTED_KEEP, 0}},
     false,
     true,
     FAULT_UNKNOWN,
     2},
    {"a proxy's refusal proves nothing",
     1,
     {{ERROR_HEAD("403 Bad"), "<html>no</html>", SCRIPTED_KEEP, 0}},
     false,
     true,
     FAULT_UNKNOWN,
     1},
    {"stored before, with other bytes",
     1,
     {{ERROR_HEAD("400 Bad"), JSON_ERROR("ResourceExistsException"), SCRIPTED_KEEP, 0}},
     false,
     true,
     FAULT_CONFLICT,
     1},
    {"the secret is being deleted",
     1,
     {{ERROR_HEAD("400 Bad"), JSON_ERROR("InvalidRequestException"), SCRIPTED_KEEP, 0}},
     false,
     false,
     FAULT_CONFLICT,
     1},
};

static void a_put_says_whether_it_may_have_been_applied(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(put_cases); i++) {
        struct session s;
        bool outcome_unknown = !put_cases[i].outcome_unknown;
        session_open(&s, put_cases[i].steps, put_cases[i].step_count);
        session_observed(&s, SERVER_NOW);
        bool stored = put(&s, &outcome_unknown);
        if (stored != put_cases[i].stored || outcome_unknown != put_cases[i].outcome_unknown ||
            s.fault.kind != put_cases[i].kind)
            print_error("%s: %s %s\n", put_cases[i].story, fault_name(s.fault.kind), s.fault.message);
        assert_int_equal(stored, put_cases[i].stored);
        assert_int_equal(outcome_unknown, put_cases[i].outcome_unknown);
        assert_int_equal(s.fault.kind, put_cases[i].kind);
        assert_true(scripted_requests(s.server) >= put_cases[i].least_requests);
        assert_true(scripted_requests(s.server) <= 16);
        session_close(&s);
    }
}

static void a_put_ends_while_the_look_still_allows_to_take_the_key_back(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {ERROR_HEAD("400 Bad") "Retry-After: 5\r\n", JSON_ERROR("ThrottlingException"), SCRIPTED_KEEP, 0}};
    struct session s;
    bool outcome_unknown;
    session_open(&s, steps, 1);
    session_observed(&s, SERVER_NOW);
    assert_false(put(&s, &outcome_unknown));
    assert_true(test_clock_slept() <= 40 * 1000);
    assert_true(aws_session_look_age_ms(s.aws) < (int64_t)LEASE_SECONDS * 1000);
    session_close(&s);
}

static void a_put_without_a_look_is_not_sent(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, DONE, SCRIPTED_KEEP, 0}};
    struct session s;
    bool outcome_unknown = true;
    session_open(&s, steps, 1);
    assert_false(put(&s, &outcome_unknown));
    assert_int_equal(s.fault.kind, FAULT_LATE);
    assert_false(outcome_unknown);
    assert_int_equal(scripted_requests(s.server), 0);
    session_close(&s);
}

static const char *body_of(struct session *session, size_t index) {
    return strstr(scripted_request(session->server, index), "\r\n\r\n");
}

static void a_put_sends_the_same_bytes_each_time(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ERROR_HEAD("500 Bad"), "", SCRIPTED_KEEP, 0},
                                          {OK_HEAD, DONE, SCRIPTED_KEEP, 0}};
    struct session s;
    bool outcome_unknown;
    session_open(&s, steps, COUNT_OF(steps));
    session_observed(&s, SERVER_NOW);
    assert_true(put(&s, &outcome_unknown));
    assert_string_equal(body_of(&s, 0), body_of(&s, 1));
    assert_non_null(strstr(scripted_request(s.server, 0), "\r\nx-amz-target: secretsmanager.PutSecretValue\r\n"));
    assert_non_null(strstr(scripted_request(s.server, 0), "\r\ncontent-type: application/x-amz-json-1.1\r\n"));
    struct doc *request = asked(&s, 0);
    expect_text(request, "SecretId", "keyturn/x");
    expect_text(request, "ClientRequestToken", "keyturn-key-AKIA1");
    assert_int_equal(doc_count(doc_at(request, "VersionStages")), 1);
    assert_string_equal(doc_text(doc_item(doc_at(request, "VersionStages"), 0)), "AWSPENDING");
    expect_text(request, "SecretString",
                "{\"AccessKeyId\":\"AKIA1\",\"Account\":\"111111111111\",\"CreatedDate\":\"2023-01-01T00:00:00Z\","
                "\"SecretAccessKey\":\"se/cr+et\",\"UserName\":\"anna\"}");
    doc_close(request);
    session_close(&s);
}

static void a_placeholder_is_created_with_its_fixed_version(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, DONE, SCRIPTED_KEEP, 0}};
    const struct secret_tag tags[] = {{"keyturn:user", "anna"}, {"team", "a \"b\""}};
    struct session s;
    session_open(&s, steps, 1);
    session_observed(&s, SERVER_NOW);
    assert_true(secrets_create_placeholder(s.aws, "keyturn/x", "alias/k", tags, 2, &s.fault));
    assert_true(secrets_create_placeholder(s.aws, "keyturn/x", "", NULL, 0, &s.fault));
    struct doc *request = asked(&s, 0);
    expect_text(request, "Name", "keyturn/x");
    expect_text(request, "ClientRequestToken", keyring_placeholder_version);
    expect_text(request, "SecretString", "{\"keyturn\":\"none\"}");
    expect_text(request, "KmsKeyId", "alias/k");
    assert_int_equal(doc_count(doc_at(request, "Tags")), 2);
    expect_text(doc_item(doc_at(request, "Tags"), 1), "Value", "a \"b\"");
    doc_close(request);
    request = asked(&s, 1);
    assert_null(doc_at(request, "KmsKeyId"));
    assert_null(doc_at(request, "Tags"));
    doc_close(request);
    session_close(&s);
}

static void a_secret_that_exists_needs_no_placeholder(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {ERROR_HEAD("400 Bad"), JSON_ERROR("ResourceExistsException"), SCRIPTED_KEEP, 0},
        {ERROR_HEAD("400 Bad"), JSON_ERROR("InvalidRequestException"), SCRIPTED_KEEP, 0}};
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    session_observed(&s, SERVER_NOW);
    assert_true(secrets_create_placeholder(s.aws, "keyturn/x", "", NULL, 0, &s.fault));
    assert_false(secrets_create_placeholder(s.aws, "keyturn/x", "", NULL, 0, &s.fault)); /* being deleted */
    assert_int_equal(s.fault.kind, FAULT_CONFLICT);
    session_close(&s);
}

static const struct {
    const char *story;
    size_t step_count;
    struct scripted_step steps[2];
    enum fault_kind kind;
} moves[] = {
    {"moved", 1, {{OK_HEAD, DONE, SCRIPTED_KEEP, 0}}, FAULT_NONE},
    {"another version holds the label",
     1,
     {{ERROR_HEAD("400 Bad"), JSON_ERROR("InvalidParameterException"), SCRIPTED_KEEP, 0}},
     FAULT_CONFLICT},
    {"being deleted",
     1,
     {{ERROR_HEAD("400 Bad"), JSON_ERROR("InvalidRequestException"), SCRIPTED_KEEP, 0}},
     FAULT_CONFLICT},
    {"no such secret",
     1,
     {{ERROR_HEAD("400 Bad"), JSON_ERROR("ResourceNotFoundException"), SCRIPTED_KEEP, 0}},
     FAULT_GONE},
    {"no answer, then moved", 2, {{NULL, NULL, SCRIPTED_RESET, 0}, {OK_HEAD, DONE, SCRIPTED_KEEP, 0}}, FAULT_NONE},
    {"no answer, then refused: perhaps by our own first",
     2,
     {{NULL, NULL, SCRIPTED_RESET, 0},
      {ERROR_HEAD("400 Bad"), JSON_ERROR("InvalidParameterException"), SCRIPTED_KEEP, 0}},
     FAULT_UNKNOWN},
};

static void a_move_is_a_compare_and_swap(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(moves); i++) {
        struct session s;
        session_open(&s, moves[i].steps, moves[i].step_count);
        session_observed(&s, SERVER_NOW);
        bool moved = secrets_move_current(s.aws, "keyturn/x", "new", "old", &s.fault);
        if (s.fault.kind != moves[i].kind)
            print_error("%s: %s\n", moves[i].story, fault_name(s.fault.kind));
        assert_int_equal(moved, moves[i].kind == FAULT_NONE);
        assert_int_equal(s.fault.kind, moves[i].kind);
        struct doc *request = asked(&s, 0);
        expect_text(request, "VersionStage", "AWSCURRENT");
        expect_text(request, "MoveToVersionId", "new");
        expect_text(request, "RemoveFromVersionId", "old");
        doc_close(request);
        session_close(&s);
    }
}

static void an_absent_secret_is_a_fact_and_a_refused_look_is_not(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {ERROR_HEAD("400 Bad"), JSON_ERROR("ResourceNotFoundException"), SCRIPTED_KEEP, 0},
        {ERROR_HEAD("404 Bad"), "<html>not found</html>", SCRIPTED_KEEP, 0},
        {ERROR_HEAD("400 Bad"), JSON_ERROR("AccessDeniedException"), SCRIPTED_KEEP, 0}};
    static struct secret_description description;
    struct session s;
    session_open(&s, steps, COUNT_OF(steps));
    assert_true(secrets_describe(s.aws, "keyturn/x", &description, &s.fault));
    assert_int_equal(description.state, SECRET_ABSENT);
    assert_false(secrets_describe(s.aws, "keyturn/x", &description, &s.fault));
    assert_int_equal(s.fault.kind, FAULT_INVALID);
    assert_false(secrets_describe(s.aws, "keyturn/x", &description, &s.fault));
    assert_int_equal(s.fault.kind, FAULT_DENIED);
    session_close(&s);
}

static void a_value_is_asked_for_by_version_and_stage(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {OK_HEAD,
         "{\"VersionId\":\"keyturn-key-AKIA1\",\"SecretString\":\"{\\\"AccessKeyId\\\":\\\"AKIA1\\\","
         "\\\"SecretAccessKey\\\":\\\"s\\\","
         "\\\"CreatedDate\\\":\\\"d\\\",\\\"UserName\\\":\\\"u\\\",\\\"Account\\\":\\\"a\\\"}\"}",
         SCRIPTED_KEEP, 0}};
    struct secret_value value;
    struct session s;
    session_open(&s, steps, 1);
    assert_true(secrets_get(s.aws, "keyturn/x", "keyturn-key-AKIA1", "AWSPENDING", &value, &s.fault));
    assert_string_equal(value.secret_access_key.bytes, "s");
    secret_value_close(&value);
    struct doc *request = asked(&s, 0);
    expect_text(request, "VersionId", "keyturn-key-AKIA1");
    expect_text(request, "VersionStage", "AWSPENDING");
    doc_close(request);
    assert_false(
        secrets_get(s.aws, "keyturn/x", "keyturn-key-AKIA2", "AWSPENDING", &value, &s.fault)); /* got another one */
    assert_int_equal(s.fault.kind, FAULT_INVALID);
    assert_false(secrets_get(s.aws, "keyturn/x", NULL, NULL, &value, &s.fault));
    assert_int_equal(scripted_requests(s.server), 2);
    session_close(&s);
}

static void tags_are_written_and_taken_off_several_at_once(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, "{}", SCRIPTED_KEEP, 0}};
    const struct secret_tag tags[] = {{"keyturn:promoted", "AKIA1 1"}, {"keyturn:inactive", "AKIA0 2"}};
    const char keys[2][TAG_KEY_SIZE] = {"keyturn:intent:0123", "keyturn:asked"};
    struct session s;
    session_open(&s, steps, 1);
    session_observed(&s, SERVER_NOW);
    assert_true(secrets_tag(s.aws, "keyturn/x", tags, 2, &s.fault));
    assert_true(secrets_untag(s.aws, "keyturn/x", keys, 2, &s.fault));
    struct doc *request = asked(&s, 0);
    expect_text(doc_item(doc_at(request, "Tags"), 1), "Key", "keyturn:inactive");
    doc_close(request);
    request = asked(&s, 1);
    assert_string_equal(doc_text(doc_item(doc_at(request, "TagKeys"), 1)), "keyturn:asked");
    doc_close(request);
    session_close(&s);
}

/* --- mail */

static const struct {
    const char *story;
    struct scripted_step step;
    enum fault_kind kind;
} mails[] = {
    {"sent", {OK_HEAD, "{\"MessageId\":\"m\"}", SCRIPTED_KEEP, 0}, FAULT_NONE},
    {"no answer", {NULL, NULL, SCRIPTED_RESET, 0}, FAULT_UNKNOWN},
    {"a server error", {ERROR_HEAD("500 Bad"), "{\"message\":\"why\"}", SCRIPTED_KEEP, 0}, FAULT_UNKNOWN},
    {"a success without a message id", {OK_HEAD, "{}", SCRIPTED_KEEP, 0}, FAULT_UNKNOWN},
    {"rejected, as a header says",
     {ERROR_HEAD("400 Bad") "x-amzn-ErrorType: MessageRejected\r\n", "{\"message\":\"why\"}", SCRIPTED_KEEP, 0},
     FAULT_DENIED},
    {"too many",
     {ERROR_HEAD("429 Slow") "x-amzn-ErrorType: TooManyRequestsException\r\n", "{\"message\":\"why\"}", SCRIPTED_KEEP,
      0},
     FAULT_THROTTLED},
    {"a bad address",
     {ERROR_HEAD("400 Bad") "x-amzn-ErrorType: BadRequestException\r\n", "{\"message\":\"why\"}", SCRIPTED_KEEP, 0},
     FAULT_INVALID},
};

static void a_mail_is_sent_once_whatever_happens(void **state) {
    (void)state;
    const struct mail mail = {"from@example.com", "to@example.com", "S\xc3\xbc \"bject\"", "text\nline", "<b>html</b>"};
    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        struct session s;
        session_open(&s, &mails[i].step, 1);
        bool sent = ses_send(s.aws, &mail, &s.fault);
        if (s.fault.kind != mails[i].kind)
            print_error("%s: %s %s\n", mails[i].story, fault_name(s.fault.kind), s.fault.message);
        assert_int_equal(sent, mails[i].kind == FAULT_NONE);
        assert_int_equal(s.fault.kind, mails[i].kind);
        assert_int_equal(scripted_requests(s.server), 1);
        session_close(&s);
    }
}

static void a_mail_goes_to_one_person_with_all_its_parts(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{OK_HEAD, "{\"MessageId\":\"m\"}", SCRIPTED_KEEP, 0}};
    struct mail mail = {"from@example.com", "to@example.com", "S\xc3\xbc \"bject\"", "text\nline", "<b>html</b>"};
    struct session s;
    session_open(&s, steps, 1);
    assert_true(ses_send(s.aws, &mail, &s.fault));
    mail.html = NULL;
    assert_true(ses_send(s.aws, &mail, &s.fault));
    assert_true(text_starts(scripted_request(s.server, 0), "POST /v2/email/outbound-emails HTTP/1.1\r\n"));
    assert_non_null(strstr(scripted_request(s.server, 0), "/us-east-1/ses/aws4_request"));
    struct doc *request = asked(&s, 0);
    expect_text(request, "FromEmailAddress", "from@example.com");
    assert_int_equal(doc_count(doc_at(request, "Destination.ToAddresses")), 1);
    assert_string_equal(doc_text(doc_item(doc_at(request, "Destination.ToAddresses"), 0)), "to@example.com");
    expect_text(request, "Content.Simple.Subject.Data", "S\xc3\xbc \"bject\"");
    expect_text(request, "Content.Simple.Body.Text.Data", "text\nline");
    expect_text(request, "Content.Simple.Body.Html.Data", "<b>html</b>");
    doc_close(request);
    request = asked(&s, 1);
    assert_null(doc_at(request, "Content.Simple.Body.Html"));
    doc_close(request);
    session_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_put_says_whether_it_may_have_been_applied),
        cmocka_unit_test(a_put_ends_while_the_look_still_allows_to_take_the_key_back),
        cmocka_unit_test(a_put_without_a_look_is_not_sent),
        cmocka_unit_test(a_put_sends_the_same_bytes_each_time),
        cmocka_unit_test(a_placeholder_is_created_with_its_fixed_version),
        cmocka_unit_test(a_secret_that_exists_needs_no_placeholder),
        cmocka_unit_test(a_move_is_a_compare_and_swap),
        cmocka_unit_test(an_absent_secret_is_a_fact_and_a_refused_look_is_not),
        cmocka_unit_test(a_value_is_asked_for_by_version_and_stage),
        cmocka_unit_test(tags_are_written_and_taken_off_several_at_once),
        cmocka_unit_test(a_mail_is_sent_once_whatever_happens),
        cmocka_unit_test(a_mail_goes_to_one_person_with_all_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
