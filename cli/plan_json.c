#include "plan_report.h"

#include "instant.h"
#include "plan_notes.h"

static void set_instant(struct doc *doc, const char *name, int64_t instant) {
    char text[INSTANT_SIZE];
    static const int64_t LAST_YEAR = 253402300799;
    if (instant <= 0 || instant > LAST_YEAR)
        return;
    instant_iso(instant, text);
    doc_set_text(doc, name, text);
}

static void set_named(struct doc *doc, const char *name, const char *value) {
    doc_set_text(doc, name, value[0] != '\0' ? value : NULL);
}

static void set_plan(struct doc *doc, const struct plan *plan) {
    doc_set_text(doc, "step", step_name(plan->step));
    doc_set_text(doc, "reason", reason_name(plan->reason));
    doc_set_text(doc, "why", reason_sentence(plan->reason));
    set_named(doc, "key", plan->key);
    set_named(doc, "key_too", plan->key_too);
    set_instant(doc, "not_before", plan->not_before);
}

static struct doc *following(const struct plan *plan, int64_t at) {
    struct doc *doc = doc_object();
    doc_set_text(doc, "action", outlook_word(outlook_kind_of(plan)));
    set_plan(doc, plan);
    set_instant(doc, "at", at);
    return doc;
}

static struct doc *keys_of(const struct outlook *outlook) {
    struct doc *keys = doc_array();
    for (size_t i = 0; i < outlook->key_count; i++) {
        struct doc *key = doc_object();
        doc_set_text(key, "id", outlook->keys[i].id);
        doc_set_text(key, "role", key_role_name(outlook->keys[i].role));
        doc_set_bool(key, "active", outlook->keys[i].active);
        set_instant(key, "created", outlook->keys[i].created);
        doc_add(keys, key);
    }
    return keys;
}

static void set_watch(struct doc *doc, const struct plan_user *user) {
    struct watch watch = outlook_watch(user->policy, &user->outlook);
    doc_set_bool(doc, "overdue", watch.overdue);
    set_instant(doc, "next_notice", watch.at);
}

static void set_span(struct doc *doc, const char *name, int64_t seconds) {
    char text[DURATION_SIZE];
    duration_text(seconds, text);
    doc_set_text(doc, name, text);
}

static void set_window(struct doc *doc, const struct override *override) {
    struct doc *window = doc_object();
    struct doc *days = doc_array();
    char clock[CLOCK_SIZE];
    for (unsigned day = 0; calendar_day_names[day] != NULL; day++)
        if ((override->days >> day & 1U) != 0)
            doc_add_text(days, calendar_day_names[day]);
    doc_set(window, "days", days);
    plan_note_clock(override->from, clock);
    doc_set_text(window, "from", clock);
    plan_note_clock(override->to, clock);
    doc_set_text(window, "to", clock);
    doc_set(doc, "window", window);
}

static void set_override(struct doc *doc, const struct plan_user *user) {
    const struct override *override = &user->override;
    set_named(doc, "override_refused", user->refused);
    if (!plan_overridden(user))
        return;
    struct doc *set = doc_object();
    for (size_t i = 0; i < OVERRIDE_AGES; i++)
        if (override->given[i])
            set_span(set, override_age_name((enum override_age)i), override->ages[i]);
    if (override->windowed)
        set_window(set, override);
    if (override->exempt)
        doc_set_bool(set, "exempt", true);
    doc_set(doc, "override", set);
}

static void set_delays(struct doc *doc, const struct outlook *outlook) {
    if (outlook->outside)
        doc_set_bool(doc, "outside_rollout", true);
    set_instant(doc, "starts", outlook->start);
    if (outlook->jitter > 0)
        set_span(doc, "jitter", outlook->jitter);
    if (outlook->paused == 0)
        return;
    struct doc *pause = doc_object();
    set_instant(pause, "since", outlook->paused);
    set_named(pause, "by", outlook->paused_by);
    doc_set_bool(pause, "for_rollback", outlook->paused_for_rollback);
    doc_set(doc, "paused", pause);
}

