/* A sealed text: a credential nobody can read or alter without the ring, bound to its account, user, key id and expiry.
 * docs/contracts.md has the format. Nothing is owned but what a successful seal_open_text() opens. */
#ifndef KEYTURN_SEAL_H
#define KEYTURN_SEAL_H

#include "credential.h"
#include "seal_ring.h"

enum { SEAL_TEXT_SIZE = 2048 };

/* verdict, name in metrics, sentence */
#define SEAL_VERDICTS(X)                                                                \
    X(FINE, "fine", "it is what was sealed")                                            \
    X(MALFORMED, "malformed", "it is no sealed text")                                   \
    X(UNKNOWN_KEY, "unknown_key", "no key of the ring has its id")                      \
    X(FORGED, "forged", "it was altered, or sealed for another user or by another key") \
    X(EXPIRED, "expired", "its time is over")

enum seal_verdict {
#define X(verdict, name, sentence) SEAL_##verdict,
    SEAL_VERDICTS(X)
#undef X
        SEAL_VERDICT_COUNT
};

/* What a sealed text says of itself before it is opened: true only once it was. */
struct seal_label {
    char ring_id[SEAL_RING_ID_SIZE];
    char key_id[KEY_ID_SIZE];
    int64_t expires; /* Unix seconds; not served from then on */
};

/* Seals by the ring's first key, with a random nonce. FAULT_CONFIG if the ring is empty, FAULT_INVALID if the credential is incomplete. */
bool seal_credential(struct seal_ring *ring, const struct credential *credential, int64_t expires,
                     char text[SEAL_TEXT_SIZE], struct fault *fault) MUST_CHECK;

/* Reads the label only; false if the text is malformed. */
bool seal_read_label(const char *text, struct seal_label *label) MUST_CHECK;

/* Opens a text that must have been sealed for this account and user and not be over at `now` (Unix seconds). Anything but SEAL_FINE leaves the
 * credential empty. */
enum seal_verdict seal_open_text(struct seal_ring *ring, const char *text, const char *account, const char *user,
                                 int64_t now, struct credential *credential) MUST_CHECK;

/* "fine", "forged": as metrics carry it. */
const char *seal_verdict_name(enum seal_verdict verdict);

#endif
