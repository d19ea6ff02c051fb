#include "aws_call.h"

#include "aws_attempt.h"
#include "clock.h"
#include "random.h"

#include <string.h>

enum {
    WAIT_MS = 100, /* before the second attempt at most; doubled for each further one */
    THROTTLED_WAIT_MS = 500,
    WAIT_MOST_MS = 5000,
};

/* What was tried so far. */
struct trial {
    int64_t attempts;
    bool clock_learned;
    bool refreshed;
};

/* Full jitter: anything from nothing to the bound, so that callers who failed together do not come back together. */
static int64_t jitter_ms(const struct trial *trial, enum fault_kind kind) {
    int64_t bound = kind == FAULT_THROTTLED ? THROTTLED_WAIT_MS : WAIT_MS;
    for (int64_t i = 1; i < trial->attempts && bound < WAIT_MOST_MS; i++)
        bound *= 2;
    if (bound > WAIT_MOST_MS)
        bound = WAIT_MOST_MS;
    return (int64_t)random_below((uint64_t)bound + 1);
}

static bool again_later(struct aws *aws, const struct aws_call *call, struct trial *trial, enum fault_kind kind) {
    int64_t attempts = call->attempts > 0 ? call->attempts : aws->environment->settings.attempts;
    int64_t asked_ms = aws->response.retry_after * 1000;
    int64_t wait_ms = jitter_ms(trial, kind);
    if (wait_ms < asked_ms)
        wait_ms = asked_ms;
    if (trial->attempts >= attempts || wait_ms > WAIT_MOST_MS || atomic_load(&aws->environment->given_up))
        return false;
    if (call->retry_seconds > 0 && aws_session_look_age_ms(aws) + wait_ms > call->retry_seconds * 1000)
        return false;
    clock_sleep_ms(wait_ms);
    return true;
}

static bool again_by_their_clock(struct aws *aws, const struct aws_call *call, struct trial *trial,
                                 enum fault_kind kind) {
    (void)call;
    (void)kind;
    if (aws->response.date == 0)
        return false;
    aws_environment_learn(aws->environment, aws->response.date);
    bool first = !trial->clock_learned;
    trial->clock_learned = true;
    return first;
}

static bool again_refreshed(struct aws *aws, const struct aws_call *call, struct trial *trial, enum fault_kind kind) {
    (void)kind;
    if (call->credentials != NULL)
        return false;
    aws_session_refused(aws, call->own);
    bool first = !trial->refreshed;
    trial->refreshed = true;
    return first;
}

typedef bool (*again)(struct aws *, const struct aws_call *, struct trial *, enum fault_kind);

/* What can be done about a fault before the same call is made again; nothing about those not named. Done also for a call that is
 * made once, for the good of the next. */
static const again remedies[FAULT_KIND_COUNT] = {
    [FAULT_THROTTLED] = again_later,      [FAULT_TRANSIENT] = again_later,   [FAULT_UNKNOWN] = again_later,
    [FAULT_CLOCK] = again_by_their_clock, [FAULT_EXPIRED] = again_refreshed, [FAULT_KEY_REFUSED] = again_refreshed,
};

static bool remedied(struct aws *aws, const struct aws_call *call, struct trial *trial, enum fault_kind kind) {
    again remedy = remedies[kind];
    if (remedy == NULL || (call->once && remedy == again_later))
        return false;
    return remedy(aws, call, trial, kind) && !call->once;
}

static bool find_signer(struct aws *aws, const struct aws_call *call, const struct credentials **by,
                        struct fault *fault) {
    *by = call->credentials;
    if (call->credentials != NULL)
        return true;
    return call->own ? aws_session_own(aws, by, fault) : aws_session_credentials(aws, by, fault);
}

static bool find_time(const struct aws *aws, const struct aws_call *call, int64_t *time, struct fault *fault) {
    if (!aws_session_time(aws, call->changes, time, fault))
        return false;
    if (call->own)
        *time = aws_environment_time(aws->environment);
    return true;
}

/* May there be an attempt now, by whom, of what date? A reason of an earlier one is kept: it says more than that it is late. */
static bool may_begin(struct aws *aws, const struct aws_call *call, const struct trial *trial,
                      const struct credentials **by, int64_t *signed_at, struct fault *reason) {
    struct fault late;
    if (atomic_load(&aws->environment->given_up))
        return trial->attempts == 0 && fault_set(reason, FAULT_STOPPED, call->operation, "the program ends");
    if (!find_signer(aws, call, by, reason))
        return false;
    if (find_time(aws, call, signed_at, &late))
        return true;
    if (trial->attempts == 0)
        *reason = late;
    return false;
}

bool aws_call_send(struct aws *aws, struct aws_call *call, struct fault *fault) {
    struct trial trial = {0};
    struct fault reason = {0};
    const struct credentials *by = NULL;
    int64_t signed_at = 0;
    call->ambiguous = false;
    do {
        if (!may_begin(aws, call, &trial, &by, &signed_at, &reason))
            break;
        trial.attempts++;
        if (aws_attempt(aws, call, by, signed_at, &reason))
            return true;
    } while (remedied(aws, call, &trial, reason.kind));
    if (reason.kind == FAULT_UNKNOWN && !call->once)
        reason.kind = FAULT_TRANSIENT;
    if (fault != NULL)
        *fault = reason;
    return false;
}

bool aws_call_unreadable(struct aws_call *call, struct fault *fault, const char *what) {
    call->ambiguous = true;
    return fault_set(fault, call->once ? FAULT_UNKNOWN : FAULT_INVALID, call->operation,
                     "the answer cannot be read: %s", what);
}
