#include "connections.h"

#include "clock.h"
#include "mem.h"

#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

enum { SWEEPS_PER_LIMIT = 8, SWEEP_MS = 1000 };

struct place {
    bool taken;
    int socket;
    bool held;
    int64_t since; /* clock_boot_ms() */
};

struct connections {
    pthread_mutex_t lock; /* held while a socket is shut down, so that its number cannot belong to another by then */
    pthread_cond_t ending;
    pthread_t thread;
    bool end;
    int64_t request_ms;
    size_t most;
    struct place *places;
};

static void sweep(struct connections *connections) {
    int64_t now = clock_boot_ms();
    for (size_t i = 0; i < connections->most; i++) {
        const struct place *place = &connections->places[i];
        if (place->taken && !place->held && now - place->since > connections->request_ms)
            shutdown(place->socket, SHUT_RDWR);
    }
}

static struct timespec in_ms(int64_t milliseconds) {
    struct timespec when;
    clock_gettime(CLOCK_MONOTONIC, &when);
    int64_t nanoseconds = when.tv_nsec + milliseconds % 1000 * 1000000;
    when.tv_sec += milliseconds / 1000 + nanoseconds / 1000000000;
    when.tv_nsec = nanoseconds % 1000000000;
    return when;
}

static void *watch(void *argument) {
    struct connections *connections = argument;
    int64_t pause = connections->request_ms / SWEEPS_PER_LIMIT;
    if (pause > SWEEP_MS)
        pause = SWEEP_MS;
    pthread_mutex_lock(&connections->lock);
    while (!connections->end) {
        struct timespec when = in_ms(pause > 0 ? pause : 1);
        pthread_cond_timedwait(&connections->ending, &connections->lock, &when);
        sweep(connections);
    }
    pthread_mutex_unlock(&connections->lock);
    return NULL;
}

struct connections *connections_open(size_t most, int64_t request_ms) {
    struct connections *connections = mem_zero(1, sizeof *connections);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&connections->lock, NULL);
    pthread_cond_init(&connections->ending, &monotonic);
    pthread_condattr_destroy(&monotonic);
    connections->most = most;
    connections->request_ms = request_ms;
    connections->places = mem_zero(most, sizeof *connections->places);
    if (pthread_create(&connections->thread, NULL, watch, connections) == 0)
        return connections;
    mem_free(connections->places);
    mem_free(connections);
    return NULL;
}

void connections_close(struct connections *connections) {
    if (connections == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    connections->end = true;
    pthread_cond_signal(&connections->ending);
    pthread_mutex_unlock(&connections->lock);
    pthread_join(connections->thread, NULL);
    pthread_cond_destroy(&connections->ending);
    pthread_mutex_destroy(&connections->lock);
    mem_free(connections->places);
    mem_free(connections);
}

void *connections_add(struct connections *connections, int socket) {
    struct place *found = NULL;
    pthread_mutex_lock(&connections->lock);
    for (size_t i = 0; i < connections->most && found == NULL; i++) {
        if (!connections->places[i].taken)
            found = &connections->places[i];
    }
    if (found != NULL)
        *found = (struct place){.taken = true, .socket = socket, .since = clock_boot_ms()};
    pthread_mutex_unlock(&connections->lock);
    return found;
}

void connections_answered(struct connections *connections, void *place) {
    if (place == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    ((struct place *)place)->since = clock_boot_ms();
    ((struct place *)place)->held = false;
    pthread_mutex_unlock(&connections->lock);
}

void connections_hold(struct connections *connections, void *place) {
    if (place == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    ((struct place *)place)->held = true;
    pthread_mutex_unlock(&connections->lock);
}

void connections_drop(struct connections *connections, void *place) {
    if (place == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    if (((struct place *)place)->taken)
        shutdown(((struct place *)place)->socket, SHUT_RDWR);
    pthread_mutex_unlock(&connections->lock);
}

void connections_remove(struct connections *connections, void *place) {
    if (place == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    ((struct place *)place)->taken = false;
    pthread_mutex_unlock(&connections->lock);
}
