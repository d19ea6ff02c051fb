/* What a person is told of librdkafka's errors. */
#include "kafka_fault.h"

#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char detail[] =
    "sasl_ssl://kafka-1:9093/bootstrap: SASL authentication error: Authentication failed during authentication due to "
    "invalid credentials with SASL mechanism SCRAM-SHA-512 (after 5ms in state AUTH_REQ)";
static struct fault fault;

static void a_refused_login_names_broker_mechanism_and_what_to_check(void **state) {
    (void)state;
    kafka_fault(&fault, RD_KAFKA_RESP_ERR__AUTHENTICATION, "kafka read", NULL, detail);
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_string_equal(fault.code, "_AUTHENTICATION");
    assert_true(text_matches(fault.message, "*refused the login*sasl.mechanism*kafka-1:9093*SCRAM-SHA-512*"));
}

static void an_old_library_says_that_it_cannot_scram_with_kafka_4(void **state) {
    (void)state;
    kafka_fault_login(&fault, "kafka read", detail, 0x020002ff);
    assert_true(text_matches(fault.message, "*Kafka 4 refuses SCRAM by this librdkafka*2.6.1*kafka-1:9093*"));
    kafka_fault_login(&fault, "kafka read", detail, 0x020601ff);
    assert_false(text_matches(fault.message, "*Kafka 4*"));
    kafka_fault_login(&fault, "kafka read", "kafka-1:9093: SASL PLAIN failed", 0x020002ff);
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
