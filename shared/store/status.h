/* What is remembered of a user between looks, all of it rebuildable: facts of the inventory, and what was announced.
 * The hash user:<account>/<user>, the lexical index users:<account>, the set accounts, and current:<account>/<user>. */
#ifndef KEYTURN_STATUS_H
#define KEYTURN_STATUS_H

#include "override.h"
#include "seen_key.h"
#include "store.h"

enum { STATUS_ANNOUNCED_SIZE = 449, STATUS_EMAIL_SIZE = 257 };

struct status {
    bool known; /* there is a hash at all */
    char user_id[USER_ID_SIZE];
    char path[USER_PATH_SIZE];
    char policy[POLICY_NAME_SIZE];      /* empty: no policy selects the user */
    char fingerprint[FINGERPRINT_SIZE]; /* of that policy and those tags */
    char override[OVERRIDE_SIZE];       /* what the user's tags ask of it, in one line (override.h) */
    int64_t override_since;             /* the inventory that first saw that line; 0: none */
    char email[STATUS_EMAIL_SIZE];      /* from the recipient tags; empty: none */
    int64_t inventoried;                /* start of the inventory that saw the user last, AWS seconds */
    /* written by the worker */
    char announced
        [STATUS_ANNOUNCED_SIZE]; /* short ids of the announced events whose facts still stand, space separated */
    bool announced_known;        /* the field exists: Redis was not lost since */
    char condition[40];          /* reason of the block or skip that stands; empty: none */
    int64_t condition_since;
    int64_t sequence; /* of the last event */
    int64_t attempt;  /* faults in a row */
    char step[24];    /* last planned step and reason, for status and the console */
    char reason[40];
    char step_key[KEY_ID_SIZE]; /* that the step is about; empty: none */
    int64_t next_look;          /* AWS seconds */
    int64_t looked;             /* when the keys below were seen, AWS seconds; 0: not yet */
    char keys[SEEN_KEYS_SIZE];  /* in the form of seen_key.h */
    int64_t overdue;            /* since when a watched user's key is past its limit, AWS seconds; 0: none is */
};

/* The whole hash; known = false if there is none. */
bool status_read(struct store *store, const char *account, const char *user, struct status *status,
                 struct fault *fault) MUST_CHECK;

/* Only what says whether and for how long its credential may be served: user_id, policy, override and reason; known = false if none of them is
 * there. The other members are empty. */
bool status_read_serving(struct store *store, const char *account, const char *user, struct status *status,
                         struct fault *fault) MUST_CHECK;

/* The inventory's members, and the user's place in the indexes. `inventoried` is never set back. */
bool status_write_inventory(struct store *store, const char *account, const char *user, const struct status *status,
                            struct fault *fault) MUST_CHECK;

/* The worker's members (announced_known is true afterwards; `sequence` is never set back), and the user's place in the
 * indexes. */
bool status_write_look(struct store *store, const char *account, const char *user, const struct status *status,
                       struct fault *fault) MUST_CHECK;

/* Takes the user out of hash and indexes. */
bool status_remove(struct store *store, const char *account, const char *user, struct fault *fault) MUST_CHECK;

/* Calls `visit` for each user of an account known to the index, in name order, until it returns false (which is no fault).
 * The visitor may use the store. */
bool status_each(struct store *store, const char *account, bool (*visit)(const char *user, void *context),
                 void *context, struct fault *fault) MUST_CHECK;

/* At most `most` names of the index that come after `after` (itself need not be there; empty: from the first), in byte order. *count tells how many;
 * fewer than `most`: there are no more. */
bool status_names(struct store *store, const char *account, const char *after, size_t most,
                  char (*names)[USER_NAME_SIZE], size_t *count, struct fault *fault) MUST_CHECK;

/* One script: the current key id is set and the sealed cache entry dropped. */
bool status_set_current(struct store *store, const char *account, const char *user, const char *key_id,
                        struct fault *fault) MUST_CHECK;

/* Drops the cache entry and the current key id: nothing may be served. */
bool status_drop_current(struct store *store, const char *account, const char *user, struct fault *fault) MUST_CHECK;

/* Inventories: is this account's due? Claims it for `hold_ms` if it is (one scheduler at a time), else *due is false.
 * The page marker of an interrupted one, with its start, is kept beside the claim. An account nobody knows yet is due.
 * */
bool inventory_claim(struct store *store, const char *account, int64_t hold_ms, bool *due,
                     struct fault *fault) MUST_CHECK;

/* All pages were read: due again in `every_ms`, from the first page. 0 makes one due at once (new policies). */
bool inventory_done(struct store *store, const char *account, int64_t every_ms, struct fault *fault) MUST_CHECK;

/* It was interrupted: due again in `delay_ms`, from the marker on. */
bool inventory_retry(struct store *store, const char *account, int64_t delay_ms, struct fault *fault) MUST_CHECK;

/* Where the last one stopped, and when it began (AWS seconds): an empty marker and 0 if it did not stop half way. */
bool inventory_read_marker(struct store *store, const char *account, char *marker, size_t size, int64_t *started,
                           struct fault *fault) MUST_CHECK;

/* Of which end of a digest's period the account's users were announced last (Unix seconds); 0: of none. */
bool inventory_read_listed(struct store *store, const char *account, int64_t *at, struct fault *fault) MUST_CHECK;
bool inventory_write_listed(struct store *store, const char *account, int64_t at, struct fault *fault) MUST_CHECK;

/* A page was dealt with: the next one, and the inventory's start. The claim begins anew. */
bool inventory_write_marker(struct store *store, const char *account, const char *marker, int64_t started,
                            struct fault *fault) MUST_CHECK;

#endif
