#include "service_settings.h"

#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state) {
    struct config *config = mem_zero(1, sizeof *config);
    config->accounts = mem_zero(2, sizeof *config->accounts);
    config->account_count = 2;
    text_clip(config->aws.region, REGION_SIZE, "eu-central-1");
    text_clip(config->accounts[0].id, ACCOUNT_SIZE, "111122223333");
    text_clip(config->accounts[1].id, ACCOUNT_SIZE, "444455556666");
    text_clip(config->accounts[1].region, REGION_SIZE, "us-west-2");
    text_clip(config->accounts[1].role_arn, ARN_SIZE, "arn:aws:iam::444455556666:role/keyturn");
    *state = config;
    return 0;
}

static int tear_down(void **state) {
    struct config *config = *state;
    secret_close(&config->redis.password);
    mem_free(config->accounts);
    mem_free(config);
    return 0;
}

static void an_account_without_a_region_has_the_programs(void **state) {
    struct config *config = *state;
    struct aws_settings aws;
    struct kafka_settings kafka = {0};
    struct store_settings store = {0};
    struct fault fault = {0};
    assert_true(service_settings_aws(config, "keyturn-worker", "eu-west-1", &aws, &fault));
    assert_string_equal(aws.region, "eu-west-1");
    assert_string_equal(aws.session_name, "keyturn-worker");
    assert_int_equal(aws.account_count, 2);
    assert_string_equal(aws.accounts[0].region, "eu-central-1");
    assert_string_equal(aws.accounts[1].region, "us-west-2");
    assert_string_equal(aws.accounts[1].role_arn, "arn:aws:iam::444455556666:role/keyturn");
    service_settings_close(&kafka, &store, &aws);
}

static void more_plain_http_hosts_than_fit_are_refused_not_cut(void **state) {
    struct config *config = *state;
    struct aws_settings aws;
    struct kafka_settings kafka = {0};
    struct store_settings store = {0};
    struct fault fault = {0};
    config->aws.allow_http.count = AWS_ALLOWED_HOSTS + 1;
    assert_false(service_settings_aws(config, "keyturn-worker", "eu-west-1", &aws, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    service_settings_close(&kafka, &store, &aws);
}

static void every_kafka_property_is_handed_on_and_wiped_afterwards(void **state) {
    struct config *config = *state;
    struct aws_settings aws = {0};
    struct kafka_settings kafka;
    struct store_settings store = {0};
    text_clip(config->kafka.brokers, sizeof config->kafka.brokers, "a:1,b:2");
    config->kafka.property_count = CONFIG_MAX_PROPERTIES;
    for (size_t i = 0; i < CONFIG_MAX_PROPERTIES; i++) {
        snprintf(config->kafka.properties[i].name, sizeof config->kafka.properties[i].name, "name.%zu", i);
        snprintf(config->kafka.properties[i].value, sizeof config->kafka.properties[i].value, "value %zu", i);
    }
    service_settings_kafka(config, "keyturn-worker", &kafka);
    assert_string_equal(kafka.brokers, "a:1,b:2");
    assert_string_equal(kafka.client_id, "keyturn-worker");
    assert_int_equal(kafka.property_count, CONFIG_MAX_PROPERTIES);
    assert_string_equal(kafka.properties[63].name, "name.63");
    assert_string_equal(kafka.properties[63].value, "value 63");
    service_settings_close(&kafka, &store, &aws);
    assert_string_equal(kafka.properties[63].value, "");
}

static void the_password_of_redis_is_a_copy_of_its_own(void **state) {
    struct config *config = *state;
    struct aws_settings aws = {0};
    struct kafka_settings kafka = {0};
    struct store_settings store;
    secret_open(&config->redis.password, 16);
    assert_true(secret_set(&config->redis.password, "opensesame", 10));
    text_clip(config->redis.host, sizeof config->redis.host, "cache");
    config->redis.port = 6380;
    service_settings_store(config, &store);
    assert_true(secret_equal(&store.password, &config->redis.password));
    assert_ptr_not_equal(store.password.bytes, config->redis.password.bytes);
    assert_string_equal(store.host, "cache");
    assert_int_equal(store.port, 6380);
    service_settings_close(&kafka, &store, &aws);
    assert_true(secret_empty(&store.password));
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void set_text(struct secret *secret, const char *text) {
    assert_true(secret_set(secret, text, strlen(text)));
}

static void the_ring_is_read_from_where_it_stands(void **state) {
    struct config *config = *state;
    struct fault fault = {0};
    struct seal_ring *ring = seal_ring_open();
    char path[] = "/tmp/keyturn-sealing-XXXXXX";
    assert_true(service_settings_ring(config, ring, &fault)); /* none is fine: nothing is cached */
    assert_int_equal(seal_ring_count(ring), 0);
    set_text(&config->api.sealing_keys, "a:YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=");
    assert_true(service_settings_ring(config, ring, &fault));
    assert_int_equal(seal_ring_count(ring), 1);
    secret_close(&config->api.sealing_keys);

    int descriptor = mkstemp(path);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    assert_non_null(file);
    text_clip(config->api.sealing_keys_file, sizeof config->api.sealing_keys_file, path);
    assert_false(service_settings_ring(config, ring, &fault)); /* empty yet */
    assert_int_equal(seal_ring_count(ring), 1);
    fputs("a:YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=\nb:YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI=\n", file);
    fclose(file);
    assert_true(service_settings_ring(config, ring, &fault));
    assert_int_equal(seal_ring_count(ring), 2);
    remove(path);
    seal_ring_close(ring);
}

static void a_secret_of_api_keys_goes_before_the_file(void **state) {
    struct config *config = *state;
    struct api_keys_home home;
    text_clip(config->api.keys_file, sizeof config->api.keys_file, "/etc/keyturn/api-keys.json");
    service_settings_api_keys(config, &home);
    assert_string_equal(home.file, "/etc/keyturn/api-keys.json");
    assert_string_equal(home.secret, "");
    text_clip(config->api.keys_secret, sizeof config->api.keys_secret, "keyturn/api-keys");
    service_settings_api_keys(config, &home);
    assert_string_equal(home.file, "");
    assert_string_equal(home.secret, "keyturn/api-keys");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(an_account_without_a_region_has_the_programs),
        STORY(more_plain_http_hosts_than_fit_are_refused_not_cut),
        STORY(every_kafka_property_is_handed_on_and_wiped_afterwards),
        STORY(the_password_of_redis_is_a_copy_of_its_own),
        cmocka_unit_test_setup_teardown(the_ring_is_read_from_where_it_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_of_api_keys_goes_before_the_file, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
