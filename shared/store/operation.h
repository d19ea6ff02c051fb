/* What the nouns of the store share: a store, and a command or script run on it. Inside the library (and its tests) only. */
#ifndef KEYTURN_OPERATION_H
#define KEYTURN_OPERATION_H

#include "redis.h"
#include "redis_command.h"
#include "script.h"
#include "store.h"

/* May a command be run a second time when its answer was lost? */
enum repeat { REPEAT_NEVER, REPEAT_ONCE };

/* The prefix of the store's keys. Borrowed. */
const char *store_prefix(const struct store *store);

/* Adds the key <prefix><kind>[:<first>[/<second>]]. */
void operation_key(struct store *store, struct command *command, const char *kind, const char *first,
                   const char *second);

/* Runs a command. With REPEAT_ONCE a lost connection is replaced once. The caller closes the reply. */
bool operation_run(struct store *store, const struct command *command, enum repeat repeat, struct reply **reply,
                   struct fault *fault) MUST_CHECK;

/* Runs commands, which may all be repeated, in one round trip. All are answered, or none. */
bool operation_run_row(struct store *store, const struct redis_row *row, struct reply **replies,
                       struct fault *fault) MUST_CHECK;

/* Starts a command that runs a script; its keys, then its arguments are added next. */
void operation_begin_script(struct command *command, enum script_id script);

/* Runs it by its SHA-1, or by its source where the server does not know it (yet, or any more). */
bool operation_run_script(struct store *store, struct command *command, enum script_id script, enum repeat repeat,
                          struct reply **reply, struct fault *fault) MUST_CHECK;

/* The same for a script that may be run again and answers a number, which goes to *number (may be NULL). */
bool operation_number(struct store *store, struct command *command, enum script_id script, int64_t *number,
                      struct fault *fault) MUST_CHECK;

/* Waits on the store's second connection for a message on `channel`; true at once when it had to be made. */
bool operation_await(struct store *store, const char *channel, int64_t at_most_ms, struct fault *fault) MUST_CHECK;

#endif
