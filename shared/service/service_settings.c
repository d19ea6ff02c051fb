#include "service_settings.h"

#include "mem.h"

#include <string.h>

_Static_assert((int)KAFKA_MAX_PROPERTIES >= (int)CONFIG_MAX_PROPERTIES, "every property of the configuration fits");
_Static_assert((int)AWS_MAX_ACCOUNTS >= (int)CONFIG_MAX_ACCOUNTS, "every account of the configuration fits");

void service_settings_kafka(const struct config *config, const char *client, struct kafka_settings *settings) {
    *settings = (struct kafka_settings){.property_count = config->kafka.property_count};
    text_clip(settings->brokers, sizeof settings->brokers, config->kafka.brokers);
    text_clip(settings->client_id, sizeof settings->client_id, client);
    for (size_t i = 0; i < config->kafka.property_count; i++) {
        const struct config_property *from = &config->kafka.properties[i];
        text_clip(settings->properties[i].name, sizeof settings->properties[i].name, from->name);
        text_clip(settings->properties[i].value, sizeof settings->properties[i].value, from->value);
    }
}

void service_settings_store(const struct config *config, struct store_settings *settings) {
    *settings = (struct store_settings){
        .port = config->redis.port, .tls = config->redis.tls, .database = config->redis.database};
    text_clip(settings->host, sizeof settings->host, config->redis.host);
    text_clip(settings->username, sizeof settings->username, config->redis.username);
    text_clip(settings->ca_file, sizeof settings->ca_file, config->redis.ca_file);
    text_clip(settings->prefix, sizeof settings->prefix, config->redis.prefix);
    if (!secret_empty(&config->redis.password))
        secret_copy(&settings->password, &config->redis.password);
}

static void copy_account(const struct config_account *from, const char *region, struct aws_account *to) {
    text_clip(to->id, sizeof to->id, from->id);
    text_clip(to->role_arn, sizeof to->role_arn, from->role_arn);
    text_clip(to->external_id, sizeof to->external_id, from->external_id);
    text_clip(to->region, sizeof to->region, from->region[0] != '\0' ? from->region : region);
}

static void copy_accounts(const struct config *config, struct aws_settings *settings) {
    struct aws_account *accounts = mem_zero(config->account_count, sizeof *accounts);
    for (size_t i = 0; i < config->account_count; i++)
        copy_account(&config->accounts[i], config->aws.region, &accounts[i]);
    settings->accounts = accounts;
    settings->account_count = config->account_count;
}

bool service_settings_aws(const struct config *config, const char *client, const char *region,
                          struct aws_settings *settings, struct fault *fault) {
    *settings = (struct aws_settings){0};
    const struct text_list *hosts = &config->aws.allow_http;
    if (hosts->count > AWS_ALLOWED_HOSTS)
        return fault_set(fault, FAULT_CONFIG, "aws.allow_http", "at most %d hosts may be listed", AWS_ALLOWED_HOSTS);
    text_clip(settings->region, sizeof settings->region, region);
    text_clip(settings->verify_region, sizeof settings->verify_region, config->aws.verify_region);
    text_clip(settings->endpoint, sizeof settings->endpoint, config->aws.endpoint);
    text_clip(settings->session_name, sizeof settings->session_name, client);
    for (size_t i = 0; i < hosts->count; i++)
        text_clip(settings->allow_http[i], sizeof settings->allow_http[i], hosts->items[i]);
    copy_accounts(config, settings);
    return true;
}

void service_settings_close(struct kafka_settings *kafka, struct store_settings *store, struct aws_settings *aws) {
    explicit_bzero(kafka, sizeof *kafka);
    secret_close(&store->password);
    mem_free((void *)aws->accounts);
    aws->accounts = NULL;
    aws->account_count = 0;
}

bool service_settings_ring(const struct config *config, struct seal_ring *ring, struct fault *fault) {
    if (config->api.sealing_keys_file[0] != '\0')
        return seal_ring_read(ring, config->api.sealing_keys_file, fault);
    return secret_empty(&config->api.sealing_keys) ||
           seal_ring_set(ring, &config->api.sealing_keys, "api.sealing_keys", fault);
}

void service_settings_api_keys(const struct config *config, struct api_keys_home *home) {
    *home = (struct api_keys_home){0};
    text_clip(home->secret, sizeof home->secret, config->api.keys_secret);
    if (home->secret[0] == '\0')
        text_clip(home->file, sizeof home->file, config->api.keys_file);
}
