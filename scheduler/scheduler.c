#include "scheduler.h"

#include "clock.h"
#include "log.h"
#include "metrics.h"
#include "random.h"
#include "topics.h"

#include <inttypes.h>
#include <string.h>

int64_t scheduler_message_timeout(int64_t hold_ms) {
    return hold_ms / 2 < SCHEDULER_MESSAGE_MOST_MS ? hold_ms / 2 : SCHEDULER_MESSAGE_MOST_MS;
}

/* --- the broker */

static bool writer_answers(struct scheduler *scheduler) {
    if (clock_boot_ms() < scheduler->proven_until)
        return true;
    bool answers = scheduler->warmed ? kafka_writer_ping(scheduler->writer, SCHEDULER_PING_MS, &scheduler->writer_fault)
                                     : kafka_writer_warm(scheduler->writer, TOPIC_JOBS, &scheduler->writer_fault);
    if (!answers)
        return false;
    scheduler->warmed = true;
    scheduler->proven_until = clock_boot_ms() + SCHEDULER_PROVEN_MS;
    return true;
}

/* Waits for the acknowledgements; anything less than all of them makes the next tick ask the broker before it hands out. */
static bool flush(struct scheduler *scheduler, const char *account, size_t published) {
    int64_t failed = 0;
    int64_t wait_ms = scheduler_message_timeout(scheduler->hold_ms) + SCHEDULER_PING_MS;
    scheduler->proven_until = 0;
    if (!kafka_writer_flush(scheduler->writer, wait_ms, &failed, &scheduler->writer_fault))
        return false;
    if (failed > 0)
        return fault_set(&scheduler->writer_fault, FAULT_UNAVAILABLE, TOPIC_JOBS,
                         "%" PRId64
                         " of %zu jobs were not acknowledged; their users are due again when their holds expire",
                         failed, published);
    metric_add(METRIC_HANDED_OUT, (double)published, account, NULL);
    scheduler->proven_until = clock_boot_ms() + SCHEDULER_PROVEN_MS;
    return true;
}

/* --- one job */

enum job_reason scheduler_reason(const struct due_user *user, const struct status *status, int64_t now) {
    if (!status->announced_known)
        return JOB_NEW;
    if (status->next_look <= now + SCHEDULER_EARLY_SECONDS)
        return JOB_DUE;
    return user->started ? JOB_ASKED : JOB_CHANGED;
}

static struct job job_for(const char *account, const struct due_user *user, const struct status *status, int64_t now) {
    struct job job = {
        .reason = (int)scheduler_reason(user, status, now),
        .hold = user->hold,
        .attempt = status->attempt,
        .sent_at = clock_wall_ms(),
    };
    random_hex(job.id, JOB_ID_SIZE - 1);
    memcpy(job.account, account, sizeof job.account);
    memcpy(job.user, user->user, sizeof job.user);
    memcpy(job.user_id, status->user_id, sizeof job.user_id);
    memcpy(job.policy, status->policy, sizeof job.policy);
    return job;
}

static bool write_job(struct scheduler *scheduler, const struct job *job) {
    struct text text;
    text_open(&text, JOB_MAX_BYTES);
    job_print(job, &text);
    bool written = kafka_write_later(scheduler->writer, TOPIC_JOBS, job->account, text.bytes, text.length, NULL, 0,
                                     &scheduler->writer_fault);
    text_close(&text);
    return written;
}

/* What no user of IAM can be called would come back as an unreadable job at every expiry of its hold. */
static bool drop(struct scheduler *scheduler, const char *account, const char *user) {
    log_line(LOG_WARN, "the due set held what cannot be a user's name; it was removed", "account", account, NULL);
    return due_remove(scheduler->store, account, user, &scheduler->store_fault);
}

/* A job names the user by its id, which only an inventory knows: the user waits for it, first in line. */
static bool put_off(struct scheduler *scheduler, const char *account, const struct due_user *user) {
    bool kept = false;
    log_line(LOG_INFO, "a user is wanted that no inventory has seen yet", "account", account, "user", user->user, NULL);
    return due_put(scheduler->store, account, user->user, user->hold, SCHEDULER_UNKNOWN_MS, DUE_PLACE_STARTED, &kept,
                   &scheduler->store_fault);
}

/* Deals with one user that was handed out; *published counts the jobs. */
static bool deal_with(struct scheduler *scheduler, const char *account, const struct due_user *user, int64_t now,
                      size_t *published) {
    struct status status;
    if (!user_name_is_valid(user->user))
        return drop(scheduler, account, user->user);
    if (!status_read(scheduler->store, account, user->user, &status, &scheduler->store_fault))
        return false;
    if (status.user_id[0] == '\0')
        return put_off(scheduler, account, user);
    struct job job = job_for(account, user, &status, now);
    if (!write_job(scheduler, &job))
        return false;
    ++*published;
    return true;
}

/* --- the tick */

static bool serve(struct scheduler *scheduler, const char *account) {
    struct due_user users[DUE_BATCH];
    size_t count = 0;
    size_t published = 0;
    int64_t now_ms = 0;
    if (!store_now(scheduler->store, &now_ms, &scheduler->store_fault) ||
        !due_hand_out(scheduler->store, account, scheduler->batch, scheduler->hold_ms, users, &count,
                      &scheduler->store_fault))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!deal_with(scheduler, account, &users[i], now_ms / 1000, &published))
            return false;
    return published == 0 || flush(scheduler, account, published);
}

static bool is_configured(const struct scheduler *scheduler, const char *account) {
    const struct config *config = scheduler->config;
    for (size_t i = 0; i < config->account_count; i++)
        if (text_equal(config->accounts[i].id, account))
            return true;
    return false;
}

/* It may have been taken out of the configuration: no worker could do anything with its users. */
static bool leave_alone(struct scheduler *scheduler, const char *account) {
    log_line(LOG_WARN, "an account is due that is not configured; its users are left alone", "account", account, NULL);
    return due_forget(scheduler->store, account, &scheduler->store_fault);
}

bool scheduler_tick(struct scheduler *scheduler, int64_t *idle_ms, struct fault *fault) {
    char account[ACCOUNT_SIZE];
    *idle_ms = 0;
    scheduler->writer_fault = scheduler->store_fault = (struct fault){0};
    bool done = writer_answers(scheduler) && due_next(scheduler->store, account, idle_ms, &scheduler->store_fault) &&
                (*idle_ms != 0 || (is_configured(scheduler, account) ? serve : leave_alone)(scheduler, account));
    if (done)
        return true;
    if (scheduler->writer_fault.kind != FAULT_NONE)
        scheduler->proven_until = 0;
    if (fault != NULL)
        *fault = scheduler->writer_fault.kind != FAULT_NONE ? scheduler->writer_fault : scheduler->store_fault;
    return false;
}
