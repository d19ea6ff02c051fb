/* The target of a request line taken apart: the parts of its path and the pairs of its query, decoded strictly (RFC 3986 escapes, UTF-8,
 * no control characters; '+' is a blank in a query, as forms have it). Owns its copies. Knows nothing of the server. */
#ifndef KEYTURN_TARGET_H
#define KEYTURN_TARGET_H

#include "base.h"

enum { TARGET_PARTS = 16, TARGET_PAIRS = 16 };

struct target_pair {
    const char *name;
    const char *value;
};

struct target {
    char *path; /* as sent, without the query */
    char *room; /* what the following point into */
    size_t part_count;
    const char *parts[TARGET_PARTS]; /* "/a/b" has two; "/" has one, empty */
    size_t pair_count;
    struct target_pair pairs[TARGET_PAIRS];
};

/* Takes "/path?query" apart. NULL, or what is wrong with it (a constant sentence). `target` is to be closed either way. */
const char *target_open(struct target *target, const char *text);
void target_close(struct target *target);

/* Does the path fit a template such as "/users/{user}"? A part in braces fits any but an empty one. */
bool target_fits(const struct target *target, const char *template);

/* The part that stands where the template says {name}; NULL: nowhere. */
const char *target_part(const struct target *target, const char *template, const char *name);

/* The value of a query's name; NULL: not there. */
const char *target_query(const struct target *target, const char *name);

#endif
