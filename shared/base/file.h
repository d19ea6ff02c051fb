/* Whole files with a ceiling: the configuration, and the files that secrets stand in. Nothing is owned but an opened secret. */
#ifndef KEYTURN_FILE_H
#define KEYTURN_FILE_H

#include "secret.h"

/* Reads a regular file of at most `most` bytes into `bytes` (room for them) and says how many there were. False, with `why`. */
bool file_read(const char *path, char *bytes, size_t most, size_t *length, char *why, size_t why_size) MUST_CHECK;

/* Opens `secret` and fills it with the file's content, one line end at its end cut off. False, with `why` (too large, unreadable,
 * empty). */
bool file_read_secret(const char *path, size_t most, struct secret *secret, char *why, size_t why_size) MUST_CHECK;

/* May everybody on this machine read the file? */
bool file_is_public(const char *path);

#endif
