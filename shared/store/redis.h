/* One connection to Redis, and what it answers. It connects when it is first used and again after it died, with a short bounded
 * pause between attempts that failed; nothing here waits longer than the settings' timeout. Over hiredis, which no
 * other file knows. */
#ifndef KEYTURN_REDIS_H
#define KEYTURN_REDIS_H

#include "redis_command.h"
#include "store.h"

enum { REDIS_TIMEOUT_MS = 2000, REDIS_PAUSE_LEAST_MS = 20, REDIS_PAUSE_MOST_MS = 1000 };

struct redis; /* a connection */
struct reply; /* one answer, closed by the caller */

/* A connection, not made yet. The settings are borrowed. */
struct redis *redis_open(const struct store_settings *settings);
void redis_close(struct redis *redis);

/* Is there a connection that has not been seen to fail? */
bool redis_is_connected(const struct redis *redis);

/* Connects if need be: FAULT_UNAVAILABLE if Redis does not answer, or did not a moment ago; FAULT_CONFIG for TLS
 * without hiredis_ssl. */
bool redis_connect(struct redis *redis, struct fault *fault) MUST_CHECK;

/* Sends a command and reads its answer into *reply. A lost connection or an answer that does not come in time is
 * FAULT_UNAVAILABLE, and the connection is dropped: whether the command was carried out is then unknown. An error
 * answer of a server that cannot work now (LOADING, OOM, ...) is FAULT_UNAVAILABLE, any other FAULT_INVALID; its first
 * word is the fault's code. */
bool redis_call(struct redis *redis, const struct command *command, struct reply **reply,
                struct fault *fault) MUST_CHECK;

/* Commands that are sent together, in one round trip: `make` makes the i-th when it is its turn. All answers are there, or none; the fault is then that
 * of the first that failed. */
struct redis_row {
    size_t count;
    void (*make)(void *context, size_t i, struct command *command);
    void *context;
};
bool redis_call_row(struct redis *redis, const struct redis_row *row, struct reply **replies,
                    struct fault *fault) MUST_CHECK;

/* Waits at most `at_most_ms` for messages of a subscription and takes all that are there; *got says whether there was one. */
bool redis_await_message(struct redis *redis, int64_t at_most_ms, bool *got, struct fault *fault) MUST_CHECK;

/* Gives an answer back. NULL does nothing. */
void reply_close(struct reply *reply);

/* No answer, or nil? */
bool reply_is_nil(const struct reply *reply);

/* The text of a string or status, borrowed; NULL for anything else. */
const char *reply_text(const struct reply *reply);

/* The number of an integer answer, or of a string of decimal digits; 0 for anything else. */
int64_t reply_number(const struct reply *reply);

/* The elements of an array: how many (0 for anything else), and the i-th, borrowed (NULL beyond the last). */
size_t reply_count(const struct reply *reply);
const struct reply *reply_item(const struct reply *reply, size_t index);

#endif
