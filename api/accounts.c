/* GET /accounts, GET /accounts/{account}: how many users of each state, and what holds the account. */
#include "control.h"
#include "log.h"
#include "mem.h"
#include "routes.h"
#include "status.h"
#include "text.h"
#include "user_state.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT = 100, LIMIT_MOST = 1000, FINGERPRINT_MOST = 1024 * 1024 };

/* --- one account --------------------------------------------------------------------------------------------------------- */

struct tally {
    struct call *call;
    const char *account;
    const struct policy_set *policies;
    int64_t users;
    int64_t states[USER_STATE_COUNT];
    int64_t inventoried; /* of the user seen longest ago */
    struct fault fault;
    bool failed;
};

static bool count_user(const char *user, void *context) {
    struct tally *tally = context;
    struct status status;
    if (!call_sees_user(tally->call, tally->account, user))
        return true;
    if (!status_read(tally->call->bench->store, tally->account, user, &status, &tally->fault)) {
        tally->failed = true;
        return false;
    }
    if (!status.known || status.user_id[0] == '\0')
        return true;
    tally->users++;
    tally->states[user_state_of(&status, policy_named(tally->policies, status.policy))]++;
    if (tally->inventoried == 0 || (status.inventoried != 0 && status.inventoried < tally->inventoried))
        tally->inventoried = status.inventoried;
    return true;
}

static bool count_users(struct tally *tally, struct fault *fault) {
    if (!status_each(tally->call->bench->store, tally->account, count_user, tally, fault))
        return false;
    if (tally->failed)
        *fault = tally->fault;
    return !tally->failed;
}

static struct doc *view_states(const struct tally *tally) {
    struct doc *states = doc_object();
    for (int i = 0; i < USER_STATE_COUNT; i++)
        if (tally->states[i] > 0)
            doc_set_int(states, user_state_name((enum user_state)i), tally->states[i]);
    return states;
}

static struct doc *view_hold(int64_t at, const char *by, const char *reason) {
    struct doc *hold = doc_object();
    call_set_instant(hold, "at", at);
    doc_set_text(hold, "by", by[0] != '\0' ? by : NULL);
    doc_set_text(hold, "reason", reason[0] != '\0' ? reason : NULL);
    return hold;
}

/* Whether the account can be reached, and what holds it, are asked of the account itself. */
static void view_control(struct call *call, const char *account, struct doc *doc) {
    struct control control;
    struct fault fault;
    struct aws *aws = bench_aws(call->bench, &fault);
    bool reached = aws != NULL && control_read(aws, call->api->config, account, &control, &fault);
    doc_set_bool(doc, "reachable", reached);
    if (!reached) {
        log_fault(LOG_WARN, "the control of an account was not read", &fault, "account", account, NULL);
        return;
    }
    if (control.paused != 0)
        doc_set(doc, "paused", view_hold(control.paused, control.actor, ""));
    if (control_is_braked(&control))
        doc_set(doc, "braked", view_hold(control.braked, "", control.braked_for));
}

static struct doc *view_account(struct call *call, const struct policy_set *policies, const char *account,
                                struct fault *fault) {
    struct tally tally = {.call = call, .account = account, .policies = policies};
    if (!count_users(&tally, fault))
        return NULL;
    struct doc *doc = doc_object();
    doc_set_text(doc, "account", account);
    doc_set_int(doc, "users", tally.users);
    doc_set(doc, "states", view_states(&tally));
    call_set_instant(doc, "inventoried", tally.inventoried);
    view_control(call, account, doc);
    return doc;
}

static void answer_tagged(struct call *call, struct doc *doc) {
    char etag[ETAG_SIZE];
    struct text text;
    text_open(&text, FINGERPRINT_MOST);
    if (!doc_print(doc, &text))
        text_add(&text, "?");
    call_etag(text.bytes, text.length, etag);
    text_close(&text);
    if (!call_has(call, etag)) {
        call_answer(call, 200, doc, etag);
        return;
    }
    doc_close(doc);
    call_not_modified(call, etag);
}

void accounts_one(struct call *call) {
    const char *account = web_parameter(call->request, "account");
    struct fault fault;
    if (!call_sees_account(call, account)) {
        call_not_found(call);
        return;
    }
    if (!call_slowly(call))
        return;
    const struct policy_set *policies = policies_hold(call->api->policies);
    struct doc *doc = view_account(call, policies, account, &fault);
    policies_release(call->api->policies, policies);
    if (doc != NULL)
        answer_tagged(call, doc);
    else
        call_fault(call, &fault);
}

/* --- all of them --------------------------------------------------------------------------------------------------------- */

static bool read_limit(struct call *call, size_t *limit) {
    const char *text = web_query(call->request, "limit");
    *limit = LIMIT;
    if (text == NULL)
        return true;
    size_t digits = strspn(text, "0123456789");
    if (digits > 0 && digits <= 4 && text[digits] == '\0')
        *limit = (size_t)strtoul(text, NULL, 10);
    if (digits > 0 && digits <= 4 && text[digits] == '\0' && *limit >= 1 && *limit <= LIMIT_MOST)
        return true;
    call_bad_parameter(call, "limit", "a number of 1 to 1000");
    return false;
}

static bool view_page(struct call *call, const char **accounts, size_t count, size_t limit, struct doc *page,
                      struct fault *fault) {
    const char *after = web_query(call->request, "after");
    const struct policy_set *policies = policies_hold(call->api->policies);
    struct doc *items = doc_array();
    const char *last = NULL;
    bool fine = true;
    for (size_t i = 0; i < count && fine; i++) {
        if (after != NULL && strcmp(accounts[i], after) <= 0)
            continue;
        if (doc_count(items) == limit) {
            doc_set_text(page, "next", last);
            break;
        }
        struct doc *item = view_account(call, policies, accounts[i], fault);
        fine = item != NULL;
        if (fine)
            doc_add(items, item);
        last = accounts[i];
    }
    doc_set(page, "items", items);
    policies_release(call->api->policies, policies);
    return fine;
}

void accounts_answer(struct call *call) {
    struct fault fault;
    size_t limit = 0;
    size_t count = 0;
    if (!read_limit(call, &limit) || !call_slowly(call))
        return;
    const char **accounts = call_accounts(call, &count);
    struct doc *page = doc_object();
    bool fine = view_page(call, accounts, count, limit, page, &fault);
    mem_free(accounts);
    if (fine) {
        answer_tagged(call, page);
        return;
    }
    doc_close(page);
    call_fault(call, &fault);
}
