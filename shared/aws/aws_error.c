#include "aws_error.h"

#include "doc.h"
#include "text.h"
#include "xml.h"

#include <stdlib.h>
#include <string.h>

enum { ANY = AWS_SERVICE_COUNT };

/* A service's own row stands before the general one of the same code. */
static const struct {
    const char *code;
    int service;
    enum fault_kind kind;
} codes[] = {
    {"Throttling", ANY, FAULT_THROTTLED},
    {"ThrottlingException", ANY, FAULT_THROTTLED},
    {"ThrottledException", ANY, FAULT_THROTTLED},
    {"RequestThrottled", ANY, FAULT_THROTTLED},
    {"RequestThrottledException", ANY, FAULT_THROTTLED},
    {"TooManyRequestsException", ANY, FAULT_THROTTLED},
    {"RequestLimitExceeded", ANY, FAULT_THROTTLED},
    {"BandwidthLimitExceeded", ANY, FAULT_THROTTLED},
    {"SlowDown", ANY, FAULT_THROTTLED},
    {"LimitExceededException", AWS_SECRETSMANAGER, FAULT_THROTTLED},
    {"LimitExceededException", AWS_SES, FAULT_THROTTLED},

    {"ServiceUnavailable", ANY, FAULT_TRANSIENT},
    {"ServiceUnavailableException", ANY, FAULT_TRANSIENT},
    {"ServiceFailure", ANY, FAULT_TRANSIENT},
    {"InternalFailure", ANY, FAULT_TRANSIENT},
    {"InternalError", ANY, FAULT_TRANSIENT},
    {"InternalServerError", ANY, FAULT_TRANSIENT},
    {"InternalServiceError", ANY, FAULT_TRANSIENT},
    {"InternalServiceErrorException", ANY, FAULT_TRANSIENT},
    {"RequestTimeout", ANY, FAULT_TRANSIENT},
    {"RequestTimeoutException", ANY, FAULT_TRANSIENT},
    {"IDPCommunicationError", ANY, FAULT_TRANSIENT},

    {"AccessDenied", ANY, FAULT_DENIED},
    {"AccessDeniedException", ANY, FAULT_DENIED},
    {"UnauthorizedOperation", ANY, FAULT_DENIED},
    {"NotAuthorized", ANY, FAULT_DENIED},
    {"OptInRequired", ANY, FAULT_DENIED},
    {"RegionDisabledException", AWS_STS, FAULT_DENIED},
    {"AccountSuspendedException", AWS_SES, FAULT_DENIED},
    {"SendingPausedException", AWS_SES, FAULT_DENIED},
    {"MailFromDomainNotVerifiedException", AWS_SES, FAULT_DENIED},
    {"MessageRejected", AWS_SES, FAULT_DENIED},

    {"NoSuchEntity", ANY, FAULT_GONE},
    {"NoSuchEntityException", ANY, FAULT_GONE},
    {"ResourceNotFoundException", ANY, FAULT_GONE},
    {"NotFoundException", ANY, FAULT_GONE},

    {"LimitExceeded", AWS_IAM, FAULT_CONFLICT},
    {"LimitExceededException", AWS_IAM, FAULT_CONFLICT},
    {"EntityAlreadyExists", ANY, FAULT_CONFLICT},
    {"EntityTemporarilyUnmodifiable", ANY, FAULT_CONFLICT},
    {"EntityTemporarilyUnmodifiableException", ANY, FAULT_CONFLICT},
    {"ConcurrentModification", ANY, FAULT_CONFLICT},
    {"ConcurrentModificationException", ANY, FAULT_CONFLICT},
    {"ResourceExistsException", ANY, FAULT_CONFLICT},
    {"PreconditionNotMetException", ANY, FAULT_CONFLICT},
    /* the secret is scheduled for deletion, or was changed in another way meanwhile */
    {"InvalidRequestException", AWS_SECRETSMANAGER, FAULT_CONFLICT},

    {"EncryptionFailure", ANY, FAULT_KMS},
    {"EncryptionFailureException", ANY, FAULT_KMS},
    {"DecryptionFailure", ANY, FAULT_KMS},
    {"DecryptionFailureException", ANY, FAULT_KMS},

    {"RequestTimeTooSkewed", ANY, FAULT_CLOCK},
    {"RequestInTheFuture", ANY, FAULT_CLOCK},
    {"RequestExpired", ANY, FAULT_CLOCK},

    {"ExpiredToken", ANY, FAULT_EXPIRED},
    {"ExpiredTokenException", ANY, FAULT_EXPIRED},
    {"TokenRefreshRequired", ANY, FAULT_EXPIRED},

    {"InvalidClientTokenId", ANY, FAULT_KEY_REFUSED},
    {"InvalidAccessKeyId", ANY, FAULT_KEY_REFUSED},
    {"UnrecognizedClientException", ANY, FAULT_KEY_REFUSED},
    {"SignatureDoesNotMatch", ANY, FAULT_KEY_REFUSED},
    {"InvalidSignatureException", ANY, FAULT_KEY_REFUSED},
};

