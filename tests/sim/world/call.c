/* The door of the simulated AWS: who signed, for which service, when; then the service itself. Signatures are not computed again, but the
 * key that signed is looked up, and a signature may be no older than AWS takes it. */
#include "call.h"

#include "instant.h"
#include "markup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRETS_AGE_S = 5 * 60, OTHERS_AGE_S = 15 * 60 };

static const struct service {
    const char *name;
    enum world_protocol protocol;
    int64_t signature_age;
    bool (*carry_out)(struct world_call *call);
} services[] = {
    {"iam", PROTOCOL_QUERY, OTHERS_AGE_S, iam_call},
    {"sts", PROTOCOL_QUERY, OTHERS_AGE_S, sts_call},
    {"secretsmanager", PROTOCOL_JSON, SECRETS_AGE_S, secrets_call},
    {"ses", PROTOCOL_REST, OTHERS_AGE_S, ses_call},
};

/* --- answers */

static void refuse_by_xml(struct world_call *call, const char *code, const char *message) {
    struct text *body = &call->answer->body;
    markup_begin(body, "ErrorResponse");
    markup_begin(body, "Error");
    markup_leaf(body, "Type", "Sender");
    markup_leaf(body, "Code", code);
    markup_leaf(body, "Message", message);
    markup_end(body, "Error");
    markup_leaf(body, "RequestId", call->answer->request_id);
    markup_end(body, "ErrorResponse");
}

bool call_refuse(struct world_call *call, int status, const char *code, const char *message) {
    call->answer->status = status;
    text_reset(&call->answer->body);
    text_clip(call->answer->error_type, sizeof call->answer->error_type, code);
    if (call->protocol == PROTOCOL_QUERY) {
        refuse_by_xml(call, code, message);
        return false;
    }
    struct doc *doc = doc_object();
    doc_set_text(doc, "__type", code);
    doc_set_text(doc, "message", message);
    call_answer_json(call, doc);
    return false;
}

void call_answer_json(struct world_call *call, struct doc *doc) {
    (void)!doc_print(doc, &call->answer->body);
    doc_close(doc);
}

const char *call_value(const struct world_call *call, const char *name) {
    return call->protocol == PROTOCOL_QUERY ? form_value(&call->form, name) : doc_text(doc_member(call->doc, name));
}

