#include "worker.h"

#include "announce.h"
#include "brake.h"
#include "clock.h"
#include "due.h"
#include "lease.h"
#include "log.h"
#include "metrics.h"

#include <string.h>

enum { GONE_DELAY = 3600 }; /* a user that does not exist: the next inventory takes it away */

static const char *const result_names[JOB_RESULT_COUNT] = {
#define X(result, name) name,
    JOB_RESULTS(X)
#undef X
};

const char *job_result_name(enum job_result result) {
    return result_names[result];
}

/* --- what went wrong --------------------------------------------------------------------------------------------------- */

/* Being second is no failure of the user's rotation; Redis and Kafka being down is said by readiness, not by events. */
static bool counts_as_failure(enum fault_kind kind) {
    return kind != FAULT_LOST && kind != FAULT_UNAVAILABLE && kind != FAULT_STOPPED;
}

static enum job_result fail(struct look *look, const struct fault *why) {
    struct fault second;
    int64_t wait = fault_wait(why->kind, (unsigned)look->status.attempt, look->config->unsafe_test_clock_floor);
    log_fault(LOG_WARN, "look failed", why, "account", look->job.account, "user", look->job.user, NULL);
    metric_add(METRIC_ROTATIONS, 1, look->job.account, fault_name(why->kind), NULL);
    brake_note_failure(look, why);
    if (counts_as_failure(why->kind)) {
        look->status.attempt++;
        look->status.next_look = clock_wall_ms() / 1000 + wait;
        /* Counted first: where nothing can be announced, the next look must wait longer all the same. */
        if (!status_write_look(look->store, look->job.account, look->job.user, &look->status, &second) ||
            !announce_failure(look, why, look->status.next_look, &second))
            log_fault(LOG_WARN, "failure not announced", &second, "user", look->job.user, NULL);
    }
    if (!look_put_back(look, wait * 1000, DUE_PLACE_STARTED, &second))
        log_fault(LOG_WARN, "user not put back; its hold will expire", &second, "user", look->job.user, NULL);
    return JOB_RESULT_FAILED;
}

static enum job_result user_is_gone(struct look *look) {
    struct fault fault;
    log_line(LOG_INFO, "user does not exist any more", "account", look->job.account, "user", look->job.user, NULL);
    if (!look_put_back(look, (int64_t)GONE_DELAY * 1000, DUE_PLACE_DUE, &fault))
        log_fault(LOG_WARN, "user not put back; its hold will expire", &fault, "user", look->job.user, NULL);
    return JOB_RESULT_DONE;
}

/* One event an hour. */
static void tell_unreachable(struct worker *worker, struct look *look, const struct fault *why) {
    struct fault fault;
    int64_t now = clock_wall_ms() / 1000;
    if (accounts_may_tell(worker->accounts, look->job.account, now) && !announce_unreachable(look, why, now, &fault))
        log_fault(LOG_WARN, "failure not announced", &fault, "account", look->job.account, NULL);
}

/* The whole account is out of reach, and every user of it waits. */
static enum job_result account_is_unreachable(struct worker *worker, struct look *look, const struct fault *why) {
    struct fault fault;
    log_fault(LOG_WARN, "account out of reach", why, "account", look->job.account, NULL);
    tell_unreachable(worker, look, why);
    int64_t wait = fault_wait(why->kind, 0, look->config->unsafe_test_clock_floor);
    if (!look_put_back(look, wait * 1000, DUE_PLACE_SAME, &fault))
        log_fault(LOG_WARN, "user not put back; its hold will expire", &fault, "user", look->job.user, NULL);
    return JOB_RESULT_FAILED;
}

/* --- the job ----------------------------------------------------------------------------------------------------------- */

/* What holds the account, told by whoever sees it first. */
static bool see_control(struct worker *worker, struct look *look, struct control_seen *seen, struct fault *fault) {
    controls_see(worker->controls, look->aws, look->job.account, seen);
    if (!seen->news)
        return true;
    if (seen->hold == ACCOUNT_UNREAD)
        tell_unreachable(worker, look, &seen->why);
    else if (!announce_control(look, &seen->control, fault))
        return false;
    controls_told(worker->controls, look->job.account);
    return true;
}

