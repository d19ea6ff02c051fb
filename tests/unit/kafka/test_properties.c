#include "properties.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct kafka_settings settings_with(const char *name, const char *value) {
    struct kafka_settings settings = {.brokers = "127.0.0.1:1", .client_id = "unit", .property_count = 1};
    assert_true(text_copy(settings.properties[0].name, sizeof settings.properties[0].name, name));
    assert_true(text_copy(settings.properties[0].value, sizeof settings.properties[0].value, value));
    return settings;
}

static bool opens_writer(const struct kafka_settings *settings, struct fault *fault) {
    struct kafka_writer *writer = kafka_writer_open(settings, 5000, fault);
    kafka_writer_close(writer, 0);
    return writer != NULL;
}

static bool no_worker(void *context, struct kafka_message *message, int64_t wait_ms) {
    (void)context;
    (void)message;
    (void)wait_ms;
    return false;
}

static bool opens_reader(const struct kafka_settings *settings, struct fault *fault) {
    const struct kafka_reader_settings own = {.group = "unit", .topics = {"jobs"}, .topic_count = 1};
    struct kafka_reader *reader = kafka_reader_open(settings, &own, (struct kafka_sink){no_worker, NULL}, fault);
    kafka_reader_close(reader);
    return reader != NULL;
}

/* A property, who refuses it, and what the refusal says. */
static const struct {
    const char *name;
    const char *value;
    bool (*opens)(const struct kafka_settings *settings, struct fault *fault);
    const char *says;
} refused[] = {
    {"no.such.property", "1", opens_writer, "no.such.property: *"},
    {"linger.ms", "soon", opens_writer, "linger.ms: *queue.buffering.max.ms*"},
    {"security.protocol", "carrier-pigeon", opens_reader, "security.protocol: *"},
    {"acks", "1", opens_writer, "acks cannot be changed: acks is fixed to all, because *"},
    {"request.required.acks", "0", opens_writer, "request.required.acks cannot be changed: acks is fixed to all, *"},
    {"max.in.flight", "5", opens_writer, "max.in.flight cannot be changed: max.in.flight.requests.per.connection *"},
    {"partitioner", "consistent_random", opens_writer, "partitioner cannot be changed: *murmur2_random*"},
    {"message.timeout.ms", "1", opens_writer, "message.timeout.ms cannot be changed: *"},
    {"delivery.timeout.ms", "1", opens_writer, "delivery.timeout.ms cannot be changed: message.timeout.ms *"},
    {"metadata.broker.list", "elsewhere:9092", opens_writer, "metadata.broker.list cannot be changed: *kafka.brokers*"},
    {"allow.auto.create.topics", "true", opens_writer, "allow.auto.create.topics cannot be changed: *topics apply*"},
    {"enable.auto.commit", "true", opens_reader, "enable.auto.commit cannot be changed: *"},
    {"auto.offset.reset", "latest", opens_reader, "auto.offset.reset cannot be changed: *earliest*"},
    {"partition.assignment.strategy", "cooperative-sticky", opens_reader, "partition.assignment.strategy *range*"},
    {"group.id", "mine", opens_reader, "group.id cannot be changed: *"},
    {"group.instance.id", "me", opens_reader, "group.instance.id cannot be changed: *(unset)*"},
};

static void a_wrong_property_is_named_with_the_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct kafka_settings settings = settings_with(refused[i].name, refused[i].value);
        struct fault fault = {.kind = FAULT_NONE};
        if (refused[i].opens(&settings, &fault))
            fail_msg("%s=%s was accepted", refused[i].name, refused[i].value);
        assert_int_equal(FAULT_CONFIG, fault.kind);
        assert_string_equal("kafka.properties", fault.where);
        if (!text_matches(fault.message, refused[i].says))
            fail_msg("%s=%s: %s", refused[i].name, refused[i].value, fault.message);
        if (kafka_writer_check(&settings, &fault) && kafka_reader_check(&settings, &fault))
            fail_msg("%s=%s was found well", refused[i].name, refused[i].value);
    }
}

/* One configuration serves writers and readers. */
static const struct {
    const char *name;
    const char *value;
} accepted[] = {
    {"linger.ms", "20"},
    {"compression.type", "lz4"},
    {"fetch.wait.max.ms", "10"},
    {"acks", "all"},
    {"acks", "-1"},
    {"session.timeout.ms", "6000"},
    {"client.id", "somebody"},
    {"statistics.interval.ms", "0"},
    {"enable.auto.commit", "false"},
    {"auto.offset.reset", "earliest"},
    {"max.poll.interval.ms", "60000"},
};

static void any_other_property_passes_through_to_both(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(accepted); i++) {
        struct kafka_settings settings = settings_with(accepted[i].name, accepted[i].value);
        struct fault fault = {.kind = FAULT_NONE};
        if (!kafka_writer_check(&settings, &fault) || !kafka_reader_check(&settings, &fault))
            fail_msg("%s=%s was found wrong: %s", accepted[i].name, accepted[i].value, fault.message);
        if (!opens_writer(&settings, &fault) || !opens_reader(&settings, &fault))
            fail_msg("%s=%s: %s", accepted[i].name, accepted[i].value, fault.message);
    }
}

static void a_password_under_a_wrong_name_is_not_repeated(void **state) {
    (void)state;
    struct kafka_settings settings = settings_with("sasl.pasword", "hunter2");
    struct fault fault = {.kind = FAULT_NONE};
    assert_false(opens_writer(&settings, &fault));
    assert_null(strstr(fault.message, "hunter2"));
}

static void what_keyturn_needs_is_in_force(void **state) {
    (void)state;
    struct kafka_settings settings = settings_with("linger.ms", "7");
    struct property_list list;
    struct fault fault;
    properties_begin(&list, &settings);
    rd_kafka_conf_t *conf = properties_conf(&list, &settings, &fault);
    assert_non_null(conf);
    assert_int_equal(1000, properties_number(conf, "reconnect.backoff.max.ms", -1));
    assert_int_equal(7, properties_number(conf, "linger.ms", -1));
    assert_int_equal(-1, properties_number(conf, "no.such.property", -1));
    rd_kafka_conf_destroy(conf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_property_is_named_with_the_reason),
        cmocka_unit_test(any_other_property_passes_through_to_both),
        cmocka_unit_test(a_password_under_a_wrong_name_is_not_repeated),
        cmocka_unit_test(what_keyturn_needs_is_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
