#include "programs.h"

#include "clock.h"
#include "configuration.h"
#include "due.h"
#include "inventory.h"
#include "log.h"
#include "mem.h"
#include "notices.h"
#include "scheduler.h"
#include "seams.h"
#include "service_settings.h"
#include "topics.h"
#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INVENTORY_CLAIM_MS = 120 * 1000, MESSAGE_TIMEOUT_MS = 30 * 1000, ACCOUNTS_MOST = 8, RETRY_MS = 5000 };

struct programs {
    const char *base;
    struct config *config;
    struct kafka_settings kafka;
    struct store_settings store;
    struct aws_settings aws;
    struct aws_environment *environment;
    struct kafka_writer *writer;

    struct aws *scheduler_aws;
    struct scheduler scheduler;
    struct worker worker;
    struct worker_thread *thread;
    struct notices *notices;
    const char *accounts[ACCOUNTS_MOST];
};

/* --- opening */

static bool open_seams(struct programs *programs, struct fault *fault) {
    const struct config *config = programs->config;
    service_settings_kafka(config, "keyturn-sim", &programs->kafka);
    service_settings_store(config, &programs->store);
    if (!service_settings_aws(config, "keyturn-sim", config->aws.region, &programs->aws, fault))
        return false;
    programs->environment = aws_environment_open(&programs->aws, fault);
    programs->writer = kafka_writer_open(&programs->kafka, MESSAGE_TIMEOUT_MS, fault);
    return programs->environment != NULL && programs->writer != NULL;
}

static bool open_scheduler(struct programs *programs, struct fault *fault) {
    programs->scheduler = (struct scheduler){.store = store_open(&programs->store),
                                             .writer = programs->writer,
                                             .config = programs->config,
                                             .hold_ms = programs->config->worker.hold * 1000,
                                             .batch = DUE_BATCH};
    programs->scheduler_aws = aws_open(programs->environment, fault);
    return programs->scheduler_aws != NULL;
}

static bool open_worker(struct programs *programs, struct fault *fault) {
    programs->worker.config = programs->config;
    programs->worker.writer = programs->writer;
    programs->worker.accounts = accounts_open(programs->config, 1);
    programs->worker.controls = controls_open(programs->config);
    programs->worker.policies = policies_open(&programs->config->policies);
    programs->thread = mem_zero(1, sizeof *programs->thread);
    programs->thread->store = store_open(&programs->store);
    programs->thread->aws = aws_open(programs->environment, fault);
    return programs->thread->aws != NULL;
}

static bool open_notifier(struct programs *programs, struct fault *fault) {
    const struct post post = {.config = programs->config, .writer = programs->writer};
    programs->notices = notices_open(&post, &programs->store, programs->environment, fault);
    return programs->notices != NULL;
}

static bool list_accounts(struct programs *programs, struct fault *fault) {
    const struct config *config = programs->config;
    if (config->account_count == 0 || config->account_count > ACCOUNTS_MOST)
        return fault_set(fault, FAULT_CONFIG, "accounts", "one to %d of them are simulated", (int)ACCOUNTS_MOST);
    for (size_t i = 0; i < config->account_count; i++)
        programs->accounts[i] = config->accounts[i].id;
    return true;
}

struct programs *programs_open(const struct scenario *scenario, const char *base, struct fault *fault) {
    struct programs *programs = mem_zero(1, sizeof *programs);
    programs->base = base;
    programs->config = configuration_load(base, scenario->policy, scenario->apply, fault);
    if (programs->config != NULL && scenario->inventory_every > 0)
        programs->config->scheduler.inventory_every = scenario->inventory_every;
    if (programs->config != NULL && scenario->digest_every > 0)
        programs->config->notify.digest.slots.every = scenario->digest_every;
    if (programs->config != NULL && list_accounts(programs, fault) && open_seams(programs, fault) &&
        open_scheduler(programs, fault) && open_worker(programs, fault) && open_notifier(programs, fault))
        return programs;
    programs_close(programs);
    return NULL;
}

void programs_close(struct programs *programs) {
    if (programs == NULL)
        return;
    notices_close(programs->notices);
    if (programs->thread != NULL) {
        store_close(programs->thread->store);
        aws_close(programs->thread->aws);
    }
    mem_free(programs->thread);
    accounts_close(programs->worker.accounts);
    controls_close(programs->worker.controls);
    policies_close(programs->worker.policies);
    aws_close(programs->scheduler_aws);
    store_close(programs->scheduler.store);
    kafka_writer_close(programs->writer, 0);
    aws_environment_close(programs->environment);
    service_settings_close(&programs->kafka, &programs->store, &programs->aws);
    config_close(programs->config);
    mem_free(programs);
}

