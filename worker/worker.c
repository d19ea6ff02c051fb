#include "worker.h"

#include "act.h"
#include "announce.h"
#include "brake.h"
#include "clock.h"
#include "due.h"
#include "lease.h"
#include "log.h"
#include "metrics.h"
#include "observe.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum {
    MOST_STEPS = 12, /* gathering a fact and writing a note are steps too; a look needs five or six at most */
    LISTED_SECONDS = 24 * 3600,
    LEAST_DELAY_MS = 1000,
    GONE_DELAY = 3600, /* a user that does not exist: the next inventory takes it away */
};

static const char *const result_names[JOB_RESULT_COUNT] = {
#define X(result, name) name,
    JOB_RESULTS(X)
#undef X
};

const char *job_result_name(enum job_result result) {
    return result_names[result];
}

/* --- the policy of the user -------------------------------------------------------------------------------------------- */

/* Users of no policy are looked at all the same, to say what was left half way; this one only keeps the times. */
static const struct policy *policy_of_nobody(void) {
    static _Thread_local struct policy nobody;
    if (nobody.rotate_after == 0)
        policy_defaults(&nobody);
    return &nobody;
}

/* The inventory's word counts, and the job's only where the inventory knows nothing of the user. */
static void choose_policy(struct look *look) {
    const char *name = look->status.known ? look->status.policy : look->job.policy;
    look->owner = policy_named(look->policies, name);
    look->in_scope = look->owner != NULL;
    look->policy = look->in_scope ? look->owner : policy_of_nobody();
}

/* What the inventory saw of the user's tags counts if it was seen by this very policy: the fingerprint is made of both. */
static void take_override(struct look *look) {
    struct override override;
    struct fault why = {0};
    if (!look->in_scope || !override_allowed(look->owner))
        return;
    bool parsed = override_parse(look->status.override, &override);
    if (!override_apply(look->owner, &override, &look->own, &why))
        text_clip(look->refused, sizeof look->refused, why.message);
    look->tags_unknown = !parsed || !text_equal(look->own.fingerprint, look->status.fingerprint);
    look->policy = &look->own;
    if (look->tags_unknown)
        look->refused[0] = '\0';
}

/* Tags that nobody has read yet are never taken for no tags: they are read before anything is decided. */
static bool know_tags(struct look *look, struct fault *fault) {
    return !look->tags_unknown || act_recheck(look, fault);
}

/* --- one look ---------------------------------------------------------------------------------------------------------- */

static bool begin(struct worker *worker, struct worker_thread *thread, const struct job *job, struct fault *fault) {
    struct look *look = &thread->look;
    memset(look, 0, sizeof *look);
    look->aws = thread->aws;
    look->store = thread->store;
    look->writer = worker->writer;
    look->config = worker->config;
    look->policies = policies_hold(worker->policies);
    look->job = *job;
    if (!status_read(look->store, job->account, job->user, &look->status, fault))
        return false;
    choose_policy(look);
    take_override(look);
    return config_secret_name(look->config, job->account, job->user, job->user_id, look->secret_name,
                              sizeof look->secret_name, fault);
}

static bool see(struct look *look, const struct control_seen *seen, struct fault *fault) {
    const struct observe_target target = {
        .account = look->job.account,
        .user = look->job.user,
        .user_id = look->job.user_id,
        .secret_name = look->secret_name,
        .in_scope = look->in_scope,
        .no_recipient = look->status.inventoried != 0 && look->status.email[0] == '\0',
    };
    if (!observe(look->aws, &target, &look->ring, &look->secret, fault))
        return false;
    look->ring.account_hold = seen->hold;
    look->ring.account_held_since = seen->since;
    return true;
}

/* What is only shown is not done: what would have been done is the condition announced. */
static bool ends_the_look(const struct look *look) {
    if (!plan_changes(look->plan.step))
        return !act_gathers(look->plan.step);
    return look->plan.shown && look->plan.step != STEP_RECHECK;
}

/* A key that was turned off or deleted by somebody else must not be served any longer. */
static bool stop_serving_a_dead_key(struct look *look, struct fault *fault) {
    bool dead = look->plan.current_gone || look->plan.reason == REASON_CURRENT_DEAD;
    return !dead || status_drop_current(look->store, look->job.account, look->job.user, fault);
}

static void count_step(const struct look *look) {
    if (plan_changes(look->plan.step))
        metric_add(METRIC_ROTATIONS, 1, look->job.account, step_name(look->plan.step), NULL);
}

