/* GET /credentials/{user}, GET /accounts/{account}/users/{user}/credentials
 *
 *     who is it ► which key ► the same as they have? ► spell it ► write it down ► let it leave
 *
 * On a thread of the server as long as Redis has it all; else once more on a thread that may wait for AWS. */
#include "audit.h"
#include "clock.h"
#include "credential_format.h"
#include "fetch.h"
#include "instant.h"
#include "promise.h"
#include "record.h"
#include "routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WAIT_MOST = 60,
    FORMAT_OWN = -1, /* json: AWS's members and three of ours */
};

/* What the query asks for. */
struct wish {
    int format; /* enum credential_format, or FORMAT_OWN */
    const char *format_name;
    const char *region;
    int64_t wait_ms;
};

/* Kept while the same request waits for the next key. */
struct waiting_state {
    int64_t until_ms; /* 0: it does not wait yet */
    char seen[KEY_ID_SIZE];
};

/* --- what is asked */

static bool parse_wait(const char *text, int64_t *wait_ms) {
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 2 || text[0] == '0' || strcmp(text + digits, "s") != 0)
        return false;
    *wait_ms = strtol(text, NULL, 10) * 1000;
    return *wait_ms <= (int64_t)WAIT_MOST * 1000;
}

static bool parse_format(const char *text, struct wish *wish) {
    enum credential_format format;
    wish->format_name = text;
    if (text_equal(text, "json"))
        return true;
    if (!credential_format_parse(text, &format))
        return false;
    wish->format = (int)format;
    return true;
}

static bool read_wish(struct call *call, struct wish *wish) {
    const char *format = web_query(call->request, "format");
    const char *wait = web_query(call->request, "wait");
    const char *region = web_query(call->request, "region");
    *wish = (struct wish){FORMAT_OWN, "json", region != NULL ? region : "", 0};
    if (format != NULL && !parse_format(format, wish)) {
        call_bad_parameter(call, "format", "json, credential_process, env, credentials_file or ses_smtp");
        return false;
    }
    if (wait != NULL && !parse_wait(wait, &wish->wait_ms)) {
        call_bad_parameter(call, "wait", "1s to 60s");
        return false;
    }
    if (region == NULL && wish->format == FORMAT_SES_SMTP)
        wish->region = call->api->config->aws.region;
    if (region != NULL && !credential_region_fits(region)) {
        call_bad_parameter(call, "region", "a region such as eu-central-1");
        return false;
    }
    return true;
}

/* --- how it is spelled */

static int64_t expiration(const struct call *call, const struct subject *subject, const struct credential *credential) {
    const struct cache_answer *cached = &call->bench->cached;
    int64_t now = clock_wall_ms() / 1000;
    int64_t ends = credential == &cached->credential ? cached->expires : 0;
    return promise_until(subject->overlap, promise_known_at(ends, subject->ttl, now), now);
}

static void spell_own(struct call *call, const struct subject *subject, const struct credential *credential,
                      int64_t expires) {
    char instant[INSTANT_SIZE];
    instant_iso(expires, instant);
    struct flat flat;
    flat_open(&flat, &call->response->body);
    flat_text(&flat, "AccessKeyId", credential->access_key_id);
    flat_text(&flat, "CreatedDate", credential->created);
    flat_text(&flat, "Expiration", instant);
    if (subject->overlap == 0)
        flat_bool(&flat, "Guaranteed", false);
    flat_text(&flat, "SecretAccessKey", credential->secret_access_key.bytes);
    flat_int(&flat, "Version", 1);
    flat_text(&flat, "account", credential->account);
    flat_text(&flat, "user", credential->user);
    call->response->content_type = "application/json";
    if (!flat_close(&flat))
        call_problem(call, 500, "too_long", "the answer is too long");
}

static bool spell(struct call *call, const struct subject *subject, const struct wish *wish,
                  const struct credential *credential) {
    int64_t expires = expiration(call, subject, credential);
    struct fault fault;
    if (wish->format == FORMAT_OWN) {
        spell_own(call, subject, credential, expires);
        return true;
    }
    enum credential_format format = (enum credential_format)wish->format;
    const struct credential_wish how = {.expires = expires,
                                        .not_guaranteed = subject->overlap == 0,
                                        .region = wish->region[0] != '\0' ? wish->region : NULL};
    call->response->content_type = credential_format_media(format);
    if (credential_format_print(format, credential, &how, &call->response->body, &fault))
        return true;
    if (fault.kind == FAULT_CONFIG)
        call_problem(call, 400, "bad_parameter", "%s", fault.message);
    else
        call_fault(call, &fault);
    return false;
}

/* --- before it leaves */

static bool write_down(struct call *call, const struct subject *subject, const struct wish *wish,
                       const char *access_key_id) {
    struct record record;
    record_open(&record, call, "credentials", "read", subject->account, subject->user);
    flat_text(&record.members, "access_key_id", access_key_id);
    flat_text(&record.members, "format", wish->format_name);
    return record_with_answer(call, &record);
}

/* --- the same as they have? */

