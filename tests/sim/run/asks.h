/* What people ask of Keyturn, written as the tags that ask it, the way an API does: the secret is made with its placeholder where there is
 * none, and the user is woken. */
#ifndef KEYTURN_TESTS_ASKS_H
#define KEYTURN_TESTS_ASKS_H

#include "scenario.h"

/* The secret of a user, or NULL. */
struct world_secret *asks_secret(struct world_account *account, const struct world_user *user);

/* The key AWSCURRENT names; NULL: none does. Borrowed of the secret. */
const char *asks_current(const struct world_secret *secret);

/* Writes what the hand asks (rotate, rollback, emergency, pause, resume) of that key, by the hand's value. False: the fault says why not. */
bool asks_write(struct world *world, struct world_account *account, const struct world_user *user,
                const struct hand *hand, const char *key_id, int64_t now, struct fault *fault) MUST_CHECK;

#endif
