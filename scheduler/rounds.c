#include "rounds.h"

#include "clock.h"
#include "inventory.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum {
    NAP_MS = 200,
    PAUSE_LEAST_MS = 1000,
    PAUSE_MOST_MS = 10 * 1000,
    PAUSES_PER_INTERVAL = 10,
};

/* How an account's last inventory went. */
struct outcome {
    unsigned failures;  /* in a row */
    struct fault fault; /* the last */
};

struct rounds {
    const struct service_context *context;
    atomic_bool stopping;
    atomic_ullong generation;    /* of the policies */
    struct kafka_writer *writer; /* borrowed */
    pthread_mutex_t lock;        /* of the policies and the outcomes */
    struct policy_set *policies;
    struct outcome *outcomes;
    size_t thread_count;
    pthread_t threads[ROUNDS_THREADS];
};

/* A thread's own. */
struct round {
    struct rounds *rounds;
    struct store *store;
    struct aws *aws;
    struct policy_set *policies; /* a copy: an inventory may outlive a reload */
    unsigned long long generation;
};

static const struct config *config_of(const struct rounds *rounds) {
    return rounds->context->config;
}

/* 0, or the seconds that a test or demo waits at most. */
static int64_t test_floor(const struct rounds *rounds) {
    return config_of(rounds)->unsafe_test_clock_floor;
}

static bool is_interrupted(void *context) {
    const struct round *round = context;
    return atomic_load(&round->rounds->stopping) || atomic_load(&round->rounds->generation) != round->generation;
}

/* --- how it went */

static void log_taken(const char *account, const struct inventory_report *report) {
    char seen[24];
    char scope[24];
    char new[24];
    char changed[24];
    char removed[24];
    snprintf(seen, sizeof seen, "%zu", report->seen);
    snprintf(scope, sizeof scope, "%zu", report->in_scope);
    snprintf(new, sizeof new, "%zu", report->new);
    snprintf(changed, sizeof changed, "%zu", report->changed);
    snprintf(removed, sizeof removed, "%zu", report->removed);
    log_line(report->new + report->changed + report->removed > 0 ? LOG_INFO : LOG_DEBUG, "inventory taken", "account",
             account, "seen", seen, "in_scope", scope, "new", new, "changed", changed, "removed", removed, NULL);
}

/* Writes the outcome down; returns how many failed in a row before this one. */
static unsigned note_outcome(struct rounds *rounds, size_t which, const struct fault *fault) {
    pthread_mutex_lock(&rounds->lock);
    struct outcome *outcome = &rounds->outcomes[which];
    unsigned before = outcome->failures;
    outcome->failures = fault == NULL ? 0 : before + 1;
    if (fault != NULL)
        outcome->fault = *fault;
    pthread_mutex_unlock(&rounds->lock);
    return before;
}

bool rounds_health(struct rounds *rounds, struct fault *fault) {
    struct fault last = {0};
    size_t failing = 0;
    size_t count = config_of(rounds)->account_count;
    pthread_mutex_lock(&rounds->lock);
    for (size_t i = 0; i < count; i++)
        if (rounds->outcomes[i].failures > 0) {
            failing++;
            last = rounds->outcomes[i].fault;
        }
    pthread_mutex_unlock(&rounds->lock);
    if (failing == 0 || failing < count)
        return true;
    if (fault != NULL)
        *fault = last;
    return false;
}

/* --- one account */

static void taken(struct round *round, size_t which, const struct inventory_report *report) {
    const char *account = config_of(round->rounds)->accounts[which].id;
    struct fault fault;
    if (note_outcome(round->rounds, which, NULL) > 0)
        log_line(LOG_INFO, "the account can be read again", "account", account, NULL);
    log_taken(account, report);
    metric_add(METRIC_INVENTORIES, 1, account, "ok", NULL);
    metric_set(METRIC_USERS, (double)report->in_scope, account, NULL);
    int64_t every_ms = config_of(round->rounds)->scheduler.inventory_every * 1000;
    if (!inventory_done(round->store, account, inventory_wait(report, every_ms), &fault))
        log_fault(LOG_WARN, "the next inventory may come early", &fault, "account", account, NULL);
}

/* A marker that IAM does not take any more must not be tried for ever. */
static bool rearm(struct round *round, const char *account, const struct fault *why, bool resumed, int64_t delay_ms) {
    struct fault fault;
    bool from_first = resumed && why->kind == FAULT_INVALID;
    return from_first ? inventory_done(round->store, account, INVENTORY_RESTART_MS, &fault)
                      : inventory_retry(round->store, account, delay_ms, &fault);
}

static void failed(struct round *round, size_t which, const struct inventory_report *report,
                   const struct fault *fault) {
    const char *account = config_of(round->rounds)->accounts[which].id;
    unsigned before = note_outcome(round->rounds, which, fault);
    int64_t delay_ms = fault_wait(fault->kind, before, test_floor(round->rounds)) * 1000;
    log_fault(before == 0 ? LOG_ERROR : LOG_WARN, "the inventory of an account failed; its users stay as they are",
              fault, "account", account, NULL);
    metric_add(METRIC_INVENTORIES, 1, account, fault_name(fault->kind), NULL);
    (void)rearm(round, account, fault, report->resumed, delay_ms); /* else the claim runs out */
}

/* Broken off by a stop: another scheduler may go on at once. By new policies: from the first page. */
static void interrupted(struct round *round, const char *account) {
    struct fault fault;
    bool reloaded = atomic_load(&round->rounds->generation) != round->generation;
    bool rearmed =
        reloaded ? inventory_done(round->store, account, 0, &fault) : inventory_retry(round->store, account, 0, &fault);
    if (!rearmed)
        log_fault(LOG_WARN, "an inventory waits until its claim runs out", &fault, "account", account, NULL);
}

