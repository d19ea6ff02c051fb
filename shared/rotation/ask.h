/* What a person may ask for one user, and what becomes of it: which tags are written, or why it is refused. Pure: it reads and writes nothing;
 * whoever uses it made a look, and writes the tags with the look's own freshness. */
#ifndef KEYTURN_ASK_H
#define KEYTURN_ASK_H

#include "plan.h"
#include "secretsmanager.h"

#define ASK_KINDS(X)            \
    X(ROTATE, "rotate")         \
    X(ROLLBACK, "rollback")     \
    X(DEACTIVATE, "deactivate") \
    X(PAUSE, "pause")           \
    X(RESUME, "resume")

enum ask_kind {
#define X(kind, name) ASK_##kind,
    ASK_KINDS(X)
#undef X
        ASK_KIND_COUNT
};

struct ask {
    enum ask_kind kind;
    const char *key;   /* DEACTIVATE: the key that is leaked; else not looked at */
    const char *actor; /* who asks; characters a tag cannot hold become '_' */
};

/* A request that stands on the secret. */
struct ask_open {
    enum ask_kind kind;
    char key[KEY_ID_SIZE]; /* the key it names; empty where none */
    int64_t at;
    char by[ACTOR_SIZE]; /* may be empty */
};

enum { ASK_OPEN_MAX = KEYRING_MAX + 2, ASK_TAGS = 2 };

enum ask_verdict {
    ASK_TAKEN,   /* write the tags, then wake the user */
    ASK_STANDS,  /* asked already, or so already: nothing to write, the answer is the first one's */
    ASK_REFUSED, /* nothing is written */
};

struct ask_answer {
    enum ask_verdict verdict;
    struct ask_open
        open; /* TAKEN and STANDS: as it is written down. REFUSED: the request in the way; at 0 where there is none */
    const char *refusal;  /* REFUSED: a word for programs, a constant */
    const char *sentence; /* REFUSED: ... and one for people, a constant */
    int64_t until;        /* REFUSED: when it may be asked again; 0: nobody can say */
    size_t tag_count;     /* to be written in one call, in a secret that may have to be made first */
    struct secret_tag tags[ASK_TAGS];
    bool drop_discards; /* ... and then the tag of the discards in a row is taken off */
    struct plan
        next; /* TAKEN and STANDS: the decision once it is written, made as if nobody had been asked again who the user is */
};

/* Decides on `ask` by the policy and a look. A request is refused where the next look would only drop it: so nobody is told 202 for what
 * will not be. An emergency is refused only where no policy may change the user's keys at all, or the key is not listed. */
void ask_decide(const struct policy *policy, const struct keyring *ring, const struct ask *ask,
                struct ask_answer *answer);

/* The requests that stand, oldest kind first: rotate or rollback, emergencies, pause (or the floor after a resume). Returns how many. */
size_t ask_standing(const struct policy *policy, const struct keyring *ring, struct ask_open open[ASK_OPEN_MAX]);

/* "rotate", ... */
const char *ask_name(enum ask_kind kind);

#endif
