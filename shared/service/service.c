/* The one main():
 *
 *     arguments ► harden ► signals ► configuration ► AWS ► program open ► endpoint ► run ... stop
 *     ► endpoint closed ► program closed
 *
 * What is opened last is closed first; from the first signal on the signal thread watches that this ends in time. */
#include "service.h"

#include "arguments.h"
#include "file_watch.h"
#include "log.h"
#include "mem.h"
#include "process.h"
#include "service_settings.h"
#include "signals.h"

#include <pthread.h>
#include <stdio.h>

enum exit_code { EXIT_DRAINED = 0, EXIT_FAULT = 1, EXIT_WRONG = 2 };

struct running {
    const struct service *service;
    char program[64];
    struct config *config;
    struct aws_settings aws;
    struct service_context context;
    struct signals *signals;
    struct file_watch *watch; /* of the configuration; only the signal thread's */
    struct metrics_server *metrics;
    void *state;
    pthread_mutex_t lock; /* between the main thread and the signal thread, over what follows */
    bool open;            /* the program may be told things */
    bool stopping;
};

/* --- what the signal thread calls */

static void stop_program(void *context) {
    struct running *running = context;
    log_line(LOG_INFO, "stopping", NULL);
    pthread_mutex_lock(&running->lock);
    running->stopping = true;
    if (running->open)
        running->service->stop(running->state);
    pthread_mutex_unlock(&running->lock);
}

static bool take_policies(struct running *running, struct fault *fault) {
    struct policy_set *policies = mem_zero(1, sizeof *policies);
    bool read = config_load_policies(running->config->path, policies, fault);
    if (read)
        running->service->reload(running->state, policies);
    mem_free(policies);
    return read;
}

static void reload_program(void *context) {
    struct running *running = context;
    struct fault fault = {0};
    if (running->service->reload == NULL) {
        log_line(LOG_WARN, "this program takes new policies only when it is started", NULL);
        return;
    }
    file_watch_known(running->watch);
    pthread_mutex_lock(&running->lock);
    bool taken = running->open && take_policies(running, &fault);
    pthread_mutex_unlock(&running->lock);
    if (taken)
        log_line(LOG_INFO, "policies reloaded", "config", running->config->path, NULL);
    else if (fault.kind != FAULT_NONE)
        log_fault(LOG_ERROR, "the policies in force are kept", &fault, NULL);
    else
        return;
    metric_add(METRIC_RELOADS, 1.0, taken ? "ok" : "refused", NULL);
    metric_set(METRIC_RELOAD_REFUSED, taken ? 0.0 : 1.0, NULL);
}

/* Without a signal: somebody changed the file, or turned the link that names it to another. */
static void look_at_config(void *context) {
    struct running *running = context;
    pthread_mutex_lock(&running->lock);
    bool open = running->open;
    pthread_mutex_unlock(&running->lock);
    if (open && file_watch_changed(running->watch))
        reload_program(running);
}

/* --- from configuration to a running program */

static void observe_aws(const char *service, const char *operation, const char *result, double seconds) {
    metric_add(METRIC_AWS_REQUESTS, 1.0, service, operation, result, NULL);
    metric_observe(METRIC_AWS_DURATION, seconds, service, operation, NULL);
    if (text_equal(result, fault_name(FAULT_THROTTLED)))
        metric_add(METRIC_AWS_THROTTLED, 1.0, service, NULL);
}

static bool load_config(struct running *running, const char *path, struct fault *fault) {
    running->watch = file_watch_open(config_path(path)); /* before it is read: no change is missed */
    running->config = config_load(path, fault);
    if (running->config == NULL)
        return false;
    const struct config *config = running->config;
    const char *region = running->service->region != NULL ? running->service->region(config) : config->aws.region;
    enum log_level level = LOG_INFO;
    if (config->log.level[0] != '\0' && !log_parse_level(config->log.level, &level))
        return fault_set(fault, FAULT_CONFIG, "log.level", "\"%s\" is none of debug, info, warn, error",
                         config->log.level);
    log_begin(running->service->name, level);
    service_settings_kafka(config, running->program, &running->context.kafka);
    service_settings_store(config, &running->context.store);
    return service_settings_aws(config, running->program, region, &running->aws, fault);
}

static bool open_aws(struct running *running, struct fault *fault) {
    struct aws_environment *aws = aws_environment_open(&running->aws, fault);
    running->context.aws = aws;
    if (aws == NULL)
        return false;
    aws_environment_observe(aws, observe_aws);
    if (running->config->unsafe_test_clock_floor > 0 && aws_environment_is_real(aws))
        return fault_set(fault, FAULT_CONFIG, "unsafe_test_clock",
                         "a shortened safety floor is refused where an endpoint is one of AWS's own");
    return true;
}

static bool open_signals(struct running *running, struct fault *fault) {
    const struct signals_target target = {
        .stop = stop_program,
        .reload = reload_program,
        .look = running->service->reload != NULL ? look_at_config : NULL,
        .context = running,
        .drain_ms = SERVICE_DRAIN_MS,
    };
    running->signals = signals_open(&target, fault);
    return running->signals != NULL;
}

