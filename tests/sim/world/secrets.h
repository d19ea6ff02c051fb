/* What the two halves of the simulated Secrets Manager share. Private to the world. */
#ifndef KEYTURN_TESTS_SECRETS_H
#define KEYTURN_TESTS_SECRETS_H

#include "call.h"

/* The secret the call is about; NULL, and the call is refused. */
struct world_secret *secrets_find(struct world_call *call);

/* An answer that names the secret, to be completed. */
struct doc *secrets_about(const struct world_secret *secret);

/* The version of that id; the version that carries the stage; NULL. */
struct world_version *secrets_version(struct world_secret *secret, const char *id);
struct world_version *secrets_holder(struct world_secret *secret, const char *stage);

/* DescribeSecret, GetSecretValue; anything else is refused. */
bool secrets_read_call(struct world_call *call);

#endif
