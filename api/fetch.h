/* A user's current credential, from the sealed cache where it is there, else from Secrets Manager: read once for all who ask at that time.
 * Owns nothing. */
#ifndef KEYTURN_FETCH_H
#define KEYTURN_FETCH_H

#include "cache.h"
#include "subject.h"

/* From the cache, which is read unless it was with the subject; borrowed from the bench until the next call. NULL: not there, or not to be cached. `current` is the key id the worker made
 * current; empty: not known. */
const struct credential *fetch_cached(struct call *call, const struct subject *subject, char current[KEY_ID_SIZE]);

/* From Secrets Manager, by the stage AWSCURRENT; for threads that may block. Fills the cache. FAULT_GONE: there is no secret, or only its
 * placeholder yet. The caller closes the credential. */
bool fetch_secret(struct call *call, const struct subject *subject, struct credential *credential,
                  struct fault *fault) MUST_CHECK;

#endif
