/* A lease on a user: saves two workers the same work. Correctness never rests on it. */
#ifndef KEYTURN_LEASE_H
#define KEYTURN_LEASE_H

#include "store.h"

enum { LEASE_TOKEN_SIZE = 33 };

/* SET NX PX under a random token. *got false: somebody else holds it, for another *left_ms. */
bool lease_take(struct store *store, const char *account, const char *user, int64_t milliseconds,
                char token[LEASE_TOKEN_SIZE], bool *got, int64_t *left_ms, struct fault *fault) MUST_CHECK;

/* Gives it back, if the token still holds it. */
bool lease_release(struct store *store, const char *account, const char *user, const char *token,
                   struct fault *fault) MUST_CHECK;

#endif
