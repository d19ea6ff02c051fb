#include "plan_accounts.h"

#include "mem.h"
#include "service_settings.h"
#include "sts.h"

#include <stdio.h>
#include <string.h>

static const char CLIENT[] = "keyturn-plan";

enum { DIGITS = ACCOUNT_SIZE - 1 };

/* arn:PARTITION:iam::ACCOUNT:role/NAME */
static bool account_of_role(const char *arn, char account[ACCOUNT_SIZE]) {
    const char *partition = text_starts(arn, "arn:") ? strchr(arn + 4, ':') : NULL;
    if (partition == NULL || !text_starts(partition, ":iam::") || strlen(arn) >= ARN_SIZE)
        return false;
    const char *digits = partition + strlen(":iam::");
    if (strspn(digits, "0123456789") != DIGITS || !text_starts(digits + DIGITS, ":role/") ||
        digits[DIGITS + strlen(":role/")] == '\0')
        return false;
    memcpy(account, digits, DIGITS);
    account[DIGITS] = '\0';
    return true;
}

static bool add_account(const char *option, const char *arn, struct config *config, struct fault *fault) {
    char id[ACCOUNT_SIZE];
    if (!account_of_role(arn, id))
        return fault_set(fault, FAULT_CONFIG, option, "\"%s\" is no role: arn:aws:iam::123456789012:role/NAME", arn);
    for (size_t i = 0; i < config->account_count; i++)
        if (text_equal(config->accounts[i].id, id))
            return fault_set(fault, FAULT_CONFIG, option, "account %s is named twice", id);
    struct config_account *account = &config->accounts[config->account_count++];
    text_clip(account->id, sizeof account->id, id);
    text_clip(account->role_arn, sizeof account->role_arn, arn);
    return true;
}

static bool add_pair(const char *pair, struct config *config, struct fault *fault) {
    const char *arn = strchr(pair, '=');
    char id[ACCOUNT_SIZE];
    if (arn == NULL)
        return fault_set(fault, FAULT_CONFIG, "--account", "\"%s\" lacks its role: ID=ROLE_ARN", pair);
    if (account_of_role(arn + 1, id) && (arn - pair != DIGITS || !text_starts(pair, id)))
        return fault_set(fault, FAULT_CONFIG, "--account", "the role %s is not of account %.*s", arn + 1,
                         (int)(arn - pair), pair);
    return add_account("--account", arn + 1, config, fault);
}

bool plan_accounts_read(const struct options *options, struct config *config, struct fault *fault) {
    config->accounts = mem_zero((size_t)2 * OPTIONS_TIMES, sizeof *config->accounts);
    for (size_t i = 0; i < options->roles.count; i++)
        if (!add_account("--role-arn", options->roles.items[i], config, fault))
            return false;
    for (size_t i = 0; i < options->accounts.count; i++)
        if (!add_pair(options->accounts.items[i], config, fault))
            return false;
    return true;
}

static struct aws_environment *open_for(const struct config *config, struct aws_settings *settings,
                                        struct fault *fault) {
    struct kafka_settings kafka = {.property_count = 0};
    struct store_settings store = {.port = 0};
    if (!service_settings_aws(config, CLIENT, config->aws.region, settings, fault))
        return NULL;
    struct aws_environment *environment = aws_environment_open(settings, fault);
    if (environment == NULL)
        service_settings_close(&kafka, &store, settings);
    return environment;
}

void plan_accounts_close(struct aws_environment *environment, struct aws_settings *settings) {
    struct kafka_settings kafka = {.property_count = 0};
    struct store_settings store = {.port = 0};
    aws_environment_close(environment);
    service_settings_close(&kafka, &store, settings);
}

static bool ask_who_we_are(struct config *config, struct fault *fault) {
    struct aws_settings settings;
    struct sts_identity identity;
    struct aws_environment *environment = open_for(config, &settings, fault);
    if (environment == NULL)
        return false;
    struct aws *aws = aws_open(environment, fault);
    bool known = aws != NULL && sts_get_caller_identity(aws, &identity, fault);
    aws_close(aws);
    plan_accounts_close(environment, &settings);
    if (known) {
        config->account_count = 1;
        text_clip(config->accounts[0].id, sizeof config->accounts[0].id, identity.account);
    }
    return known;
}

struct aws_environment *plan_accounts_open(struct config *config, struct aws_settings *settings, struct fault *fault) {
    if (config->account_count == 0 && !ask_who_we_are(config, fault))
        return NULL;
    return open_for(config, settings, fault);
}