enum fault_kind aws_error_kind(enum aws_service service, const char *code) {
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if ((codes[i].service == ANY || codes[i].service == (int)service) && strcmp(codes[i].code, code) == 0)
            return codes[i].kind;
    return FAULT_NONE;
}

static void clip_line(char *to, size_t size, const char *from) {
    if (from == NULL)
        from = "";
    size_t length = strcspn(from, "\r\n");
    char line[sizeof((struct aws_error *)0)->message];
    length = length < sizeof line - 1 ? length : sizeof line - 1;
    memcpy(line, from, length);
    line[length] = '\0';
    text_clip(to, size, line);
}

/* "com.amazonaws.secretsmanager#ResourceNotFoundException" and "ValidationException:http://..." hold the code between. */
static bool take_code(struct aws_error *error, const char *from) {
    if (from == NULL)
        return false;
    const char *hash = strrchr(from, '#');
    const char *code = hash != NULL ? hash + 1 : from;
    size_t length = strcspn(code, ":");
    if (length == 0 || length >= sizeof error->code)
        return false;
    memcpy(error->code, code, length);
    error->code[length] = '\0';
    return true;
}

static bool read_xml(const struct text *body, struct aws_error *error) {
    static const char *const places[] = {"Error", "Errors.Error", ""};
    struct xml *root = xml_parse(body->bytes, body->length, "error", NULL);
    bool found = false;
    for (size_t i = 0; !found && i < COUNT_OF(places); i++) {
        const struct xml *place = xml_at(root, places[i]);
        found = take_code(error, xml_text(xml_at(place, "Code")));
        if (found)
            clip_line(error->message, sizeof error->message, xml_text(xml_at(place, "Message")));
    }
    if (found && strcmp(xml_name(root), "ErrorResponse") == 0)
        error->shape = AWS_ERROR_QUERY;
    xml_close(root);
    return found;
}

static const char *text_of_any(const struct doc *doc, const char *const *names) {
    const char *text = NULL;
    for (; text == NULL && *names != NULL; names++)
        text = doc_text(doc_member(doc, *names));
    return text;
}

static bool read_json(const struct text *body, struct aws_error *error) {
    static const char *const code_names[] = {"__type", "code", "Code", NULL};
    static const char *const message_names[] = {"message", "Message", NULL};
    struct doc *doc = doc_parse(body->bytes, body->length, "error", NULL);
    bool found = take_code(error, text_of_any(doc, code_names));
    if (doc_is_object(doc))
        clip_line(error->message, sizeof error->message, text_of_any(doc, message_names));
    if (found && doc_text(doc_member(doc, "__type")) != NULL)
        error->shape = AWS_ERROR_JSON;
    doc_close(doc);
    return found;
}

bool aws_error_read(const struct http_response *response, struct aws_error *error) {
    *error = (struct aws_error){0};
    const char *first = response->body.bytes + strspn(response->body.bytes, " \t\r\n");
    bool found =
        (*first == '<' && read_xml(&response->body, error)) || (*first == '{' && read_json(&response->body, error));
    if (response->error_type[0] != '\0' && error->shape == AWS_ERROR_OTHER)
        error->shape = AWS_ERROR_JSON;
    return found || take_code(error, response->error_type);
}

bool aws_error_is_genuine(enum aws_service service, const struct aws_error *error) {
    static const enum aws_error_shape shapes[AWS_SERVICE_COUNT] = {[AWS_IAM] = AWS_ERROR_QUERY,
                                                                   [AWS_STS] = AWS_ERROR_QUERY,
                                                                   [AWS_SECRETSMANAGER] = AWS_ERROR_JSON,
                                                                   [AWS_SES] = AWS_ERROR_JSON};
    return error->code[0] != '\0' && error->shape == shapes[service];
}

/* A 404 alone is a wrong address, or somebody between: never that a user, a key or a secret does not exist. */
static enum fault_kind by_status(int status) {
    if (status >= 500 || status == 408)
        return FAULT_TRANSIENT;
    if (status == 429)
        return FAULT_THROTTLED;
    if (status == 401 || status == 403)
        return FAULT_DENIED;
    return FAULT_INVALID;
}

static bool is_skewed(const struct http_response *response, int64_t signed_at) {
    return response->date != 0 && llabs((long long)(response->date - signed_at)) > AWS_SKEW_SECONDS;
}

static bool is_signature(const char *code) {
    return strcmp(code, "SignatureDoesNotMatch") == 0 || strcmp(code, "InvalidSignatureException") == 0;
}

enum fault_kind aws_error_classify(enum aws_service service, const struct http_response *response,
                                   const struct aws_error *error, int64_t signed_at) {
    enum fault_kind kind = aws_error_kind(service, error->code);
    if (kind == FAULT_THROTTLED)
        return kind;
    if (kind == FAULT_NONE || response->status >= 500 || (kind == FAULT_GONE && !aws_error_is_genuine(service, error)))
        return by_status(response->status);
    return is_signature(error->code) && is_skewed(response, signed_at) ? FAULT_CLOCK : kind;
}
