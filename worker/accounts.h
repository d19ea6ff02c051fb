/* What a worker keeps per account: how many of its threads work there, and when it last said that the account is out of reach.
 * Shared by all pool threads; every call is safe from any of them. */
#ifndef KEYTURN_ACCOUNTS_H
#define KEYTURN_ACCOUNTS_H

#include "config.h"

enum { ACCOUNTS_CROWD_MS = 60 * 1000 };

struct accounts;

/* At most `most` threads for one account (at least 1). */
struct accounts *accounts_open(const struct config *config, size_t most);
void accounts_close(struct accounts *accounts);

/* Is the account configured? */
bool accounts_known(struct accounts *accounts, const char *account);

/* One more thread for this account? False: it has its share already, or is not configured. Then *again_ms says when to come back: one after
 * the other, as fast as its threads could do a look a second, so the later the larger the crowd; at least a second, at most
 * ACCOUNTS_CROWD_MS. `now_ms`: of any clock that does not go back. */
bool accounts_enter(struct accounts *accounts, const char *account, int64_t now_ms, int64_t *again_ms);
void accounts_leave(struct accounts *accounts, const char *account);

/* Remembers whether the account's role worked the last time. */
void accounts_reached(struct accounts *accounts, const char *account, bool reached);

/* Was any account tried, and did none of those tried work the last time? For readiness: one bad account is no reason to stop. */
bool accounts_all_out_of_reach(struct accounts *accounts);

/* True for one caller an hour and account: the one that is to announce that the account is out of reach. `now`: Unix seconds. */
bool accounts_may_tell(struct accounts *accounts, const char *account, int64_t now);

#endif
