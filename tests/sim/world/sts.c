/* STS: who am I, and the role of an account. */
#include "call.h"
#include "markup.h"
#include "mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool finish(struct world_call *call, const char *result, const char *response) {
    struct text *body = &call->answer->body;
    markup_end(body, result);
    markup_begin(body, "ResponseMetadata");
    markup_leaf(body, "RequestId", call->answer->request_id);
    markup_end(body, "ResponseMetadata");
    markup_end(body, response);
    return true;
}

static bool get_caller_identity(struct world_call *call) {
    char arn[ARN_SIZE] = "arn:aws:sts:::assumed-role/keyturn/sim";
    struct text *body = &call->answer->body;
    const struct principal *by = &call->by;
    if (by->user != NULL && call->world->refuse_keys)
        return call_refuse(call, 403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    if (by->user != NULL)
        call_user_arn(by->account, by->user, arn);
    markup_begin(body, "GetCallerIdentityResponse");
    markup_begin(body, "GetCallerIdentityResult");
    markup_leaf(body, "Arn", arn);
    markup_leaf(body, "UserId", by->user != NULL ? by->user->id : by->key_id);
    markup_leaf(body, "Account", by->account != NULL ? by->account->id : call->world->operator_account);
    return finish(call, "GetCallerIdentityResult", "GetCallerIdentityResponse");
}

static struct world_session *add_session(struct world *world, const char *account, int64_t now) {
    size_t kept = 0;
    for (size_t i = 0; i < world->session_count; i++)
        if (world->sessions[i].expires + WORLD_SESSION_S > now)
            world->sessions[kept++] = world->sessions[i];
    world->session_count = kept;
    world->sessions = mem_grow(world->sessions, (kept + 1) * sizeof *world->sessions);
    struct world_session *session = &world->sessions[world->session_count++];
    *session = (struct world_session){.expires = now + WORLD_SESSION_S};
    text_clip(session->account, sizeof session->account, account);
    snprintf(session->key_id, sizeof session->key_id, "ASIASIM%013" PRId64, ++world->serial);
    return session;
}

/* arn:aws:iam::<account>:role/<name> */
static struct world_account *account_of_role(struct world_call *call, const char *arn) {
    static const char start[] = "arn:aws:iam::";
    char id[ACCOUNT_SIZE] = "";
    if (text_starts(arn, start) && strlen(arn) > sizeof start - 1 + ACCOUNT_SIZE)
        snprintf(id, sizeof id, "%.12s", arn + sizeof start - 1);
    return world_account(call->world, id);
}

static bool assume_role(struct world_call *call) {
    const char *arn = call_required(call, "RoleArn");
    const struct world_account *account = arn == NULL ? NULL : account_of_role(call, arn);
    struct text *body = &call->answer->body;
    if (arn == NULL)
        return false;
    if (account == NULL || call->by.user != NULL || call->by.role)
        return call_refuse(call, 403, "AccessDenied", "not authorized to perform: sts:AssumeRole");
    const struct world_session *session = add_session(call->world, account->id, call->now);
    markup_begin(body, "AssumeRoleResponse");
    markup_begin(body, "AssumeRoleResult");
    markup_begin(body, "Credentials");
    markup_leaf(body, "AccessKeyId", session->key_id);
    markup_leaf(body, "SecretAccessKey", "of-the-session");
    markup_leaf(body, "SessionToken", session->key_id);
    markup_instant(body, "Expiration", session->expires);
    markup_end(body, "Credentials");
    return finish(call, "AssumeRoleResult", "AssumeRoleResponse");
}

bool sts_call(struct world_call *call) {
    if (strcmp(call->action, "GetCallerIdentity") == 0)
        return get_caller_identity(call);
    if (strcmp(call->action, "AssumeRole") == 0)
        return assume_role(call);
    return call_refuse(call, 400, "InvalidAction", "that action is not known here");
}
