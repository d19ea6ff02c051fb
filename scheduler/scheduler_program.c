#include "scheduler_program.h"

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "redis_doubts.h"
#include "rounds.h"
#include "scheduler.h"
#include "text.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    WAIT_MOST_MS = 1000, /* so that a stop is seen, and a message that got lost costs no more */
    RETRY_MS = 250,
    CLOSE_MS = 5 * 1000,
};

struct program {
    struct service_context *context;
    struct scheduler scheduler; /* of the run() thread */
    struct rounds *rounds;
    bool store_checked;
    atomic_bool stopping;
    pthread_mutex_t lock; /* of the two below, which the health checks read */
    struct fault kafka;   /* kind NONE: well */
    struct fault redis;
};

static bool open_program(struct service_context *context, void **state, struct fault *fault) {
    struct program *program = mem_zero(1, sizeof *program);
    int64_t hold_ms = context->config->worker.hold * 1000;
    int64_t batch = context->config->scheduler.batch;
    *program = (struct program){
        .context = context,
        .scheduler = {.config = context->config,
                      .hold_ms = hold_ms,
                      .batch = batch >= 1 && batch < DUE_BATCH ? (size_t)batch : DUE_BATCH},
        .kafka = {.kind = FAULT_UNAVAILABLE, .message = "not asked yet"},
        .redis = {.kind = FAULT_UNAVAILABLE, .message = "not asked yet"},
    };
    pthread_mutex_init(&program->lock, NULL);
    *state = program;
    program->scheduler.store = store_open(&context->store);
    program->scheduler.writer = kafka_writer_open(&context->kafka, scheduler_message_timeout(hold_ms), fault);
    return program->scheduler.writer != NULL &&
           (program->rounds = rounds_open(context, program->scheduler.writer, fault)) != NULL;
}

static void close_program(void *state) {
    struct program *program = state;
    if (program == NULL)
        return;
    rounds_close(program->rounds);
    kafka_writer_close(program->scheduler.writer, CLOSE_MS);
    store_close(program->scheduler.store);
    pthread_mutex_destroy(&program->lock);
    mem_free(program);
}

/* --- running */

static void note_health(struct program *program) {
    pthread_mutex_lock(&program->lock);
    program->kafka = program->scheduler.writer_fault;
    program->redis = program->scheduler.store_fault;
    pthread_mutex_unlock(&program->lock);
}

/* Is this Redis fit for a due set? Asked once, as soon as it answers. A test clock's Redis may be unfit, with a warning. */
static bool check_store(struct program *program, struct fault *fault) {
    if (program->store_checked)
        return true;
    bool fit = store_check(program->scheduler.store, fault);
    bool tolerated = !fit && fault->kind == FAULT_CONFIG && program->context->config->unsafe_test_clock_floor > 0;
    if (tolerated)
        log_fault(LOG_WARN, "this Redis would not be trusted outside of tests", fault, NULL);
    program->store_checked = fit || tolerated;
    if (fit)
        redis_doubts_say(program->scheduler.store);
    if (!program->store_checked)
        program->scheduler.store_fault = *fault;
    return program->store_checked;
}

/* One tick, and the wait until the next is worth it. */
static bool work(struct program *program, struct fault *fault) {
    int64_t idle_ms = 0;
    if (!check_store(program, fault) || !scheduler_tick(&program->scheduler, &idle_ms, fault))
        return false;
    if (idle_ms == 0)
        return true;
    note_health(program);
    int64_t wait_ms = idle_ms < 0 || idle_ms > WAIT_MOST_MS ? WAIT_MOST_MS : idle_ms;
    bool waited = due_wait(program->scheduler.store, wait_ms, fault);
    if (!waited)
        program->scheduler.store_fault = *fault;
    return waited;
}

/* What keeps the users waiting, as it was logged last. */
struct trouble {
    enum fault_kind kind;
    bool at_kafka;
};

/* Says a trouble when it begins or becomes another, not at every tick. */
static void say(const struct program *program, const struct fault *fault, struct trouble *said) {
    const struct trouble now = {fault->kind, program->scheduler.writer_fault.kind != FAULT_NONE};
    if (now.kind == said->kind && (now.kind == FAULT_NONE || now.at_kafka == said->at_kafka))
        return;
    if (now.kind == FAULT_NONE)
        log_line(LOG_INFO, "users are handed out again", NULL);
    else
        log_fault(LOG_ERROR, "nobody is handed out; the backlog waits", fault, NULL);
    *said = now;
}

static bool run_program(void *state, struct fault *fault) {
    struct program *program = state;
    struct trouble said = {0};
    while (!atomic_load(&program->stopping)) {
        struct fault now = {0};
        bool worked = work(program, &now);
        note_health(program);
        if (!program->store_checked && now.kind == FAULT_CONFIG) {
            *fault = now;
            return false;
        }
        say(program, &now, &said);
        if (!worked)
            clock_sleep_ms(RETRY_MS);
    }
    return true;
}

static void stop_program(void *state) {
    struct program *program = state;
    atomic_store(&program->stopping, true);
    rounds_stop(program->rounds);
}

static void reload_program(void *state, const struct policy_set *policies) {
    struct program *program = state;
    rounds_reload(program->rounds, policies);
}

/* --- health */

static bool is_well(struct program *program, const struct fault *dependency, struct fault *fault) {
    pthread_mutex_lock(&program->lock);
    bool well = dependency->kind == FAULT_NONE;
    if (!well && fault != NULL)
        *fault = *dependency;
    pthread_mutex_unlock(&program->lock);
    return well;
}

static bool kafka_is_well(void *context, struct fault *fault) {
    struct program *program = context;
    return is_well(program, &program->kafka, fault);
}

static bool redis_is_well(void *context, struct fault *fault) {
    struct program *program = context;
    return is_well(program, &program->redis, fault);
}

static bool aws_is_well(void *context, struct fault *fault) {
    struct program *program = context;
    return rounds_health(program->rounds, fault);
}

const struct service scheduler_service = {
    .name = "scheduler",
    .summary = "takes inventories, keeps the due set, publishes a job for each user that is due",
    .open = open_program,
    .run = run_program,
    .stop = stop_program,
    .reload = reload_program,
    .health = {{"kafka", kafka_is_well}, {"redis", redis_is_well}, {"aws", aws_is_well}},
    .close = close_program,
};
