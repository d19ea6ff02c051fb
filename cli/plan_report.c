#include "plan_report.h"

#include "plan_notes.h"
#include "rehearsal.h"
#include "spell.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MOST = 32, WORD_WIDTH = 10, TEXT_INDENT = 4 };

static const char *const colors[OUTLOOK_KIND_COUNT] = {
    [OUTLOOK_CREATE] = "\033[32m",       [OUTLOOK_DEACTIVATE] = "\033[33m", [OUTLOOK_DELETE] = "\033[31m",
    [OUTLOOK_FINISH] = "\033[33m",       [OUTLOOK_ASK] = "\033[33m",        [OUTLOOK_BLOCKED] = "\033[1;31m",
    [OUTLOOK_UNREADABLE] = "\033[1;31m", [OUTLOOK_HELD] = "\033[36m",
};

/* --- keys and steps ------------------------------------------------------------------------------------------------------ */

static void add_key(const struct outlook *outlook, const char *key_id, struct text *out) {
    const struct outlook_key *key = outlook_key(outlook, key_id);
    char age[SPELL_SIZE];
    if (key == NULL) {
        text_add(out, rehearsal_made(key_id) ? "the new key" : key_id);
        return;
    }
    spell_span(outlook->now - key->created, age);
    text_format(out, "%s (%s%s old)", key->id, key->active ? "" : "inactive, ", age);
}

static void add_create(const struct outlook *outlook, const struct plan *plan, struct text *out) {
    const struct outlook_key *beside = outlook_succeeded(outlook);
    (void)plan;
    text_add(out, "a new key");
    if (beside != NULL) {
        text_add(out, " beside ");
        add_key(outlook, beside->id, out);
    }
}

static void add_its_keys(const struct outlook *outlook, const struct plan *plan, struct text *out) {
    add_key(outlook, plan->key, out);
    if (plan->key_too[0] != '\0') {
        text_add(out, " and ");
        add_key(outlook, plan->key_too, out);
    }
}

static void add_use_question(const struct outlook *outlook, const struct plan *plan, struct text *out) {
    text_add(out, "when was ");
    add_key(outlook, plan->key, out);
    text_add(out, " last used? (not asked here)");
}

static void add_trial(const struct outlook *outlook, const struct plan *plan, struct text *out) {
    text_add(out, "try ");
    add_key(outlook, plan->key, out);
    text_add(out, ", then make it current (not tried here)");
}

static void add_step_and_keys(const struct outlook *outlook, const struct plan *plan, struct text *out) {
    text_add(out, step_sentence(plan->step));
    if (plan->key[0] != '\0') {
        text_add(out, ": ");
        add_its_keys(outlook, plan, out);
    }
}

/* What a step is about, by its kind. */
static void add_subject(const struct outlook *outlook, const struct plan *plan, struct text *out) {
    enum outlook_kind kind = plan->shown ? outlook_kind_of_step(plan->step) : outlook_kind_of(plan);
    if (plan->step == STEP_VERIFY)
        add_trial(outlook, plan, out);
    else if (kind == OUTLOOK_CREATE)
        add_create(outlook, plan, out);
    else if (kind == OUTLOOK_ASK)
        add_use_question(outlook, plan, out);
    else if (kind == OUTLOOK_FINISH)
        add_step_and_keys(outlook, plan, out);
    else
        add_its_keys(outlook, plan, out);
}

/* "<subject>: <reason>", or the reason alone. */
static void add_plan(const struct outlook *outlook, const struct plan *plan, struct text *out) {
    size_t before = out->length;
    add_subject(outlook, plan, out);
    text_format(out, "%s%s", out->length > before ? ": " : "", reason_sentence(plan->reason));
}

/* --- one user ------------------------------------------------------------------------------------------------------------ */

struct layout {
    bool color;
    size_t name_width;
    struct text *out;
};

static void open_line(const struct layout *layout, const struct plan_user *user) {
    enum outlook_kind kind = user->outlook.kind;
    bool colored = layout->color && colors[kind] != NULL;
    text_format(layout->out, "  %s%s %-*s%s  %-*s  ", colored ? colors[kind] : "", outlook_sign(kind), WORD_WIDTH,
                outlook_word(kind), colored ? "\033[0m" : "", (int)layout->name_width, user->name);
}

static void indent(const struct layout *layout) {
    text_format(layout->out, "\n%*s", (int)(TEXT_INDENT + WORD_WIDTH + 2 + layout->name_width + 2), "");
}

