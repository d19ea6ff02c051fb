#include "api_program.h"

#include "api.h"
#include "clock.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "routes.h"
#include "service_settings.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum {
    CONNECTIONS = 1024,
    SLOW_THREADS = 16,
    REDIS_MS =
        500, /* a Redis that hangs must not hold a thread of the server for long: what it would have told is read elsewhere */
    REDIS_SILENCE_MS = 5000, /* nor may one that goes on hanging, again with each request */
    CERTIFICATE_MOST = 64 * 1024,
    REQUESTS_BURST = 10, /* seconds' worth */
    FAILURES_BURST = 20,
    LOOKUPS = 10, /* a second and account */
    FLIGHTS = 256,
    TICK_MS = 100,
    WAKE_MS = 1000,
    KAFKA_TIMEOUT_MS = 30 * 1000,
    KAFKA_PING_MS = 1000,
    CLOSE_WAIT_MS = 5000,
};

struct program {
    struct service_context *context;
    struct api api;
    struct store_settings store;
    struct store *probe; /* of the health check, asked by one thread at a time */
    struct kafka_writer *writer;
    struct aws *aws; /* of the thread that reads keys; NULL where they are in a file */
    char *certificate;
    struct web_route *rows;
    struct web *web;
    atomic_bool stopping;
};

/* --- readiness */

static bool redis_answers(void *context, struct fault *fault) {
    struct program *program = context;
    return store_ping(program->probe, fault);
}

static bool kafka_answers(void *context, struct fault *fault) {
    struct program *program = context;
    return kafka_writer_ping(program->writer, KAFKA_PING_MS, fault);
}

static bool aws_answers(void *context, struct fault *fault) {
    struct program *program = context;
    return !reach_none(program->api.reach) ||
           fault_set(fault, FAULT_DENIED, "aws", "neither a role nor the credentials worked at their last use");
}

static bool audit_can_be_written(void *context, struct fault *fault) {
    struct program *program = context;
    return audit_check(program->api.audit, fault);
}

/* --- keys */

/* Where they are is said too: a file that is not there holds none, and whoever mistyped its name would look for it elsewhere. */
static void tell_keys(const struct program *program) {
    struct api_keys_home home;
    char count[24];
    size_t keys = api_keys_count(program->api.keys);
    service_settings_api_keys(program->context->config, &home);
    snprintf(count, sizeof count, "%zu", keys);
    log_line(keys > 0 ? LOG_INFO : LOG_WARN, "API keys read", "keys", count, "from",
             home.secret[0] != '\0' ? home.secret : home.file, NULL);
}

static void refresh_keys(struct program *program) {
    struct fault fault;
    bool changed = false;
    if (!api_keys_refresh(program->api.keys, program->aws, &changed, &fault)) {
        log_fault(LOG_ERROR, "the API keys in force are kept", &fault, NULL);
        return;
    }
    if (changed)
        tell_keys(program);
}

static bool open_keys(struct program *program, struct fault *fault) {
    struct api_keys_home home;
    service_settings_api_keys(program->context->config, &home);
    bool secret = home.secret[0] != '\0';
    program->api.keys = api_keys_open(&home);
    if (secret)
        program->aws = aws_open(program->context->aws, fault);
    return !secret || program->aws != NULL;
}

/* --- sealing keys */

/* Those in force are kept where the new ones are no good. */
static void refresh_ring(struct program *program) {
    struct fault fault;
    if (!service_settings_ring(program->context->config, program->api.ring, &fault))
        log_fault(LOG_ERROR, "the sealing keys in force are kept", &fault, NULL);
}

static bool open_ring(struct program *program, struct fault *fault) {
    program->api.ring = seal_ring_open();
    if (!service_settings_ring(program->context->config, program->api.ring, fault))
        return false;
    if (seal_ring_count(program->api.ring) == 0)
        log_line(LOG_WARN, "no api.sealing_keys: nothing is cached, each credential is read from Secrets Manager",
                 NULL);
    return true;
}

/* --- the server */

static bool open_audit(struct program *program, struct fault *fault) {
    const struct config *config = program->context->config;
    program->api.audit = audit_open(config->api.audit_log, (enum config_audit_sync)config->api.audit_sync, fault);
    if (program->api.audit == NULL)
        return false;
    program->api.sender = audit_sender_open(&program->context->kafka, program->api.audit, config->api.audit_log, fault);
    return program->api.sender != NULL;
}

static bool open_events(struct program *program, struct fault *fault) {
    program->api.events = events_open(&program->context->kafka, program->api.keys, fault);
    return program->api.events != NULL;
}

static bool read_certificate(struct program *program, struct fault *fault) {
    const char *path = program->context->config->api.certificate_file;
    char why[256];
    size_t length = 0;
    if (path[0] == '\0')
        return true;
    program->certificate = mem_zero(1, CERTIFICATE_MOST + 1);
    return file_read(path, program->certificate, CERTIFICATE_MOST, &length, why, sizeof why) ||
           fault_set(fault, FAULT_CONFIG, "api.certificate_file", "%.200s: %s", path, why);
}

