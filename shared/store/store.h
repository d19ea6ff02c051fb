/* Redis, as one of the five seams: a connection, and below it the nouns kept there (due, lease, status, ledger).
 * A store belongs to one thread. It reconnects by itself at the next call; while Redis is down every call is FAULT_UNAVAILABLE.
 * Changes to the due set are Lua scripts only. Over hiredis, the only place that knows it. */
#ifndef KEYTURN_STORE_H
#define KEYTURN_STORE_H

#include "fault.h"
#include "secret.h"

enum { STORE_PREFIX_SIZE = 33, STORE_HOST_SIZE = 256 };

struct store_settings {
    char host[STORE_HOST_SIZE];
    int64_t port;
    char username[65];      /* ACL user; empty: none */
    struct secret password; /* empty: none */
    bool tls;               /* refused where the build's hiredis has none */
    char ca_file[1024];
    int64_t database;
    char prefix[STORE_PREFIX_SIZE]; /* "kt:" */
    int64_t timeout_ms;             /* connect and each command; 0: 2 s */
    /* After a command that was not answered in time the connection is not tried for so long: for those who can do without Redis. 0: at once. */
    int64_t silence_ms;
};

struct store;

/* A store; the connection is made by the first call. The settings are borrowed and must outlive it. */
struct store *store_open(const struct store_settings *settings);
void store_close(struct store *store);

/* PING. */
bool store_ping(struct store *store, struct fault *fault) MUST_CHECK;

/* Is this Redis fit to be trusted with the due set: maxmemory-policy noeviction, AOF on, not a cluster? FAULT_CONFIG
 * names what is wrong and how to mend it; a server that refuses CONFIG GET passes (managed services do). */
bool store_check(struct store *store, struct fault *fault) MUST_CHECK;

enum { STORE_DOUBTS = 3 };

/* What a server that passed store_check() may lose all the same, as far as it tells (INFO, ACL GETUSER): no AOF or another maxmemory-policy where
 * CONFIG GET is refused; a user `default` that may not do everything. Redis 7 and Valkey 8 read their AOF as that user, and drop what it may not do
 * of a script's writes (redis/redis#14541, valkey-io/valkey#3983). Each a FAULT_CONFIG naming what and the mend; returns how many. A server that
 * tells nothing is not doubted. */
size_t store_doubts(struct store *store, struct fault doubts[STORE_DOUBTS]);

/* Redis TIME in milliseconds: the only clock of the due set. */
bool store_now(struct store *store, int64_t *milliseconds, struct fault *fault) MUST_CHECK;

#endif
