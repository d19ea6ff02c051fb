/* The rounds: a few threads that go through the accounts and take each inventory when it is due. Which thread of which
 * scheduler takes it is decided by a claim in Redis, so there may be any number of either. They never delay the handing
 * out. */
#ifndef KEYTURN_ROUNDS_H
#define KEYTURN_ROUNDS_H

#include "service.h"

enum { ROUNDS_THREADS = 4, ROUNDS_CLAIM_MS = 120 * 1000, ROUNDS_TEST_CLAIM_MS = 10 * 1000 };

struct rounds;

/* Starts at most ROUNDS_THREADS threads, one an account where there are fewer. The context and the writer are
 * borrowed. */
struct rounds *rounds_open(const struct service_context *context, struct kafka_writer *writer, struct fault *fault);

/* Asks the threads to end after the page they are at. Safe from any thread. */
void rounds_stop(struct rounds *rounds);

/* New policies, copied: what is being taken is broken off, and every account is due for a new inventory at once. From
 * any thread. */
void rounds_reload(struct rounds *rounds, const struct policy_set *policies);

/* Could at least one account's last inventory be read (or is none of them tried yet)? Else what hindered the last that
 * failed. A single account that cannot be read is a matter of logs and metrics: the others go on. From any thread. */
bool rounds_health(struct rounds *rounds, struct fault *fault) MUST_CHECK;

/* Stops, waits for the threads, frees. NULL does nothing. */
void rounds_close(struct rounds *rounds);

#endif
