/* The members of a user's hash that say whether and for how long its credential may be served, asked for beside something else. Inside the
 * library only. */
#ifndef KEYTURN_STATUS_SERVING_H
#define KEYTURN_STATUS_SERVING_H

#include "operation.h"
#include "status.h"

/* Makes the command that asks for what status_read_serving() reads. */
void status_ask_serving(struct store *store, struct command *command, const char *account, const char *user);

/* Takes it from the answer. */
void status_take_serving(const struct reply *reply, struct status *status);

#endif
