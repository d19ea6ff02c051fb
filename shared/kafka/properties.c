#include "properties.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_SIZE = 1100, REASON_SIZE = 384 };

static const char PROPERTIES[] = "kafka.properties";

static const struct property_row every_client[] = {
    {"allow.auto.create.topics", "false", "topics are made by `keyturn topics apply` alone"},
    {"socket.nagle.disable", "true", NULL},
    {"reconnect.backoff.ms", "100", NULL},
    {"reconnect.backoff.max.ms", "1000", NULL},
    {"topic.metadata.refresh.interval.ms", "10000", NULL}, /* a topic made later is found within this time */
    {"log.connection.close", "false", NULL},
};

/* What librdkafka has to say comes by its callbacks; its own log stays off, unless `debug` was asked for. */
static void stay_silent(const rd_kafka_t *client, int level, const char *facility, const char *text) {
    (void)client;
    (void)level;
    (void)facility;
    (void)text;
}

void properties_begin(struct property_list *list, const struct kafka_settings *settings) {
    const struct property_row own[] = {
        {"client.id", settings->client_id[0] != '\0' ? settings->client_id : "keyturn", NULL},
        {"bootstrap.servers", settings->brokers, "kafka.brokers is the place for it"},
    };
    list->count = 0;
    properties_add(list, own, COUNT_OF(own));
    properties_add(list, every_client, COUNT_OF(every_client));
}

void properties_add(struct property_list *list, const struct property_row *rows, size_t count) {
    for (size_t i = 0; i < count && list->count < PROPERTY_ROWS; i++)
        list->rows[list->count++] = rows[i];
}

static bool set_one(rd_kafka_conf_t *conf, const char *name, const char *value, struct fault *fault) {
    char reason[REASON_SIZE] = "";
    if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) == RD_KAFKA_CONF_OK)
        return true;
    return fault_set(fault, FAULT_CONFIG, PROPERTIES, "%s: %s", name, reason);
}

/* Empty where it is not set. */
static void value_now(const rd_kafka_conf_t *conf, const char *name, char value[VALUE_SIZE]) {
    size_t size = VALUE_SIZE;
    if (rd_kafka_conf_get(conf, name, value, &size) != RD_KAFKA_CONF_OK)
        value[0] = '\0';
}

/* Aliases are many (acks, request.required.acks): what counts is whether the fixed property has another value than before. */
static bool still_fixed(const struct property_list *list, const rd_kafka_conf_t *ours, const rd_kafka_conf_t *conf,
                        const char *name, struct fault *fault) {
    for (size_t i = 0; i < list->count; i++) {
        const struct property_row *row = &list->rows[i];
        char before[VALUE_SIZE];
        char after[VALUE_SIZE];
        value_now(ours, row->name, before);
        value_now(conf, row->name, after);
        if (row->why != NULL && strcmp(before, after) != 0)
            return fault_set(fault, FAULT_CONFIG, PROPERTIES, "%s cannot be changed: %s is fixed to %s, because %s",
                             name, row->name, row->value[0] != '\0' ? row->value : "(unset)", row->why);
    }
    return true;
}

static bool set_ours(const struct property_list *list, rd_kafka_conf_t *conf, struct fault *fault) {
    for (size_t i = 0; i < list->count; i++)
        if (!set_one(conf, list->rows[i].name, list->rows[i].value, fault))
            return false;
    return true;
}

static bool set_users(const struct property_list *list, const struct kafka_settings *settings, rd_kafka_conf_t *conf,
                      struct fault *fault) {
    rd_kafka_conf_t *ours = rd_kafka_conf_dup(conf);
    bool fine = true;
    for (size_t i = 0; fine && i < settings->property_count; i++) {
        const struct kafka_property *property = &settings->properties[i];
        fine = set_one(conf, property->name, property->value, fault) &&
               still_fixed(list, ours, conf, property->name, fault);
    }
    rd_kafka_conf_destroy(ours);
    return fine;
}

rd_kafka_conf_t *properties_conf(const struct property_list *list, const struct kafka_settings *settings,
                                 struct fault *fault) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char debug[VALUE_SIZE];
    if (!set_ours(list, conf, fault) || !set_users(list, settings, conf, fault)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    value_now(conf, "debug", debug);
    if (debug[0] == '\0')
        rd_kafka_conf_set_log_cb(conf, stay_silent);
    return conf;
}

rd_kafka_t *properties_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct fault *fault) {
    char reason[REASON_SIZE] = "";
    rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof reason);
    if (client != NULL)
        return client;
    rd_kafka_conf_destroy(conf);
    fault_set(fault, FAULT_CONFIG, PROPERTIES, "%s", reason);
    return NULL;
}

rd_kafka_t *properties_plain_client(const struct kafka_settings *settings, struct fault *fault) {
    struct property_list list;
    properties_begin(&list, settings);
    rd_kafka_conf_t *conf = properties_conf(&list, settings, fault);
    if (conf == NULL)
        return NULL;
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_ERROR);
    return properties_client(RD_KAFKA_PRODUCER, conf, fault);
}

int64_t properties_number(const rd_kafka_conf_t *conf, const char *name, int64_t otherwise) {
    char value[VALUE_SIZE];
    char *end = value;
    value_now(conf, name, value);
    int64_t number = strtoll(value, &end, 10);
    return end > value && *end == '\0' ? number : otherwise;
}
