#include "look.h"

#include "act.h"
#include "announce.h"
#include "brake.h"
#include "due.h"
#include "metrics.h"
#include "observe.h"
#include "text.h"

#include <string.h>

enum {
    MOST_STEPS = 12, /* gathering a fact and writing a note are steps too; a look needs five or six at most */
    LISTED_SECONDS = 24 * 3600,
};

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

/* --- seeing ------------------------------------------------------------------------------------------------------------ */

bool look_begin(struct look *look, struct fault *fault) {
    const struct job *job = &look->job;
    if (!status_read(look->store, job->account, job->user, &look->status, fault))
        return false;
    choose_policy(look);
    take_override(look);
    return config_secret_name(look->config, job->account, job->user, job->user_id, look->secret_name,
                              sizeof look->secret_name, fault);
}

bool look_see(struct look *look, enum account_hold hold, int64_t held_since, struct fault *fault) {
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
    look->ring.account_hold = hold;
    look->ring.account_held_since = held_since;
    return true;
}

/* --- deciding and doing ------------------------------------------------------------------------------------------------ */

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
bool look_work(struct look *look, struct fault *fault) {
    if (!know_tags(look, fault))
        return false;
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
    return look->config->unsafe_test_clock_floor > 0 ? LOOK_LEAST_DELAY_MS / 4 : LOOK_LEAST_DELAY_MS;
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

bool look_put_back(struct look *look, int64_t delay_ms, enum due_place place, struct fault *fault) {
    bool kept;
    return due_put(look->store, look->job.account, look->job.user, look->job.hold, delay_ms, place, &kept, fault);
}

bool look_finish(struct look *look, struct fault *fault) {
    remember_plan(look);
    return status_write_look(look->store, look->job.account, look->job.user, &look->status, fault) &&
           look_put_back(look, delay_of_plan(look), is_started(look) ? DUE_PLACE_STARTED : DUE_PLACE_DUE, fault);
}
