/* POST pause and resume, of one account or of all: a word on each account's own control. */
#include "ask.h"
#include "clock.h"
#include "control.h"
#include "log.h"
#include "mem.h"
#include "publish.h"
#include "record.h"
#include "request_body.h"
#include "routes.h"

#include <stdio.h>

/* Workers tell it too, at their next look there; this way it is told at once. */
static void announce(struct call *call, const struct aws *aws, const char *account, const struct control *control) {
    struct event events[CONTROL_EVENTS];
    struct fault fault;
    size_t count = control_events(control, aws_partition(aws), account, events);
    for (size_t i = 0; i < count; i++)
        if (!publish_event(call->api->writer, &events[i], &fault))
            log_fault(LOG_WARN, "not announced; the next look in the account will", &fault, "account", account, NULL);
}

static bool ask_account(struct call *call, const char *account, enum ask_kind kind, struct control *control,
                        struct fault *fault) {
    const struct config *config = call->api->config;
    struct aws *aws = bench_aws(call->bench, fault);
    bool done =
        aws != NULL && (kind == ASK_PAUSE ? control_pause(aws, config, account, call->key.name, control, fault)
                                          : control_resume(aws, config, account, call->key.name, control, fault));
    if (done)
        announce(call, aws, account, control);
    return done;
}

static struct doc *view_taken(const char *account, enum ask_kind kind, const struct control *control) {
    char path[64];
    struct doc *doc = doc_object();
    doc_set_text(doc, "request", ask_name(kind));
    doc_set_text(doc, "account", account);
    int64_t at = kind == ASK_PAUSE ? control->paused : control->resumed;
    call_set_instant(doc, "at",
                     at != 0 ? at : clock_wall_ms() / 1000); /* nothing was ever paused here: so it is since now */
    doc_set_text(doc, "by", control->actor[0] != '\0' ? control->actor : NULL);
    snprintf(path, sizeof path, "/accounts/%s", account);
    doc_set_text(doc, "status", path);
    snprintf(path, sizeof path, "/events?account=%s", account);
    doc_set_text(doc, "watch", path);
    return doc;
}

static bool write_record(struct call *call, const char *account, enum ask_kind kind, const char *reason) {
    struct record record;
    record_open(&record, call, "account", ask_name(kind), account, NULL);
    flat_text(&record.members, "reason", reason);
    return record_write(call, &record);
}

/* What holds an account holds each of its users, so the key must see them all. */
static bool may_hold(struct call *call, const char *account) {
    if (api_key_sees_all_of(&call->key, account))
        return true;
    call_problem(call, 403, "narrow_key", "this key sees only some users, and an account is held with all of them");
    return false;
}

static void ask_one(struct call *call, enum ask_kind kind) {
    const char *account = web_parameter(call->request, "account");
    struct request_body body;
    struct control control;
    struct fault fault;
    if (!call_sees_account(call, account)) {
        call_not_found(call);
        return;
    }
    if (!may_hold(call, account) || !call_slowly(call) || !request_body_read(call, &body) ||
        !write_record(call, account, kind, body.reason))
        return;
    if (ask_account(call, account, kind, &control, &fault))
        call_answer(call, 202, view_taken(account, kind, &control), NULL);
    else
        call_fault(call, &fault);
}

static struct doc *ask_each(struct call *call, const char *account, enum ask_kind kind) {
    struct control control;
    struct fault fault;
    struct doc *item = doc_object();
    bool taken = ask_account(call, account, kind, &control, &fault);
    doc_set_text(item, "account", account);
    doc_set_text(item, "outcome", taken ? "taken" : "failed");
    if (taken) {
        doc_set(item, "taken", view_taken(account, kind, &control));
        return item;
    }
    log_fault(LOG_WARN, "account not asked", &fault, "account", account, "request", ask_name(kind), NULL);
    struct doc *problem = doc_object();
    doc_set_text(problem, "type", "urn:keyturn:problem:unavailable");
    doc_set_text(problem, "title", "Service unavailable");
    doc_set_int(problem, "status", 503);
    doc_set_text(problem, "detail", fault_sentence(fault.kind));
    doc_set(item, "problem", problem);
    return item;
}

static void ask_all(struct call *call, enum ask_kind kind) {
    struct request_body body;
    size_t count = 0;
    const char **accounts = call_accounts(call, &count);
    if ((count > 0 && !may_hold(call, accounts[0])) || !call_slowly(call) || !request_body_read(call, &body) ||
        !write_record(call, NULL, kind, body.reason)) {
        mem_free(accounts);
        return;
    }
    struct doc *doc = doc_object();
    struct doc *items = doc_array();
    for (size_t i = 0; i < count; i++)
        doc_add(items, ask_each(call, accounts[i], kind));
    mem_free(accounts);
    doc_set(doc, "items", items);
    call_answer(call, 202, doc, NULL);
}

void account_pause(struct call *call) {
    ask_one(call, ASK_PAUSE);
}

void account_resume(struct call *call) {
    ask_one(call, ASK_RESUME);
}

void accounts_pause_all(struct call *call) {
    ask_all(call, ASK_PAUSE);
}

void accounts_resume_all(struct call *call) {
    ask_all(call, ASK_RESUME);
}
