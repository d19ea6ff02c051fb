#include "facts.h"

#include "text.h"

enum { PLANNED_FOR = 24 * 60 * 60 };

/* The decision table, held beside docs/rotation.md: the first row that holds, decides. While nothing but a rollback may go on, only the rows
 * that guard it and its own are read. */
static const struct {
    int number;
    row *holds;
    bool in_rollback;
} rows[] = {
    {1, row_1_hands_off, true},
    {2, row_2_doubtful, true},
    {0, keep_notes, true},
    {0, tidy_up, false},
    {3, row_3_current_inactive, true},
    {4, row_4_current_gone, true},
    {5, row_5_marked, false},
    {6, row_6_candidate, false},
    {7, row_7_candidate_inactive, false},
    {8, row_8_young, false},
    {9, row_9_orphan, false},
    {10, row_10_rollback, true},
    {11, row_11_deactivate, false},
    {12, row_12_delete, false},
    {13, row_13_foreign, false},
    {14, row_14_two_active, false},
    {15, row_15_spare_inactive, false},
    {16, row_16_two_inactive, false},
    {17, row_17_no_active, false},
    /* 18, a notice is due: it is told in every look, whichever row decides (notices.c) */
    {19, row_19_create, false},
    {20, row_20_wait, true},
};

bool plan_changes(enum step step) {
    return step >= STEP_MAKE_SECRET && step < STEP_COUNT;
}

/* What begins something waits for the roll-out: rows 11 to 19. What began is finished, and an emergency never waits. */
static bool is_only_shown(const struct facts *facts, const struct plan *plan) {
    bool begins = plan->row >= 11 && plan->row <= 19;
    return plan_changes(plan->step) &&
           (facts->policy->mode == MODE_PLAN || (begins && !facts->rolled_out && !facts->emergency));
}

/* Before anything is changed: still the same user, still in scope? And every change but the first is noted on the secret. A change that
 * is only planned stands until some time changes it, or a day has gone: looking again sooner would find the same. */
static void prepare_change(const struct facts *facts, struct plan *plan) {
    if (!plan_changes(plan->step))
        return;
    plan->shown = is_only_shown(facts, plan);
    if (facts->ring->recheck == RECHECK_NOT_ASKED)
        plan->step = STEP_RECHECK;
    else if (plan->shown)
        plan->not_before = earliest(facts->wake.at, later(facts->now, span(facts, PLANNED_FOR)));
    else if (facts->ring->secret == SECRET_ABSENT && plan->step != STEP_DROP_REQUEST)
        plan->step = STEP_MAKE_SECRET;
    if (plan->step == STEP_RECHECK || plan->step == STEP_MAKE_SECRET)
        plan->not_before = later(facts->now, 1);
}

/* Where everything else only waits, what a person must know is that the secret serves a dead key. */
static void tell_current_gone(const struct facts *facts, struct plan *plan) {
    plan->current_gone = facts->current_gone && plan->row > 4;
    if (!plan->current_gone || plan->step != STEP_WAIT || plan->row == 10)
        return;
    int64_t not_before = plan->not_before;
    block(facts, plan, facts->ring->current_id, REASON_CURRENT_DEAD);
    plan->not_before = earliest(plan->not_before, not_before);
    plan->row = 4;
}

struct plan plan_next(const struct policy *policy, const struct keyring *ring) {
    struct facts facts;
    struct plan plan = {0};
    facts_of(policy, ring, &facts);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        plan.row = rows[i].number;
        if ((rows[i].in_rollback || !facts.rollback_only) && rows[i].holds(&facts, &plan))
            break;
    }
    plan.emergency = facts.emergency;
    tell_current_gone(&facts, &plan);
    prepare_change(&facts, &plan);
    return plan;
}
