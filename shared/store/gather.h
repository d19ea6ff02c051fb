/* What the digests gather until they are due: digest:<policy>:<end of the period>, one hash each, and the index `digests` of those that
 * are still to be sent. Each goes from gathered to claimed to begun, and is then gone; what was begun by somebody who is gone may
 * have been sent, and is not sent again. Redis's own time decides when one is closed. */
#ifndef KEYTURN_GATHER_H
#define KEYTURN_GATHER_H

#include "policy.h"
#include "store.h"

enum {
    GATHER_NAME_SIZE = POLICY_NAME_SIZE + 21, /* "<policy>:<end, Unix seconds>" */
    GATHER_FIELD_SIZE = 96,
    GATHER_VALUE_SIZE = 1280,
    GATHER_BYTES = 128 * 1024, /* of one digest; what comes beyond is only counted */
    GATHER_DUE_MOST = 16,
    GATHER_CLAIM_MS = 30 * 1000,
    GATHER_LEFT_MS = 20 * 1000, /* of a claim, when the mail is begun */
    GATHER_TOKEN_SIZE = 17,
    GATHER_KEEP_DAYS = 40, /* after the last entry: longer than any period */
};

enum gather_state { GATHER_CLAIMED, GATHER_GONE, GATHER_CLAIMED_BY_OTHER, GATHER_IN_DOUBT };

/* Enters `value` under `field` into the digest `name`, due at `due_ms` (Redis's time), in place of what that field held; once an event, by
 * its id. *open false: that digest is closed, and nothing was entered. */
bool gather_add(struct store *store, const char *name, int64_t due_ms, const char *event_id, const char *field,
                const char *value, bool *open, struct fault *fault) MUST_CHECK;

/* The names of those due, the earliest first; *count of them. */
bool gather_due(struct store *store, char names[GATHER_DUE_MOST][GATHER_NAME_SIZE], size_t *count,
                struct fault *fault) MUST_CHECK;

/* Claims one for GATHER_CLAIM_MS under `token`; an empty one is replaced by one of its own. */
bool gather_claim(struct store *store, const char *name, char token[GATHER_TOKEN_SIZE], enum gather_state *state,
                  struct fault *fault) MUST_CHECK;

/* Calls `visit` with each entry, in the order of their fields, and sets *more to how many are only counted. The visitor may not use the store. */
bool gather_each(struct store *store, const char *name,
                 void (*visit)(const char *field, const char *value, void *context), void *context, int64_t *more,
                 struct fault *fault) MUST_CHECK;

/* The mail is about to be sent; *ours false: the claim ended, and it must not be. */
bool gather_begin(struct store *store, const char *name, const char *token, bool *ours, struct fault *fault) MUST_CHECK;

/* Not sent, definitely: the claim of that token is given back. */
bool gather_release(struct store *store, const char *name, const char *token, struct fault *fault) MUST_CHECK;

/* It was sent, or never will be. */
bool gather_end(struct store *store, const char *name, struct fault *fault) MUST_CHECK;

#endif