static void add_branch(const struct layout *layout, const struct outlook *outlook, const char *when,
                       const struct plan *plan) {
    enum outlook_kind kind = outlook_kind_of(plan);
    indent(layout);
    text_format(layout->out, "%s: %s %s ", when, outlook_sign(kind), outlook_word(kind));
    add_plan(outlook, plan, layout->out);
}

static void add_next(const struct layout *layout, const struct outlook *outlook) {
    char when[SPELL_WHEN_SIZE];
    bool held = outlook_kind_of(&outlook->next) == OUTLOOK_HELD;
    enum outlook_kind kind = held ? outlook_kind_of_step(outlook->next.step) : outlook_kind_of(&outlook->next);
    indent(layout);
    spell_when(outlook->next_at, outlook->now, when);
    text_format(layout->out, "then %s%s %s ", held ? "would " : "", outlook_sign(kind), outlook_word(kind));
    if (kind == OUTLOOK_CREATE)
        text_add(layout->out, "a new key");
    else if (kind == OUTLOOK_BLOCKED || kind == OUTLOOK_LEFT)
        text_add(layout->out, reason_sentence(outlook->next.reason));
    else
        add_its_keys(&(struct outlook){.now = outlook->now}, &outlook->next, layout->out);
    text_format(layout->out, ", %s", when);
}

static void add_watch(const struct policy *policy, const struct outlook *outlook, struct text *out) {
    struct watch watch = outlook_watch(policy, outlook);
    char when[SPELL_WHEN_SIZE];
    if (watch.key == NULL) {
        text_add(out, "no active key; nothing is ever changed");
        return;
    }
    add_key(outlook, watch.key->id, out);
    spell_when(watch.at, outlook->now, when);
    text_format(out, "%s; nothing is ever changed", watch.overdue ? " is overdue" : "");
    if (watch.at != 0)
        text_format(out, "; next notice %s", when);
}

static void add_wait(const struct outlook *outlook, struct text *out) {
    char when[SPELL_WHEN_SIZE];
    const struct outlook_key *key = outlook_succeeded(outlook);
    spell_when(outlook->plan.not_before, outlook->now, when);
    if (key != NULL) {
        add_key(outlook, key->id, out);
        text_add(out, ": ");
    }
    text_add(out, reason_sentence(outlook->plan.reason));
    if (!outlook->foreseen || outlook->next_at != outlook->plan.not_before)
        text_format(out, "; looked at again %s", when);
}

/* Held back: the sign of what would be done stands before it. */
static void add_held(const struct outlook *outlook, struct text *out) {
    enum outlook_kind kind = outlook_kind_of_step(outlook->plan.step);
    text_format(out, "would %s %s ", outlook_sign(kind), outlook_word(kind));
    add_plan(outlook, &outlook->plan, out);
}

static void add_notes(const struct layout *layout, const struct plan_user *user) {
    char notes[PLAN_NOTES][PLAN_NOTE_SIZE];
    size_t count = plan_notes(user, notes);
    for (size_t i = 0; i < count; i++) {
        indent(layout);
        text_add(layout->out, notes[i]);
    }
}

static void add_user(const struct layout *layout, const struct plan_user *user) {
    const struct outlook *outlook = &user->outlook;
    open_line(layout, user);
    if (outlook->kind == OUTLOOK_UNREADABLE)
        text_add(layout->out, user->why);
    else if (outlook->kind == OUTLOOK_WATCHED)
        add_watch(user->policy, outlook, layout->out);
    else if (outlook->kind == OUTLOOK_WAITING)
        add_wait(outlook, layout->out);
    else if (outlook->kind == OUTLOOK_HELD)
        add_held(outlook, layout->out);
    else
        add_plan(outlook, &outlook->plan, layout->out);
    if (outlook->kind == OUTLOOK_ASK) {
        add_branch(layout, outlook, "if ever used", &outlook->if_used);
        add_branch(layout, outlook, "if never used", &outlook->if_never);
    }
    if (outlook->foreseen)
        add_next(layout, outlook);
    add_notes(layout, user);
    text_add(layout->out, "\n");
}

/* --- accounts and totals ------------------------------------------------------------------------------------------------- */

static size_t widest_name(const struct plan_reading *reading) {
    size_t widest = 4;
    for (size_t i = 0; i < reading->user_count; i++) {
        size_t length = strlen(reading->users[i].name);
        if (length > widest)
            widest = length;
    }
    return widest < NAME_MOST ? widest : NAME_MOST;
}

