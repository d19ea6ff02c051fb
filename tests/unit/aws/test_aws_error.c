/* AWS's words to our kinds. */
#include "aws_error.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1700000000 };

#define XML(code) \
    "<ErrorResponse><Error><Type>Sender</Type><Code>" code "</Code><Message>why</Message></Error></ErrorResponse>"
#define JSON(code) "{\"__type\":\"" code "\",\"message\":\"why\"}"

static const struct {
    enum aws_service service;
    int status;
    const char *body;
    int64_t skew; /* the server's Date less the signing time */
    enum fault_kind kind;
    const char *code;
} answers[] = {
    {AWS_IAM, 400, XML("Throttling"), 0, FAULT_THROTTLED, "Throttling"},
    {AWS_SECRETSMANAGER, 400, JSON("ThrottlingException"), 0, FAULT_THROTTLED, "ThrottlingException"},
    {AWS_IAM, 400, XML("ThrottledException"), 0, FAULT_THROTTLED, "ThrottledException"},
    {AWS_SES, 429, JSON("TooManyRequestsException"), 0, FAULT_THROTTLED, "TooManyRequestsException"},
    {AWS_IAM, 503, XML("RequestLimitExceeded"), 0, FAULT_THROTTLED, "RequestLimitExceeded"},
    {AWS_SECRETSMANAGER, 400, JSON("LimitExceededException"), 0, FAULT_THROTTLED, "LimitExceededException"},
    {AWS_IAM, 500, XML("ServiceFailure"), 0, FAULT_TRANSIENT, "ServiceFailure"},
    {AWS_IAM, 503, XML("ServiceUnavailable"), 0, FAULT_TRANSIENT, "ServiceUnavailable"},
    {AWS_SECRETSMANAGER, 500, JSON("InternalServiceError"), 0, FAULT_TRANSIENT, "InternalServiceError"},
    {AWS_IAM, 502, "<html>Bad Gateway</html>", 0, FAULT_TRANSIENT, ""},
    {AWS_IAM, 500, XML("NoSuchEntity"), 0, FAULT_TRANSIENT, "NoSuchEntity"}, /* a failing server proves nothing gone */
    {AWS_IAM, 408, "", 0, FAULT_TRANSIENT, ""},
    {AWS_IAM, 403, XML("AccessDenied"), 0, FAULT_DENIED, "AccessDenied"},
    {AWS_SECRETSMANAGER, 400, JSON("AccessDeniedException"), 0, FAULT_DENIED, "AccessDeniedException"},
    {AWS_IAM, 403, "<html>Forbidden by a proxy</html>", 0, FAULT_DENIED, ""},
    {AWS_SES, 400, JSON("MessageRejected"), 0, FAULT_DENIED, "MessageRejected"},
    {AWS_IAM, 404, XML("NoSuchEntity"), 0, FAULT_GONE, "NoSuchEntity"},
    {AWS_SECRETSMANAGER, 400, JSON("ResourceNotFoundException"), 0, FAULT_GONE, "ResourceNotFoundException"},
    {AWS_IAM, 404, XML("SomethingNew"), 0, FAULT_INVALID, "SomethingNew"}, /* gone is only what AWS calls so */
    {AWS_SECRETSMANAGER, 404, JSON("SomethingNew"), 0, FAULT_INVALID, "SomethingNew"},
    /* a proxy's word for a missing page is no missing user or secret */
    {AWS_IAM, 404, "{\"code\":\"not_found\"}", 0, FAULT_INVALID, "not_found"},
    {AWS_IAM, 404, JSON("NoSuchEntity"), 0, FAULT_INVALID, "NoSuchEntity"},
    {AWS_SECRETSMANAGER, 404, "{\"code\":\"NotFoundException\"}", 0, FAULT_INVALID, "NotFoundException"},
    {AWS_SECRETSMANAGER, 404, XML("ResourceNotFoundException"), 0, FAULT_INVALID, "ResourceNotFoundException"},
    {AWS_IAM, 404, "<Error><Code>NoSuchEntity</Code></Error>", 0, FAULT_INVALID, "NoSuchEntity"},
    {AWS_IAM, 404, "<html>no such page</html>", 0, FAULT_INVALID, ""}, /* a wrong endpoint is no missing user */
    {AWS_IAM, 409, XML("LimitExceeded"), 0, FAULT_CONFLICT, "LimitExceeded"},
    {AWS_IAM, 409, XML("EntityTemporarilyUnmodifiable"), 0, FAULT_CONFLICT, "EntityTemporarilyUnmodifiable"},
    {AWS_IAM, 409, XML("ConcurrentModification"), 0, FAULT_CONFLICT, "ConcurrentModification"},
    {AWS_SECRETSMANAGER, 400, JSON("ResourceExistsException"), 0, FAULT_CONFLICT, "ResourceExistsException"},
    {AWS_SECRETSMANAGER, 400, JSON("InvalidRequestException"), 0, FAULT_CONFLICT, "InvalidRequestException"},
    {AWS_SECRETSMANAGER, 400, JSON("EncryptionFailure"), 0, FAULT_KMS, "EncryptionFailure"},
    {AWS_SECRETSMANAGER, 400, JSON("DecryptionFailure"), 0, FAULT_KMS, "DecryptionFailure"},
    {AWS_IAM, 403, XML("RequestTimeTooSkewed"), 0, FAULT_CLOCK, "RequestTimeTooSkewed"},
    {AWS_IAM, 403, XML("SignatureDoesNotMatch"), 900, FAULT_CLOCK, "SignatureDoesNotMatch"},
    {AWS_IAM, 403, XML("SignatureDoesNotMatch"), -900, FAULT_CLOCK, "SignatureDoesNotMatch"},
    {AWS_SECRETSMANAGER, 400, JSON("InvalidSignatureException"), 900, FAULT_CLOCK, "InvalidSignatureException"},
    {AWS_IAM, 403, XML("SignatureDoesNotMatch"), 5, FAULT_KEY_REFUSED, "SignatureDoesNotMatch"},
    {AWS_SECRETSMANAGER, 400, JSON("InvalidSignatureException"), 5, FAULT_KEY_REFUSED, "InvalidSignatureException"},
    {AWS_IAM, 403, XML("ExpiredToken"), 0, FAULT_EXPIRED, "ExpiredToken"},
    {AWS_SECRETSMANAGER, 400, JSON("ExpiredTokenException"), 0, FAULT_EXPIRED, "ExpiredTokenException"},
    {AWS_STS, 403, XML("InvalidClientTokenId"), 0, FAULT_KEY_REFUSED, "InvalidClientTokenId"},
    {AWS_SECRETSMANAGER, 400, JSON("UnrecognizedClientException"), 0, FAULT_KEY_REFUSED, "UnrecognizedClientException"},
    {AWS_IAM, 400, XML("ValidationError"), 0, FAULT_INVALID, "ValidationError"},
    {AWS_SECRETSMANAGER, 400, JSON("InvalidParameterException"), 0, FAULT_INVALID, "InvalidParameterException"},
    {AWS_IAM, 301, "", 0, FAULT_INVALID, ""},
    /* documents in other shapes than asked for */
    {AWS_SECRETSMANAGER, 403, XML("AccessDenied"), 0, FAULT_DENIED, "AccessDenied"},
    {AWS_IAM, 400, JSON("Throttling"), 0, FAULT_THROTTLED, "Throttling"},
    {AWS_SECRETSMANAGER, 400, JSON("com.amazonaws.secretsmanager#ResourceNotFoundException"), 0, FAULT_GONE,
     "ResourceNotFoundException"},
    {AWS_SES, 400, "{\"code\":\"AccessDeniedException:http://internal/\",\"Message\":\"why\"}", 0, FAULT_DENIED,
     "AccessDeniedException"},
    {AWS_IAM, 403, "<Error><Code>AccessDenied</Code><Message>why</Message></Error>", 0, FAULT_DENIED, "AccessDenied"},
    {AWS_IAM, 400, "<Response><Errors><Error><Code>Throttling</Code></Error></Errors></Response>", 0, FAULT_THROTTLED,
     "Throttling"},
    {AWS_IAM, 403, "\n <ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", 0, FAULT_DENIED,
     "AccessDenied"},
    {AWS_IAM, 400, "{\"message\":\"no type\"}", 0, FAULT_INVALID, ""},
    {AWS_IAM, 400, "[1,2]", 0, FAULT_INVALID, ""},
    {AWS_IAM, 400, "<ErrorResponse><Error></Error></ErrorResponse>", 0, FAULT_INVALID, ""},
    {AWS_IAM, 400, XML("CodeThatIsLongerThanAnyCodeAwsHasEverSentToAnybodyInTheWholeWorldUntilToday"), 0, FAULT_INVALID,
     ""},
};

