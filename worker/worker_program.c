#include "worker_program.h"

#include "clock.h"
#include "dead_letter.h"
#include "due.h"
#include "log.h"
#include "mem.h"
#include "pool.h"
#include "redis_doubts.h"
#include "topics.h"
#include "worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
    WRITE_TIMEOUT_MS = 30 * 1000,
    CLOSE_WAIT_MS = 10 * 1000,
    SHARE_OF_ONE_ACCOUNT = 4, /* at most a quarter of the pool works for one account */
    PROBE_EVERY_MS = 2000,
};

struct program {
    struct service_context *context;
    struct worker worker;
    struct kafka_reader *reader;
    struct pool *pool;
    struct store *probe; /* of the health check and the gate below */
    pthread_mutex_t probe_lock;
    pthread_t gate;
    bool redis_checked; /* at the start */
    atomic_bool stopping;
};

/* --- a thread of the pool ---------------------------------------------------------------------------------------------- */

static void thread_close(void *context, void *state) {
    struct worker_thread *thread = state;
    (void)context;
    store_close(thread->store);
    aws_close(thread->aws);
    mem_free(thread);
}

static void *thread_open(void *context, struct fault *fault) {
    struct program *program = context;
    struct worker_thread *thread = mem_zero(1, sizeof *thread);
    thread->store = store_open(&program->context->store);
    thread->aws = aws_open(program->context->aws, fault);
    if (thread->aws != NULL)
        return thread;
    store_close(thread->store);
    mem_free(thread);
    return NULL;
}

/* Nobody can read it: it goes to the dead letters, and only then counts as done. False: stopped before that. */
static bool bury(struct program *program, const struct kafka_message *message, const struct fault *why) {
    struct fault fault;
    log_fault(LOG_WARN, "unreadable job", why, "topic", message->topic, NULL);
    kafka_reader_hold(program->reader, message);
    while (!dead_letter_write(program->worker.writer, TOPIC_JOBS_DLQ, message, why, &fault)) {
        log_fault(LOG_ERROR, "dead letter not written; trying again", &fault, NULL);
        if (atomic_load(&program->stopping))
            return false;
        clock_sleep_ms(PROBE_EVERY_MS);
    }
    metric_add(METRIC_DLQ, 1, TOPIC_JOBS_DLQ, NULL);
    return true;
}

static void run_item(void *context, void *state, void *item) {
    struct program *program = context;
    struct worker_thread *thread = state;
    struct kafka_message *message = item;
    struct job job;
    struct fault fault;
    bool done = true;
    if (job_parse(message->value, message->length, &job, &fault))
        worker_job(&program->worker, thread, &job);
    else
        done = bury(program, message, &fault);
    if (done)
        kafka_reader_done(program->reader, message);
    else
        kafka_reader_give_back(program->reader, message);
}

static bool offer(void *context, struct kafka_message *message, int64_t wait_ms) {
    struct program *program = context;
    return pool_offer(program->pool, message, wait_ms);
}

/* --- while Redis is down, or unfit, nothing is taken: the backlog waits instead of failing user by user ---------------- */

static bool redis_answers(void *context, struct fault *fault) {
    struct program *program = context;
    pthread_mutex_lock(&program->probe_lock);
    bool answers = store_ping(program->probe, fault);
    pthread_mutex_unlock(&program->probe_lock);
    return answers;
}

/* One that was down when the program started, or came back as another, is looked at before it is trusted. */
static bool redis_is_fit(struct program *program, struct fault *fault) {
    pthread_mutex_lock(&program->probe_lock);
    bool fit = store_check(program->probe, fault);
    if (fit)
        redis_doubts_say(program->probe);
    pthread_mutex_unlock(&program->probe_lock);
    return fit;
}

/* Opens or closes the gate when the answer changed; says so once. */
static void move_gate(struct program *program, bool *open) {
    struct fault fault;
    bool well = redis_answers(program, &fault) && (*open || redis_is_fit(program, &fault));
    if (well == *open)
        return;
    if (well)
        log_line(LOG_INFO, "Redis answers again", NULL);
    else
        log_fault(LOG_WARN, "jobs wait for Redis", &fault, NULL);
    kafka_reader_pause(program->reader, !well);
    *open = well;
}

static void *watch_redis(void *context) {
    struct program *program = context;
    bool open = program->redis_checked;
    kafka_reader_pause(program->reader, !open);
    while (!atomic_load(&program->stopping)) {
        move_gate(program, &open);
        metric_set(METRIC_CONSUMER_LAG, (double)kafka_reader_lag(program->reader), TOPIC_JOBS, NULL);
        for (int waited = 0; waited < PROBE_EVERY_MS && !atomic_load(&program->stopping); waited += 100)
            clock_sleep_ms(100);
    }
    return NULL;
}

