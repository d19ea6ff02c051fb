/* store.h of a simulated run. */
#include "sim_store.h"

#include "mem.h"
#include "seams.h"

struct store *store_open(const struct store_settings *settings) {
    (void)settings;
    return mem_zero(1, sizeof(struct store));
}

void store_close(struct store *store) {
    mem_free(store);
}

int64_t sim_store_now(struct store *store) {
    store->calls++;
    seams_pass(SEAMS_STORE_MS);
    return seams.now_ms + SEAMS_REDIS_AHEAD_MS;
}

bool store_ping(struct store *store, struct fault *fault) {
    (void)fault;
    sim_store_now(store);
    return true;
}

bool store_check(struct store *store, struct fault *fault) {
    return store_ping(store, fault);
}

size_t store_doubts(struct store *store, struct fault doubts[STORE_DOUBTS]) {
    (void)store;
    (void)doubts;
    return 0;
}

bool store_now(struct store *store, int64_t *milliseconds, struct fault *fault) {
    (void)fault;
    *milliseconds = sim_store_now(store);
    return true;
}

void seams_store_flush(void) {
    sim_due_flush();
    sim_lease_flush();
    sim_watch_flush();
    sim_status_flush();
    sim_inventory_flush();
    sim_ledger_flush();
    sim_cache_flush();
    sim_gather_flush();
}
