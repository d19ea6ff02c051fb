#include "aws_session.h"

#include "clock.h"
#include "endpoints.h"
#include "mem.h"
#include "policy.h"
#include "sts.h"
#include "text.h"

#include <string.h>

struct aws *aws_open(struct aws_environment *environment, struct fault *fault) {
    struct http_client *http = http_open(fault);
    if (http == NULL)
        return NULL;
    struct aws *aws = mem_zero(1, sizeof *aws);
    aws->environment = environment;
    aws->http = http;
    http_response_open(&aws->response);
    signing_keys_open(&aws->keys);
    return aws;
}

void aws_close(struct aws *aws) {
    if (aws == NULL)
        return;
    credential_held_close(&aws->own);
    credential_held_close(&aws->role);
    signing_keys_close(&aws->keys);
    http_response_close(&aws->response);
    http_close(aws->http);
    mem_free(aws);
}

const char *aws_partition(const struct aws *aws) {
    return aws->environment->settings.partition;
}

bool aws_is_private(const struct aws *aws, enum aws_service service) {
    struct endpoint endpoint;
    return endpoint_of(&aws->environment->settings, service, aws_session_region(aws), &endpoint, NULL) &&
           http_url_allowed(endpoint.base, NULL, NULL);
}

const char *aws_session_region(const struct aws *aws) {
    if (aws->account != NULL && aws->account->region[0] != '\0')
        return aws->account->region;
    return aws->environment->settings.region;
}

static size_t slot_of(const struct aws *aws) {
    if (aws->account == NULL || aws->account->role_arn[0] == '\0')
        return 0;
    return 1 + (size_t)(aws->account - aws->environment->settings.accounts);
}

/* credential_fetch of the slots after the first, which are roles. */
static bool fetch_role(void *context, size_t slot, struct credentials *fresh, int64_t *life, struct fault *fault) {
    struct aws *aws = context;
    const struct aws_settings *settings = &aws->environment->settings;
    const struct aws_account *account = &settings->accounts[slot - 1];
    if (!sts_assume_role(aws, account->role_arn, account->external_id, settings->session_name, fresh, fault))
        return false;
    *life = fresh->expires - (aws->response.date != 0 ? aws->response.date : aws_environment_time(aws->environment));
    if (*life > 0)
        return true;
    credentials_close(fresh);
    return fault_set(fault, FAULT_INVALID, "AssumeRole", "the credentials it gave have expired already");
}

bool aws_session_own(struct aws *aws, const struct credentials **credentials, struct fault *fault) {
    *credentials = &aws->own.credentials;
    return aws_environment_own(aws->environment, &aws->own, fault);
}

bool aws_session_credentials(struct aws *aws, const struct credentials **credentials, struct fault *fault) {
    size_t slot = slot_of(aws);
    if (slot == 0)
        return aws_session_own(aws, credentials, fault);
    if (aws->role_slot != slot)
        credential_held_close(&aws->role);
    aws->role_slot = slot;
    *credentials = &aws->role.credentials;
    return credential_cache_get(aws->environment->cache, slot, &aws->role, fetch_role, aws, fault);
}

void aws_session_refused(struct aws *aws, bool own) {
    size_t slot = own ? 0 : slot_of(aws);
    credential_cache_refused(aws->environment->cache, slot, slot == 0 ? &aws->own : &aws->role);
}

bool aws_use_account(struct aws *aws, const char *account, struct fault *fault) {
    const struct aws_settings *settings = &aws->environment->settings;
    const struct credentials *credentials;
    for (size_t i = 0; i < settings->account_count; i++) {
        if (strcmp(settings->accounts[i].id, account) == 0) {
            aws->account = &settings->accounts[i];
            return aws_session_credentials(aws, &credentials, fault);
        }
    }
    return fault_set(fault, FAULT_CONFIG, "accounts", "account %s is not configured", account);
}

void aws_use_own(struct aws *aws) {
    aws->account = NULL;
}

void aws_look_begin(struct aws *aws) {
    aws->looking = true;
    aws->look_began_ms = clock_boot_ms();
    aws->look_answered_ms = 0;
    aws->look_now = 0;
}

int64_t aws_look_now(const struct aws *aws) {
    return aws->look_now;
}

static int64_t time_at(const struct aws *aws, int64_t boot_ms) {
    if (aws->look_now == 0)
        return aws_environment_time(aws->environment);
    return aws->look_now + (boot_ms - aws->look_answered_ms) / 1000;
}

int64_t aws_look_elapsed_now(const struct aws *aws) {
    return time_at(aws, clock_boot_ms());
}

/* AWS refuses signatures that are older, so a Date further away is not the clock that judged ours: a proxy's, or a server's that is out of
 * order. The next answer's is taken instead; a look without any has no time, and decides nothing. */
static bool is_plausible(const struct aws *aws, int64_t date) {
    int64_t away = date - aws_environment_time(aws->environment);
    return away < SIGNATURE_AGE && away > -SIGNATURE_AGE;
}

void aws_session_answered(struct aws *aws, int64_t date) {
    if (!aws->looking || aws->look_now != 0 || date == 0 || !is_plausible(aws, date))
        return;
    aws->look_now = date;
    aws->look_answered_ms = clock_boot_ms();
}

int64_t aws_session_look_age_ms(const struct aws *aws) {
    return clock_boot_ms() - aws->look_began_ms;
}

static bool is_fresh_at(const struct aws *aws, int64_t boot_ms, struct fault *fault) {
    int64_t passed = boot_ms - aws->look_began_ms;
    if (!aws->looking || aws->look_now == 0)
        return fault_set(fault, FAULT_LATE, "look", "nothing was observed before this change");
    if (passed < (int64_t)LEASE_SECONDS * 1000)
        return true;
    return fault_set(fault, FAULT_LATE, "look", "%lld s passed since the look began; a change may follow within %d",
                     (long long)(passed / 1000), (int)LEASE_SECONDS);
}

bool aws_session_time(const struct aws *aws, bool changes, int64_t *time, struct fault *fault) {
    int64_t boot_ms = clock_boot_ms();
    *time = time_at(aws, boot_ms);
    return !changes || is_fresh_at(aws, boot_ms, fault);
}