void programs_make_accounts(const struct programs *programs, struct world *world) {
    for (size_t i = 0; i < programs->config->account_count; i++)
        world_add_account(world, programs->accounts[i]);
}

const struct event *programs_mailing(const struct programs *programs) {
    return programs == NULL || programs->notices == NULL ? NULL : notices_event(programs->notices);
}

bool programs_control(struct programs *programs, bool pause, const char *actor, struct fault *fault) {
    struct control control;
    bool well = true;
    for (size_t i = 0; i < programs->config->account_count && well; i++)
        well = (pause ? control_pause : control_resume)(programs->scheduler_aws, programs->config,
                                                        programs->accounts[i], actor, &control, fault);
    return well;
}

bool programs_reload(struct programs *programs, const struct scenario *scenario, const char *file,
                     struct fault *fault) {
    char path[SCENARIO_PATH];
    snprintf(path, sizeof path, "%.900s/%.100s", scenario->folder, file);
    struct config *next = configuration_load(programs->base, path, scenario->apply, fault);
    if (next == NULL)
        return false;
    programs->config->policies = next->policies;
    policies_replace(programs->worker.policies, &next->policies);
    config_close(next);
    bool well = true;
    for (size_t i = 0; i < programs->config->account_count && well; i++)
        well = inventory_done(programs->scheduler.store, programs->accounts[i], 0, fault);
    return well;
}

/* --- working */

/* As a round takes it: claimed, read to the end, due again after its interval. */
static bool take_inventory(struct programs *programs, const char *account, struct fault *fault) {
    struct store *store = programs->scheduler.store;
    struct inventory_report report;
    bool due = false;
    const struct inventory inventory = {.store = store,
                                        .aws = programs->scheduler_aws,
                                        .policies = &programs->config->policies,
                                        .spread_ms = JUDGEMENT_SPREAD_MS,
                                        .jitter_ms = JUDGEMENT_JITTER_MS,
                                        .writer = programs->writer,
                                        .slots = &programs->config->notify.digest.slots};
    if (!inventory_claim(store, account, INVENTORY_CLAIM_MS, &due, fault) || !due)
        return !due;
    if (inventory_take(&inventory, account, &report, fault))
        return inventory_done(store, account,
                              inventory_wait(&report, programs->config->scheduler.inventory_every * 1000), fault);
    log_fault(LOG_WARN, "the inventory failed", fault, NULL);
    return inventory_retry(store, account, fault_wait(fault->kind, 0, 0) * 1000, fault);
}

static bool take_inventories(struct programs *programs, struct fault *fault) {
    for (size_t i = 0; i < programs->config->account_count; i++)
        if (!take_inventory(programs, programs->accounts[i], fault))
            return false;
    return true;
}

static bool do_jobs(struct programs *programs, struct fault *fault) {
    struct kafka_message *message;
    while ((message = seams_take(TOPIC_JOBS)) != NULL) {
        struct job job;
        bool read = job_parse(message->value, message->length, &job, fault);
        if (read)
            worker_job(&programs->worker, programs->thread, &job);
        seams_done(message);
        if (!read)
            return false;
    }
    return true;
}

/* One tick hands out at most a batch; its jobs are done before the next. A fault of the tick is the scheduler's to live with. */
static bool hand_out(struct programs *programs, int64_t *idle_ms, struct fault *fault) {
    do {
        if (!scheduler_tick(&programs->scheduler, idle_ms, fault)) {
            *idle_ms = RETRY_MS;
            return true;
        }
        if (!do_jobs(programs, fault))
            return false;
    } while (*idle_ms == 0);
    return true;
}

static int64_t sooner(int64_t a, int64_t b) {
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

bool programs_work(struct programs *programs, int64_t *idle_ms, struct fault *fault) {
    if (!take_inventories(programs, fault) || !hand_out(programs, idle_ms, fault))
        return false;
    int64_t before_ms = seams.now_ms;
    notices_work(programs->notices, &programs->config->policies);
    int64_t passed_ms = seams.now_ms - before_ms;
    if (*idle_ms >= 0)
        *idle_ms = *idle_ms > passed_ms ? *idle_ms - passed_ms : 0;
    *idle_ms = sooner(*idle_ms, seams_inventory_due(programs->accounts, programs->config->account_count));
    *idle_ms = sooner(*idle_ms, notices_due(programs->notices));
    return true;
}