/* What holds the account, above its users: those are shown as they will be looked at when it goes on. */
static void add_hold(const struct plan_account *account, struct text *out) {
    const struct control *control = &account->control;
    char since[SPELL_SIZE];
    spell_instant(control_held_since(control), since);
    if (account->unread[0] != '\0')
        text_format(out,
                    "  ? whether the account is paused could not be read, and the services hold it like a pause: %s\n",
                    account->unread);
    else if (control_hold(control) == ACCOUNT_PAUSED)
        text_format(out,
                    "  | paused since %s%s%s: nothing begins before it is resumed, but an emergency or a rollback\n",
                    since, control->actor[0] != '\0' ? " by " : "", control->actor);
    else if (control_hold(control) == ACCOUNT_BRAKED)
        text_format(out,
                    "  | braked since %s, after %" PRId64
                    " failures, discards or rollbacks: no new key is made before it is resumed, but in an emergency\n",
                    since, control->braked_count);
}

static void add_account(const struct plan_reading *reading, const struct plan_account *account,
                        const struct layout *layout) {
    text_format(layout->out, "Account %s: %zu users, %zu under a policy, %zu under none\n", account->id, account->seen,
                account->selected, account->unselected);
    add_hold(account, layout->out);
    for (size_t i = 0; i < reading->user_count; i++)
        if (text_equal(reading->users[i].account, account->id))
            add_user(layout, &reading->users[i]);
    text_add(layout->out, "\n");
}

/* How fast a policy reaches its users, where it does not reach all of them at once. */
static void add_pace(const struct policy *policy, struct text *out) {
    char span[SPELL_SIZE];
    bool changes = !policy->notify_only;
    if (changes && policy->rollout < 100)
        text_format(out, "; roll-out %" PRId64 "%%", policy->rollout);
    for (size_t i = 0; changes && policy->rollout < 100 && i < policy->canary_accounts.count; i++)
        text_format(out, "%s %s", i == 0 ? " and accounts" : ",", policy->canary_accounts.items[i]);
    spell_instant(policy->effective, span);
    if (changes && policy->effective != 0)
        text_format(out, "; from %s on", span);
    spell_span(policy->rollout_over, span);
    if (changes && policy->rollout_over > 0)
        text_format(out, ", over %s", span);
    spell_span(policy->jitter, span);
    if (changes && policy->jitter > 0)
        text_format(out, "; jitter %s", span);
    spell_span(policy->spread, span);
    text_format(out, "; a change of it reaches its users within %s", span);
}

/* A policy in mode plan is shown as if it were applied, and that is said. */
static void add_policies(const struct plan_reading *reading, struct text *out) {
    for (size_t i = 0; i < reading->policies->count; i++) {
        const struct policy *policy = &reading->policies->policies[i];
        const char *mode = policy->notify_only          ? "only watches"
                           : policy->mode == MODE_APPLY ? "mode: apply"
                                                        : "mode: plan, so the services would only announce this";
        text_format(out, "Policy %s (%s", policy->name, mode);
        add_pace(policy, out);
        text_add(out, ")\n");
    }
    text_add(out, "\n");
}

static void add_totals(const struct plan_reading *reading, struct text *out) {
    static const enum outlook_kind order[] = {OUTLOOK_CREATE,  OUTLOOK_DEACTIVATE, OUTLOOK_DELETE,    OUTLOOK_FINISH,
                                              OUTLOOK_ASK,     OUTLOOK_HELD,       OUTLOOK_BLOCKED,   OUTLOOK_WAITING,
                                              OUTLOOK_WATCHED, OUTLOOK_LEFT,       OUTLOOK_UNREADABLE};
    const char *separator = "Plan: ";
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        size_t count = plan_count(reading, order[i]);
        if (count == 0 && !outlook_always_counted(order[i]))
            continue;
        text_format(out, "%s%zu %s", separator, count, outlook_counted(order[i]));
        separator = ", ";
    }
    text_add(out, ".\n");
}

void plan_report(const struct plan_reading *reading, bool color, struct text *out) {
    const struct layout layout = {color, widest_name(reading), out};
    add_policies(reading, out);
    for (size_t i = 0; i < reading->account_count; i++)
        add_account(reading, &reading->accounts[i], &layout);
    add_totals(reading, out);
}