/* Behind a proxy all of them are the proxy's, and how many one client has is the proxy's to say. */
static unsigned per_address(const struct config *config) {
    return config->api.behind_tls_proxy ? 0 : (unsigned)config->api.connections_per_address;
}

static bool open_web(struct program *program, struct fault *fault) {
    const struct config *config = program->context->config;
    program->rows = api_web_routes();
    const struct web_settings settings = {
        .listen = config->api.listen,
        .routes = program->rows,
        .count = route_count,
        .context = &program->api,
        .limits = {.connections = CONNECTIONS, .per_address = per_address(config), .slow_threads = SLOW_THREADS},
        .problems = true,
        .certificate = program->certificate,
        .private_key = &config->api.private_key,
        .together = api_answer_together,
        .done = api_done,
        .give_up = api_give_up,
    };
    program->web = web_open(&settings, fault);
    return program->web != NULL;
}

static bool open_parts(struct program *program, struct fault *fault) {
    const struct config *config = program->context->config;
    struct health_check checks[SERVICE_HEALTH_MAX];
    program->api.config = config;
    program->api.aws = program->context->aws;
    program->api.reach = reach_open(config);
    program->api.policies = policies_open(&config->policies);
    program->api.rates = rates_open((double)config->api.rate, (double)config->api.rate * 2);
    program->api.requests =
        rates_open((double)config->api.request_rate, (double)config->api.request_rate * REQUESTS_BURST);
    program->api.failures = rates_open(1, FAILURES_BURST);
    program->api.lookups = rates_open(LOOKUPS, LOOKUPS * 5);
    program->api.flights = single_flight_open(FLIGHTS, CONNECTIONS);
    program->api.benches = benches_open(&program->store, program->context->aws);
    program->probe = store_open(&program->store);
    program->writer = kafka_writer_open(&program->context->kafka, KAFKA_TIMEOUT_MS, fault);
    if (program->writer == NULL)
        return false;
    program->api.writer = program->writer;
    program->api.health = health_open(checks, service_health(&api_service, program, checks));
    return true;
}

static void program_close(void *state) {
    struct program *program = state;
    if (program == NULL)
        return;
    web_close(program->web);
    log_flush();
    health_close(program->api.health);
    if (program->writer != NULL)
        kafka_writer_close(program->writer, CLOSE_WAIT_MS);
    events_close(program->api.events);
    store_close(program->probe);
    benches_close(program->api.benches);
    audit_sender_close(program->api.sender);
    audit_close(program->api.audit);
    single_flight_close(program->api.flights);
    seal_ring_close(program->api.ring);
    rates_close(program->api.lookups);
    rates_close(program->api.failures);
    rates_close(program->api.requests);
    rates_close(program->api.rates);
    api_keys_close(program->api.keys);
    aws_close(program->aws);
    policies_close(program->api.policies);
    reach_close(program->api.reach);
    mem_free(program->rows);
    mem_free(program->certificate);
    mem_free(program);
}

static bool program_open(struct service_context *context, void **state, struct fault *fault) {
    struct program *program = mem_zero(1, sizeof *program);
    program->context = context;
    program->store = context->store; /* borrows what it points to */
    program->store.timeout_ms = REDIS_MS;
    program->store.silence_ms = REDIS_SILENCE_MS;
    if (open_parts(program, fault) && open_ring(program, fault) && open_keys(program, fault) &&
        open_audit(program, fault) && open_events(program, fault) && read_certificate(program, fault)) {
        refresh_keys(program);
        if (open_web(program, fault)) {
            *state = program;
            return true;
        }
    }
    program_close(program);
    return false;
}

static void say_where(const struct program *program) {
    char port[16];
    snprintf(port, sizeof port, "%d", web_port(program->web));
    log_line(LOG_INFO, "listening", "listen", program->context->config->api.listen, "port", port, NULL);
}

static bool program_run(void *state, struct fault *fault) {
    struct program *program = state;
    int64_t refreshed = clock_boot_ms();
    int64_t woke = refreshed;
    (void)fault;
    say_where(program);
    while (!atomic_load(&program->stopping)) {
        clock_sleep_ms(TICK_MS);
        int64_t now = clock_boot_ms();
        log_flush(); /* the requests of the last tick */
        events_tick(program->api.events);
        if (now - woke >= WAKE_MS) {
            web_wake(program->web);
            woke = now;
        }
        if (now - refreshed >= (int64_t)API_KEYS_REFRESH_SECONDS * 1000) {
            refresh_keys(program);
            refresh_ring(program);
            refreshed = now;
        }
    }
    events_end(program->api.events);
    return true;
}

static void program_stop(void *state) {
    struct program *program = state;
    atomic_store(&program->stopping, true);
}

static void program_reload(void *state, const struct policy_set *policies) {
    struct program *program = state;
    policies_replace(program->api.policies, policies);
}

const struct service api_service = {
    .name = "api",
    .summary = "Answers people and programs over HTTP: credentials, users, status, requests, events.",
    .open = program_open,
    .run = program_run,
    .stop = program_stop,
    .reload = program_reload,
    .health = {{"kafka", kafka_answers},
               {"redis", redis_answers},
               {"aws", aws_answers},
               {"audit", audit_can_be_written}},
    .close = program_close,
};
