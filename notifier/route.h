/* Who is told of what: one row an event type. Pure; owns nothing. */
#ifndef KEYTURN_ROUTE_H
#define KEYTURN_ROUTE_H

#include "vocabulary.h"

/* The letters there are; the name is that of its templates and of the metric's label. */
#define LETTERS(X)              \
    X(CREATED, created)         \
    X(DEACTIVATED, deactivated) \
    X(DELETED, deleted)         \
    X(BLOCKED, blocked)         \
    X(FOREIGN, foreign)         \
    X(DIGEST, digest)

enum letter_kind {
#define X(kind, name) LETTER_##kind,
    LETTERS(X)
#undef X
        LETTER_COUNT
};

enum { TO_USER = 1, TO_ADMIN = 2 };

struct route {
    enum event_type type;
    enum letter_kind letter;
    unsigned audience;
    bool of_life; /* a step in the life of a key: a policy with `mail: none` wants none of these */
};

/* The row of a type; NULL: nobody gets a mail. notice.failed has none, so that a mail that fails never causes another. */
const struct route *route_of(enum event_type type);

/* "created", ... */
const char *letter_name(enum letter_kind kind);

#endif
