/* What people ask for one user: written as tags on its secret before it is answered, so that neither Redis nor Kafka can lose it; then the
 * user is woken. */
#include "requests.h"
#include "ask.h"
#include "due.h"
#include "glance.h"
#include "instant.h"
#include "lease.h"
#include "log.h"
#include "parameters.h"
#include "placeholder.h"
#include "record.h"
#include "request_body.h"
#include "routes.h"
#include "tags.h"

#include <stdio.h>
#include <string.h>

enum { RETRY_SECONDS = 5, TURN_MS = 60 * 1000 /* as long as a look may be acted on */ };

/* --- the answers --------------------------------------------------------------------------------------------------------- */

struct doc *requests_open_doc(const struct ask_open *open) {
    struct doc *doc = doc_object();
    doc_set_text(doc, "request", ask_name(open->kind));
    doc_set_text(doc, "key_id", open->key[0] != '\0' ? open->key : NULL);
    call_set_instant(doc, "at", open->at);
    doc_set_text(doc, "by", open->by[0] != '\0' ? open->by : NULL);
    return doc;
}

/* What the next look would only wait for. */
static struct doc *waits_for(const struct plan *next) {
    if (next->step != STEP_WAIT && next->step != STEP_BLOCK && next->step != STEP_SKIP)
        return NULL;
    struct doc *doc = doc_object();
    doc_set_text(doc, "reason", reason_name(next->reason));
    doc_set_text(doc, "why", reason_sentence(next->reason));
    call_set_instant(doc, "until", next->step == STEP_WAIT ? next->not_before : 0);
    return doc;
}

static void answer_taken(struct call *call, const struct glance *glance, const struct ask_answer *answer) {
    char path[USER_NAME_SIZE + 64];
    const struct keyring *ring = &glance->ring;
    struct doc *doc = requests_open_doc(&answer->open);
    struct doc *waits = waits_for(&answer->next);
    doc_set_text(doc, "account", ring->account);
    doc_set_text(doc, "user", ring->user);
    snprintf(path, sizeof path, "/accounts/%s/users/%s", ring->account,
             ring->user); /* no character of a name is escaped in a path */
    doc_set_text(doc, "status", path);
    snprintf(path, sizeof path, "/events?account=%s", ring->account);
    doc_set_text(doc, "watch", path);
    if (waits != NULL && answer->open.kind != ASK_PAUSE && answer->open.kind != ASK_RESUME)
        doc_set(doc, "waits_for", waits);
    else
        doc_close(waits);
    call_answer(call, 202, doc, NULL);
}

static void answer_refused(struct call *call, const struct ask_answer *answer) {
    char detail[512];
    char until[INSTANT_SIZE] = "";
    if (strcmp(answer->refusal, "no_such_key") == 0) {
        call_not_found(call);
        return;
    }
    if (answer->until != 0)
        instant_iso(answer->until, until);
    snprintf(detail, sizeof detail, "%s%s%s", answer->sentence, until[0] != '\0' ? "; again from " : "", until);
    struct doc *open = answer->open.at != 0 ? requests_open_doc(&answer->open) : NULL;
    web_problem_with(call->response, 409, answer->refusal, detail, "open", open);
}

/* --- writing it down ----------------------------------------------------------------------------------------------------- */

static bool write_down(struct call *call, struct glance *glance, const struct ask_answer *answer, struct fault *fault) {
    static const char discards[1][TAG_KEY_SIZE] = {TAG_DISCARDS};
    const char *name = glance->secret_name;
    if (answer->verdict != ASK_TAKEN)
        return true;
    if (glance->ring.secret == SECRET_ABSENT &&
        !placeholder_make(glance->aws, call->api->config, name, glance->ring.user, fault))
        return false;
    return secrets_tag(glance->aws, name, answer->tags, answer->tag_count, fault) &&
           (!answer->drop_discards || secrets_untag(glance->aws, name, discards, 1, fault));
}

/* What is written down is done at the next look in any case; only nobody can be told to look now. */
static void answer_unwoken(struct call *call, const struct fault *fault) {
    char seconds[16];
    snprintf(seconds, sizeof seconds, "%d", RETRY_SECONDS);
    log_fault(LOG_WARN, "written down, and nobody woken", fault, "account", web_parameter(call->request, "account"),
              "user", web_parameter(call->request, "user"), NULL);
    call_problem(
        call, 503, "not_woken",
        "the request is written down and will be done when the user is looked at next; ask again and it is looked at "
        "at once");
    web_header(call->response, "Retry-After", seconds);
}

