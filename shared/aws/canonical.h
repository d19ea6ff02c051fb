/* The canonical spellings a signature is made over. Pure; used by sigv4 alone. */
#ifndef KEYTURN_CANONICAL_H
#define KEYTURN_CANONICAL_H

#include "sigv4.h"

/* Appends the path, dot segments and repeated slashes removed, each segment percent-encoded once more than it is already:
 * the rule of every service but S3. */
bool canonical_path(const char *path, struct text *out) MUST_CHECK;

/* Appends name=value pairs, percent-encoded, sorted by name and then by value. False beyond SIGV4_MAX_PAIRS. */
bool canonical_query(const struct sigv4_pair *pairs, size_t count, struct text *out) MUST_CHECK;

/* Appends "name:value\n" lines to `lines` and "name;name" to `names`: lower case, spaces trimmed and squeezed, sorted. */
bool canonical_headers(const struct sigv4_pair *pairs, size_t count, struct text *lines, struct text *names) MUST_CHECK;

#endif
