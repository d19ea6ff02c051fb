/* The mail ledger: at most one message per event and person. seen:<event id>:<person> goes from claimed to sent.
 * `epoch` present = the ledger is whole; gone (Redis lost) = in doubt. */
#ifndef KEYTURN_LEDGER_H
#define KEYTURN_LEDGER_H

#include "store.h"

enum ledger_state { LEDGER_CLAIMED, LEDGER_SENT_BEFORE, LEDGER_CLAIMED_BY_OTHER, LEDGER_EXPIRED_CLAIM };

enum {
    LEDGER_KEEP_SECONDS = 48 * 3600,
    LEDGER_CLAIM_MS = 30 * 1000,
    LEDGER_SETTLE_MS = 2 * 1000,
    LEDGER_TOKEN_SIZE = 17, /* 16 hexadecimal digits */
};

/* Claims the right to send until *until_ms (Redis time), under `token`; an empty one is replaced by one of its own.
 * With the token of an earlier claim that is still there it answers CLAIMED and that claim's end: so whoever does not
 * know whether a claim was given back asks again with it. EXPIRED_CLAIM: somebody claimed it, may have sent it, and is
 * gone: say notice.failed. CLAIMED_BY_OTHER: wait for *until_ms. */
bool ledger_claim(struct store *store, const char *event_id, const char *person, char token[LEDGER_TOKEN_SIZE],
                  enum ledger_state *state, int64_t *until_ms, struct fault *fault) MUST_CHECK;

/* It went out, or will never be tried again: the entry's last state, whoever claimed it; therefore without a token. */
bool ledger_sent(struct store *store, const char *event_id, const char *person, struct fault *fault) MUST_CHECK;

/* Not sent, definitely (a clear refusal): the claim of that token is given back. Anything else that is there stays. */
bool ledger_release(struct store *store, const char *event_id, const char *person, const char *token,
                    struct fault *fault) MUST_CHECK;

/* Since when the ledger is whole, Redis ms; set now if it is missing, with *fresh true: older unsent mails are then in doubt. */
bool ledger_epoch(struct store *store, int64_t *since_ms, bool *fresh, struct fault *fault) MUST_CHECK;

#endif
