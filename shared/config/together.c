#include "endpoint.h"
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool refuse(const struct source *source, const char *path, const char *why, struct fault *fault) {
    return lines_refuse(source->lines, lines_of(source->lines, path), fault, "%s: %s", path, why);
}

static bool check_template(const struct source *source, const struct config *config, struct fault *fault) {
    char why[256];
    return secret_template_check(config->secrets.name, why, sizeof why) || refuse(source, "secrets.name", why, fault);
}

static bool check_redis(const struct source *source, const struct config *config, struct fault *fault) {
    if (config->redis.ca_file[0] != '\0' && !config->redis.tls)
        return refuse(source, "redis.ca_file", "is used with TLS only; add `tls: true`", fault);
    if (config->redis.username[0] != '\0' && secret_empty(&config->redis.password))
        return refuse(source, "redis.username", "needs redis.password_file (or redis.password)", fault);
    return true;
}

static bool check_aws(const struct source *source, const struct config *config, struct fault *fault) {
    return config->aws.verify_region[0] == '\0' || strcmp(config->aws.verify_region, config->aws.region) != 0 ||
           refuse(source, "aws.verify_region",
                  "must differ from aws.region: a new key is proven when two regions know it", fault);
}

static bool check_endpoint(const struct source *source, const struct config *config, struct fault *fault) {
    return config->aws.endpoint[0] == '\0' || endpoint_is_allowed(config->aws.endpoint, &config->aws.allow_http) ||
           refuse(
               source, "aws.endpoint",
               "plain http is allowed to loopback and to hosts named in aws.allow_http only, and never to AWS itself",
               fault);
}

/* Any of AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>; what they say is checked where they are used. An empty one says nothing. */
static bool environment_has_endpoint(void) {
    static const char name[] = "AWS_ENDPOINT_URL";
    for (char **variable = environ; *variable != NULL; variable++) {
        const char *equals = strchr(*variable, '=');
        if (strncmp(*variable, name, sizeof name - 1) == 0 && equals != NULL && equals[1] != '\0')
            return true;
    }
    return false;
}

static bool check_test_clock(const struct source *source, const struct config *config, struct fault *fault) {
    static const char path[] = "unsafe_test_clock";
    if (config->unsafe_test_clock_floor == 0)
        return true;
    if (endpoint_is_amazon(config->aws.endpoint))
        return refuse(source, path, "a shortened safety floor is refused where aws.endpoint is one of AWS's own",
                      fault);
    return config->aws.endpoint[0] != '\0' || environment_has_endpoint() ||
           refuse(source, path,
                  "a shortened safety floor is refused against AWS itself: it needs aws.endpoint, or AWS_ENDPOINT_URL "
                  "in the environment",
                  fault);
}

static bool check_hold(const struct source *source, const struct config *config, struct fault *fault) {
    return config->worker.hold >= 2 * (int64_t)LEASE_SECONDS || config->unsafe_test_clock_floor > 0 ||
           refuse(
               source, "worker.hold",
               "less than 120s only with unsafe_test_clock: a user would be handed out again while a worker is at it",
               fault);
}

static bool check_settling(const struct source *source, const struct config *config, struct fault *fault) {
    return config->notify.settle_ms >= 2000 || config->unsafe_test_clock_floor > 0 ||
           refuse(source, "notify.settle_ms",
                  "less than 2000 only with unsafe_test_clock: until then a claim may not be on Redis' disk, and a "
                  "mail could go out twice",
                  fault);
}

