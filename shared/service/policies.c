#include "policies.h"

#include "mem.h"

#include <pthread.h>

/* A set, counted; readers get the address of `set`, its first member. */
struct counted {
    struct policy_set set;
    size_t holders; /* readers, and one while it is in force */
};

struct policies {
    pthread_mutex_t lock;
    struct counted *current;
    size_t count;
};

static struct counted *copy(const struct policy_set *set) {
    struct counted *counted = mem_alloc(sizeof *counted);
    counted->set = *set;
    counted->holders = 1;
    return counted;
}

/* With the lock held. */
static void let_go(struct policies *policies, struct counted *counted) {
    if (--counted->holders > 0)
        return;
    mem_free(counted);
    policies->count--;
}

struct policies *policies_open(const struct policy_set *first) {
    struct policies *policies = mem_zero(1, sizeof *policies);
    pthread_mutex_init(&policies->lock, NULL);
    policies->current = copy(first);
    policies->count = 1;
    return policies;
}

void policies_replace(struct policies *policies, const struct policy_set *next) {
    struct counted *counted = copy(next);
    pthread_mutex_lock(&policies->lock);
    let_go(policies, policies->current);
    policies->current = counted;
    policies->count++;
    pthread_mutex_unlock(&policies->lock);
}

const struct policy_set *policies_hold(struct policies *policies) {
    pthread_mutex_lock(&policies->lock);
    struct counted *counted = policies->current;
    counted->holders++;
    pthread_mutex_unlock(&policies->lock);
    return &counted->set;
}

void policies_release(struct policies *policies, const struct policy_set *held) {
    pthread_mutex_lock(&policies->lock);
    let_go(policies, (struct counted *)held);
    pthread_mutex_unlock(&policies->lock);
}

size_t policies_count(struct policies *policies) {
    pthread_mutex_lock(&policies->lock);
    size_t count = policies->count;
    pthread_mutex_unlock(&policies->lock);
    return count;
}

void policies_close(struct policies *policies) {
    if (policies == NULL)
        return;
    let_go(policies, policies->current);
    pthread_mutex_destroy(&policies->lock);
    mem_free(policies);
}
