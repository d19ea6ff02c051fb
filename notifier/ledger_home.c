#include "ledger_home.h"

#include "log.h"
#include "mem.h"
#include "redis_doubts.h"

#include <pthread.h>

struct ledger_home {
    pthread_mutex_t lock; /* a store belongs to one thread at a time */
    struct store *store;
    bool tolerant;
    bool warned;
    bool doubted; /* what it may lose all the same was said */
};

struct ledger_home *ledger_home_open(const struct store_settings *settings, bool tolerant) {
    struct ledger_home *home = mem_zero(1, sizeof *home);
    pthread_mutex_init(&home->lock, NULL);
    home->store = store_open(settings);
    home->tolerant = tolerant;
    return home;
}

static bool is_tolerated(struct ledger_home *home, const struct fault *fault) {
    if (!home->tolerant || fault->kind != FAULT_CONFIG)
        return false;
    if (!home->warned)
        log_fault(LOG_WARN, "this Redis would not be trusted outside of tests", fault, NULL);
    home->warned = true;
    return true;
}

/* Once; and again when it comes back, since it may be another. */
static bool is_fit(struct ledger_home *home, struct fault *fault) {
    bool fit = store_check(home->store, fault);
    if (fit && !home->doubted)
        redis_doubts_say(home->store);
    home->doubted = fit;
    return fit;
}

bool ledger_home_check(struct ledger_home *home, struct fault *fault) {
    pthread_mutex_lock(&home->lock);
    bool well = is_fit(home, fault) || is_tolerated(home, fault);
    pthread_mutex_unlock(&home->lock);
    return well;
}

void ledger_home_close(struct ledger_home *home) {
    if (home == NULL)
        return;
    store_close(home->store);
    pthread_mutex_destroy(&home->lock);
    mem_free(home);
}
