/* The one main(): arguments, configuration, log, signals, metrics endpoint, the program's own work, drain.
 * A program's main.c is a struct service and a call. */
#ifndef KEYTURN_SERVICE_H
#define KEYTURN_SERVICE_H

#include "aws.h"
#include "config.h"
#include "kafka.h"
#include "metrics.h"
#include "store.h"

enum { SERVICE_HEALTH_MAX = 8, SERVICE_DRAIN_MS = 30 * 1000 };

/* What the service hands to a program; owned by the service, alive until run() returned. */
struct service_context {
    const char *program; /* "keyturn-worker" */
    const struct config *config;
    struct kafka_settings kafka;
    struct store_settings store;
    struct aws_environment *aws;
};

struct service {
    const char *name;    /* "worker" */
    const char *summary; /* one line for --help */

    /* Prepares: opens what the program needs. False: the service logs the fault and exits 1. */
    bool (*open)(struct service_context *context, void **state, struct fault *fault);

    /* Works until stop() is called; returns false on a fault it cannot live with. */
    bool (*run)(void *state, struct fault *fault);

    /* SIGTERM or SIGINT: called from the signal thread, once, perhaps before run() began; run() must then end within
     * the drain time. */
    void (*stop)(void *state);

    /* SIGHUP, or the file changed: new policies, already checked; called from the signal thread, and valid during the call alone: copy them
     * (policies.h). NULL: restart to change them. */
    void (*reload)(void *state, const struct policy_set *policies);

    /* The region of the program's own calls; NULL: aws.region. */
    const char *(*region)(const struct config *config);

    /* Health of the program's dependencies, for /readyz. Fills at most `most` rows, returns how many. */
    size_t (*health)(void *state, struct health_check *checks, size_t most);

    void (*close)(void *state);
};

/* Runs a program: --config FILE, --help, --version, --check (load the configuration and exit). Exit codes: 0 drained, 1
 * fault, 2 wrong arguments or configuration. Blocks signals in all threads but its own, disables core dumps, ignores
 * SIGPIPE. A drain that takes longer than 30 s, or a second signal, exits 1. */
int service_main(const struct service *service, int argc, char **argv);

#endif
