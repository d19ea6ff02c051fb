/* GET /users: a page of users in the order of account and name. A page begins after a place in that order, not after a number of users, so
 * those who come and go meanwhile neither repeat nor hide others. A filter that fits few ends a page early rather than reading for ever:
 * the next one goes on where it stopped. */
#include "clock.h"
#include "mem.h"
#include "routes.h"
#include "user_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIMIT = 100,
    LIMIT_MOST = 1000,
    NAMES_AT_ONCE = 128,
    READ_MOST = 2000,
    PLACE_SIZE = ACCOUNT_SIZE + USER_NAME_SIZE
};

struct listing {
    struct call *call;
    const struct policy_set *policies;
    int64_t now;
    /* what is asked; NULL: any */
    const char *account;
    const char *user;
    const char *key_id;
    const char *policy;
    int state; /* enum user_state; -1: any */
    size_t limit;
    /* where it is */
    char after_account[ACCOUNT_SIZE];
    char after_user[USER_NAME_SIZE];
    size_t read;
    bool more;
    /* what it found */
    struct doc *items;
    struct text fingerprint; /* what the ETag is of: all but the ages */
};

/* --- what is asked */

static bool parse_limit(const char *text, size_t *limit) {
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 4 || text[digits] != '\0')
        return false;
    *limit = (size_t)strtoul(text, NULL, 10);
    return *limit >= 1 && *limit <= LIMIT_MOST;
}

/* Any text is a place; one without '/' is the beginning of an account. */
static bool parse_after(const char *text, struct listing *listing) {
    size_t length = strcspn(text, "/");
    if (length == 0 || length >= ACCOUNT_SIZE)
        return false;
    memcpy(listing->after_account, text, length);
    listing->after_account[length] = '\0';
    return text[length] == '\0' || text_copy(listing->after_user, sizeof listing->after_user, text + length + 1);
}

static bool read_query(struct listing *listing) {
    const struct web_request *request = listing->call->request;
    const char *state = web_query(request, "state");
    const char *limit = web_query(request, "limit");
    const char *after = web_query(request, "after");
    enum user_state parsed = USER_NEW;
    listing->account = web_query(request, "account");
    listing->user = web_query(request, "user");
    listing->key_id = web_query(request, "key_id");
    listing->policy = web_query(request, "policy");
    if (state != NULL && !user_state_parse(state, &parsed)) {
        call_bad_parameter(listing->call, "state",
                           "new, steady, rotating, failing, blocked, skipped, watched or paused");
        return false;
    }
    listing->state = state != NULL ? (int)parsed : -1;
    if (limit != NULL && !parse_limit(limit, &listing->limit)) {
        call_bad_parameter(listing->call, "limit", "a number of 1 to 1000");
        return false;
    }
    if (after != NULL && !parse_after(after, listing)) {
        call_bad_parameter(listing->call, "after", "what `next` of the page before was");
        return false;
    }
    return true;
}

/* --- one user */

static bool has_key(const struct status *status, const char *key_id) {
    struct seen_key keys[KEYRING_MAX];
    size_t count = seen_keys_read(status->keys, keys);
    for (size_t i = 0; i < count; i++)
        if (text_equal(keys[i].id, key_id))
            return true;
    return false;
}

static bool fits(const struct listing *listing, const struct status *status, const struct policy *policy) {
    return (listing->policy == NULL || text_equal(listing->policy, status->policy)) &&
           (listing->key_id == NULL || has_key(status, listing->key_id)) &&
           (listing->state < 0 || (int)user_state_of(status, policy) == listing->state);
}

static void add_user(struct listing *listing, const char *account, const char *user, const struct status *status) {
    const struct policy *policy = policy_named(listing->policies, status->policy);
    if (!fits(listing, status, policy))
        return;
    doc_add(listing->items, user_view(account, user, status, policy, VIEW_KEYS_MASKED, listing->now));
    text_format(&listing->fingerprint, "%s/%s %s %s %s %s %s %s %lld %lld %s\n", account, user, status->user_id,
                status->policy, status->email, user_state_name(user_state_of(status, policy)), status->step,
                status->reason, (long long)status->next_look, (long long)status->looked, status->keys);
}

/* Whoever the key may not see is passed over without a trace: neither the place where a page ends nor whether there is another one may tell
 * of it. */
static bool is_asked(const struct listing *listing, const char *account, const char *user) {
    return call_sees_user(listing->call, account, user) && (listing->user == NULL || text_equal(listing->user, user));
}

