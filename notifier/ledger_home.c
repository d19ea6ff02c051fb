#include "ledger_home.h"

#include "ledger.h"
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

/* An empty one begins its ledger when it is seen, not with the first event after that, which would seem older than the ledger. */
static bool is_begun(struct ledger_home *home, struct fault *fault) {
    int64_t since = 0;
    bool fresh = false;
    bool known = ledger_epoch(home->store, &since, &fresh, fault);
    if (known && fresh)
        log_line(LOG_WARN, "the mail ledger begins now: what happened before is told in a digest only", NULL);
    return known;
}

bool ledger_home_check(struct ledger_home *home, struct fault *fault) {
    pthread_mutex_lock(&home->lock);
    bool well = (is_fit(home, fault) || is_tolerated(home, fault)) && is_begun(home, fault);
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
