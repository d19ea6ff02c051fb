/* What will happen to one user: the decision on what was seen now, and, rehearsed, what follows from it and when. Pure; plain structs. */
#ifndef KEYTURN_OUTLOOK_H
#define KEYTURN_OUTLOOK_H

#include "plan.h"

/* kind, word, sign, how the summary counts it, and whether it is named there when there is none. Also the order of a report. */
#define OUTLOOKS(X)                                         \
    X(CREATE, "create", "+", "to create", true)             \
    X(DEACTIVATE, "deactivate", "~", "to deactivate", true) \
    X(DELETE, "delete", "-", "to delete", true)             \
    X(FINISH, "finish", "~", "to finish", false)            \
    X(ASK, "ask", "?", "to ask about", false)               \
    X(HELD, "held", "|", "held back", false)                \
    X(BLOCKED, "blocked", "!", "blocked", true)             \
    X(UNREADABLE, "unreadable", "?", "unreadable", false)   \
    X(WAITING, "wait", ".", "waiting", true)                \
    X(WATCHED, "watch", "o", "only watched", false)         \
    X(LEFT, "leave", "=", "left alone", true)

enum outlook_kind {
#define X(kind, word, sign, counted, always) OUTLOOK_##kind,
    OUTLOOKS(X)
#undef X
        OUTLOOK_KIND_COUNT
};

struct outlook_key {
    char id[KEY_ID_SIZE];
    enum key_role role;
    bool active;
    int64_t created;
};

struct outlook {
    enum outlook_kind kind;
    int64_t now;      /* AWS's time of the look */
    struct plan plan; /* the step of this look; its not_before is what a user waits for */
    size_t key_count;
    struct outlook_key keys[KEYRING_MAX];
    bool foreseen; /* without anybody's doing, this comes next, at that time */
    struct plan next;
    int64_t next_at;
    int64_t start;  /* the policy begins with this user then; 0: it has, or the user is not in the roll-out */
    bool outside;   /* not in the roll-out: what would be done is only shown */
    int64_t jitter; /* the user's share of it: so much after rotate_after is its key due */
    int64_t paused; /* since when; 0: it is not */
    bool paused_for_rollback;
    char paused_by[ACTOR_SIZE];
    struct plan if_used; /* ASK: what is done, by what AWS would say of the key's use */
    struct plan if_never;
};

/* The outlook of a user as one look showed it; `ring` is left as it is. Of a policy that only watches: the age of the oldest Active key. */
void outlook_of(const struct policy *policy, const struct keyring *ring, struct outlook *outlook);

/* What kind a step is for a person; of a step that is only shown: HELD. */
enum outlook_kind outlook_kind_of(const struct plan *plan);

/* The same of a step as it would be done. */
enum outlook_kind outlook_kind_of_step(enum step step);

/* Would something be changed (or found out, and then perhaps changed) if a worker looked now? */
bool outlook_changes(enum outlook_kind kind);

const char *outlook_word(enum outlook_kind kind);
const char *outlook_sign(enum outlook_kind kind);
const char *outlook_counted(enum outlook_kind kind);
bool outlook_always_counted(enum outlook_kind kind);

/* The key a new one would stand beside: current, else the newest Active one; NULL: none. */
const struct outlook_key *outlook_succeeded(const struct outlook *outlook);

/* The listed key of that id, or NULL. */
const struct outlook_key *outlook_key(const struct outlook *outlook, const char *key_id);

/* When a policy that only watches speaks next: `at` 0 if it has nothing more to say. `overdue`: the last date has passed. */
struct watch {
    const struct outlook_key *key; /* the oldest Active one; NULL: none */
    int64_t at;
    bool overdue;
};
struct watch outlook_watch(const struct policy *policy, const struct outlook *outlook);

#endif
