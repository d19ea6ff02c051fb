/* A secret of the program's own whose value is one text, changed by compare-and-swap: read with its version, stored beside it as AWSPENDING, and made
 * current only if what was read still is. The swap itself is secrets_move_current(). */
#ifndef KEYTURN_SECRET_TEXT_H
#define KEYTURN_SECRET_TEXT_H

#include "secretsmanager.h"

/* GetSecretValue of AWSCURRENT; `content` is opened, `version` is what a swap compares with. FAULT_GONE if there is no such secret. */
bool secret_text_get(struct aws *aws, const char *name, struct secret *content, char version[VERSION_ID_SIZE],
                     struct fault *fault) MUST_CHECK;

/* CreateSecret. FAULT_CONFLICT if somebody made it meanwhile. */
bool secret_text_create(struct aws *aws, const char *name, const struct secret *content,
                        struct fault *fault) MUST_CHECK;

/* PutSecretValue as AWSPENDING under a new version id, which goes to `version`. */
bool secret_text_put(struct aws *aws, const char *name, const struct secret *content, char version[VERSION_ID_SIZE],
                     struct fault *fault) MUST_CHECK;

#endif
