/* Passes the audit log on to keyturn.audit.v1, behind whoever writes it and never in their way: a thread reads the file, and moves on once Kafka has
 * acknowledged. Each record comes at least once, over crashes and outages; one that comes twice has the same id. */
#ifndef KEYTURN_AUDIT_SENDER_H
#define KEYTURN_AUDIT_SENDER_H

#include "audit.h"
#include "kafka.h"

struct audit_sender;

/* Begins; `audit` writes the log at `path`, both borrowed. A log that is no regular file stays here, which is logged. */
struct audit_sender *audit_sender_open(const struct kafka_settings *settings, struct audit *audit, const char *path,
                                       struct fault *fault);

/* Passes on what is there, for three seconds at most, and ends. When nobody writes any more, before audit_close(). NULL does nothing. */
void audit_sender_close(struct audit_sender *sender);

#endif
