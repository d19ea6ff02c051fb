#include "status_show.h"

#include "shown.h"
#include "spell.h"

#include <string.h>

enum { STATE_WIDTH = 9, LABEL_WIDTH = 9 };

static const struct {
    const char *state;
    const char *color;
} colors[] = {
    {"blocked", "\033[1;31m"},
    {"failing", "\033[31m"},
    {"rotating", "\033[33m"},
    {"paused", "\033[36m"},
};

static void add_state(const struct doc *user, bool color, size_t width, struct text *out) {
    const char *state = doc_text(doc_at(user, "state"));
    const char *paint = NULL;
    state = state != NULL ? state : "?";
    for (size_t i = 0; color && i < COUNT_OF(colors); i++)
        if (text_equal(colors[i].state, state))
            paint = colors[i].color;
    text_add(out, paint != NULL ? paint : "");
    shown_add(out, state);
    text_add(out, paint != NULL ? "\033[0m" : "");
    for (size_t length = strlen(state); length < width; length++)
        text_add(out, " ");
}

static void add_age(const struct doc *key, struct text *out) {
    int64_t seconds = 0;
    char span[SPELL_SIZE];
    if (!doc_int(doc_at(key, "age_seconds"), &seconds))
        return;
    spell_span(seconds, span);
    text_format(out, "%s old", span);
}

/* "wait: the current key is not due yet, 2026-12-17 08:11Z (in 26d)". */
static void add_next(const struct doc *user, int64_t now, struct text *out) {
    int64_t at = 0;
    char when[SPELL_WHEN_SIZE];
    shown_at(out, "", user, "next.step");
    shown_at(out, " ", user, "next.key_id");
    shown_at(out, ": ", user, "next.why");
    if (!shown_instant(user, "next.at", &at))
        return;
    spell_when(at, now, when);
    text_format(out, ", %s", when);
}

static bool is_current(const struct doc *key) {
    const char *state = doc_text(doc_at(key, "state"));
    return state != NULL && text_equal(state, "current");
}

static const struct doc *current_of(const struct doc *user) {
    const struct doc *keys = doc_at(user, "keys");
    for (size_t i = 0; i < doc_count(keys); i++)
        if (is_current(doc_item(keys, i)))
            return doc_item(keys, i);
    return NULL;
}

void status_show_line(const struct doc *user, int64_t now, bool color, struct text *out) {
    const struct doc *current = current_of(user);
    text_add(out, "  ");
    add_state(user, color, STATE_WIDTH, out);
    shown_at(out, " ", user, "user");
    shown_at(out, "  ", user, "account");
    shown_at(out, "  ", user, "policy");
    if (current != NULL) {
        shown_at(out, "  ", current, "id");
        text_add(out, " (");
        add_age(current, out);
        text_add(out, ")");
    }
    text_add(out, "  ");
    add_next(user, now, out);
    text_add(out, "\n");
}

/* --- one user ------------------------------------------------------------------------------------------------------------ */

static void add_row(const char *label, const struct doc *doc, const char *path, struct text *out) {
    const char *found = doc_text(doc_at(doc, path));
    if (found == NULL)
        return;
    text_format(out, "  %-*s", LABEL_WIDTH, label);
    shown_add(out, found);
    text_add(out, "\n");
}

static void add_key(const struct doc *key, int64_t now, struct text *out) {
    bool active = false;
    int64_t used = 0;
    char when[SPELL_WHEN_SIZE];
    text_format(out, "  %-*s", LABEL_WIDTH, "key");
    shown_at(out, "", key, "id");
    shown_at(out, ", ", key, "state");
    if (doc_bool(doc_at(key, "active"), &active))
        text_add(out, active ? ", active, " : ", inactive, ");
    add_age(key, out);
    if (shown_instant(key, "last_used", &used)) {
        spell_when(used, now, when);
        text_format(out, ", last used %s", when);
    }
    text_add(out, "\n");
}

static void add_keys(const struct doc *user, int64_t now, struct text *out) {
    const struct doc *keys = doc_at(user, "keys");
    for (size_t i = 0; i < doc_count(keys); i++)
        add_key(doc_item(keys, i), now, out);
}

static void add_requests(const struct doc *user, struct text *out) {
    const struct doc *requests = doc_at(user, "requests");
    for (size_t i = 0; i < doc_count(requests); i++) {
        const struct doc *request = doc_item(requests, i);
        text_format(out, "  %-*s", LABEL_WIDTH, "asked");
        shown_at(out, "", request, "request");
        shown_at(out, " ", request, "key_id");
        shown_at(out, ", by ", request, "by");
        shown_at(out, ", at ", request, "at");
        text_add(out, "\n");
    }
}

void status_show_history(const struct doc *user, struct text *out) {
    const struct doc *history = doc_at(user, "history");
    for (size_t i = doc_count(history); i > 0; i--) {
        const struct doc *entry = doc_item(history, i - 1);
        shown_at(out, "", entry, "time");
        shown_at(out, "  ", entry, "type");
        shown_at(out, "  ", entry, "key_id");
        shown_at(out, "  ", entry, "reason");
        shown_at(out, "  ", entry, "message");
        shown_at(out, ", by ", entry, "actor");
        text_add(out, "\n");
    }
}

static void add_history(const struct doc *user, struct text *out) {
    if (doc_count(doc_at(user, "history")) == 0)
        return;
    text_add(out, "  history\n");
    status_show_history(user, out);
}

void status_show_user(const struct doc *user, int64_t now, bool color, struct text *out) {
    shown_at(out, "", user, "user");
    shown_at(out, " in ", user, "account");
    text_add(out, ": ");
    add_state(user, color, 0, out);
    text_add(out, "\n");
    add_row("policy", user, "policy", out);
    add_row("owner", user, "owner", out);
    add_row("secret", user, "secret.name", out);
    add_keys(user, now, out);
    text_format(out, "  %-*s", LABEL_WIDTH, "next");
    add_next(user, now, out);
    text_add(out, "\n");
    add_requests(user, out);
    add_history(user, out);
}
