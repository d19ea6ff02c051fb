/* The log: one JSON object a line on stderr; a short plain line where stderr is a terminal.
 * Libraries do not log: they return faults, and the top of each program logs them once. The type of a secret has no printer. */
#ifndef KEYTURN_LOG_H
#define KEYTURN_LOG_H

#include "fault.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Who logs ("worker"), and from which level on, and looks whether stderr is a terminal. Called by the service, before any thread starts. */
void log_begin(const char *program, enum log_level least);

/* "debug" "info" "warn" "error" -> level. False if it is none of them. */
bool log_parse_level(const char *name, enum log_level *level) MUST_CHECK;

/* One record: a message, then pairs of name and value (both const char *), closed by NULL:
 *     log_line(LOG_INFO, "assigned", "topic", topic, "partition", number, NULL);
 * A NULL value is left out. Lines are written whole, whatever the threads. */
void log_line(enum log_level level, const char *message, ...) __attribute__((sentinel));

/* The same for what is said so often that each line's own write would cost more than what it tells of. It waits for the next log_flush(), or line of another
 * kind, or until there are 64 KiB; whoever calls it has somebody call log_flush() ten times a second. */
void log_line_late(enum log_level level, const char *message, ...) __attribute__((sentinel));

/* Writes the lines that wait. */
void log_flush(void);

/* One record for a fault, with its kind, code, place and message added to the pairs. */
void log_fault(enum log_level level, const char *message, const struct fault *fault, ...) __attribute__((sentinel));

#endif
