/* A record of the audit log as it goes to keyturn.audit.v1: a CloudEvent whose data is the record. Pure. */
#ifndef KEYTURN_AUDIT_EVENT_H
#define KEYTURN_AUDIT_EVENT_H

#include "doc.h"

enum { AUDIT_EVENT_KEY = 96, AUDIT_EVENT_TYPE = 96, AUDIT_EVENT_MOST = 16 * 1024 };

/* Makes it of one line of the log: appends structured CloudEvents JSON (docs/schemas/audit.v1.json) to `out`, which is opened; the Kafka key
 * ("account/user", either may be empty) and the type ("io.keyturn.audit.credentials.read.v1") are set. FAULT_INVALID: the line is no record. */
bool audit_event_print(const char *line, size_t length, struct text *out, char key[AUDIT_EVENT_KEY],
                       char type[AUDIT_EVENT_TYPE], struct fault *fault) MUST_CHECK;

#endif
