/* The configuration in the shapes of the libraries that need it: they know nothing of config.h. */
#ifndef KEYTURN_SERVICE_SETTINGS_H
#define KEYTURN_SERVICE_SETTINGS_H

#include "api_keys.h"
#include "aws.h"
#include "config.h"
#include "kafka.h"
#include "seal_ring.h"
#include "store.h"

/* The configuration is copied; `client` ("keyturn-worker") names the program to brokers and in AWS's audit trail.
 * What they hold is given back by service_settings_close(). */
void service_settings_kafka(const struct config *config, const char *client, struct kafka_settings *settings);
void service_settings_store(const struct config *config, struct store_settings *settings);

/* Finds what only a library can judge, so that `--check` refuses what a start would: kafka.properties, by librdkafka. Connects to nothing.
 * FAULT_CONFIG. */
bool service_settings_check(const struct config *config, struct fault *fault) MUST_CHECK;

/* The same for AWS; `region` is the program's own. FAULT_CONFIG if more hosts are allowed plain http than AWS_ALLOWED_HOSTS. */
bool service_settings_aws(const struct config *config, const char *client, const char *region,
                          struct aws_settings *settings, struct fault *fault) MUST_CHECK;

/* Fills the ring with the sealing keys of the credential cache. Keys in a file are read again by each call, so that they can be replaced without a
 * restart. Where none are configured the ring stays as it was, and that is no fault. FAULT_CONFIG, and the ring as it was: they are refused. */
bool service_settings_ring(const struct config *config, struct seal_ring *ring, struct fault *fault) MUST_CHECK;

/* Where the API keys are kept: a secret where one is named, else the file. */
void service_settings_api_keys(const struct config *config, struct api_keys_home *home);

/* Wipes and frees. Zeroed structs may be closed. */
void service_settings_close(struct kafka_settings *kafka, struct store_settings *store, struct aws_settings *aws);

#endif
