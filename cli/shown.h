/* What people and pipes are shown: built in a text, printed at once. What others said holds no character that steers a terminal when it is
 * shown. Owns nothing. */
#ifndef KEYTURN_SHOWN_H
#define KEYTURN_SHOWN_H

#include "doc.h"
#include "fault.h"
#include "text.h"

enum { SHOWN_MAX = 1024 * 1024 * 1024 };

/* Appends a string of others, each character that steers (steering.h) as '?'. */
void shown_add(struct text *out, const char *string);

/* Appends `before` and the string at a path of a document; nothing if it is not there or empty. */
void shown_at(struct text *out, const char *before, const struct doc *doc, const char *path);

/* Appends a document, indented, and a line break; within strings each character that steers is escaped, so the document is the same. */
void shown_doc(struct text *out, const struct doc *doc);

/* ... on one line. */
void shown_doc_line(struct text *out, const struct doc *doc);

/* Seconds since 1970 of the instant at a path; false if there is none. */
bool shown_instant(const struct doc *doc, const char *path, int64_t *instant) MUST_CHECK;

/* Is standard output a terminal whose wish for colour (--color, NO_COLOR) is not against it? */
bool shown_in_color(const char *color);

/* Prints it to standard output and flushes. FAULT_INVALID if it is not whole, or nobody takes it. */
bool shown_print(const struct text *out, struct fault *fault) MUST_CHECK;

#endif
