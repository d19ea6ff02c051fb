/* The mail ledger: at most one message per event and person. seen:<event id>:<person> goes from claimed to sent.
 * `epoch` present = the ledger is whole; gone (Redis lost) = in doubt. */
#ifndef KEYTURN_LEDGER_H
#define KEYTURN_LEDGER_H

#include "store.h"

enum ledger_state { LEDGER_CLAIMED, LEDGER_SENT_BEFORE, LEDGER_CLAIMED_BY_OTHER, LEDGER_EXPIRED_CLAIM };

enum { LEDGER_KEEP_SECONDS = 48 * 3600, LEDGER_CLAIM_MS = 30 * 1000, LEDGER_SETTLE_MS = 2 * 1000 };

/* Claims the right to send until *until_ms (Redis time). EXPIRED_CLAIM: somebody claimed it, may have sent it, and is gone: say notice.failed.
 * CLAIMED_BY_OTHER: wait for *until_ms. */
bool ledger_claim(struct store *store, const char *event_id, const char *person, enum ledger_state *state,
                  int64_t *until_ms, struct fault *fault) MUST_CHECK;

/* It went out. */
bool ledger_sent(struct store *store, const char *event_id, const char *person, struct fault *fault) MUST_CHECK;

/* Not sent, definitely (a clear refusal): the claim is given back. */
bool ledger_release(struct store *store, const char *event_id, const char *person, struct fault *fault) MUST_CHECK;

/* Since when the ledger is whole, Redis ms; set now if it is missing, with *fresh true: older unsent mails are then in doubt. */
bool ledger_epoch(struct store *store, int64_t *since_ms, bool *fresh, struct fault *fault) MUST_CHECK;

#endif
