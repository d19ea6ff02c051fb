/* The table of a run beside the one that was expected: comments (# ...) and empty lines do not count. */
#ifndef KEYTURN_TESTS_TABLE_H
#define KEYTURN_TESTS_TABLE_H

#include "text.h"

/* Compares line by line. Where they differ, appends what is missing ("-") and what is new ("+"), each with a line before it, to an open text. */
bool table_equal(const char *expected, const char *happened, struct text *difference);

#endif
