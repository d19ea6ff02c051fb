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

/* One dependency of a program, as /readyz asks for it. */
struct service_check {
    const char *name; /* "kafka" */

    /* Called with the program's state, by the threads that serve /readyz. False, with the fault: not ready, and why. */
    bool (*check)(void *state, struct fault *fault);
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

    /* The program's dependencies; the rows end with the first that has no name. */
    struct service_check health[SERVICE_HEALTH_MAX];

    void (*close)(void *state);
};

/* The checks of a program that runs with `state`: fills the rows and returns how many there are. */
size_t service_health(const struct service *service, void *state, struct health_check checks[SERVICE_HEALTH_MAX]);

/* Runs a program: --config FILE, --help, --version, --check (load the configuration and exit). Exit codes: 0 drained, 1
 * fault, 2 wrong arguments or configuration. Blocks signals in all threads but its own, disables core dumps, ignores
 * SIGPIPE. A drain that takes longer than 30 s, or a second signal, exits 1. */
int service_main(const struct service *service, int argc, char **argv);

#endif