/* Also where the request stands already: whoever asked first may have been told that Redis did not answer. */
static bool wake(struct call *call, const struct glance *glance) {
    struct fault fault;
    if (due_wake(call->bench->store, glance->ring.account, glance->ring.user, &fault))
        return true;
    answer_unwoken(call, &fault);
    return false;
}

/* By this call or by one before it? */
static bool is_written(const struct ask_answer *answer, const struct ask *ask) {
    return answer->verdict != ASK_REFUSED || (answer->open.at != 0 && answer->open.kind == ask->kind);
}

static void take(struct call *call, struct glance *glance, const struct ask *ask) {
    struct ask_answer answer;
    struct fault fault;
    ask_decide(&glance->own, &glance->ring, ask, &answer);
    if (!write_down(call, glance, &answer, &fault)) {
        call_fault(call, &fault);
        return;
    }
    if (is_written(&answer, ask) && !wake(call, glance))
        return;
    if (answer.verdict == ASK_REFUSED)
        answer_refused(call, &answer);
    else
        answer_taken(call, glance, &answer);
}

/* --- the routes ---------------------------------------------------------------------------------------------------------- */

static bool write_record(struct call *call, const struct glance *glance, const struct ask *ask, const char *reason) {
    struct record record;
    record_open(&record, call, "user", ask_name(ask->kind), glance->ring.account, glance->ring.user);
    flat_text(&record.members, "access_key_id", ask->kind == ASK_DEACTIVATE ? ask->key : NULL);
    flat_text(&record.members, "reason", reason);
    return record_write(call, &record);
}

/* One request of a user at a time: two at once would both find none open, and the tag holds but one. */
struct turn {
    char name[USER_NAME_SIZE + 8];
    char token[LEASE_TOKEN_SIZE];
    bool held;
};

/* Emergencies and pauses have tags of their own and wait for nobody; and without Redis a request is rather taken than refused. */
static bool take_turn(struct call *call, enum ask_kind kind, struct turn *turn) {
    const char *account = web_parameter(call->request, "account");
    int64_t left_ms;
    struct fault fault;
    turn->held = false;
    if (kind == ASK_DEACTIVATE || kind == ASK_PAUSE)
        return true;
    snprintf(turn->name, sizeof turn->name, "%s/ask", web_parameter(call->request, "user")); /* no user's name */
    if (!lease_take(call->bench->store, account, turn->name, TURN_MS, turn->token, &turn->held, &left_ms, &fault) ||
        turn->held)
        return true;
    call_problem(call, 409, "being_asked", "another request of this user is being written down; ask again in a moment");
    return false;
}

static void give_turn(struct call *call, const struct turn *turn) {
    struct fault ignored; /* it ends by itself */
    if (turn->held)
        (void)!lease_release(call->bench->store, web_parameter(call->request, "account"), turn->name, turn->token,
                             &ignored);
}

static void ask_in_turn(struct call *call, const struct ask *ask, const struct request_body *body) {
    struct glance *glance = glance_open(call);
    if (glance == NULL)
        return;
    if (write_record(call, glance, ask, body->reason))
        take(call, glance, ask);
    glance_close(call, glance);
}

/* Before anything is written down: no audit record may hold what cannot be a key's id. */
static bool is_there_to_ask(const struct call *call, const struct ask *ask) {
    return call_sees_user(call, web_parameter(call->request, "account"), web_parameter(call->request, "user")) &&
           (ask->kind != ASK_DEACTIVATE || parameters_is_key_id(ask->key));
}

static void ask_for_user(struct call *call, enum ask_kind kind) {
    struct request_body body;
    struct turn turn;
    const struct ask ask = {.kind = kind, .key = web_parameter(call->request, "key_id"), .actor = call->key.name};
    if (!call_slowly(call) || !request_body_read(call, &body))
        return;
    if (!is_there_to_ask(call, &ask)) {
        call_not_found(call);
        return;
    }
    if (!take_turn(call, kind, &turn))
        return;
    ask_in_turn(call, &ask, &body);
    give_turn(call, &turn);
}

void requests_rotate(struct call *call) {
    ask_for_user(call, ASK_ROTATE);
}

void requests_rollback(struct call *call) {
    ask_for_user(call, ASK_ROLLBACK);
}

void requests_deactivate(struct call *call) {
    ask_for_user(call, ASK_DEACTIVATE);
}

void requests_pause(struct call *call) {
    ask_for_user(call, ASK_PAUSE);
}

void requests_resume(struct call *call) {
    ask_for_user(call, ASK_RESUME);
}