static void tag_of(const struct subject *subject, const struct wish *wish, const char *access_key_id,
                   char etag[ETAG_SIZE]) {
    const char *const words[] = {subject->account, subject->user, access_key_id, wish->format_name,
                                 wish->format == FORMAT_SES_SMTP ? wish->region : ""};
    struct text text;
    text_open(&text, 1024);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        text_append(&text, "/", i == 0 ? 0 : 1);
        text_add(&text, words[i]);
    }
    call_etag(text.bytes, text.length, etag);
    text_close(&text);
}

static void say_same(struct call *call, const char *etag) {
    call->response->status = 304;
    web_header(call->response, "ETag", etag);
}

/* They have this one: 304, or not before they waited as long as they want. */
static void same_or_wait(struct call *call, const struct wish *wish, const char *access_key_id, const char *etag) {
    struct waiting_state *state = call->scratch;
    int64_t now = clock_boot_ms();
    if (state->until_ms == 0)
        state->until_ms = now + wish->wait_ms;
    text_clip(state->seen, sizeof state->seen, access_key_id);
    if (call->request->expired || now >= state->until_ms) {
        say_same(call, etag);
        return;
    }
    call->response->when = WEB_LATER;
    call->response->later_ms = state->until_ms - now;
}

static void serve(struct call *call, const struct subject *subject, const struct wish *wish,
                  const struct credential *credential) {
    char etag[ETAG_SIZE];
    tag_of(subject, wish, credential->access_key_id, etag);
    if (call_has(call, etag)) {
        same_or_wait(call, wish, credential->access_key_id, etag);
        return;
    }
    if (audit_waits(call->api->audit) && !call->request->slow) {
        call->response->when = WEB_SLOWLY;
        return;
    }
    if (spell(call, subject, wish, credential) && call->response->status == 200 &&
        write_down(call, subject, wish, credential->access_key_id))
        web_header(call->response, "ETag", etag);
}

/* --- which key */

/* One that waits asks no more than Redis as long as that says that the key is the one they have. */
static bool still_waits(struct call *call, const struct subject *subject, const struct wish *wish,
                        const char *current) {
    const struct waiting_state *state = call->scratch;
    char etag[ETAG_SIZE];
    if (state->until_ms == 0 || current[0] == '\0' || strcmp(state->seen, current) != 0)
        return false;
    tag_of(subject, wish, current, etag);
    same_or_wait(call, wish, state->seen, etag);
    return true;
}

static void serve_subject(struct call *call, const struct subject *subject, const struct wish *wish) {
    struct credential *credential = &call->bench->credential;
    struct fault fault = {0};
    char current[KEY_ID_SIZE];
    const struct credential *cached = fetch_cached(call, subject, current);
    if (cached != NULL)
        serve(call, subject, wish, cached);
    else if (still_waits(call, subject, wish, current))
        return;
    else if (!call->request->slow)
        call->response->when = WEB_SLOWLY;
    else if (fetch_secret(call, subject, credential, &fault))
        serve(call, subject, wish, credential);
    else if (fault.kind == FAULT_GONE)
        call_not_found(call);
    else
        call_fault(call, &fault);
    credential_close(credential);
}

/* --- who is it */

static void say_several(struct call *call, const struct subject *subject) {
    struct text names;
    size_t shown = subject->account_count < SUBJECT_ACCOUNTS ? subject->account_count : SUBJECT_ACCOUNTS;
    text_open(&names, SUBJECT_ACCOUNTS * (ACCOUNT_SIZE + 2));
    for (size_t i = 0; i < shown; i++)
        text_format(&names, "%s%s", i == 0 ? "" : ", ", subject->accounts[i]);
    call_problem(call, 409, "several_accounts", "more than one account has a user of this name: say ?account= (%s%s)",
                 names.bytes, shown < subject->account_count ? ", ..." : "");
    text_close(&names);
}

static void serve_user(struct call *call, const char *account, const char *user) {
    struct wish wish;
    struct subject subject;
    struct fault fault = {0};
    if (!read_wish(call, &wish))
        return;
    switch (subject_find(call, account, user, &subject, &fault)) {
    case SUBJECT_FOUND: serve_subject(call, &subject, &wish); break;
    case SUBJECT_NONE: call_not_found(call); break;
    case SUBJECT_SEVERAL: say_several(call, &subject); break;
    case SUBJECT_SLOWLY: call->response->when = WEB_SLOWLY; break;
    case SUBJECT_FAILED: call_fault(call, &fault); break;
    }
}

bool credentials_ahead_of_name(struct call *call, struct cache_user *whose) {
    return subject_sole(call, web_query(call->request, "account"), web_parameter(call->request, "user"), whose);
}

bool credentials_ahead_of_user(struct call *call, struct cache_user *whose) {
    return subject_sole(call, web_parameter(call->request, "account"), web_parameter(call->request, "user"), whose);
}

void credentials_of_name(struct call *call) {
    serve_user(call, web_query(call->request, "account"), web_parameter(call->request, "user"));
}

void credentials_of_user(struct call *call) {
    serve_user(call, web_parameter(call->request, "account"), web_parameter(call->request, "user"));
}
