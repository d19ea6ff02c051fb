#include "ticker.h"

#include "clock.h"
#include "mem.h"

#include <pthread.h>
#include <stdatomic.h>

struct ticker {
    void (*tick)(void *context);
    void *context;
    int64_t every_ms;
    atomic_bool end;
    pthread_t thread;
};

static void *run(void *argument) {
    struct ticker *ticker = argument;
    while (!atomic_load(&ticker->end)) {
        clock_sleep_ms(ticker->every_ms);
        if (!atomic_load(&ticker->end))
            ticker->tick(ticker->context);
    }
    return NULL;
}

struct ticker *ticker_open(void (*tick)(void *context), void *context, int64_t every_ms, struct fault *fault) {
    struct ticker *ticker = mem_zero(1, sizeof *ticker);
    ticker->tick = tick;
    ticker->context = context;
    ticker->every_ms = every_ms;
    if (pthread_create(&ticker->thread, NULL, run, ticker) == 0)
        return ticker;
    fault_set(fault, FAULT_UNAVAILABLE, "thread", "none could be started");
    mem_free(ticker);
    return NULL;
}

void ticker_close(struct ticker *ticker) {
    if (ticker == NULL)
        return;
    atomic_store(&ticker->end, true);
    pthread_join(ticker->thread, NULL);
    mem_free(ticker);
}
