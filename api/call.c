#include "call.h"

#include "audit.h"
#include "clock.h"
#include "digest.h"
#include "forwarded.h"
#include "instant.h"
#include "log.h"
#include "mem.h"
#include "parameters.h"
#include "routes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RETRY_SECONDS = 5 };

void call_problem(struct call *call, int status, const char *code, const char *format, ...) {
    char detail[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    web_problem(call->response, status, code, detail);
}

void call_not_found(struct call *call) {
    call_problem(call, 404, "not_found", "there is no such thing, or this key may not see it");
}

void call_bad_parameter(struct call *call, const char *name, const char *expected) {
    call_problem(call, 400, "bad_parameter", "%s must be %s", name, expected);
}

/* What the asker may do something about: nothing of the inside is told. */
static bool is_outage(enum fault_kind kind) {
    return kind != FAULT_INVALID && kind != FAULT_CONFIG && kind != FAULT_NONE;
}

static const char *sentence_of(const struct fault *fault) {
    return text_equal(fault->where, AUDIT_WHERE) ? "the audit log cannot be written, and nothing is done without it"
                                                 : fault_sentence(fault->kind);
}

void call_fault(struct call *call, const struct fault *fault) {
    char seconds[16];
    log_fault(LOG_WARN, "not answered", fault, "route", call->route->path, "key", call->key.id, NULL);
    if (!is_outage(fault->kind)) {
        call_problem(call, 500, "defect", "this should not happen; the log of the server tells more");
        return;
    }
    snprintf(seconds, sizeof seconds, "%d", RETRY_SECONDS);
    call_problem(call, 503, "unavailable", "%s", sentence_of(fault));
    web_header(call->response, "Retry-After", seconds);
}

void call_answer(struct call *call, int status, struct doc *doc, const char *etag) {
    struct web_response *response = call->response;
    response->status = status;
    response->content_type = "application/json";
    if (!doc_print(doc, &response->body))
        call_problem(call, 500, "too_long", "the answer is too long");
    doc_close(doc);
    if (etag == NULL)
        return;
    web_header(response, "ETag", etag);
    web_header(response, "Cache-Control", "private, no-cache");
}

void call_set_instant(struct doc *object, const char *name, int64_t at) {
    char instant[INSTANT_SIZE];
    if (at <= 0)
        return;
    instant_iso(at, instant);
    doc_set_text(object, name, instant);
}

void call_etag(const void *bytes, size_t length, char etag[ETAG_SIZE]) {
    unsigned char digest[SHA256_BYTES];
    digest_sha256(bytes, length, digest);
    etag[0] = '"';
    digest_hex(digest, SHA256_BYTES / 2, etag + 1);
    memcpy(etag + 1 + SHA256_BYTES, "\"", 2);
}

/* RFC 9110: a list of quoted tags, weak ones compare like strong ones, or "*". */
bool call_has(const struct call *call, const char *etag) {
    const char *at = web_request_header(call->request, "If-None-Match");
    size_t length = strlen(etag);
    while (at != NULL && *at != '\0') {
        at += strspn(at, " \t,");
        if (*at == '*')
            return true;
        if (text_starts(at, "W/"))
            at += 2;
        if (strncmp(at, etag, length) == 0 && strchr(" \t,", at[length]) != NULL)
            return true;
        at += strcspn(at, ",");
    }
    return false;
}

void call_not_modified(struct call *call, const char *etag) {
    call->response->status = 304;
    web_header(call->response, "ETag", etag);
    web_header(call->response, "Cache-Control", "private, no-cache");
}

bool call_sees_account(const struct call *call, const char *account) {
    const struct config *config = call->api->config;
    for (size_t i = 0; i < config->account_count; i++)
        if (strcmp(config->accounts[i].id, account) == 0)
            return api_key_sees_account(&call->key, account);
    return false;
}

bool call_sees_user(const struct call *call, const char *account, const char *user) {
    return call_sees_account(call, account) && parameters_is_user_name(user) &&
           api_key_sees_user(&call->key, account, user);
}

void call_from(const struct call *call, char address[WEB_PEER_SIZE]) {
    text_clip(address, WEB_PEER_SIZE, call->request->peer);
    if (!call->api->config->api.behind_tls_proxy)
        return;
    const char *forwarded = web_request_header_last(call->request, "X-Forwarded-For");
    if (forwarded != NULL)
        (void)!forwarded_address(forwarded, address);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **call_accounts(const struct call *call, size_t *count) {
    const struct config *config = call->api->config;
    const char **accounts = mem_zero(config->account_count + 1, sizeof *accounts);
    *count = 0;
    for (size_t i = 0; i < config->account_count; i++)
        if (call_sees_account(call, config->accounts[i].id))
            accounts[(*count)++] = config->accounts[i].id;
    qsort(accounts, *count, sizeof *accounts, by_name);
    return accounts;
}

bool call_may_look(const struct call *call, const char *account, struct fault *fault) {
    int64_t wait = 0;
    return rates_take(call->api->lookups, account, clock_boot_ms(), &wait) ||
           fault_set(fault, FAULT_THROTTLED, "GetUser", "too many users of this account are asked for at once");
}

bool call_slowly(struct call *call) {
    if (!call->request->slow)
        call->response->when = WEB_SLOWLY;
    return call->request->slow;
}
