/* One read for many: while a thread reads a user's credential from Secrets Manager, others that want the same wait for its result instead of reading
 * too. Shared by all threads of a process. Results are copies, kept no longer than somebody waits for them. */
#ifndef KEYTURN_SINGLE_FLIGHT_H
#define KEYTURN_SINGLE_FLIGHT_H

#include "credential.h"

struct single_flight;

/* At most `flights` different reads and `waiters` waiting threads at once. */
struct single_flight *single_flight_open(size_t flights, size_t waiters);
void single_flight_close(struct single_flight *flight); /* nobody may be inside */

/* How a credential is read; `context` is the leader's. Fills what it is given, or the fault. */
typedef bool (*single_flight_read)(void *context, struct credential *credential, struct fault *fault);

/* The first caller for this account and user reads; those who come while it reads wait, at most `wait_ms`, and get copies of its credential or fault.
 * *shared (may be NULL) tells whether this caller waited for another's. FAULT_UNAVAILABLE: too many are here already, or the time is over (the read goes on). */
bool single_flight_get(struct single_flight *flight, const char *account, const char *user, int64_t wait_ms,
                       single_flight_read read, void *context, struct credential *credential, bool *shared,
                       struct fault *fault) MUST_CHECK;

/* How many threads wait now, for whatever. */
size_t single_flight_waiting(struct single_flight *flight);

#endif
