/* Where `keyturn apikey` finds the keys: the file of --file, or what the configuration names. Closed by apikey_home_close(). */
#ifndef KEYTURN_APIKEY_HOME_H
#define KEYTURN_APIKEY_HOME_H

#include "api_keys.h"
#include "options.h"
#include "service_settings.h"

struct apikey_home {
    struct api_keys_home keys;
    struct aws_settings settings;
    struct aws_environment *environment;
    struct aws *aws; /* where the keys are in a secret; else NULL */
};

/* FAULT_CONFIG if the configuration is refused, or AWS's part of it. What was opened is closed in any case. */
bool apikey_home_open(const struct options *options, struct apikey_home *home, struct fault *fault) MUST_CHECK;
void apikey_home_close(struct apikey_home *home);

#endif
