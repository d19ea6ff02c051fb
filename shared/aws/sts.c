#include "sts.h"

#include "aws_call.h"
#include "endpoints.h"
#include "instant.h"
#include "text.h"
#include "xml.h"

#include <stdio.h>
#include <string.h>

enum { SESSION_SECONDS = 3600 };

static const char version[] = "2011-06-15";

static bool identity(struct aws *aws, struct aws_call *call, struct sts_identity *identity, struct fault *fault) {
    struct text form;
    *identity = (struct sts_identity){0};
    aws_form_open(&form, call->operation, version);
    struct xml *root = aws_call_query(aws, call, &form, fault);
    const struct xml *result = xml_at(root, "GetCallerIdentityResult");
    bool read = root != NULL && ((xml_take(result, "Account", identity->account, sizeof identity->account) &&
                                  xml_take(result, "Arn", identity->arn, sizeof identity->arn) &&
                                  xml_take(result, "UserId", identity->user_id, sizeof identity->user_id)) ||
                                 aws_call_unreadable(call, fault, "no complete identity"));
    xml_close(root);
    text_close(&form);
    return read;
}

bool sts_get_caller_identity(struct aws *aws, struct sts_identity *who, struct fault *fault) {
    struct aws_call call = {.service = AWS_STS, .operation = "GetCallerIdentity"};
    return identity(aws, &call, who, fault);
}

/* An ARN is compared whole; a name with what follows the last slash of arn:aws:iam::123456789012:user/division/name. */
static bool is_expected(const struct sts_identity *who, const char *user_arn_or_name, const char *user_id) {
    const char *slash = strrchr(who->arn, '/');
    bool named = text_starts(user_arn_or_name, "arn:") ? strcmp(who->arn, user_arn_or_name) == 0
                                                       : slash != NULL && strcmp(slash + 1, user_arn_or_name) == 0;
    return named && (user_id[0] == '\0' || strcmp(who->user_id, user_id) == 0);
}

/* What trying the key came to in one region. */
static enum key_proof prove_in(struct aws *aws, const char *region, const struct credentials *key,
                               const char *user_arn_or_name, const char *user_id, int64_t successes,
                               struct fault *fault) {
    struct sts_identity who;
    struct fault reason = {0};
    for (int64_t i = 0; i < successes; i++) {
        struct aws_call call = {
            .service = AWS_STS, .operation = "GetCallerIdentity", .region = region, .credentials = key, .attempts = 1};
        if (!identity(aws, &call, &who, &reason)) {
            if (fault != NULL)
                *fault = reason;
            return reason.kind == FAULT_KEY_REFUSED ? PROOF_REFUSED : PROOF_UNANSWERED;
        }
        if (!is_expected(&who, user_arn_or_name, user_id)) {
            fault_set(fault, FAULT_INVALID, call.operation, "the key belongs to %.400s", who.arn);
            return PROOF_UNANSWERED;
        }
    }
    return PROOF_PROVEN;
}

enum key_proof sts_prove_key(struct aws *aws, const char *key_id, const struct secret *secret_access_key,
                             const char *user_arn_or_name, const char *user_id, int64_t successes,
                             struct fault *fault) {
    struct credentials key = {.secret_access_key = *secret_access_key}; /* borrowed: not closed here */
    const char *first_region = aws_session_region(aws);
    const char *second_region = aws->environment->settings.verify_region;
    if (strcmp(first_region, second_region) == 0)
        second_region = aws->environment->settings.region;
    if (strcmp(first_region, second_region) == 0)
        second_region = endpoint_second_region(first_region);
    if (!text_copy(key.access_key_id, sizeof key.access_key_id, key_id) || successes < 1) {
        fault_set(fault, FAULT_INVALID, "GetCallerIdentity", "no key, or no number of successes, to prove");
        return PROOF_UNANSWERED;
    }
    enum key_proof first = prove_in(aws, first_region, &key, user_arn_or_name, user_id, successes, fault);
    if (first == PROOF_UNANSWERED)
        return first;
    enum key_proof second = prove_in(aws, second_region, &key, user_arn_or_name, user_id, successes, fault);
    return first == second ? first : PROOF_UNANSWERED;
}

static bool read_credentials(const struct xml *node, struct credentials *credentials) {
    const char *secret = xml_text(xml_at(node, "SecretAccessKey"));
    const char *token = xml_text(xml_at(node, "SessionToken"));
    const char *expires = xml_text(xml_at(node, "Expiration"));
    return xml_take(node, "AccessKeyId", credentials->access_key_id, sizeof credentials->access_key_id) &&
           secret != NULL && secret[0] != '\0' && token != NULL && strlen(token) <= TOKEN_CAPACITY && expires != NULL &&
           instant_parse_iso(expires, &credentials->expires) &&
           secret_set(&credentials->secret_access_key, secret, strlen(secret)) &&
           secret_set(&credentials->session_token, token, strlen(token));
}

bool sts_assume_role(struct aws *aws, const char *role_arn, const char *external_id, const char *session_name,
                     struct credentials *credentials, struct fault *fault) {
    struct aws_call call = {.service = AWS_STS, .operation = "AssumeRole", .own = true};
    struct text form;
    char seconds[16];
    *credentials = (struct credentials){0};
    snprintf(seconds, sizeof seconds, "%d", (int)SESSION_SECONDS);
    aws_form_open(&form, call.operation, version);
    aws_form_add(&form, "RoleArn", role_arn);
    aws_form_add(&form, "RoleSessionName", session_name[0] != '\0' ? session_name : "keyturn");
    aws_form_add(&form, "DurationSeconds", seconds);
    if (external_id != NULL && external_id[0] != '\0')
        aws_form_add(&form, "ExternalId", external_id);
    struct xml *root = aws_call_query(aws, &call, &form, fault);
    bool read = root != NULL && (read_credentials(xml_at(root, "AssumeRoleResult.Credentials"), credentials) ||
                                 aws_call_unreadable(&call, fault, "no complete credentials"));
    if (!read)
        credentials_close(credentials);
    xml_close(root);
    text_close(&form);
    return read;
}