const char *call_required(struct world_call *call, const char *name) {
    const char *value = call_value(call, name);
    if (value == NULL || value[0] == '\0')
        call_refuse(call, 400, call->protocol == PROTOCOL_QUERY ? "ValidationError" : "InvalidParameterException",
                    name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

void call_changed(struct world_call *call, const struct world_change *change) {
    if (call->world->hooks.changed != NULL)
        call->world->hooks.changed(call->world->hooks.context, change);
}

void call_user_arn(const struct world_account *account, const struct world_user *user, char arn[ARN_SIZE]) {
    snprintf(arn, ARN_SIZE, "arn:aws:iam::%s:user%s%s", account->id, user->path, user->name);
}

/* --- the request */

static const char *header(const struct world_request *request, const char *name) {
    for (size_t i = 0; i < request->header_count; i++)
        if (strcasecmp(request->headers[i].name, name) == 0)
            return request->headers[i].value;
    return "";
}

/* What follows "Credential=": key/day/region/service/aws4_request. */
struct scope {
    char bytes[1024];
    char *parts[5];
};

static bool read_scope(const char *authorization, struct scope *scope) {
    static const char start[] = "AWS4-HMAC-SHA256 Credential=";
    text_clip(scope->bytes, sizeof scope->bytes, authorization);
    if (!text_starts(scope->bytes, start))
        return false;
    scope->bytes[strcspn(scope->bytes, ",")] = '\0';
    char *rest = scope->bytes + sizeof start - 1;
    for (size_t i = 0; i < COUNT_OF(scope->parts); i++)
        if ((scope->parts[i] = strsep(&rest, "/")) == NULL)
            return false;
    return rest == NULL;
}

static const struct service *service_of(const char *name) {
    for (size_t i = 0; i < COUNT_OF(services); i++)
        if (strcmp(services[i].name, name) == 0)
            return &services[i];
    return NULL;
}

static bool is_of_time(const char *stamp, int64_t now, int64_t most) {
    char iso[INSTANT_SIZE];
    int64_t at = 0;
    if (strlen(stamp) != strlen("20261121T220000Z"))
        return false;
    snprintf(iso, sizeof iso, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", stamp, stamp + 4, stamp + 6, stamp + 9, stamp + 11,
             stamp + 13);
    return instant_parse_iso(iso, &at) && llabs((long long)(now - at)) <= most;
}

static bool find_session(struct world_call *call, const char *key_id) {
    struct world *world = call->world;
    for (size_t i = 0; i < world->session_count; i++) {
        if (strcmp(world->sessions[i].key_id, key_id) != 0)
            continue;
        call->by.role = true;
        call->by.account = world_account(world, world->sessions[i].account);
        return world->sessions[i].expires > call->now ||
               call_refuse(call, 403, call->protocol == PROTOCOL_QUERY ? "ExpiredToken" : "ExpiredTokenException",
                           "The security token included in the request is expired");
    }
    return call_refuse(call, 403,
                       call->protocol == PROTOCOL_QUERY ? "InvalidClientTokenId" : "UnrecognizedClientException",
                       "The security token included in the request is invalid.");
}

/* An Inactive key is refused as an unknown one is. */
static bool find_principal(struct world_call *call, const char *key_id) {
    call->by.key_id = key_id;
    if (strcmp(key_id, call->world->operator_key) == 0) {
        call->by.account = world_account(call->world, call->world->operator_account);
        return true;
    }
    struct world_key *key = world_find_key(call->world, key_id, &call->by.account, &call->by.user);
    if (key == NULL || !key->active)
        return find_session(call, key_id);
    key->last_used = call->now - call->now % 900; /* told in steps of 15 minutes */
    return true;
}

static bool read_action(struct world_call *call, const struct world_request *request) {
    const char *target = header(request, "x-amz-target");
    const char *dot = strrchr(target, '.');
    const char *action = "";
    if (call->protocol == PROTOCOL_QUERY)
        action = form_open(&call->form, request->body, request->body_length) ? form_value(&call->form, "Action") : NULL;
    else if ((call->doc = doc_parse(request->body, request->body_length, "request", NULL)) != NULL)
        action = call->protocol == PROTOCOL_REST ? request->path : dot == NULL ? NULL : dot + 1;
    return action != NULL && text_copy(call->action, sizeof call->action, action);
}

static bool admit(struct world_call *call, const struct service *service, const struct scope *scope,
                  const struct world_request *request) {
    if (!read_action(call, request))
        return call_refuse(call, 400, "SerializationException", "the request cannot be read");
    if (!is_of_time(header(request, "x-amz-date"), call->now, service->signature_age))
        return call_refuse(call, 403,
                           call->protocol == PROTOCOL_QUERY ? "SignatureDoesNotMatch" : "InvalidSignatureException",
                           "Signature expired");
    return find_principal(call, scope->parts[0]);
}

static const struct world_refusal *refusal_of(const struct world *world, const char *action) {
    for (size_t i = 0; i < world->refusal_count; i++)
        if (strcmp(world->refusals[i].action, action) == 0)
            return &world->refusals[i];
    return NULL;
}

/* Nobody learns whether a call was carried out that met the fate LOST. */
static void carry_out(struct world_call *call, const struct service *service) {
    struct world_hooks *hooks = &call->world->hooks;
    const struct world_refusal *refusal = refusal_of(call->world, call->action);
    if (refusal != NULL && refusal->status != 0) {
        call_refuse(call, refusal->status, refusal->code, "until further notice");
        return;
    }
    int status = 0;
    const char *code = NULL;
    enum world_fate fate = WORLD_FATE_NONE;
    if (refusal != NULL)
        fate = WORLD_FATE_LOST;
    else if (hooks->fate != NULL)
        fate = hooks->fate(hooks->context, service->name, call->action, &status, &code);
    call->answer->fate = fate;
    if (fate == WORLD_FATE_REFUSED)
        call_refuse(call, status, code, "so it was decided");
    else if (fate != WORLD_FATE_UNSENT)
        (void)!service->carry_out(call);
}

void world_answer(struct world *world, const struct world_request *request, struct world_answer *answer) {
    struct scope scope;
    struct world_call call = {.world = world, .now = request->now, .answer = answer, .protocol = PROTOCOL_QUERY};
    world->calls++;
    answer->status = 200;
    answer->date = request->now;
    answer->fate = WORLD_FATE_NONE;
    answer->error_type[0] = '\0';
    snprintf(answer->request_id, sizeof answer->request_id, "sim-%08" PRId64, ++world->serial);
    bool signed_at_all = read_scope(header(request, "authorization"), &scope);
    const struct service *service = signed_at_all ? service_of(scope.parts[3]) : NULL;
    if (service == NULL) {
        call_refuse(&call, 403, "MissingAuthenticationToken", "the request is not signed for a service known here");
        return;
    }
    call.protocol = service->protocol;
    call.service = service->name;
    call.region = scope.parts[2];
    if (admit(&call, service, &scope, request))
        carry_out(&call, service);
    form_close(&call.form);
    doc_close(call.doc);
}
