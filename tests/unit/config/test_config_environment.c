#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const char small[] = "redis: {host: cache, port: 6380}\n";

static int leave_no_trace(void **state) {
    extern char **environ;
    (void)state;
    for (char **variable = environ; *variable != NULL;) {
        char name[128];
        text_clip(name, sizeof name, *variable);
        name[strcspn(name, "=")] = '\0';
        if (text_starts(name, "KEYTURN_"))
            unsetenv(name);
        else
            variable++;
    }
    scratch_clean();
    return 0;
}

static void a_variable_overrides_the_file_and_the_default(void **state) {
    (void)state;
    setenv("KEYTURN_REDIS_PORT", "7000", 1);
    setenv("KEYTURN_WORKER_THREADS", "7", 1);
    setenv("KEYTURN_SCHEDULER_INVENTORY_EVERY", "5m", 1);
    setenv("KEYTURN_METRICS_LISTEN", "", 1);
    struct config *config = scratch_load(small);
    assert_string_equal(config->redis.host, "cache");
    assert_int_equal(config->redis.port, 7000);
    assert_int_equal(config->worker.threads, 7);
    assert_int_equal(config->scheduler.inventory_every, 300);
    assert_string_equal(config->metrics.listen, "");
    config_close(config);
}

static void the_variables_of_the_command_line_are_let_pass(void **state) {
    (void)state;
    setenv("KEYTURN_API_URL", "http://127.0.0.1:8000", 1);
    setenv("KEYTURN_API_KEY", "keyturn_0_0", 1);
    setenv("KEYTURN_API_KEY_FILE", "/nowhere", 1);
    config_close(scratch_load(small));
}

static void defaults_are_those_of_the_documents(void **state) {
    (void)state;
    struct config *config = scratch_load("log: {level: info}\n");
    assert_string_equal(config->kafka.brokers, "127.0.0.1:9092");
    assert_string_equal(config->redis.host, "127.0.0.1");
    assert_int_equal(config->redis.port, 6379);
    assert_string_equal(config->redis.prefix, "kt:");
    assert_string_equal(config->secrets.name, "keyturn/{account}/{user_id}");
    assert_int_equal(config->worker.threads, 32);
    assert_int_equal(config->worker.hold, 150);
    assert_int_equal(config->scheduler.inventory_every, 3600);
    assert_int_equal(config->scheduler.batch, 64);
    assert_int_equal(config->notify.rate, 1);
    assert_int_equal(config->notify.settle_ms, 2000);
    assert_string_equal(config->metrics.listen, "127.0.0.1:0");
    assert_int_equal(config->unsafe_test_clock_floor, 0);
    assert_true(secret_empty(&config->redis.password));
    config_close(config);
}

static void an_empty_endpoint_is_none_for_the_test_clock(void **state) {
    (void)state;
    setenv("AWS_ENDPOINT_URL", "", 1);
    struct fault fault = scratch_refused("unsafe_test_clock: {floor: 3s}\n");
    assert_non_null(strstr(fault.message, "a shortened safety floor is refused against AWS itself"));
    setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:5000", 1);
    struct config *config = scratch_load("unsafe_test_clock: {floor: 3s}\n");
    assert_int_equal(config->unsafe_test_clock_floor, 3);
    config_close(config);
    unsetenv("AWS_ENDPOINT_URL");
}

static void expect_refused(const char *phrase) {
    struct fault fault = scratch_refused(small);
    assert_string_equal(fault.where, "environment");
    if (strstr(fault.message, phrase) == NULL)
        fail_msg("expected \"%s\" in \"%s\"", phrase, fault.message);
}

static void a_wrong_value_names_its_variable(void **state) {
    (void)state;
    setenv("KEYTURN_REDIS_PORT", "70000", 1);
    expect_refused("KEYTURN_REDIS_PORT: '70000' is not a whole number from 1 to 65535");
}

static void a_misspelled_variable_is_refused_with_the_closest(void **state) {
    (void)state;
    setenv("KEYTURN_REDIS_HOTS", "cache", 1);
    expect_refused("did you mean KEYTURN_REDIS_HOST?");
}

static void a_list_cannot_be_overridden(void **state) {
    (void)state;
    setenv("KEYTURN_AWS_ALLOW_HTTP", "moto", 1);
    expect_refused("KEYTURN_AWS_ALLOW_HTTP");
}

static void policies_cannot_be_overridden(void **state) {
    (void)state;
    setenv("KEYTURN_POLICIES_PEOPLE_MODE", "apply", 1);
    expect_refused("KEYTURN_POLICIES_PEOPLE_MODE");
}

static void the_safety_floor_is_shortened_in_the_file_only(void **state) {
    (void)state;
    setenv("KEYTURN_UNSAFE_TEST_CLOCK_FLOOR", "3s", 1);
    expect_refused("KEYTURN_UNSAFE_TEST_CLOCK_FLOOR");
}