static bool open_program(struct running *running, struct fault *fault) {
    running->context.program = running->program;
    running->context.config = running->config;
    return running->service->open(&running->context, &running->state, fault);
}

size_t service_health(const struct service *service, void *state, struct health_check checks[SERVICE_HEALTH_MAX]) {
    size_t count = 0;
    for (; count < SERVICE_HEALTH_MAX && service->health[count].name != NULL; count++)
        checks[count] = (struct health_check){service->health[count].name, service->health[count].check, state};
    return count;
}

static bool open_metrics(struct running *running, struct fault *fault) {
    struct health_check checks[SERVICE_HEALTH_MAX];
    const char *listen = running->config->metrics.listen;
    metric_set(METRIC_BUILD_INFO, 1.0, KEYTURN_VERSION, running->program, NULL);
    if (listen[0] == '\0')
        return true;
    size_t count = service_health(running->service, running->state, checks);
    running->metrics = metrics_server_open(listen, checks, count, fault);
    return running->metrics != NULL;
}

static void say_ready(const struct running *running) {
    char port[8] = "";
    if (running->metrics != NULL)
        snprintf(port, sizeof port, "%d", metrics_server_port(running->metrics));
    log_line(LOG_INFO, "ready", "version", KEYTURN_VERSION, "config", running->config->path, "metrics_port",
             running->metrics != NULL ? port : NULL, NULL);
}

/* From here on the signal thread may talk to the program; false if a signal was faster. */
static bool let_in(struct running *running) {
    pthread_mutex_lock(&running->lock);
    running->open = !running->stopping;
    pthread_mutex_unlock(&running->lock);
    return running->open;
}

static void shut_out(struct running *running) {
    pthread_mutex_lock(&running->lock);
    running->open = false;
    pthread_mutex_unlock(&running->lock);
    signals_drain(running->signals);
}

static bool work(struct running *running, struct fault *fault) {
    if (!let_in(running))
        return true;
    say_ready(running);
    bool well = running->service->run(running->state, fault);
    shut_out(running);
    return well;
}

static void close_all(struct running *running) {
    metrics_server_close(running->metrics);
    if (running->state != NULL)
        running->service->close(running->state);
    aws_environment_close(running->context.aws);
    signals_close(running->signals);
    file_watch_close(running->watch);
    service_settings_close(&running->context.kafka, &running->context.store, &running->aws);
    config_close(running->config);
    pthread_mutex_destroy(&running->lock);
}

static enum exit_code say_fault(const char *message, const struct fault *fault) {
    log_fault(LOG_ERROR, message, fault, NULL);
    return fault->kind == FAULT_CONFIG ? EXIT_WRONG : EXIT_FAULT;
}

static enum exit_code run_prepared(struct running *running) {
    struct fault fault = {0};
    if (!open_program(running, &fault) || !open_metrics(running, &fault))
        return say_fault("not started", &fault);
    if (work(running, &fault))
        return EXIT_DRAINED;
    say_fault("ended by a fault", &fault);
    return EXIT_FAULT;
}

static enum exit_code run_service(struct running *running, const char *path) {
    struct fault fault = {0};
    signals_block();
    bool prepared = process_harden(&fault) && load_config(running, path, &fault) && open_signals(running, &fault) &&
                    open_aws(running, &fault);
    enum exit_code code = prepared ? run_prepared(running) : say_fault("not started", &fault);
    close_all(running);
    if (code == EXIT_DRAINED)
        log_line(LOG_INFO, "stopped", NULL);
    return code;
}

static enum exit_code check_config(struct running *running, const char *path) {
    struct fault fault = {0};
    bool well = load_config(running, path, &fault) && service_settings_check(running->config, &fault);
    enum exit_code code = EXIT_DRAINED;
    if (well)
        printf("%s: nothing wrong\n", running->config->path);
    else
        code = say_fault("the configuration is wrong", &fault);
    close_all(running);
    return code;
}

static enum exit_code print_help(const struct service *service) {
    struct text help;
    text_open(&help, 16 * 1024);
    arguments_help(service->name, service->summary, &help);
    fputs(help.bytes, stdout);
    text_close(&help);
    return EXIT_DRAINED;
}

static enum exit_code print_version(const struct running *running) {
    printf("%s %s\n", running->program, KEYTURN_VERSION);
    return EXIT_DRAINED;
}

int service_main(const struct service *service, int argc, char **argv) {
    struct fault fault = {0};
    struct arguments arguments;
    struct running running = {.service = service, .lock = PTHREAD_MUTEX_INITIALIZER};
    snprintf(running.program, sizeof running.program, "keyturn-%s", service->name);
    log_begin(service->name, LOG_INFO);
    if (!arguments_parse(argc, argv, &arguments, &fault))
        return (int)say_fault("not started", &fault);
    switch (arguments.action) {
    case ARGUMENTS_HELP: return (int)print_help(service);
    case ARGUMENTS_VERSION: return (int)print_version(&running);
    case ARGUMENTS_CHECK: return (int)check_config(&running, arguments.config);
    case ARGUMENTS_RUN: break;
    }
    return (int)run_service(&running, arguments.config);
}
