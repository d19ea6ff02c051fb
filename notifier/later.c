#include "later.h"

#include "clock.h"
#include "mem.h"

#include <pthread.h>
#include <time.h>

struct later {
    struct later_owner owner;
    pthread_mutex_t lock;
    pthread_cond_t ending;
    pthread_t thread;
    bool end;
    bool stopped;
    struct notice *kept;
    size_t count;
};

struct errand *errand_new(struct notice *notice) {
    struct errand *errand = mem_zero(1, sizeof *errand);
    errand->digest = notice->for_digest;
    errand->count = 1;
    errand->notices[0] = notice;
    return errand;
}

static struct notice *unlink_notice(struct later *later, struct notice **link) {
    struct notice *notice = *link;
    *link = notice->next;
    notice->next = NULL;
    later->count--;
    return notice;
}

/* The first notice that is due; NULL if none is. */
static struct notice *take_due(struct later *later, int64_t now) {
    for (struct notice **link = &later->kept; *link != NULL; link = &(*link)->next) {
        if ((*link)->due_ms <= now)
            return unlink_notice(later, link);
    }
    return NULL;
}

/* Whatever waits for a digest goes with the one that is due. */
static void gather(struct later *later, struct errand *errand) {
    struct notice **link = &later->kept;
    while (*link != NULL && errand->count < DIGEST_MOST) {
        if ((*link)->for_digest)
            errand->notices[errand->count++] = unlink_notice(later, link);
        else
            link = &(*link)->next;
    }
}

static struct errand *next_errand(struct later *later) {
    struct errand *errand = NULL;
    pthread_mutex_lock(&later->lock);
    struct notice *due = take_due(later, clock_boot_ms());
    if (due != NULL)
        errand = errand_new(due);
    if (errand != NULL && errand->digest)
        gather(later, errand);
    pthread_mutex_unlock(&later->lock);
    return errand;
}

static void take_back(struct later *later, struct errand *errand) {
    for (size_t i = 0; i < errand->count; i++) {
        errand->notices[i]->again_ms = LATER_TICK_MS;
        later_keep(later, errand->notices[i]);
    }
    mem_free(errand);
}

static void give_all(struct later *later) {
    bool given = true;
    for (struct errand *errand = next_errand(later); errand != NULL; errand = given ? next_errand(later) : NULL) {
        given = later->owner.give(later->owner.context, errand);
        if (!given)
            take_back(later, errand);
    }
}

/* Until the next tick; false: it is to end. */
static bool await_tick(struct later *later) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanoseconds = until.tv_nsec + LATER_TICK_MS * 1000000L;
    until.tv_sec += nanoseconds / 1000000000L;
    until.tv_nsec = nanoseconds % 1000000000L;
    pthread_mutex_lock(&later->lock);
    if (!later->end)
        pthread_cond_timedwait(&later->ending, &later->lock, &until);
    bool go_on = !later->end;
    pthread_mutex_unlock(&later->lock);
    return go_on;
}

static void *hand_out(void *argument) {
    struct later *later = argument;
    while (await_tick(later)) {
        later->owner.tick(later->owner.context);
        give_all(later);
    }
    return NULL;
}

struct later *later_open(const struct later_owner *owner, struct fault *fault) {
    struct later *later = mem_zero(1, sizeof *later);
    pthread_condattr_t monotonic;
    later->owner = *owner;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&later->ending, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&later->lock, NULL);
    if (pthread_create(&later->thread, NULL, hand_out, later) == 0)
        return later;
    fault_set(fault, FAULT_UNAVAILABLE, "notifier", "no thread for what waits");
    later->stopped = true;
    later_close(later);
    return NULL;
}

void later_keep(struct later *later, struct notice *notice) {
    notice->due_ms = clock_boot_ms() + notice->again_ms;
    pthread_mutex_lock(&later->lock);
    notice->next = later->kept;
    later->kept = notice;
    later->count++;
    pthread_mutex_unlock(&later->lock);
}

size_t later_count(struct later *later) {
    pthread_mutex_lock(&later->lock);
    size_t count = later->count;
    pthread_mutex_unlock(&later->lock);
    return count;
}

void later_stop(struct later *later) {
    if (later == NULL || later->stopped)
        return;
    pthread_mutex_lock(&later->lock);
    later->end = true;
    pthread_cond_signal(&later->ending);
    pthread_mutex_unlock(&later->lock);
    pthread_join(later->thread, NULL);
    later->stopped = true;
}

struct notice *later_close(struct later *later) {
    if (later == NULL)
        return NULL;
    later_stop(later);
    struct notice *left = later->kept;
    pthread_cond_destroy(&later->ending);
    pthread_mutex_destroy(&later->lock);
    mem_free(later);
    return left;
}
