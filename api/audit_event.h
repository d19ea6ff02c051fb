/* A record of the audit log as it goes to keyturn.audit.v1: a CloudEvent whose data is the record. Pure. */
#ifndef KEYTURN_AUDIT_EVENT_H
#define KEYTURN_AUDIT_EVENT_H

#include "doc.h"

enum { AUDIT_EVENT_KEY = 96, AUDIT_EVENT_TYPE = 96, AUDIT_EVENT_ID = 64, AUDIT_EVENT_MOST = 16 * 1024 };

extern const char audit_event_source[]; /* of all of them */

/* What is said of one beside its value: for the Kafka key and headers. */
struct audit_event {
    char key[AUDIT_EVENT_KEY];   /* "account/user"; one about an account has no user */
    char type[AUDIT_EVENT_TYPE]; /* "io.keyturn.audit.credentials.read.v1" */
    char id[AUDIT_EVENT_ID];
    char subject[KEY_ID_SIZE]; /* the access key it is about, or empty */
};

/* Makes it of one line of the log: appends structured CloudEvents JSON (docs/schemas/audit.v1.json) to `out`, which is opened. FAULT_INVALID: the
 * line is no record. */
bool audit_event_print(const char *line, size_t length, struct text *out, struct audit_event *event,
                       struct fault *fault) MUST_CHECK;

#endif
