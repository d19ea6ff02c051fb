/* What a person is told of librdkafka's errors. */
#include "kafka_fault.h"

#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char detail[] =
    "sasl_ssl://kafka-1:9093/bootstrap: SASL authentication error: Authentication failed: Invalid "
    "username or password (after 5ms in state AUTH_REQ)";
static struct fault fault;

static void a_refused_login_names_broker_mechanism_and_what_to_check(void **state) {
    (void)state;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char reason[128];
    assert_int_equal(rd_kafka_conf_set(conf, "sasl.mechanism", "PLAIN", reason, sizeof reason), RD_KAFKA_CONF_OK);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    assert_non_null(client);
    kafka_fault_told(&fault, client, RD_KAFKA_RESP_ERR__AUTHENTICATION, "kafka read", detail);
    rd_kafka_destroy(client);
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_string_equal(fault.code, "_AUTHENTICATION");
    assert_true(text_matches(fault.message, "*refused the login by PLAIN: check sasl.mechanism*kafka-1:9093*"));
}

static void an_old_library_says_that_it_cannot_scram_with_kafka_4(void **state) {
    (void)state;
    kafka_fault_login(&fault, "kafka read", "SCRAM-SHA-512", 0x020002ff, detail);
    assert_true(
        text_matches(fault.message, "*by SCRAM-SHA-512*Kafka 4 refuses SCRAM by this librdkafka*kafka-1:9093*"));
    kafka_fault_login(&fault, "kafka read", "SCRAM-SHA-512", 0x020601ff, detail);
    assert_false(text_matches(fault.message, "*Kafka 4*"));
    kafka_fault_login(&fault, "kafka read", "PLAIN", 0x020002ff, detail);
    assert_false(text_matches(fault.message, "*Kafka 4*"));
}

static void failed_tls_names_broker_and_what_to_check(void **state) {
    (void)state;
    kafka_fault(&fault, RD_KAFKA_RESP_ERR__SSL, "kafka read", NULL,
                "ssl://kafka-1:9093/bootstrap: SSL handshake failed: certificate verify failed");
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_true(text_matches(fault.message, "*ssl.ca.location*kafka-1:9093*certificate verify failed*"));
}

static void without_a_sentence_of_its_own_the_advice_stands_alone(void **state) {
    (void)state;
    kafka_fault(&fault, RD_KAFKA_RESP_ERR__AUTHENTICATION, "kafka write", "jobs", NULL);
    assert_true(text_matches(fault.message, "jobs: a broker refused the login: check *"));
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(a_refused_login_names_broker_mechanism_and_what_to_check),
        cmocka_unit_test(an_old_library_says_that_it_cannot_scram_with_kafka_4),
        cmocka_unit_test(failed_tls_names_broker_and_what_to_check),
        cmocka_unit_test(without_a_sentence_of_its_own_the_advice_stands_alone),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
