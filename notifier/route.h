/* Who is told of what: one row an event type. Pure; owns nothing. */
#ifndef KEYTURN_ROUTE_H
#define KEYTURN_ROUTE_H

#include "vocabulary.h"

/* The letters there are; the name is that of its templates and of the metric's label. */
#define LETTERS(X)              \
    X(CREATED, created)         \
    X(DEACTIVATED, deactivated) \
    X(DELETED, deleted)         \
    X(DUE_SOON, due_soon)       \
    X(SERVICE_DUE, service_due) \
    X(OVERDUE, overdue)         \
    X(SKIPPED, skipped)         \
    X(BLOCKED, blocked)         \
    X(FOREIGN, foreign)         \
    X(DEAD_KEY, dead_key)       \
    X(BRAKED, account_braked)   \
    X(PAUSED, account_paused)   \
    X(RESUMED, account_resumed) \
    X(DIGEST, digest)           \
    X(LISTS, lists)

enum letter_kind {
#define X(kind, name) LETTER_##kind,
    LETTERS(X)
#undef X
        LETTER_COUNT
};

enum { TO_USER = 1, TO_ADMIN = 2 };

struct route {
    enum event_type type;
    const char *reason; /* wire name; NULL: whatever the reason */
    enum letter_kind letter;
    unsigned audience;
    bool of_life; /* a step in the life of a key: a policy with `mail: none` wants none of these */
};

/* The first row of a type and reason; NULL: nobody gets a mail. notice.failed has none, so that a mail that fails never
 * causes another. */
const struct route *route_of(enum event_type type, const char *reason);

/* Is it a word ahead, which is late when it is told late, not when its time was long ago? */
bool route_is_notice(enum event_type type);

/* "created", ... */
const char *letter_name(enum letter_kind kind);

#endif
