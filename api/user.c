/* GET /accounts/{account}/users/{user}: one user, looked at now: its keys, what stands on its secret, what comes next and why. */
#include "glance.h"
#include "requests.h"
#include "routes.h"
#include "status.h"
#include "text.h"
#include "user_view.h"

enum { FINGERPRINT_MOST = 256 * 1024 };

/* What only Redis remembers (faults in a row, the owner), and over it what the look shows. */
static void remember(struct call *call, const struct glance *glance, const struct plan *next, struct status *status) {
    const struct keyring *ring = &glance->ring;
    struct fault ignored;
    if (!status_read(call->bench->store, ring->account, ring->user, status, &ignored))
        *status = (struct status){0};
    status->known = true;
    status->looked = ring->now;
    status->next_look = next->not_before > ring->now ? next->not_before : 0; /* at once is no time */
    plan_seen_keys(&glance->own, ring, status->keys);
    text_clip(status->user_id, sizeof status->user_id, ring->user_id);
    text_clip(status->policy, sizeof status->policy, ring->in_scope ? glance->own.name : "");
    text_clip(status->step, sizeof status->step, step_name(next->step));
    text_clip(status->step_key, sizeof status->step_key, next->key);
    text_clip(status->reason, sizeof status->reason, reason_name(next->reason));
}

/* When each key was last used; where IAM does not tell, the answer does not either. */
static void ask_use(struct glance *glance) {
    struct fault ignored;
    for (size_t i = 0; i < glance->ring.key_count && i < KEYRING_MAX; i++)
        if (!observe_use(glance->aws, &glance->ring, glance->ring.keys[i].id, &ignored))
            return;
}

static struct doc *view_secret(const struct glance *glance) {
    if (glance->secret.state == SECRET_ABSENT)
        return NULL;
    struct doc *secret = doc_object();
    doc_set_text(secret, "name", glance->secret_name);
    doc_set_text(secret, "arn", glance->secret.arn);
    return secret;
}

static struct doc *view_requests(const struct glance *glance) {
    struct ask_open open[ASK_OPEN_MAX];
    size_t count = ask_standing(&glance->own, &glance->ring, open);
    struct doc *list = doc_array();
    for (size_t i = 0; i < count; i++)
        doc_add(list, requests_open_doc(&open[i]));
    return list;
}

/* Of everything but the ages, which change by themselves. */
static void etag_of(const struct status *status, const struct doc *requests, const struct doc *history,
                    char etag[ETAG_SIZE]) {
    struct text text;
    text_open(&text, FINGERPRINT_MOST);
    text_format(&text, "%s %s %s %s %s %lld %s ", status->user_id, status->policy, status->keys, status->step,
                status->reason, (long long)status->next_look, status->email);
    if (!doc_print(requests, &text) || !doc_print(history, &text))
        text_add(&text, "?");
    call_etag(text.bytes, text.length, etag);
    text_close(&text);
}

static void answer(struct call *call, struct glance *glance) {
    char etag[ETAG_SIZE];
    struct status status;
    const struct keyring *ring = &glance->ring;
    const struct plan next = plan_next(&glance->own, ring);
    ask_use(glance);
    remember(call, glance, &next, &status);
    struct doc *requests = view_requests(glance);
    struct doc *history = events_history(call->api->events, ring->account, ring->user);
    etag_of(&status, requests, history, etag);
    if (call_has(call, etag)) {
        doc_close(requests);
        doc_close(history);
        call_not_modified(call, etag);
        return;
    }
    struct doc *doc =
        user_view(ring->account, ring->user, &status, ring->in_scope ? &glance->own : NULL, VIEW_KEYS_WHOLE, ring->now);
    struct doc *secret = view_secret(glance);
    if (secret != NULL)
        doc_set(doc, "secret", secret);
    doc_set(doc, "requests", requests);
    doc_set(doc, "history", history);
    call_answer(call, 200, doc, etag);
}

void user_answer(struct call *call) {
    if (!call_slowly(call))
        return;
    struct glance *glance = glance_open(call);
    if (glance == NULL)
        return;
    answer(call, glance);
    glance_close(call, glance);
}
