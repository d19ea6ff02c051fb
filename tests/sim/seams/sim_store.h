/* The inside of the simulated Redis: one list a noun. Private to the seams. */
#ifndef KEYTURN_TESTS_SIM_STORE_H
#define KEYTURN_TESTS_SIM_STORE_H

#include "store.h"

struct store {
    int64_t calls;
};

/* Begins a command: time passes. Redis's time in ms. */
int64_t sim_store_now(struct store *store);

/* How many users of an account the index knows. */
int64_t sim_status_users(const char *account);

/* Each noun gives its memory back. */
void sim_due_flush(void);
void sim_lease_flush(void);
void sim_status_flush(void);
void sim_inventory_flush(void);
void sim_ledger_flush(void);
void sim_cache_flush(void);
void sim_watch_flush(void);
void sim_gather_flush(void);
void sim_kafka_flush(void);

/* The current key id of a user, borrowed; NULL: unknown. */
const char *sim_status_current(const char *account, const char *user);

/* Drops the user's cache entry. */
void sim_cache_drop(const char *account, const char *user);

#endif