/* Decide, tell what stands, gather or change; again while the step was only a fact or a note. Every change is told before the next. */
static bool work(struct look *look, struct fault *fault) {
    for (int step = 0; step < MOST_STEPS; step++) {
        look->plan = plan_next(look->policy, &look->ring);
        if (!announce_facts(look, fault) || !stop_serving_a_dead_key(look, fault))
            return false;
        /* A state between two lasts seconds; one that stays is said, as every failure in a row is. */
        if (look->plan.reason == REASON_TORN_READ)
            return fault_set(fault, FAULT_TRANSIENT, "DescribeSecret",
                             "stages and tags of the secret are of two moments; it is read again");
        if (ends_the_look(look)) {
            brake_note_plan(look);
            return announce_condition(look, fault);
        }
        if (!announce_refusal(look, fault) || !act(look, fault))
            return false;
        count_step(look);
        brake_note_plan(look);
        if (!act_goes_on(look))
            return announce_facts(look, fault) && announce_condition(look, fault);
    }
    return true;
}

/* --- when to look again ------------------------------------------------------------------------------------------------ */

static int64_t least_delay_ms(const struct look *look) {
    return look->config->unsafe_test_clock_floor > 0 ? LEAST_DELAY_MS / 4 : LEAST_DELAY_MS;
}

/* Who stands in a list of a digest is looked at each day, so that no list is older. */
static bool is_listed(const struct look *look) {
    return look->status.overdue != 0 || look->plan.reason == REASON_TWO_ACTIVE ||
           look->plan.reason == REASON_NO_RECIPIENT;
}

static int64_t next_look(const struct look *look) {
    int64_t most = look->ring.now + LISTED_SECONDS;
    return is_listed(look) && look->plan.not_before > most ? most : look->plan.not_before;
}

static int64_t delay_of_plan(const struct look *look) {
    int64_t seconds = look->status.next_look - aws_look_elapsed_now(look->aws);
    int64_t least = least_delay_ms(look);
    return seconds * 1000 > least ? seconds * 1000 : least;
}

static bool is_started(const struct look *look) {
    switch (look->plan.reason) {
    case REASON_SETTLING:
    case REASON_NOT_PROVEN:
    case REASON_ASKED:
    case REASON_EMERGENCY:
    case REASON_ROLLBACK: return true;
    default: return plan_changes(look->plan.step) && !look->plan.shown;
    }
}

/* For the lists of a digest: since when the key of a watched user is past its limit. */
static int64_t overdue_since(const struct look *look) {
    struct plan_notices notices;
    plan_notices(look->policy, &look->ring, &notices);
    for (size_t i = 0; i < notices.count; i++)
        if (notices.all[i].reason == REASON_OVERDUE)
            return notices.all[i].at;
    return 0;
}

static void remember_plan(struct look *look) {
    look->status.overdue = overdue_since(look);
    look->status.attempt = 0;
    plan_seen_keys(look->policy, &look->ring, look->status.keys); /* what lists of users show */
    look->status.looked = look->ring.now;
    text_clip(look->status.step_key, sizeof look->status.step_key, look->plan.key);
    look->status.next_look = next_look(look);
    text_clip(look->status.step, sizeof look->status.step, step_name(look->plan.step));
    text_clip(look->status.reason, sizeof look->status.reason, reason_name(look->plan.reason));
}

static bool put_back(struct look *look, int64_t delay_ms, enum due_place place, struct fault *fault) {
    bool kept;
    return due_put(look->store, look->job.account, look->job.user, look->job.hold, delay_ms, place, &kept, fault);
}

static bool finish(struct look *look, struct fault *fault) {
    remember_plan(look);
    return status_write_look(look->store, look->job.account, look->job.user, &look->status, fault) &&
           put_back(look, delay_of_plan(look), is_started(look) ? DUE_PLACE_STARTED : DUE_PLACE_DUE, fault);
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
    if (!put_back(look, wait * 1000, DUE_PLACE_STARTED, &second))
        log_fault(LOG_WARN, "user not put back; its hold will expire", &second, "user", look->job.user, NULL);
    return JOB_RESULT_FAILED;
}

static enum job_result user_is_gone(struct look *look) {
    struct fault fault;
    log_line(LOG_INFO, "user does not exist any more", "account", look->job.account, "user", look->job.user, NULL);
    if (!put_back(look, (int64_t)GONE_DELAY * 1000, DUE_PLACE_DUE, &fault))
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
    if (!put_back(look, wait * 1000, DUE_PLACE_SAME, &fault))
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

static enum job_result look_at_user(struct worker *worker, struct worker_thread *thread, const struct job *job) {
    struct look *look = &thread->look;
    struct fault fault = {0};
    if (!begin(worker, thread, job, &fault))
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
    bool seen = see(look, &control, &fault);
    if (!seen && fault.kind == FAULT_GONE)
        return user_is_gone(look);
    bool done = seen && know_tags(look, &fault) && work(look, &fault) && finish(look, &fault);
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
        return put_off(thread, job, left_ms > LEAST_DELAY_MS ? left_ms : LEAST_DELAY_MS, JOB_RESULT_LEASED);
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
