#include "user_state.h"

#include "text.h"
#include "vocabulary.h"

static const char *const names[] = {
#define X(state, name) name,
    USER_STATES(X)
#undef X
};

/* The first row whose step and reason fit; -1 fits any. */
static const struct {
    int step;
    int reason;
    enum user_state state;
} rows[] = {
    {-1, REASON_PAUSED, USER_PAUSED},
    {-1, REASON_ACCOUNT_PAUSED, USER_PAUSED},
    {-1, REASON_ROLLED_BACK, USER_PAUSED},
    {STEP_BLOCK, -1, USER_BLOCKED},
    {STEP_SKIP, -1, USER_SKIPPED},
    {STEP_WAIT, REASON_NOT_DUE, USER_STEADY},
    {STEP_WAIT, REASON_NONE, USER_STEADY},
    {STEP_WAIT, REASON_NO_KEY, USER_SKIPPED},
    {STEP_WAIT, REASON_NO_ACTIVE_KEY, USER_SKIPPED},
    {STEP_NOTICE, -1, USER_STEADY},
};

static bool fits(int asked, const char *name, const char *(*name_of)(int)) {
    return asked < 0 || text_equal(name_of(asked), name);
}

static const char *name_of_step(int step) {
    return step_name((enum step)step);
}

static const char *name_of_reason(int reason) {
    return reason_name((enum reason)reason);
}

enum user_state user_state_of(const struct status *status, const struct policy *policy) {
    if (status->attempt > 0)
        return USER_FAILING;
    if (status->step[0] == '\0')
        return USER_NEW;
    if (policy != NULL && policy->notify_only)
        return USER_WATCHED;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (fits(rows[i].step, status->step, name_of_step) && fits(rows[i].reason, status->reason, name_of_reason))
            return rows[i].state;
    return USER_ROTATING;
}

const char *user_state_name(enum user_state state) {
    return names[state];
}

bool user_state_parse(const char *name, enum user_state *state) {
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (text_equal(names[i], name)) {
            *state = (enum user_state)i;
            return true;
        }
    return false;
}