static void respond(struct http_response *response, int status, const char *body) {
    http_response_open(response);
    response->status = status;
    response->date = NOW;
    text_add(&response->body, body);
}

static void every_answer_has_its_kind(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct http_response response;
        struct aws_error error;
        respond(&response, answers[i].status, answers[i].body);
        bool has_document = aws_error_read(&response, &error);
        enum fault_kind kind = aws_error_classify(answers[i].service, &response, &error, NOW - answers[i].skew);
        if (kind != answers[i].kind)
            print_error("%d %s: %s\n", answers[i].status, answers[i].body, fault_name(kind));
        assert_int_equal(kind, answers[i].kind);
        assert_string_equal(error.code, answers[i].code);
        assert_int_equal(has_document, answers[i].code[0] != '\0');
        http_response_close(&response);
    }
}

static const struct {
    enum aws_service service;
    const char *body;
    const char *error_type;
    bool genuine;
} shapes[] = {
    {AWS_IAM, XML("NoSuchEntity"), "", true},
    {AWS_STS, XML("AccessDenied"), "", true},
    {AWS_SECRETSMANAGER, JSON("ResourceNotFoundException"), "", true},
    {AWS_SES, "{\"message\":\"why\"}", "NotFoundException", true},
    {AWS_SES, "{\"code\":\"NotFoundException\"}", "NotFoundException", true},
    {AWS_IAM, JSON("NoSuchEntity"), "", false},
    {AWS_IAM, "<html>why</html>", "NoSuchEntity", false},
    {AWS_IAM, "<Error><Code>AccessDenied</Code></Error>", "", false},
    {AWS_IAM, "<Response><Errors><Error><Code>AccessDenied</Code></Error></Errors></Response>", "", false},
    {AWS_SECRETSMANAGER, XML("AccessDenied"), "", false},
    {AWS_SECRETSMANAGER, "{\"code\":\"AccessDenied\"}", "", false},
    {AWS_SECRETSMANAGER, "{\"Code\":\"AccessDenied\"}", "", false},
    {AWS_IAM, "", "", false},
};

