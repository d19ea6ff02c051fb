#include "report.h"

#include "instant.h"
#include "shown.h"
#include "steering.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_SIZE = 24, DAY = 24 * 3600 };

/* The columns of a user, and those of a key, by their place in the documents. */
static const struct {
    const char *name;
    const char *path;
} user_columns[] = {{"account", "account"}, {"user", "user"},   {"user_id", "user_id"},
                    {"policy", "policy"},   {"state", "state"}, {"owner", "owner"}},
  key_columns[] = {
      {"key_id", "id"}, {"key_state", "state"}, {"key_created", "created"}, {"key_last_used", "last_used"}};

void report_open(struct report *report, bool csv) {
    *report = (struct report){.csv = csv, .users = csv ? NULL : doc_array()};
    text_open(&report->out, SHOWN_MAX);
    for (size_t i = 0; csv && i < COUNT_OF(user_columns); i++)
        text_format(&report->out, "%s,", user_columns[i].name);
    for (size_t i = 0; csv && i < COUNT_OF(key_columns); i++)
        text_format(&report->out, "%s,", key_columns[i].name);
    text_add(&report->out, csv ? "key_active,key_age_days,max_age_days,compliant,why\r\n" : "");
}

void report_close(struct report *report) {
    text_close(&report->out);
    doc_close(report->users);
    *report = (struct report){0};
}

/* --- CSV ------------------------------------------------------------------------------------------------------------------ */

/* A spreadsheet takes what begins so for a formula: an apostrophe before it makes it text. */
static bool is_formula(const char *value) {
    return strchr("=+-@\t\r", value[0]) != NULL && value[0] != '\0';
}

static void add_value(struct text *out, const char *value, const char *after) {
    text_add(out, "\"");
    text_add(out, is_formula(value) ? "'" : "");
    while (*value != '\0') {
        size_t steering = steering_at(value, NULL);
        text_add(out, *value == '"' ? "\"" : "");
        text_append(out, steering > 0 ? "?" : value, 1);
        value += steering > 0 ? steering : 1;
    }
    text_add(out, "\"");
    text_add(out, after);
}

static void add_text_at(struct text *out, const struct doc *doc, const char *path) {
    const char *value = doc_text(doc_at(doc, path));
    add_value(out, value != NULL ? value : "", ",");
}

/* Whole days and a tenth, rounded down. */
static void add_days(struct text *out, const struct doc *doc, const char *path) {
    int64_t seconds = 0;
    if (doc_int(doc_at(doc, path), &seconds))
        text_format(out, "%lld.%lld", (long long)(seconds / DAY), (long long)(seconds % DAY * 10 / DAY));
    text_add(out, ",");
}

static void add_active(struct text *out, const struct doc *key) {
    bool active = false;
    if (doc_bool(doc_at(key, "active"), &active))
        text_add(out, active ? "yes" : "no");
    text_add(out, ",");
}

static void add_line(struct text *out, const struct doc *user, const struct doc *key, const char *compliant,
                     const char *why) {
    for (size_t i = 0; i < COUNT_OF(user_columns); i++)
        add_text_at(out, user, user_columns[i].path);
    for (size_t i = 0; i < COUNT_OF(key_columns); i++)
        add_text_at(out, key, key_columns[i].path);
    add_active(out, key);
    add_days(out, key, "age_seconds");
    add_days(out, user, "max_age_seconds");
    add_value(out, compliant, ",");
    add_value(out, why, "\r\n");
}

static void add_lines(struct text *out, const struct doc *user, const char *compliant, const char *why) {
    const struct doc *keys = doc_at(user, "keys");
    for (size_t i = 0; i < doc_count(keys); i++)
        add_line(out, user, doc_item(keys, i), compliant, why);
    if (doc_count(keys) == 0)
        add_line(out, user, NULL, compliant, why);
}

/* --- JSON ----------------------------------------------------------------------------------------------------------------- */

static void copy_int(const struct doc *from, const char *path, struct doc *to) {
    int64_t number = 0;
    if (doc_int(doc_at(from, path), &number))
        doc_set_int(to, path, number);
}

static struct doc *key_doc(const struct doc *key) {
    struct doc *made = doc_object();
    bool active = false;
    for (size_t i = 0; i < COUNT_OF(key_columns); i++)
        doc_set_text(made, key_columns[i].path, doc_text(doc_at(key, key_columns[i].path)));
    if (doc_bool(doc_at(key, "active"), &active))
        doc_set_bool(made, "active", active);
    copy_int(key, "age_seconds", made);
    return made;
}

static struct doc *user_doc(const struct doc *user, const char *compliant, const char *why) {
    struct doc *made = doc_object();
    struct doc *list = doc_array();
    const struct doc *keys = doc_at(user, "keys");
    for (size_t i = 0; i < COUNT_OF(user_columns); i++)
        doc_set_text(made, user_columns[i].path, doc_text(doc_at(user, user_columns[i].path)));
    copy_int(user, "max_age_seconds", made);
    doc_set_text(made, "compliant", compliant);
    doc_set_text(made, "why", why[0] != '\0' ? why : NULL);
    for (size_t i = 0; i < doc_count(keys); i++)
        doc_add(list, key_doc(doc_item(keys, i)));
    doc_set(made, "keys", list);
    return made;
}

void report_add(struct report *report, const struct doc *user) {
    char why[COMPLIANCE_WHY_SIZE];
    enum compliance compliance = compliance_of(user, why);
    report->counts[compliance]++;
    if (report->csv)
        add_lines(&report->out, user, compliance_name(compliance), why);
    else
        doc_add(report->users, user_doc(user, compliance_name(compliance), why));
}

void report_finish(struct report *report, int64_t now) {
    char made[INSTANT_SIZE];
    if (report->csv)
        return;
    struct doc *whole = doc_object();
    struct doc *summary = doc_object();
    instant_iso(now, made);
    doc_set_text(whole, "made", made);
    doc_set(whole, "users", report->users);
    report->users = NULL;
    for (size_t i = 0; i < COMPLIANCE_COUNT; i++)
        doc_set_int(summary, compliance_name((enum compliance)i), (int64_t)report->counts[i]);
    doc_set(whole, "compliant", summary);
    shown_doc(&report->out, whole);
    doc_close(whole);
}
