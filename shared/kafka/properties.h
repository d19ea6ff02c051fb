/* librdkafka's properties of a client: ours, then the user's, which may change everything but what the design fixes.
 * Private to this library. */
#ifndef KEYTURN_PROPERTIES_H
#define KEYTURN_PROPERTIES_H

#include "kafka.h"

#include <librdkafka/rdkafka.h>

enum { PROPERTY_ROWS = 48 };

/* One property as Keyturn sets it. `why` says what would break if it were changed; NULL: the user may change it. */
struct property_row {
    const char *name;
    const char *value;
    const char *why;
};

/* The properties of one client, in the order they are set; names and values are borrowed. */
struct property_list {
    size_t count;
    struct property_row rows[PROPERTY_ROWS];
};

/* Begins the list with what every client has. */
void properties_begin(struct property_list *list, const struct kafka_settings *settings);

/* Adds rows to the list. */
void properties_add(struct property_list *list, const struct property_row *rows, size_t count);

/* Makes librdkafka's configuration of the list and of kafka.properties. NULL and FAULT_CONFIG naming the property that
 * is unknown, has a wrong value, or is fixed. rd_kafka_new() takes the result over, or rd_kafka_conf_destroy(). */
rd_kafka_conf_t *properties_conf(const struct property_list *list, const struct kafka_settings *settings,
                                 struct fault *fault);

/* Makes the client of a configuration, taken over in any case. NULL and FAULT_CONFIG. */
rd_kafka_t *properties_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct fault *fault);

/* A client for questions to the broker only: topics, ping. What troubles it is told as error events of its main queue. */
rd_kafka_t *properties_plain_client(const struct kafka_settings *settings, struct fault *fault);

/* A numeric property as it is in force, or `otherwise`. */
int64_t properties_number(const rd_kafka_conf_t *conf, const char *name, int64_t otherwise);

#endif
