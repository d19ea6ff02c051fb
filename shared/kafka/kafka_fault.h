/* librdkafka's errors as faults. Private to this library. */
#ifndef KEYTURN_KAFKA_FAULT_H
#define KEYTURN_KAFKA_FAULT_H

#include "fault.h"

#include <librdkafka/rdkafka.h>

/* Fills `fault` and returns false. `topic` may be NULL; `detail` (may be NULL) is librdkafka's own sentence, if it has
 * a better one than the error's. */
bool kafka_fault(struct fault *fault, rd_kafka_resp_err_t error, const char *where, const char *topic,
                 const char *detail);

/* The same of an error that `client` told by itself, not as the answer to a call: of a refused login also by which mechanism. */
bool kafka_fault_told(struct fault *fault, rd_kafka_t *client, rd_kafka_resp_err_t error, const char *where,
                      const char *detail);

/* A refused login: by which mechanism, what to check, what this `version` of librdkafka cannot do, and `detail`, which names the broker. */
bool kafka_fault_login(struct fault *fault, const char *where, const char *mechanism, int version, const char *detail);

#endif
