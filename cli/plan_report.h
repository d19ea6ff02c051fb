/* A reading as people read it, in the manner of Terraform, and as one JSON document (docs/schemas/plan.v1.json). Pure. */
#ifndef KEYTURN_PLAN_REPORT_H
#define KEYTURN_PLAN_REPORT_H

#include "doc.h"
#include "plan_read.h"

/* Appends the report: for each account its users, what comes next for each and why, and the totals. */
void plan_report(const struct plan_reading *reading, bool color, struct text *out);

/* The document; the caller closes it. */
struct doc *plan_doc(const struct plan_reading *reading);

#endif