static struct doc *user_doc(const struct plan_user *user) {
    const struct outlook *outlook = &user->outlook;
    struct doc *doc = doc_object();
    doc_set_text(doc, "account", user->account);
    doc_set_text(doc, "user", user->name);
    doc_set_text(doc, "user_id", user->user_id);
    doc_set_text(doc, "policy", user->policy != NULL ? user->policy->name : NULL);
    doc_set_text(doc, "action", outlook_word(outlook->kind));
    if (outlook->kind == OUTLOOK_UNREADABLE) {
        doc_set_text(doc, "error", user->why);
        return doc;
    }
    set_instant(doc, "seen", outlook->now);
    doc_set(doc, "keys", keys_of(outlook));
    if (user->policy != NULL) {
        set_override(doc, user);
        set_delays(doc, outlook);
    }
    if (outlook->kind == OUTLOOK_WATCHED)
        set_watch(doc, user);
    else
        set_plan(doc, &outlook->plan);
    if (outlook->kind == OUTLOOK_ASK) {
        doc_set(doc, "if_used", following(&outlook->if_used, 0));
        doc_set(doc, "if_never_used", following(&outlook->if_never, 0));
    }
    if (outlook->foreseen)
        doc_set(doc, "next", following(&outlook->next, outlook->next_at));
    return doc;
}

static void set_hold(struct doc *doc, const struct plan_account *account) {
    const struct control *control = &account->control;
    set_named(doc, "hold_unread", account->unread);
    if (control->paused != 0) {
        struct doc *pause = doc_object();
        set_instant(pause, "since", control->paused);
        set_named(pause, "by", control->actor);
        doc_set(doc, "paused", pause);
    }
    if (control_is_braked(control)) {
        struct doc *brake = doc_object();
        set_instant(brake, "since", control->braked);
        doc_set_text(brake, "for", control->braked_for);
        doc_set_int(brake, "count", control->braked_count);
        doc_set(doc, "braked", brake);
    }
}

static struct doc *account_doc(const struct plan_account *account) {
    struct doc *doc = doc_object();
    doc_set_text(doc, "id", account->id);
    doc_set_int(doc, "users", (int64_t)account->seen);
    doc_set_int(doc, "under_a_policy", (int64_t)account->selected);
    doc_set_int(doc, "under_none", (int64_t)account->unselected);
    set_hold(doc, account);
    return doc;
}

static void set_pace(struct doc *doc, const struct policy *policy) {
    struct doc *canaries = doc_array();
    doc_set_int(doc, "rollout_percent", policy->rollout);
    for (size_t i = 0; i < policy->canary_accounts.count; i++)
        doc_add_text(canaries, policy->canary_accounts.items[i]);
    doc_set(doc, "canary_accounts", canaries);
    set_instant(doc, "effective", policy->effective);
    set_span(doc, "rollout_over", policy->rollout_over);
    set_span(doc, "jitter", policy->jitter);
    set_span(doc, "spread", policy->spread);
}

static struct doc *policies_doc(const struct policy_set *set) {
    struct doc *list = doc_array();
    for (size_t i = 0; i < set->count; i++) {
        struct doc *doc = doc_object();
        doc_set_text(doc, "name", set->policies[i].name);
        doc_set_text(doc, "mode",
                     set->policies[i].notify_only          ? "notify_only"
                     : set->policies[i].mode == MODE_APPLY ? "apply"
                                                           : "plan");
        set_pace(doc, &set->policies[i]);
        doc_add(list, doc);
    }
    return list;
}

struct doc *plan_doc(const struct plan_reading *reading) {
    struct doc *whole = doc_object();
    struct doc *accounts = doc_array();
    struct doc *users = doc_array();
    struct doc *summary = doc_object();
    for (size_t i = 0; i < reading->account_count; i++)
        doc_add(accounts, account_doc(&reading->accounts[i]));
    for (size_t i = 0; i < reading->user_count; i++)
        doc_add(users, user_doc(&reading->users[i]));
    for (int kind = 0; kind < OUTLOOK_KIND_COUNT; kind++)
        doc_set_int(summary, outlook_word((enum outlook_kind)kind),
                    (int64_t)plan_count(reading, (enum outlook_kind)kind));
    doc_set_text(whole, "format", "keyturn.plan.v1");
    doc_set(whole, "policies", policies_doc(reading->policies));
    doc_set(whole, "accounts", accounts);
    doc_set(whole, "users", users);
    doc_set(whole, "summary", summary);
    doc_set_bool(whole, "changes", plan_has_changes(reading));
    return whole;
}