static bool open_session(struct round *round, struct fault *fault) {
    if (round->aws == NULL)
        round->aws = aws_open(round->rounds->context->aws, fault);
    return round->aws != NULL;
}

static void take(struct round *round, size_t which) {
    const char *account = config_of(round->rounds)->accounts[which].id;
    int64_t floor = test_floor(round->rounds);
    struct inventory_report report = {0};
    struct fault fault = {0};
    bool complete = open_session(round, &fault);
    if (complete) {
        const struct inventory inventory = {
            .store = round->store,
            .aws = round->aws,
            .policies = round->policies,
            .spread_ms = floor > 0 ? floor * 1000 : JUDGEMENT_SPREAD_MS,
            .jitter_ms = floor > 0 ? 0 : JUDGEMENT_JITTER_MS,
            .writer = round->rounds->writer,
            .slots = &config_of(round->rounds)->notify.digest.slots,
            .interrupted = is_interrupted,
            .context = round,
        };
        complete = inventory_take(&inventory, account, &report, &fault);
    }
    if (complete)
        taken(round, which, &report);
    else if (fault.kind == FAULT_STOPPED)
        interrupted(round, account);
    else
        failed(round, which, &report, &fault);
}

/* --- the threads */

static void take_over_policies(struct round *round) {
    pthread_mutex_lock(&round->rounds->lock);
    round->generation = atomic_load(&round->rounds->generation);
    *round->policies = *round->rounds->policies;
    pthread_mutex_unlock(&round->rounds->lock);
}

/* Every account is due at once under new policies. */
static void rearm_all(struct round *round) {
    struct fault fault;
    for (size_t i = 0; i < config_of(round->rounds)->account_count; i++)
        if (!inventory_done(round->store, config_of(round->rounds)->accounts[i].id, 0, &fault)) {
            log_fault(LOG_WARN, "new policies reach the users with the next inventories only", &fault, NULL);
            return;
        }
}

static void go_round(struct round *round) {
    int64_t claim_ms = test_floor(round->rounds) > 0 ? ROUNDS_TEST_CLAIM_MS : ROUNDS_CLAIM_MS;
    for (size_t i = 0; i < config_of(round->rounds)->account_count && !is_interrupted(round); i++) {
        struct fault fault;
        bool due = false;
        if (!inventory_claim(round->store, config_of(round->rounds)->accounts[i].id, claim_ms, &due, &fault))
            return; /* Redis is away; the tick says so */
        if (due)
            take(round, i);
    }
}

static void pause_between(struct round *round) {
    int64_t pause = config_of(round->rounds)->scheduler.inventory_every * 1000 / PAUSES_PER_INTERVAL;
    pause = pause < PAUSE_LEAST_MS ? PAUSE_LEAST_MS : pause > PAUSE_MOST_MS ? PAUSE_MOST_MS : pause;
    for (int64_t end = clock_boot_ms() + pause; clock_boot_ms() < end && !is_interrupted(round);)
        clock_sleep_ms(NAP_MS);
}

static void *run(void *context) {
    struct rounds *rounds = context;
    struct round round = {
        .rounds = rounds, .store = store_open(&rounds->context->store), .policies = mem_alloc(sizeof *round.policies)};
    take_over_policies(&round);
    while (!atomic_load(&rounds->stopping)) {
        if (atomic_load(&rounds->generation) != round.generation) {
            take_over_policies(&round);
            rearm_all(&round);
        }
        go_round(&round);
        pause_between(&round);
    }
    store_close(round.store);
    aws_close(round.aws);
    mem_free(round.policies);
    return NULL;
}

static bool start_threads(struct rounds *rounds, struct fault *fault) {
    size_t wanted =
        config_of(rounds)->account_count < ROUNDS_THREADS ? config_of(rounds)->account_count : ROUNDS_THREADS;
    for (; rounds->thread_count < wanted; rounds->thread_count++)
        if (pthread_create(&rounds->threads[rounds->thread_count], NULL, run, rounds) != 0)
            return fault_set(fault, FAULT_UNAVAILABLE, "inventory", "no thread could be started");
    return true;
}

struct rounds *rounds_open(const struct service_context *context, struct kafka_writer *writer, struct fault *fault) {
    struct rounds *rounds = mem_zero(1, sizeof *rounds);
    rounds->context = context;
    rounds->writer = writer;
    rounds->policies = mem_alloc(sizeof *rounds->policies);
    *rounds->policies = context->config->policies;
    rounds->outcomes = mem_zero(context->config->account_count + 1, sizeof *rounds->outcomes);
    pthread_mutex_init(&rounds->lock, NULL);
    if (start_threads(rounds, fault))
        return rounds;
    rounds_close(rounds);
    return NULL;
}

void rounds_stop(struct rounds *rounds) {
    atomic_store(&rounds->stopping, true);
}

void rounds_reload(struct rounds *rounds, const struct policy_set *policies) {
    pthread_mutex_lock(&rounds->lock);
    *rounds->policies = *policies;
    atomic_fetch_add(&rounds->generation, 1);
    pthread_mutex_unlock(&rounds->lock);
}

void rounds_close(struct rounds *rounds) {
    if (rounds == NULL)
        return;
    rounds_stop(rounds);
    for (size_t i = 0; i < rounds->thread_count; i++)
        pthread_join(rounds->threads[i], NULL);
    pthread_mutex_destroy(&rounds->lock);
    mem_free(rounds->policies);
    mem_free(rounds->outcomes);
    mem_free(rounds);
}
