/* The secret of a user before it holds any key: the placeholder under its fixed version id, with the user's name and the operator's tags.
 * Made by whoever first has something to write down for that user. */
#ifndef KEYTURN_PLACEHOLDER_H
#define KEYTURN_PLACEHOLDER_H

#include "aws.h"
#include "config.h"

/* CreateSecret in the session's account. `name`: of the secret; `user`: for its tag. One that exists already counts as done. */
bool placeholder_make(struct aws *aws, const struct config *config, const char *name, const char *user,
                      struct fault *fault) MUST_CHECK;

#endif
