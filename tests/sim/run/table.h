/* The table of a run beside the one that was expected: comments (# ...) and empty lines do not count. */
#ifndef KEYTURN_TESTS_TABLE_H
#define KEYTURN_TESTS_TABLE_H

#include "text.h"

/* Compares line by line; the times at their beginning ("110d 01:18") may be `within` minutes of each other, and where the expected line has
 * (a|b), either will do. Where they differ, appends what is missing ("-") and what is new ("+"), each with a line before it, to an open text. */
bool table_equal(const char *expected, const char *happened, int64_t within, struct text *difference);

#endif
