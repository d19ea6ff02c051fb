#include "aws_environment.h"

#include "clock.h"
#include "endpoints.h"
#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_ATTEMPTS = 4 };

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Fills an empty member from a variable. */
static bool fill(char *to, size_t size, const char *name, struct fault *fault) {
    const char *value = to[0] == '\0' ? variable(name) : NULL;
    return value == NULL || text_copy(to, size, value) ||
           fault_set(fault, FAULT_CONFIG, name, "it is longer than %zu characters", size - 1);
}

static bool fill_from_environment(struct aws_settings *settings, struct fault *fault) {
    bool filled = fill(settings->region, sizeof settings->region, "AWS_REGION", fault) &&
                  fill(settings->region, sizeof settings->region, "AWS_DEFAULT_REGION", fault) &&
                  fill(settings->endpoint, sizeof settings->endpoint, "AWS_ENDPOINT_URL", fault);
    for (int service = 0; filled && service < AWS_SERVICE_COUNT; service++) {
        char name[64];
        snprintf(name, sizeof name, "AWS_ENDPOINT_URL_%s", endpoint_variable((enum aws_service)service));
        filled = fill(settings->endpoints[service], sizeof settings->endpoints[service], name, fault);
    }
    return filled;
}

static bool is_account_id(const char *id) {
    return strlen(id) == ACCOUNT_SIZE - 1 && strspn(id, "0123456789") == ACCOUNT_SIZE - 1;
}

static bool check_account(const struct aws_settings *settings, const struct aws_account *account, struct fault *fault) {
    char partition[sizeof settings->partition];
    if (!is_account_id(account->id))
        return fault_set(fault, FAULT_CONFIG, "accounts", "\"%s\" is no account id: it has 12 digits", account->id);
    if (account->region[0] == '\0')
        return true;
    return endpoint_partition(account->region, partition, fault) &&
           (strcmp(partition, settings->partition) == 0 ||
            fault_set(fault, FAULT_CONFIG, "accounts", "region %s of account %s is in partition %s, the program in %s",
                      account->region, account->id, partition, settings->partition));
}

static bool check_regions(struct aws_settings *settings, struct fault *fault) {
    char partition[sizeof settings->partition];
    if (settings->region[0] == '\0')
        return fault_set(fault, FAULT_CONFIG, "region", "no region is configured, and AWS_REGION is not set");
    if (settings->verify_region[0] == '\0')
        text_clip(settings->verify_region, sizeof settings->verify_region, endpoint_second_region(settings->region));
    if (!endpoint_partition(settings->region, settings->partition, fault) ||
        !endpoint_partition(settings->verify_region, partition, fault))
        return false;
    return strcmp(partition, settings->partition) == 0 ||
           fault_set(fault, FAULT_CONFIG, "verify_region", "%s is not in partition %s", settings->verify_region,
                     settings->partition);
}

static bool check_urls(const struct aws_settings *settings, struct fault *fault) {
    const char *allowed[AWS_ALLOWED_HOSTS + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < AWS_ALLOWED_HOSTS; i++)
        if (settings->allow_http[i][0] != '\0')
            allowed[count++] = settings->allow_http[i];
    if (settings->endpoint[0] != '\0' && !http_url_allowed(settings->endpoint, allowed, fault))
        return false;
    for (int service = 0; service < AWS_SERVICE_COUNT; service++)
        if (settings->endpoints[service][0] != '\0' && !http_url_allowed(settings->endpoints[service], allowed, fault))
            return false;
    return true;
}

static bool check(struct aws_settings *settings, struct fault *fault) {
    if (!fill_from_environment(settings, fault) || !check_regions(settings, fault) || !check_urls(settings, fault))
        return false;
    for (size_t i = 0; i < settings->account_count; i++)
        if (!check_account(settings, &settings->accounts[i], fault))
            return false;
    return true;
}

/* credential_fetch of slot 0. */
static bool find_own(void *context, size_t slot, struct credentials *fresh, int64_t *life, struct fault *fault) {
    (void)context;
    (void)slot;
    *life = 0;
    return credentials_find(fresh, fault);
}

bool aws_environment_own(struct aws_environment *environment, struct credential_held *held, struct fault *fault) {
    return credential_cache_get(environment->cache, 0, held, find_own, NULL, fault);
}

/* Finds the program's own at once, so that a wrong start is a clear one. */
static bool prime(struct aws_environment *environment, struct fault *fault) {
    struct credential_held held = {0};
    bool found = aws_environment_own(environment, &held, fault);
    credential_held_close(&held);
    return found;
}

struct aws_environment *aws_environment_open(const struct aws_settings *settings, struct fault *fault) {
    struct aws_environment *environment = mem_zero(1, sizeof *environment);
    environment->settings = *settings;
    if (environment->settings.attempts <= 0)
        environment->settings.attempts = DEFAULT_ATTEMPTS;
    environment->cache = credential_cache_open(1 + settings->account_count);
    if (check(&environment->settings, fault) && prime(environment, fault))
        return environment;
    aws_environment_close(environment);
    return NULL;
}

void aws_environment_close(struct aws_environment *environment) {
    if (environment == NULL)
        return;
    credential_cache_close(environment->cache);
    mem_free(environment);
}

void aws_environment_observe(struct aws_environment *environment, aws_observer observer) {
    environment->observer = observer;
}

static bool ends_in(const char *text, const char *end) {
    size_t length = strlen(text);
    size_t less = strlen(end);
    return length >= less && strcasecmp(text + length - less, end) == 0;
}

static bool is_amazon(const char *host_and_port) {
    char host[AWS_URL_SIZE];
    text_clip(host, sizeof host, host_and_port);
    host[strcspn(host, ":")] = '\0';
    size_t length = strlen(host);
    if (length > 0 && host[length - 1] == '.')
        host[length - 1] = '\0';
    return ends_in(host, "amazonaws.com") || ends_in(host, "amazonaws.com.cn") || ends_in(host, ".api.aws");
}

void aws_environment_give_up(struct aws_environment *environment) {
    atomic_store(&environment->given_up, true);
}

bool aws_environment_is_real(const struct aws_environment *environment) {
    for (int service = 0; service < AWS_SERVICE_COUNT; service++) {
        struct endpoint endpoint;
        if (!endpoint_of(&environment->settings, (enum aws_service)service, environment->settings.region, &endpoint,
                         NULL) ||
            is_amazon(endpoint.host))
            return true;
    }
    return false;
}

int64_t aws_environment_time(struct aws_environment *environment) {
    return clock_wall_ms() / 1000 + atomic_load(&environment->offset);
}

void aws_environment_learn(struct aws_environment *environment, int64_t date) {
    atomic_store(&environment->offset, date - clock_wall_ms() / 1000);
}
