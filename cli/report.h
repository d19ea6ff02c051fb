/* The report on keys: a line or a document for each user, and how many keep to their policy. Owns its text and its document. */
#ifndef KEYTURN_REPORT_H
#define KEYTURN_REPORT_H

#include "compliance.h"
#include "text.h"

struct report {
    bool csv;
    struct text out;   /* CSV, RFC 4180: a head, then a line for each key; a user without one has one line */
    struct doc *users; /* else: docs/schemas/report.v1.json */
    size_t counts[COMPLIANCE_COUNT];
};

void report_open(struct report *report, bool csv);
void report_close(struct report *report);

/* Adds a user, as GET /accounts/{account}/users/{user} tells it. */
void report_add(struct report *report, const struct doc *user);

/* Puts the whole of it into report->out; `now`: when it was made, seconds since 1970. */
void report_finish(struct report *report, int64_t now);

#endif