static void only_a_document_in_the_services_own_shape_is_its_word(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        struct http_response response;
        struct aws_error error;
        respond(&response, 400, shapes[i].body);
        text_clip(response.error_type, sizeof response.error_type, shapes[i].error_type);
        (void)!aws_error_read(&response, &error);
        if (aws_error_is_genuine(shapes[i].service, &error) != shapes[i].genuine)
            print_error("%s\n", shapes[i].body);
        assert_int_equal(aws_error_is_genuine(shapes[i].service, &error), shapes[i].genuine);
        http_response_close(&response);
    }
}

static void a_rest_service_names_its_error_in_a_header(void **state) {
    (void)state;
    struct http_response response;
    struct aws_error error;
    respond(&response, 400, "{\"message\":\"Email address is not verified.\"}");
    text_clip(response.error_type, sizeof response.error_type, "MessageRejected:http://internal.amazon.com/coral/");
    assert_true(aws_error_read(&response, &error));
    assert_string_equal(error.code, "MessageRejected");
    assert_string_equal(error.message, "Email address is not verified.");
    http_response_close(&response);
}

/* A refused signature is answered with the canonical request, and that holds the session token. */
static void only_the_first_line_of_a_message_is_kept(void **state) {
    (void)state;
    struct http_response response;
    struct aws_error error;
    respond(
        &response, 400,
        "{\"__type\":\"InvalidSignatureException\",\"message\":\"It does not match.\\n\\nThe Canonical String was\\n"
        "'POST\\nx-amz-security-token:FQoDYXdz'\"}");
    assert_true(aws_error_read(&response, &error));
    assert_string_equal(error.message, "It does not match.");
    http_response_close(&response);
}

static void without_a_date_no_signature_is_blamed_on_the_clock(void **state) {
    (void)state;
    struct http_response response;
    struct aws_error error;
    respond(&response, 403, XML("SignatureDoesNotMatch"));
    response.date = 0;
    assert_true(aws_error_read(&response, &error));
    assert_int_equal(aws_error_classify(AWS_IAM, &response, &error, NOW), FAULT_KEY_REFUSED);
    http_response_close(&response);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_has_its_kind),
        cmocka_unit_test(only_a_document_in_the_services_own_shape_is_its_word),
        cmocka_unit_test(a_rest_service_names_its_error_in_a_header),
        cmocka_unit_test(only_the_first_line_of_a_message_is_kept),
        cmocka_unit_test(without_a_date_no_signature_is_blamed_on_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
