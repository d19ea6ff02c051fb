#include "crowd.h"

#include "mem.h"

#include <pthread.h>

struct crowd {
    size_t count;
    struct exchange *members[WEB_TOGETHER];
    struct crowd *next;
};

struct crowds {
    pthread_mutex_t lock;
    struct crowd *first;
};

/* A thread of a server serves no other server. */
static _Thread_local struct crowd *own;

struct crowds *crowds_open(void) {
    struct crowds *crowds = mem_zero(1, sizeof *crowds);
    pthread_mutex_init(&crowds->lock, NULL);
    return crowds;
}

void crowds_close(struct crowds *crowds) {
    if (crowds == NULL)
        return;
    while (crowds->first != NULL) {
        struct crowd *crowd = crowds->first;
        crowds->first = crowd->next;
        mem_free(crowd);
    }
    pthread_mutex_destroy(&crowds->lock);
    mem_free(crowds);
}

static struct crowd *crowd_of_thread(struct crowds *crowds) {
    if (own != NULL)
        return own;
    own = mem_zero(1, sizeof *own);
    pthread_mutex_lock(&crowds->lock);
    own->next = crowds->first;
    crowds->first = own;
    pthread_mutex_unlock(&crowds->lock);
    return own;
}

static void call(struct crowd *crowd) {
    struct exchange *members[WEB_TOGETHER];
    size_t count = crowd->count;
    for (size_t i = 0; i < count; i++) {
        members[i] = crowd->members[i];
        members[i]->crowd = NULL;
    }
    crowd->count = 0;
    exchange_call(members, count);
}

bool crowd_joins(struct crowds *crowds, struct exchange *exchange) {
    struct crowd *crowd = exchange->crowd;
    if (crowd == NULL) {
        crowd = crowd_of_thread(crowds);
        crowd->members[crowd->count++] = exchange;
        exchange->crowd = crowd;
        if (crowd->count < WEB_TOGETHER)
            return true;
    }
    call(crowd);
    return false;
}

void crowd_leave(struct exchange *exchange) {
    struct crowd *crowd = exchange->crowd;
    if (crowd == NULL)
        return;
    size_t i = 0;
    while (crowd->members[i] != exchange)
        i++;
    crowd->members[i] = crowd->members[--crowd->count];
    exchange->crowd = NULL;
}