static void variables_of_tools_are_no_settings(void **state) {
    static const char *const tools[] = {"KEYTURN_CONFIG",  "KEYTURN_CACHE", "KEYTURN_BUILD",
                                        "KEYTURN_REQUIRE", "KEYTURN_KEEP",  "KEYTURN_PYTHON"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tools); i++)
        setenv(tools[i], "all", 1);
    config_close(scratch_load(small));
}

static void a_variable_names_the_file_to_read(void **state) {
    struct fault fault;
    (void)state;
    setenv("KEYTURN_CONFIG", scratch_file(small, 0), 1);
    struct config *config = config_load(NULL, &fault);
    assert_non_null(config);
    assert_string_equal(config->redis.host, "cache");
    assert_string_equal(config->path, getenv("KEYTURN_CONFIG"));
    config_close(config);
}

static void a_missing_file_says_how_to_name_another(void **state) {
    struct fault fault;
    (void)state;
    assert_null(config_load("/nowhere/keyturn.yaml", &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_non_null(strstr(fault.message, "/nowhere/keyturn.yaml cannot be read: No such file or directory"));
    assert_non_null(strstr(fault.message, "--config FILE or KEYTURN_CONFIG"));
}

static void a_password_comes_from_a_file_without_its_line_end(void **state) {
    (void)state;
    setenv("KEYTURN_REDIS_PASSWORD_FILE", scratch_file("hush hush\n", 0), 1);
    struct config *config = scratch_load(small);
    assert_string_equal(config->redis.password.bytes, "hush hush");
    assert_int_equal(config->redis.password.length, 9);
    assert_string_equal(config->warning, "");
    config_close(config);
}

static void the_environment_wins_over_a_password_of_the_file(void **state) {
    (void)state;
    setenv("KEYTURN_REDIS_PASSWORD", "from outside", 1);
    struct config *config = scratch_load("redis: {password: from inside}\n");
    assert_string_equal(config->redis.password.bytes, "from outside");
    config_close(config);
}

static void a_password_twice_in_the_environment_is_refused(void **state) {
    (void)state;
    setenv("KEYTURN_REDIS_PASSWORD", "hush", 1);
    setenv("KEYTURN_REDIS_PASSWORD_FILE", "/dev/null", 1);
    expect_refused("stands beside the secret itself");
}

static void a_password_file_for_everybody_is_warned_of(void **state) {
    (void)state;
    const char *path = scratch_file("hush", 0);
    assert_int_equal(chmod(path, 0644), 0);
    setenv("KEYTURN_REDIS_PASSWORD_FILE", path, 1);
    struct config *config = scratch_load(small);
    assert_non_null(strstr(config->warning, path));
    config_close(config);
}

static void a_kafka_password_comes_from_a_file(void **state) {
    char yaml[256];
    (void)state;
    snprintf(yaml, sizeof yaml, "kafka: {properties: {linger.ms: 5, sasl.password_file: %s}}\n",
             scratch_file("hush\r\n", 0));
    struct config *config = scratch_load(yaml);
    assert_int_equal(config->kafka.property_count, 2);
    assert_string_equal(config->kafka.properties[1].name, "sasl.password");
    assert_string_equal(config->kafka.properties[1].value, "hush");
    config_close(config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_variable_overrides_the_file_and_the_default, leave_no_trace),
        cmocka_unit_test_teardown(the_variables_of_the_command_line_are_let_pass, leave_no_trace),
        cmocka_unit_test_teardown(defaults_are_those_of_the_documents, leave_no_trace),
        cmocka_unit_test_teardown(an_empty_endpoint_is_none_for_the_test_clock, leave_no_trace),
        cmocka_unit_test_teardown(a_wrong_value_names_its_variable, leave_no_trace),
        cmocka_unit_test_teardown(a_misspelled_variable_is_refused_with_the_closest, leave_no_trace),
        cmocka_unit_test_teardown(a_list_cannot_be_overridden, leave_no_trace),
        cmocka_unit_test_teardown(policies_cannot_be_overridden, leave_no_trace),
        cmocka_unit_test_teardown(the_safety_floor_is_shortened_in_the_file_only, leave_no_trace),
        cmocka_unit_test_teardown(variables_of_tools_are_no_settings, leave_no_trace),
        cmocka_unit_test_teardown(a_variable_names_the_file_to_read, leave_no_trace),
        cmocka_unit_test_teardown(a_missing_file_says_how_to_name_another, leave_no_trace),
        cmocka_unit_test_teardown(a_password_comes_from_a_file_without_its_line_end, leave_no_trace),
        cmocka_unit_test_teardown(the_environment_wins_over_a_password_of_the_file, leave_no_trace),
        cmocka_unit_test_teardown(a_password_twice_in_the_environment_is_refused, leave_no_trace),
        cmocka_unit_test_teardown(a_password_file_for_everybody_is_warned_of, leave_no_trace),
        cmocka_unit_test_teardown(a_kafka_password_comes_from_a_file, leave_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
