/* An index of a YAML file: every value with its path ("policies[0].rotate_after") and its line, so that whatever is refused
 * later can be shown where it stands. Also what guards the typed reading behind it: no aliases (they can multiply a small file
 * into gigabytes), no deep nesting, no duplicate keys, no zero bytes, one document. Over libyaml's events. Owns its copies. */
#ifndef KEYTURN_CONFIG_LINES_H
#define KEYTURN_CONFIG_LINES_H

#include "fault.h"

enum { LINES_MAX_DEPTH = 12, LINES_MAX_NODES = 32768, LINES_MAX_KEYS = 256 /* of one mapping */ };

enum line_kind { LINE_SCALAR, LINE_LIST, LINE_MAPPING };

struct line_node {
    char *path;      /* from the top: "redis.host", "accounts[3].id"; "" is the document */
    const char *key; /* the last part of the path, where it is a key; else NULL */
    char *value;     /* of a scalar; else NULL */
    size_t parent;   /* index of the list or mapping around it */
    size_t children; /* entries or keys so far */
    int line;        /* from 1 */
    enum line_kind kind;
};

struct lines {
    const char *file; /* borrowed: for the `where` of faults */
    size_t count;
    size_t capacity;
    struct line_node *nodes; /* in the order of the file; nodes[0] is the document */
};

/* Reads `length` bytes of YAML. False and FAULT_CONFIG with file, line and reason; `lines` is to be closed either way. */
bool lines_open(struct lines *lines, const char *file, const char *bytes, size_t length,
                struct fault *fault) MUST_CHECK;
void lines_close(struct lines *lines);

/* The node of that path, or NULL. Borrowed. */
const struct line_node *lines_find(const struct lines *lines, const char *path);

/* The line of that path, or of the nearest part of it that is in the file (a setting left out belongs to its section). */
int lines_of(const struct lines *lines, const char *path);

/* Returns false, with a FAULT_CONFIG whose `where` is "file:line". */
bool lines_refuse(const struct lines *lines, int line, struct fault *fault, const char *format, ...) PRINTF_LIKE(4, 5);

#endif
