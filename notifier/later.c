#include "later.h"

#include "clock.h"
#include "mem.h"

#include <pthread.h>

struct later {
    struct later_owner owner;
    pthread_mutex_t lock;
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

void later_work(struct later *later) {
    later->owner.tick(later->owner.context);
    give_all(later);
}

struct later *later_open(const struct later_owner *owner) {
    struct later *later = mem_zero(1, sizeof *later);
    later->owner = *owner;
    pthread_mutex_init(&later->lock, NULL);
    return later;
}

void later_keep(struct later *later, struct notice *notice) {
    notice->due_ms = clock_boot_ms() + notice->again_ms;
    pthread_mutex_lock(&later->lock);
    struct notice **last = &later->kept;
    while (*last != NULL)
        last = &(*last)->next;
    notice->next = NULL;
    *last = notice;
    later->count++;
    pthread_mutex_unlock(&later->lock);
}

size_t later_count(struct later *later) {
    pthread_mutex_lock(&later->lock);
    size_t count = later->count;
    pthread_mutex_unlock(&later->lock);
    return count;
}

int64_t later_due(struct later *later) {
    int64_t earliest = -1;
    int64_t now = clock_boot_ms();
    pthread_mutex_lock(&later->lock);
    for (const struct notice *notice = later->kept; notice != NULL; notice = notice->next) {
        int64_t in_ms = notice->due_ms > now ? notice->due_ms - now : 0;
        earliest = earliest < 0 || in_ms < earliest ? in_ms : earliest;
    }
    pthread_mutex_unlock(&later->lock);
    return earliest;
}

struct notice *later_close(struct later *later) {
    if (later == NULL)
        return NULL;
    struct notice *left = later->kept;
    pthread_mutex_destroy(&later->lock);
    mem_free(later);
    return left;
}