static bool take_user(struct listing *listing, const char *account, const char *user, struct fault *fault) {
    struct status status;
    listing->read++;
    if (!status_read(listing->call->bench->store, account, user, &status, fault))
        return false;
    if (status.known && status.user_id[0] != '\0')
        add_user(listing, account, user, &status);
    return true;
}

/* --- an account, then all */

static bool is_full(const struct listing *listing) {
    return doc_count(listing->items) >= listing->limit || listing->read >= READ_MOST;
}

static bool take_names(struct listing *listing, const char *account, char (*names)[USER_NAME_SIZE], size_t count,
                       struct fault *fault) {
    for (size_t i = 0; i < count; i++) {
        if (!is_asked(listing, account, names[i]))
            continue;
        if (is_full(listing)) {
            listing->more = true;
            return true;
        }
        if (!take_user(listing, account, names[i], fault))
            return false;
        text_clip(listing->after_user, sizeof listing->after_user, names[i]);
    }
    return true;
}

static bool take_account(struct listing *listing, const char *account, struct fault *fault) {
    char names[NAMES_AT_ONCE][USER_NAME_SIZE];
    char after[USER_NAME_SIZE];
    size_t count = NAMES_AT_ONCE;
    text_clip(listing->after_account, sizeof listing->after_account, account);
    text_clip(after, sizeof after, listing->after_user);
    while (count == NAMES_AT_ONCE && !listing->more) {
        if (!status_names(listing->call->bench->store, account, after, NAMES_AT_ONCE, names, &count, fault) ||
            !take_names(listing, account, names, count, fault))
            return false;
        if (count > 0)
            text_clip(after, sizeof after, names[count - 1]);
    }
    return true;
}

/* The configured account that comes next in order, or NULL. */
static const char *account_after(const struct config *config, const char *account, bool itself) {
    const char *next = NULL;
    for (size_t i = 0; i < config->account_count; i++) {
        const char *each = config->accounts[i].id;
        int order = strcmp(each, account);
        bool comes = order > 0 || (order == 0 && itself);
        if (comes && (next == NULL || strcmp(each, next) < 0))
            next = each;
    }
    return next;
}

static bool take_accounts(struct listing *listing, struct fault *fault) {
    const struct config *config = listing->call->api->config;
    char from[ACCOUNT_SIZE];
    text_clip(from, sizeof from, listing->after_account);
    for (const char *each = account_after(config, from, true); each != NULL && !listing->more;
         each = account_after(config, each, false)) {
        bool asked = listing->account == NULL || text_equal(listing->account, each);
        if (strcmp(each, from) != 0)
            listing->after_user[0] = '\0';
        if (asked && call_sees_account(listing->call, each) && !take_account(listing, each, fault))
            return false;
    }
    return true;
}

/* --- the page */

static void answer_page(struct listing *listing) {
    char etag[ETAG_SIZE];
    char place[PLACE_SIZE];
    snprintf(place, sizeof place, "%s/%s", listing->after_account, listing->after_user);
    if (listing->more)
        text_add(&listing->fingerprint, place);
    call_etag(listing->fingerprint.bytes, listing->fingerprint.length, etag);
    if (call_has(listing->call, etag)) {
        call_not_modified(listing->call, etag);
        doc_close(listing->items);
        return;
    }
    struct doc *page = doc_object();
    doc_set(page, "items", listing->items);
    doc_set_text(page, "next", listing->more ? place : NULL);
    call_answer(listing->call, 200, page, etag);
}

static void list(struct listing *listing) {
    struct fault fault;
    if (take_accounts(listing, &fault)) {
        answer_page(listing);
        return;
    }
    doc_close(listing->items);
    call_fault(listing->call, &fault);
}

/* A page is many reads: not for a thread that serves others meanwhile. */
void users_answer(struct call *call) {
    struct listing listing = {.call = call, .now = clock_wall_ms() / 1000, .limit = LIMIT};
    if (!read_query(&listing))
        return;
    if (!call->request->slow) {
        call->response->when = WEB_SLOWLY;
        return;
    }
    listing.policies = policies_hold(call->api->policies);
    listing.items = doc_array();
    text_open(&listing.fingerprint, 4 * 1024 * 1024);
    list(&listing);
    text_close(&listing.fingerprint);
    policies_release(call->api->policies, listing.policies);
}
