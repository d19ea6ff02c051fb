#include "aws_attempt.h"

#include "aws_error.h"
#include "clock.h"
#include "endpoints.h"
#include "instant.h"

#include <string.h>

enum { AUTHORIZATION_CEILING = 8 * 1024, PATH_CEILING = 2 * AWS_URL_SIZE };

static const char user_agent[] = "keyturn/" KEYTURN_VERSION;

/* The texts of one request; the pairs point into them. */
struct letter {
    struct endpoint endpoint;
    struct text path;
    struct text url;
    struct text authorization;
    char stamp[INSTANT_SIZE];
    int64_t signed_at;
    struct sigv4_pair pairs[3];
    size_t pair_count;
};

static void letter_open(struct letter *letter) {
    *letter = (struct letter){0};
    text_open(&letter->path, PATH_CEILING);
    text_open(&letter->url, PATH_CEILING);
    text_open(&letter->authorization, AUTHORIZATION_CEILING);
}

static void letter_close(struct letter *letter) {
    text_close(&letter->path);
    text_close(&letter->url);
    text_close(&letter->authorization);
}

static bool address(const struct aws *aws, const struct aws_call *call, struct letter *letter, struct fault *fault) {
    const char *region = call->region != NULL ? call->region : aws_session_region(aws);
    if (call->own)
        region = aws->environment->settings.region;
    return endpoint_of(&aws->environment->settings, call->service, region, &letter->endpoint, fault) &&
           text_add(&letter->path, letter->endpoint.path) &&
           text_add(&letter->path, call->path != NULL ? call->path : "/") &&
           text_add(&letter->url, letter->endpoint.base) && text_add(&letter->url, letter->path.bytes);
}

static const unsigned char *signing_key(struct aws *aws, const struct aws_call *call, const struct credentials *by,
                                        const struct letter *letter, unsigned char own[SHA256_BYTES]) {
    char day[SIGV4_DAY_SIZE];
    if (call->credentials == NULL)
        return signing_keys_get(&aws->keys, by, letter->signed_at, letter->endpoint.region, letter->endpoint.service);
    sigv4_day(letter->signed_at, day);
    sigv4_key(&by->secret_access_key, day, letter->endpoint.region, letter->endpoint.service, own);
    return own;
}

static bool sign(struct aws *aws, const struct aws_call *call, const struct credentials *by, struct letter *letter,
                 struct fault *fault) {
    unsigned char key[SHA256_BYTES] = {0};
    instant_amz(letter->signed_at, letter->stamp);
    letter->pairs[letter->pair_count++] = (struct sigv4_pair){"host", letter->endpoint.host};
    letter->pairs[letter->pair_count++] = (struct sigv4_pair){"content-type", call->content_type};
    if (call->target != NULL)
        letter->pairs[letter->pair_count++] = (struct sigv4_pair){"x-amz-target", call->target};
    const struct sigv4_request request = {.method = "POST",
                                          .path = letter->path.bytes,
                                          .headers = letter->pairs,
                                          .header_count = letter->pair_count,
                                          .body = call->body->bytes,
                                          .body_length = call->body->length};
    const struct sigv4_signer signer = {.access_key_id = by->access_key_id,
                                        .session_token = &by->session_token,
                                        .key = signing_key(aws, call, by, letter, key),
                                        .region = letter->endpoint.region,
                                        .service = letter->endpoint.service,
                                        .time = letter->signed_at};
    bool done = sigv4_authorization(&request, &signer, &letter->authorization);
    explicit_bzero(key, sizeof key);
    return done || fault_set(fault, FAULT_INVALID, call->operation, "the request is too long to be signed");
}

static void add_header(struct http_request *request, const char *name, const char *value) {
    request->headers[request->header_count++] = (struct http_header){name, value};
}

static bool post(struct aws *aws, const struct aws_call *call, const struct credentials *by,
                 const struct letter *letter, struct fault *fault) {
    struct http_request request = {.method = "POST",
                                   .url = letter->url.bytes,
                                   .body = call->body->bytes,
                                   .body_length = call->body->length,
                                   .fresh_connection = call->once,
                                   .timeout_ms = call->timeout_ms,
                                   .given_up = &aws->environment->given_up,
                                   .body_ceiling = call->body_ceiling};
    for (size_t i = 0; i < letter->pair_count; i++)
        add_header(&request, letter->pairs[i].name, letter->pairs[i].value);
    add_header(&request, "x-amz-date", letter->stamp);
    if (!secret_empty(&by->session_token))
        add_header(&request, "x-amz-security-token", by->session_token.bytes);
    add_header(&request, "authorization", letter->authorization.bytes);
    add_header(&request, "user-agent", user_agent);
    add_header(&request, "accept", "*/*");
    return http_call(aws->http, &request, &aws->response, fault);
}

static bool no_answer(struct aws_call *call, struct fault *fault) {
    text_clip(fault->where, sizeof fault->where, call->operation);
    if (fault->kind == FAULT_UNKNOWN)
        call->ambiguous = true;
    return false;
}

/* Definite is only a refusal that the service itself has written: a 4xx with an error document of its own shape. */
static bool refused(struct aws *aws, struct aws_call *call, int64_t signed_at, struct fault *fault) {
    const struct http_response *response = &aws->response;
    struct aws_error error;
    bool has_document = aws_error_read(response, &error);
    bool definite = aws_error_is_genuine(call->service, &error) && response->status >= 400 && response->status < 500;
    enum fault_kind kind = aws_error_classify(call->service, response, &error, signed_at);
    if (!definite) {
        call->ambiguous = true;
        kind = call->once ? FAULT_UNKNOWN : kind;
    }
    fault_set(fault, kind, call->operation, "%s (HTTP %d, request %s)",
              has_document ? error.message : "an answer without an error document of AWS", response->status,
              response->request_id[0] != '\0' ? response->request_id : "without id");
    fault->http_status = response->status;
    text_clip(fault->code, sizeof fault->code, error.code);
    if (definite && !call->own)
        aws_session_answered(aws, response->date);
    return false;
}

static bool judge(struct aws *aws, struct aws_call *call, int64_t signed_at, struct fault *fault) {
    if (aws->response.status < 200 || aws->response.status > 299)
        return refused(aws, call, signed_at, fault);
    if (!call->own)
        aws_session_answered(aws, aws->response.date);
    return true;
}

static void observe(const struct aws *aws, const struct aws_call *call, bool done, enum fault_kind kind,
                    int64_t began_ms) {
    if (aws->environment->observer == NULL)
        return;
    aws->environment->observer(endpoint_service(call->service), call->operation, done ? "ok" : fault_name(kind),
                               (double)(clock_boot_ms() - began_ms) / 1000);
}

bool aws_attempt(struct aws *aws, struct aws_call *call, const struct credentials *by, int64_t signed_at,
                 struct fault *fault) {
    struct letter letter;
    letter_open(&letter);
    letter.signed_at = signed_at;
    bool ready = address(aws, call, &letter, fault) && sign(aws, call, by, &letter, fault);
    bool done = false;
    if (ready) {
        int64_t began_ms = clock_boot_ms();
        bool answered = post(aws, call, by, &letter, fault) || no_answer(call, fault);
        done = answered && judge(aws, call, signed_at, fault);
        observe(aws, call, done, fault->kind, began_ms);
    }
    letter_close(&letter);
    return done;
}
