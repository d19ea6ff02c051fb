#include "signals.h"

#include "clock.h"
#include "log.h"
#include "mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Wakes the thread when this process has something to tell it. */
enum { WAKE = SIGUSR2, NO_DEADLINE = -1 };

struct signals {
    struct signals_target target;
    pthread_t thread;
    atomic_bool draining;
    atomic_bool closing;
    bool stopped;     /* only the thread's */
    int64_t deadline; /* only the thread's; clock_boot_ms() */
    int64_t looked;   /* the same: when it looked around last */
};

static sigset_t ours(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, WAKE);
    return set;
}

void signals_block(void) {
    sigset_t set = ours();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void give_up(const char *why) {
    log_line(LOG_ERROR, "stopped before the drain was over", "reason", why, NULL);
    _exit(1);
}

/* How long to wait for a signal; gives up when the deadline passed. */
static int64_t patience(const struct signals *signals) {
    int64_t now = clock_boot_ms();
    if (signals->deadline == NO_DEADLINE)
        return signals->looked + SIGNALS_LOOK_MS > now ? signals->looked + SIGNALS_LOOK_MS - now : 0;
    if (signals->deadline <= now)
        give_up("it took longer than it may");
    return signals->deadline - now;
}

/* The next signal, or WAKE when one came for us; anything else when none came in time. */
static int next_signal(const struct signals *signals) {
    sigset_t set = ours();
    if (signals->deadline == NO_DEADLINE && signals->target.look == NULL)
        return sigwaitinfo(&set, NULL);
    int64_t left = patience(signals);
    struct timespec wait = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
    return sigtimedwait(&set, NULL, &wait);
}

static void begin_drain(struct signals *signals) {
    if (signals->deadline == NO_DEADLINE)
        signals->deadline = clock_boot_ms() + signals->target.drain_ms;
}

static void on_stop(struct signals *signals) {
    if (signals->stopped)
        give_up("a second signal");
    signals->stopped = true;
    begin_drain(signals);
    signals->target.stop(signals->target.context);
}

static void on_reload(struct signals *signals) {
    if (!signals->stopped)
        signals->target.reload(signals->target.context);
}

static void on_wake(struct signals *signals) {
    if (atomic_load(&signals->draining))
        begin_drain(signals);
}

static void look_around(struct signals *signals) {
    bool due = clock_boot_ms() - signals->looked >= SIGNALS_LOOK_MS;
    if (signals->target.look == NULL || !due || signals->deadline != NO_DEADLINE)
        return;
    signals->target.look(signals->target.context);
    signals->looked = clock_boot_ms();
}

static const struct {
    int number;
    void (*act)(struct signals *signals);
} actions[] = {
    {SIGTERM, on_stop},
    {SIGINT, on_stop},
    {SIGHUP, on_reload},
    {WAKE, on_wake},
};

static void *read_signals(void *argument) {
    struct signals *signals = argument;
    while (!atomic_load(&signals->closing)) {
        int number = next_signal(signals);
        for (size_t i = 0; i < COUNT_OF(actions); i++) {
            if (actions[i].number == number)
                actions[i].act(signals);
        }
        look_around(signals);
    }
    return NULL;
}

struct signals *signals_open(const struct signals_target *target, struct fault *fault) {
    struct signals *signals = mem_zero(1, sizeof *signals);
    signals->target = *target;
    signals->deadline = NO_DEADLINE;
    signals->looked = clock_boot_ms();
    int failed = pthread_create(&signals->thread, NULL, read_signals, signals);
    if (failed == 0)
        return signals;
    fault_set(fault, FAULT_UNAVAILABLE, "signals", "no thread to read signals: %s", strerror(failed));
    mem_free(signals);
    return NULL;
}

void signals_drain(struct signals *signals) {
    atomic_store(&signals->draining, true);
    pthread_kill(signals->thread, WAKE);
}

void signals_close(struct signals *signals) {
    if (signals == NULL)
        return;
    atomic_store(&signals->closing, true);
    pthread_kill(signals->thread, WAKE);
    pthread_join(signals->thread, NULL);
    mem_free(signals);
}