static void equip(struct worker *worker, struct worker_thread *thread, const struct job *job) {
    struct look *look = &thread->look;
    memset(look, 0, sizeof *look);
    look->aws = thread->aws;
    look->store = thread->store;
    look->writer = worker->writer;
    look->config = worker->config;
    look->policies = policies_hold(worker->policies);
    look->job = *job;
}

static enum job_result look_at_user(struct worker *worker, struct worker_thread *thread, const struct job *job) {
    struct look *look = &thread->look;
    struct fault fault = {0};
    equip(worker, thread, job);
    if (!look_begin(look, &fault))
        return fail(look, &fault);
    bool reached = aws_use_account(look->aws, job->account, &fault);
    accounts_reached(worker->accounts, job->account, reached);
    if (!reached)
        return account_is_unreachable(worker, look, &fault);
    if (job->sent_at > 0)
        metric_observe(METRIC_JOB_LATENESS, (double)(clock_wall_ms() - job->sent_at) / 1000, NULL);
    struct control_seen control;
    if (!see_control(worker, look, &control, &fault))
        return fail(look, &fault);
    bool seen = look_see(look, control.hold, control.since, &fault);
    if (!seen && fault.kind == FAULT_GONE)
        return user_is_gone(look);
    bool done = seen && look_work(look, &fault) && look_finish(look, &fault);
    enum job_result result = done ? JOB_RESULT_DONE : fail(look, &fault);
    brake_settle(worker, look, &control);
    return result;
}

/* The lease spares two workers the same calls. A test clock shortens it with everything else. */
static int64_t lease_ms(const struct config *config) {
    int64_t floor = config->unsafe_test_clock_floor;
    return 1000 * (floor > 0 && floor < LEASE_SECONDS ? floor : LEASE_SECONDS);
}

static enum job_result put_off(struct worker_thread *thread, const struct job *job, int64_t delay_ms,
                               enum job_result result) {
    struct fault fault;
    bool kept;
    if (!due_put(thread->store, job->account, job->user, job->hold, delay_ms, DUE_PLACE_SAME, &kept, &fault))
        log_fault(LOG_WARN, "user not put back; its hold will expire", &fault, "user", job->user, NULL);
    return result;
}

static enum job_result under_lease(struct worker *worker, struct worker_thread *thread, const struct job *job) {
    char token[LEASE_TOKEN_SIZE];
    struct fault fault;
    bool got;
    int64_t left_ms;
    if (!lease_take(thread->store, job->account, job->user, lease_ms(worker->config), token, &got, &left_ms, &fault)) {
        log_fault(LOG_WARN, "no lease", &fault, "user", job->user, NULL);
        return JOB_RESULT_DROPPED;
    }
    if (!got)
        return put_off(thread, job, left_ms > LOOK_LEAST_DELAY_MS ? left_ms : LOOK_LEAST_DELAY_MS, JOB_RESULT_LEASED);
    enum job_result result = look_at_user(worker, thread, job);
    policies_release(worker->policies, thread->look.policies);
    if (!lease_release(thread->store, job->account, job->user, token, &fault))
        log_fault(LOG_DEBUG, "lease not given back; it will expire", &fault, "user", job->user, NULL);
    return result;
}

static enum job_result taken_job(struct worker *worker, struct worker_thread *thread, const struct job *job) {
    if (!accounts_known(worker->accounts, job->account)) {
        log_line(LOG_WARN, "job of an account that is not configured here", "account", job->account, NULL);
        return JOB_RESULT_DROPPED;
    }
    int64_t again_ms;
    if (!accounts_enter(worker->accounts, job->account, clock_boot_ms(), &again_ms))
        return put_off(thread, job, again_ms, JOB_RESULT_CROWDED);
    enum job_result result = under_lease(worker, thread, job);
    accounts_leave(worker->accounts, job->account);
    return result;
}

enum job_result worker_job(struct worker *worker, struct worker_thread *thread, const struct job *job) {
    struct fault fault;
    bool taken;
    enum job_result result = JOB_RESULT_STALE;
    if (!due_take(thread->store, job->account, job->user, job->hold, &taken, &fault)) {
        log_fault(LOG_WARN, "job not taken", &fault, "account", job->account, "user", job->user, NULL);
        result = JOB_RESULT_DROPPED;
    } else if (taken) {
        result = taken_job(worker, thread, job);
    }
    metric_add(METRIC_JOBS, 1, job_result_name(result), NULL);
    return result;
}
