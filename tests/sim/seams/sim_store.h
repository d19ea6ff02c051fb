/* The inside of the simulated Redis: one list a noun. Private to the seams. */
#ifndef KEYTURN_TESTS_SIM_STORE_H
#define KEYTURN_TESTS_SIM_STORE_H

#include "store.h"

struct store {
    int64_t calls;
};

/* Begins a command: time passes. Redis's time in ms. */
int64_t sim_store_now(struct store *store);

/* Each noun gives its memory back. */
void sim_due_flush(void);
void sim_lease_flush(void);
void sim_status_flush(void);
void sim_inventory_flush(void);
void sim_ledger_flush(void);
void sim_gather_flush(void);
void sim_kafka_flush(void);

#endif