static bool check_api(const struct source *source, const struct config *config, struct fault *fault) {
    bool certificate = config->api.certificate_file[0] != '\0';
    bool key = !secret_empty(&config->api.private_key);
    if (config->api.listen[0] == '\0')
        return refuse(source, "api.listen", "is not host:port", fault);
    if (certificate != key)
        return refuse(source, "api.certificate_file", "TLS needs both api.certificate_file and api.private_key_file",
                      fault);
    if (config->api.audit_log[0] == '\0')
        return refuse(source, "api.audit_log", "no credential leaves without its audit record: name a file", fault);
    if (!secret_empty(&config->api.sealing_keys) && config->api.sealing_keys_file[0] != '\0')
        return refuse(source, "api.sealing_keys_file", "stands beside the keys themselves; keep one of them", fault);
    return certificate || config->api.behind_tls_proxy || endpoint_is_here(config->api.listen) ||
           refuse(source, "api.listen",
                  "credentials leave this machine only by TLS: set api.certificate_file and api.private_key_file, or "
                  "say `behind_tls_proxy: true` where a proxy speaks it",
                  fault);
}

/* A number that no configured account has is a slip of the pen that would leave its users unrotated, silently. */
static bool check_accounts_of(const struct source *source, const struct config *config, size_t index,
                              struct fault *fault) {
    const struct text_list *patterns = &config->policies.policies[index].select.accounts;
    for (size_t i = 0; i < patterns->count; i++) {
        bool used = config->account_count == 0;
        for (size_t j = 0; j < config->account_count && !used; j++)
            used = text_matches(config->accounts[j].id, patterns->items[i]);
        if (!used) {
            char path[96];
            snprintf(path, sizeof path, "policies[%zu].select.accounts[%zu]", index, i);
            return refuse(source, path, "no account under `accounts` matches this", fault);
        }
    }
    return true;
}

static bool check_mail_of(const struct source *source, const struct config *config, size_t index, struct fault *fault) {
    const struct policy *policy = &config->policies.policies[index];
    char path[96];
    snprintf(path, sizeof path, "policies[%zu].deliver.mail", index);
    if (policy->mail == MAIL_NONE)
        return true;
    if (config->notify.from[0] == '\0')
        return refuse(source, path,
                      "this policy sends mail, so notify.from must be set; or say `deliver: {mail: none}`", fault);
    if (policy->missing == MISSING_FALLBACK_ADMIN && config->notify.admin[0] == '\0')
        return refuse(source, path,
                      "mail for users without an address goes to notify.admin, which is not set; set it, or say "
                      "`deliver: {mail: none}`",
                      fault);
    return true;
}

/* aws.allow_http is for stand-ins within a network that is trusted; a secret does not go through one in a mail. */
static bool check_inline_of(const struct source *source, const struct config *config, size_t index,
                            struct fault *fault) {
    static const struct text_list none;
    char path[96];
    snprintf(path, sizeof path, "policies[%zu].deliver.mail", index);
    return config->policies.policies[index].mail != MAIL_INLINE || config->aws.endpoint[0] == '\0' ||
           endpoint_is_allowed(config->aws.endpoint, &none) ||
           refuse(source, path,
                  "`inline` sends the secret to SES, and aws.endpoint is plain http to another machine; use https, or "
                  "say `reference`",
                  fault);
}

static bool check_digest_of(const struct source *source, const struct config *config, size_t index,
                            struct fault *fault) {
    char path[96];
    snprintf(path, sizeof path, "policies[%zu].digest", index);
    return config->policies.policies[index].digest_count == 0 || config->notify.admin[0] != '\0' ||
           refuse(source, path, "needs notify.admin, who gets it", fault);
}

bool check_together(const struct source *source, const struct config *config, struct fault *fault) {
    bool good = check_template(source, config, fault) && check_redis(source, config, fault) &&
                check_aws(source, config, fault) && check_endpoint(source, config, fault) &&
                check_test_clock(source, config, fault) && check_hold(source, config, fault) &&
                check_settling(source, config, fault) && check_api(source, config, fault);
    for (size_t i = 0; i < config->policies.count && good; i++)
        good = check_accounts_of(source, config, i, fault) && check_mail_of(source, config, i, fault) &&
               check_inline_of(source, config, i, fault) && check_digest_of(source, config, i, fault);
    return good;
}
