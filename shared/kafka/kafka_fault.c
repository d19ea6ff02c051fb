#include "kafka_fault.h"

#include "text.h"

/* Of these librdkafka's own sentence is told too: it names the broker. */
#define REFUSED_LOGIN "a broker refused the login"
#define CHECK_LOGIN   "check sasl.mechanism, sasl.username and sasl.password_file in kafka.properties"
static const char FAILED_TLS[] = "TLS with a broker failed: check security.protocol and ssl.ca.location in "
                                 "kafka.properties, and the names in kafka.brokers";

/* Kafka 4 looks at the client's nonce, which this library sent twice before. */
enum { SCRAM_WITH_KAFKA_4_SINCE = 0x02060100 };

static const struct {
    rd_kafka_resp_err_t error;
    enum fault_kind kind;
    const char *advice;
} kinds[] = {
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, FAULT_CONFIG, "the topic does not exist: run `keyturn topics apply`"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, FAULT_CONFIG, "the topic does not exist: run `keyturn topics apply`"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, FAULT_CONFIG, "the topic does not exist: run `keyturn topics apply`"},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, FAULT_CONFIG, "the name of the topic is not allowed"},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, FAULT_CONFIG, "this user may not use the topic: check Kafka's ACLs"},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, FAULT_CONFIG,
     "this user may not join the group: check Kafka's ACLs"},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, FAULT_CONFIG, "this user may not do that: check Kafka's ACLs"},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, FAULT_CONFIG, REFUSED_LOGIN ": " CHECK_LOGIN},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, FAULT_CONFIG, REFUSED_LOGIN ": " CHECK_LOGIN},
    {RD_KAFKA_RESP_ERR__SSL, FAULT_UNAVAILABLE, FAILED_TLS},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, FAULT_INVALID, "the message is larger than the broker takes"},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, FAULT_INVALID, "the message is larger than the broker takes"},
    {RD_KAFKA_RESP_ERR_INVALID_MSG, FAULT_INVALID, "the broker did not take the message"},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD, FAULT_INVALID, "the broker did not take the message"},
    {RD_KAFKA_RESP_ERR__QUEUE_FULL, FAULT_UNAVAILABLE, "too many messages wait for the broker"},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, FAULT_UNAVAILABLE, "the broker did not acknowledge the message in time"},
    {RD_KAFKA_RESP_ERR__TRANSPORT, FAULT_UNAVAILABLE, "no broker answers: check kafka.brokers"},
    {RD_KAFKA_RESP_ERR__TIMED_OUT, FAULT_UNAVAILABLE, "no broker answered in time: check kafka.brokers"},
    {RD_KAFKA_RESP_ERR__RESOLVE, FAULT_UNAVAILABLE, "the name of a broker is not known: check kafka.brokers"},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, FAULT_UNAVAILABLE, "no broker answers"},
};

static const char *advice_for(rd_kafka_resp_err_t error, enum fault_kind *kind) {
    *kind = FAULT_UNAVAILABLE;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (kinds[i].error == error) {
            *kind = kinds[i].kind;
            return kinds[i].advice;
        }
    }
    return NULL;
}

static const char *note_on_scram(const char *mechanism, int version) {
    return version < SCRAM_WITH_KAFKA_4_SINCE && text_starts(mechanism, "SCRAM")
               ? "; Kafka 4 refuses SCRAM by this librdkafka whatever the password (2.6.1 is needed): use PLAIN over "
                 "TLS, or the image"
               : "";
}

bool kafka_fault_login(struct fault *fault, const char *where, const char *mechanism, int version, const char *detail) {
    fault_set(fault, FAULT_CONFIG, where, "%s by %s: %s%s: %s", REFUSED_LOGIN, mechanism, CHECK_LOGIN,
              note_on_scram(mechanism, version), detail);
    return false;
}

bool kafka_fault_told(struct fault *fault, rd_kafka_t *client, rd_kafka_resp_err_t error, const char *where,
                      const char *detail) {
    char mechanism[64] = "";
    size_t size = sizeof mechanism;
    kafka_fault(fault, error, where, NULL, detail);
    if (error != RD_KAFKA_RESP_ERR__AUTHENTICATION)
        return false;
    (void)rd_kafka_conf_get(rd_kafka_conf(client), "sasl.mechanism", mechanism, &size);
    struct fault login;
    kafka_fault_login(&login, where, mechanism, rd_kafka_version(), detail);
    if (fault != NULL)
        text_clip(fault->message, sizeof fault->message, login.message);
    return false;
}

bool kafka_fault(struct fault *fault, rd_kafka_resp_err_t error, const char *where, const char *topic,
                 const char *detail) {
    enum fault_kind kind;
    const char *advice = advice_for(error, &kind);
    const char *colon = topic != NULL ? ": " : "";
    const char *name = topic != NULL ? topic : "";
    if (advice == FAILED_TLS && detail != NULL)
        fault_set(fault, kind, where, "%s: %s", advice, detail);
    else if (advice == NULL)
        fault_set(fault, kind, where, "%s%s%s", name, colon, detail != NULL ? detail : rd_kafka_err2str(error));
    else
        fault_set(fault, kind, where, "%s%s%s", name, colon, advice);
    if (fault != NULL)
        text_clip(fault->code, sizeof fault->code, rd_kafka_err2name(error));
    return false;
}
