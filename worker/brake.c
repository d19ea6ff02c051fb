#include "brake.h"

#include "announce.h"
#include "lease.h"
#include "log.h"
#include "metrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PULL_MS = 60 * 1000 }; /* one worker at a time; the others see it by the end of that */

/* Throttling, outages and being second pass by themselves; these do not, and each create that meets them may leave a key behind. */
static bool is_counted(enum fault_kind kind) {
    switch (kind) {
    case FAULT_UNKNOWN:
    case FAULT_DENIED:
    case FAULT_CONFLICT:
    case FAULT_KMS:
    case FAULT_INVALID: return true;
    default: return false;
    }
}

static void PRINTF_LIKE(4, 5) note(struct look *look, const char *kind, int64_t at, const char *format, ...) {
    va_list arguments;
    struct wrong wrong = {.kind = kind, .at = at};
    va_start(arguments, format);
    vsnprintf(wrong.id, sizeof wrong.id, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < look->wrong_count; i++)
        if (strcmp(look->wrong[i].id, wrong.id) == 0)
            return;
    if (look->wrong_count < LOOK_WRONGS)
        look->wrong[look->wrong_count++] = wrong;
}

void brake_note_failure(struct look *look, const struct fault *why) {
    if (plan_changes(look->plan.step) && is_counted(why->kind))
        note(look, "failures", look->ring.now, "failed %s", look->job.user_id);
}

void brake_note_plan(struct look *look) {
    const struct plan *plan = &look->plan;
    if (plan->step == STEP_DISCARD && plan->reason == REASON_KEY_REFUSED)
        note(look, "discards", look->ring.now, "discarded %s", plan->key);
    else if (plan->row == 10 && look->ring.asked.kind == REQUEST_ROLLBACK)
        note(look, "rollbacks", look->ring.asked.at, "rolled_back %s %" PRId64, look->job.user_id, look->ring.asked.at);
}

int64_t brake_threshold(const struct config *config, int64_t users) {
    int64_t share = (users * config->worker.brake_share + 99) / 100;
    if (config->worker.brake_after == 0)
        return 0;
    return share > config->worker.brake_after ? share : config->worker.brake_after;
}

/* What went wrong before a resume is forgiven. */
static int64_t window_ms(const struct look *look, const struct control_seen *seen, int64_t now) {
    int64_t window = look->config->worker.brake_within;
    int64_t since_resume = now - seen->control.resumed;
    return 1000 * (seen->control.resumed != 0 && since_resume < window ? since_resume : window);
}

static bool pull(struct worker *worker, struct look *look, const char *what, int64_t count, struct fault *fault) {
    char token[LEASE_TOKEN_SIZE];
    struct control_seen seen;
    bool got;
    int64_t left_ms;
    if (!lease_take(look->store, look->job.account, "", PULL_MS, token, &got, &left_ms, fault))
        return false;
    if (!got)
        return true;
    if (!control_brake(look->aws, look->config, look->job.account, what, count, &seen.control, fault))
        return false;
    controls_put(worker->controls, look->job.account, &seen.control);
    log_line(LOG_WARN, "the brake is pulled: no new keys until the account is resumed", "account", look->job.account,
             "what", what, NULL);
    if (!announce_control(look, &seen.control, fault))
        return false;
    controls_told(worker->controls, look->job.account);
    return true;
}

static bool settle(struct worker *worker, struct look *look, const struct control_seen *seen, const struct wrong *wrong,
                   struct fault *fault) {
    struct watch_tally tally;
    int64_t now = aws_look_elapsed_now(look->aws);
    if (!watch_count(look->store, look->job.account, wrong->id, (now - wrong->at) * 1000, window_ms(look, seen, now),
                     &tally, fault))
        return false;
    if (tally.added)
        metric_add(METRIC_WENT_WRONG, 1, look->job.account, wrong->kind, NULL);
    int64_t threshold = brake_threshold(look->config, tally.users);
    if (threshold == 0 || tally.wrongs < threshold || seen->hold != ACCOUNT_GOES_ON)
        return true;
    return pull(worker, look, wrong->kind, tally.wrongs, fault);
}

void brake_settle(struct worker *worker, struct look *look, const struct control_seen *seen) {
    struct fault fault;
    for (size_t i = 0; i < look->wrong_count; i++)
        if (!settle(worker, look, seen, &look->wrong[i], &fault))
            log_fault(LOG_WARN, "the brake is not settled", &fault, "account", look->job.account, NULL);
}
