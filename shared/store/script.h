/* The Lua scripts of lua/, compiled in with their SHA-1. Each says at its head what its KEYS and ARGV are. */
#ifndef KEYTURN_SCRIPT_H
#define KEYTURN_SCRIPT_H

#include "base.h"

/* identifier = file name in lua/, number of KEYS */
#define SCRIPTS(X)           \
    X(due_next, 1)           \
    X(due_hand_out, 5)       \
    X(due_take, 5)           \
    X(due_put, 5)            \
    X(due_wake, 5)           \
    X(due_add, 5)            \
    X(due_lower, 5)          \
    X(due_remove, 5)         \
    X(next_drop, 1)          \
    X(lease_take, 1)         \
    X(lease_release, 1)      \
    X(status_write, 3)       \
    X(status_set_current, 2) \
    X(inventory_claim, 1)    \
    X(inventory_rearm, 1)    \
    X(inventory_mark, 1)     \
    X(ledger_claim, 1)       \
    X(ledger_release, 1)     \
    X(ledger_epoch, 1)       \
    X(cache_fill, 2)         \
    X(watch_count, 2)        \
    X(gather_add, 3)         \
    X(gather_claim, 2)       \
    X(gather_begin, 1)       \
    X(gather_release, 1)     \
    X(gather_end, 2)

enum script_id {
#define X(name, keys) SCRIPT_##name,
    SCRIPTS(X)
#undef X
        SCRIPT_COUNT
};

struct script {
    const char *name;
    const char *source;
    const char *sha; /* SHA-1 of the source, 40 hexadecimal digits: what EVALSHA wants */
    int64_t keys;
};

/* All of them, by their id. */
extern const struct script scripts[SCRIPT_COUNT];

#endif
