#include "health.h"

#include "clock.h"
#include "doc.h"
#include "mem.h"

#include <pthread.h>
#include <string.h>

struct result {
    bool ready;
    struct fault fault;
};

struct health {
    size_t count;
    struct health_check checks[HEALTH_MAX];
    pthread_mutex_t lock; /* over what follows; never held while a check runs */
    bool asking;
    bool asked;
    int64_t asked_at;
    struct result results[HEALTH_MAX];
};

struct health *health_open(const struct health_check *checks, size_t count) {
    struct health *health = mem_zero(1, sizeof *health);
    health->count = count < HEALTH_MAX ? count : HEALTH_MAX;
    memcpy(health->checks, checks, health->count * sizeof *checks);
    for (size_t i = 0; i < health->count; i++)
        fault_set(&health->results[i].fault, FAULT_UNAVAILABLE, health->checks[i].name, "not asked yet");
    pthread_mutex_init(&health->lock, NULL);
    return health;
}

void health_close(struct health *health) {
    if (health == NULL)
        return;
    pthread_mutex_destroy(&health->lock);
    mem_free(health);
}

static void ask(const struct health *health, struct result results[HEALTH_MAX]) {
    for (size_t i = 0; i < health->count; i++) {
        const struct health_check *check = &health->checks[i];
        results[i] = (struct result){0};
        results[i].ready = check->check(check->context, &results[i].fault);
    }
}

/* Asks if it is time and nobody else does; leaves a copy of the results in force. */
static void refresh(struct health *health, struct result results[HEALTH_MAX]) {
    pthread_mutex_lock(&health->lock);
    bool stale = !health->asked || clock_boot_ms() - health->asked_at >= HEALTH_KEEP_MS;
    bool mine = stale && !health->asking;
    if (mine) {
        health->asking = true;
        pthread_mutex_unlock(&health->lock);
        struct result fresh[HEALTH_MAX];
        ask(health, fresh);
        pthread_mutex_lock(&health->lock);
        memcpy(health->results, fresh, health->count * sizeof *fresh);
        health->asking = false;
        health->asked = true;
        health->asked_at = clock_boot_ms();
    }
    memcpy(results, health->results, health->count * sizeof *results);
    pthread_mutex_unlock(&health->lock);
}

static struct doc *describe(const struct result *result) {
    struct doc *doc = doc_object();
    doc_set_bool(doc, "ready", result->ready);
    if (!result->ready) {
        doc_set_text(doc, "fault", fault_name(result->fault.kind));
        doc_set_text(doc, "reason", result->fault.message);
    }
    return doc;
}

bool health_ready(struct health *health, struct text *out) {
    struct result results[HEALTH_MAX];
    refresh(health, results);
    bool ready = true;
    struct doc *checks = doc_object();
    for (size_t i = 0; i < health->count; i++) {
        ready = ready && results[i].ready;
        doc_set(checks, health->checks[i].name, describe(&results[i]));
    }
    struct doc *doc = doc_object();
    doc_set_text(doc, "status", ready ? "ready" : "not_ready");
    doc_set(doc, "checks", checks);
    bool printed = doc_print(doc, out);
    doc_close(doc);
    return ready && printed;
}
