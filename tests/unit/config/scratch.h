/* Configuration files made for one story and gone after it. */
#ifndef KEYTURN_TEST_SCRATCH_H
#define KEYTURN_TEST_SCRATCH_H

#include "config.h"

/* Writes a file of `length` bytes (0: a text) into the temporary folder, readable by its owner only. The path stays valid until the next
 * but three calls. */
const char *scratch_file(const char *content, size_t length);

/* Removes every file made so far. */
void scratch_clean(void);

/* Loads a file with that content; fails the story if it is refused. The caller closes it. */
struct config *scratch_load(const char *content);

/* Expects the content to be refused, and returns why. */
struct fault scratch_refused(const char *content);

#endif
