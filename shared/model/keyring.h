/* What one look at a user showed: its access keys, its secret's stages and tags, and the server's time.
 * The input of the decision. A plain struct of fixed size: no pointers, no I/O, no clock; instants are Unix seconds of AWS. */
#ifndef KEYTURN_KEYRING_H
#define KEYTURN_KEYRING_H

#include "base.h"

enum {
    KEYRING_MAX = 8,     /* parallel creates have produced eight keys */
    KEYRING_INTENTS = 8, /* open intents kept; more make the facts incomplete */
    KEYRING_MARKS = 8,   /* marks of keys no longer listed */
    INTENT_ID_SIZE = 17,
    VERSION_ID_SIZE = 65,
    ACTOR_SIZE = 65,
    WHY_SIZE = 33,
};

enum key_status { KEY_INACTIVE, KEY_ACTIVE };

/* When a key was last used: not asked yet, asked and never, asked and once. */
enum key_use { USE_NOT_ASKED, USE_NEVER, USE_SEEN };

/* What trying a key showed in this look. REFUSED: the key itself, at both endpoints. */
enum key_proof { PROOF_NOT_TRIED, PROOF_PROVEN, PROOF_REFUSED, PROOF_UNANSWERED };

struct key {
    char id[KEY_ID_SIZE];
    enum key_status status;
    int64_t created;
    bool stored;                 /* a version of the secret is this key's, and carries at least one stage */
    bool current;                /* ... AWSCURRENT */
    bool pending;                /* ... AWSPENDING */
    bool previous;               /* ... AWSPREVIOUS */
    bool described;              /* the console's description: a user tag named like the key */
    int64_t deleting;            /* time of its deleting mark; 0 = none */
    bool discarding;             /* that mark is a discard: the key never was current */
    char deleting_why[WHY_SIZE]; /* the reason written with it; empty: none */
    int64_t leaked;              /* time of the emergency naming it; 0 = none */
    enum key_use use;
    int64_t last_used; /* with USE_SEEN */
    enum key_proof proof;
};

enum secret_state { SECRET_ABSENT, SECRET_PRESENT, SECRET_BEING_DELETED };

/* Answer of the recheck (GetUser, ListGroupsForUser) made before anything is changed. */
enum recheck { RECHECK_NOT_ASKED, RECHECK_SAME, RECHECK_OTHER_USER, RECHECK_OUT_OF_SCOPE };

/* `<key id> <time>` tags. An empty key means the tag is not there. */
struct note {
    char key[KEY_ID_SIZE];
    int64_t at;
    char why[WHY_SIZE]; /* inactive: wire name of the reason for which Keyturn did it; empty: only seen */
};

struct intent {
    char id[INTENT_ID_SIZE]; /* the random part of the tag's name */
    int64_t at;
};

/* A mark whose key IAM does not list any more. */
struct gone_mark {
    char key[KEY_ID_SIZE];
    int64_t at;
    bool discarding;
    char why[WHY_SIZE];
};

/* The report of a leaked key that IAM does not list any more. */
struct gone_leak {
    char key[KEY_ID_SIZE];
    int64_t at;
};

/* What holds the account as a whole: nothing; the brake, which holds creations; a pause, which holds all that begins; or that nobody could
 * read which, which holds like a pause. */
enum account_hold { ACCOUNT_GOES_ON, ACCOUNT_BRAKED, ACCOUNT_PAUSED, ACCOUNT_UNREAD };

enum request_kind { REQUEST_NONE, REQUEST_ROTATE, REQUEST_ROLLBACK };

struct request {
    enum request_kind kind;
    char key[KEY_ID_SIZE]; /* met when this key is no longer current */
    int64_t at;
    char actor[ACTOR_SIZE];
};

struct keyring {
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    char user_id[USER_ID_SIZE];
    int64_t now;   /* Date of the first answer of this look */
    bool in_scope; /* the policy still selects the user, as far as the inventory knows */
    enum account_hold account_hold;
    int64_t account_held_since; /* 0: the account goes on, or nobody knows */
    enum recheck recheck;
    bool no_recipient; /* the user has no mail address, as far as the inventory or the recheck knows */

    size_t key_count;
    struct key keys[KEYRING_MAX];
    bool truncated;  /* IAM said there is more than one page, or more than KEYRING_MAX */
    bool incomplete; /* tags or versions that cannot be understood */

    enum secret_state secret;
    bool placeholder_current;              /* AWSCURRENT is on the placeholder */
    bool torn;                             /* AWSCURRENT and AWSPREVIOUS on one version; AWSCURRENT on two or on none */
    char current_id[KEY_ID_SIZE];          /* the key AWSCURRENT names, listed or not; empty: none or the placeholder */
    char current_version[VERSION_ID_SIZE]; /* the version holding AWSCURRENT: compare-and-swap is against it */

    struct note promoted;
    struct note inactive;
    char inactive_too[KEY_ID_SIZE]; /* a second key that note names; empty: none */
    size_t intent_count;
    struct intent intents[KEYRING_INTENTS];
    size_t gone_count;
    struct gone_mark gone[KEYRING_MARKS];
    size_t leak_gone_count;
    struct gone_leak leaks_gone[KEYRING_MARKS];
    int64_t discards; /* in a row */
    int64_t last_discard;
    struct request asked; /* what stands unanswered */
    struct request
        answered; /* the last that was met or refused, without its actor; a request that is this one asks for nothing */
    int64_t leaked_at;          /* the newest emergency among listed keys; 0 = none */
    char leaked_by[ACTOR_SIZE]; /* who reported that one */
    int64_t paused;             /* 0 = not paused */
    bool paused_for_rollback;
    char paused_by[ACTOR_SIZE]; /* who paused or resumed, whichever was last */
    int64_t resumed;            /* 0 = never */

    bool promoted_this_look; /* set by the worker whose own promotion has just succeeded */
};

/* The listed key of that id, or NULL. */
const struct key *keyring_find(const struct keyring *ring, const char *key_id);

/* The listed key whose version carries AWSCURRENT, or NULL. */
const struct key *keyring_current(const struct keyring *ring);

/* The version id under which a key's secret is stored: "keyturn-key-" + key id. */
void keyring_version_of(const char *key_id, char version[VERSION_ID_SIZE]);

/* The key id a version id belongs to, or NULL if it is not one of ours (the placeholder, somebody else's). Borrowed. */
const char *keyring_key_of(const char *version);

/* The fixed version id of the placeholder, 32-64 characters as ClientRequestToken wants. */
extern const char keyring_placeholder_version[];

#endif