/* --- the service ------------------------------------------------------------------------------------------------------- */

static bool open_kafka(struct program *program, struct fault *fault) {
    const struct kafka_reader_settings settings = {
        .group = "keyturn.worker",
        .topics = {TOPIC_JOBS},
        .topic_count = 1,
        .job_timeout_ms = program->context->config->worker.hold * 1000,
    };
    const struct kafka_sink sink = {offer, program};
    program->worker.writer = kafka_writer_open(&program->context->kafka, WRITE_TIMEOUT_MS, fault);
    if (program->worker.writer == NULL)
        return false;
    if (!kafka_writer_warm(program->worker.writer, TOPIC_EVENTS, fault)) {
        log_fault(LOG_WARN, "events cannot be written yet", fault, NULL);
    }
    program->reader = kafka_reader_open(&program->context->kafka, &settings, sink, fault);
    return program->reader != NULL;
}

static bool open_pool(struct program *program, struct fault *fault) {
    size_t threads = (size_t)program->context->config->worker.threads;
    const struct pool_work work = {thread_open, run_item, thread_close, program};
    program->worker.accounts = accounts_open(program->context->config, threads / SHARE_OF_ONE_ACCOUNT);
    program->worker.controls = controls_open(program->context->config);
    program->pool = pool_open(threads, &work, fault);
    return program->pool != NULL;
}

static bool check_redis(struct program *program, struct fault *fault) {
    program->probe = store_open(&program->context->store);
    pthread_mutex_init(&program->probe_lock, NULL);
    program->redis_checked = redis_is_fit(program, fault);
    /* A Redis that is down will come back; one that is unfit will not mend itself. */
    return program->redis_checked || fault->kind == FAULT_UNAVAILABLE;
}

static void program_close(void *state) {
    struct program *program = state;
    if (program == NULL)
        return;
    /* A thread that is still at work must not find its tools gone; what it does is safe to break off anywhere. */
    if (program->pool != NULL && !pool_close(program->pool, SERVICE_DRAIN_MS)) {
        log_line(LOG_ERROR, "looks still running after the drain time; ended without them", NULL);
        _exit(1);
    }
    if (program->reader != NULL)
        kafka_reader_close(program->reader);
    if (program->worker.writer != NULL)
        kafka_writer_close(program->worker.writer, CLOSE_WAIT_MS);
    accounts_close(program->worker.accounts);
    controls_close(program->worker.controls);
    policies_close(program->worker.policies);
    store_close(program->probe);
    mem_free(program);
}

static bool program_open(struct service_context *context, void **state, struct fault *fault) {
    struct program *program = mem_zero(1, sizeof *program);
    program->context = context;
    program->worker.config = context->config;
    program->worker.policies = policies_open(&context->config->policies);
    if (check_redis(program, fault) && open_pool(program, fault) && open_kafka(program, fault)) {
        *state = program;
        return true;
    }
    program_close(program);
    return false;
}

static bool program_run(void *state, struct fault *fault) {
    struct program *program = state;
    if (pthread_create(&program->gate, NULL, watch_redis, program) != 0)
        return fault_set(fault, FAULT_CONFIG, "worker", "no thread can be made; look at the limits of this user");
    bool well = kafka_reader_run(program->reader, fault);
    atomic_store(&program->stopping, true);
    pthread_join(program->gate, NULL);
    return well;
}

static void program_stop(void *state) {
    struct program *program = state;
    atomic_store(&program->stopping, true);
    kafka_reader_stop(program->reader);
}

static void program_reload(void *state, const struct policy_set *policies) {
    struct program *program = state;
    policies_replace(program->worker.policies, policies);
}

static bool kafka_is_ready(void *context, struct fault *fault) {
    struct program *program = context;
    return kafka_reader_health(program->reader, fault);
}

static bool aws_is_reached(void *context, struct fault *fault) {
    struct program *program = context;
    return !accounts_all_out_of_reach(program->worker.accounts) ||
           fault_set(fault, FAULT_DENIED, "aws", "no account's role or credentials worked at their last use");
}

const struct service worker_service = {
    .name = "worker",
    .summary = "Runs the key state machine of each user that a job names.",
    .open = program_open,
    .run = program_run,
    .stop = program_stop,
    .reload = program_reload,
    .health = {{"kafka", kafka_is_ready}, {"redis", redis_answers}, {"aws", aws_is_reached}},
    .close = program_close,
};
