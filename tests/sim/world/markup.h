/* XML answers, element by element; every value is escaped. */
#ifndef KEYTURN_TESTS_MARKUP_H
#define KEYTURN_TESTS_MARKUP_H

#include "text.h"

/* <name>, </name>. */
void markup_begin(struct text *out, const char *name);
void markup_end(struct text *out, const char *name);

/* <name>value</name>. */
void markup_leaf(struct text *out, const char *name, const char *value);

/* An instant, as AWS writes it. */
void markup_instant(struct text *out, const char *name, int64_t instant);

#endif
