/* A connection is suspended and put into a list under one lock, and taken out of the list and resumed under it: so it is resumed once, and
 * never before it is suspended. libmicrohttpd calls nobody back while it holds its own lock, so the order of the two is always the same. */
#include "waiting.h"

#include "clock.h"
#include "mem.h"

#include <pthread.h>
#include <time.h>

enum { SLOW_THREADS_MOST = 64, SWEEP_MS = 1000 };

struct list {
    struct exchange *first;
    struct exchange *last;
    size_t count;
};

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t clock_moved; /* for the thread of the times */
    pthread_cond_t work_there;  /* for slow threads */
    pthread_cond_t over;        /* a slow thread ended */
    bool ending;
    uint64_t wakes;
    struct list later;
    struct list slow;
    unsigned threads_most;
    unsigned queue_most;
    unsigned later_most; /* of one lane */
    unsigned threads;
    unsigned ended; /* of them */
    size_t busy;
    uint64_t busy_lanes[SLOW_THREADS_MOST]; /* of the slow threads that are at work */
    unsigned idle;
    pthread_t slow_threads[SLOW_THREADS_MOST];
    bool clock_runs;
    pthread_t clock_thread;
};

static void list_add(struct list *list, struct exchange *exchange) {
    exchange->before = list->last;
    exchange->after = NULL;
    *(list->last != NULL ? &list->last->after : &list->first) = exchange;
    list->last = exchange;
    list->count++;
}

static void list_remove(struct list *list, struct exchange *exchange) {
    *(exchange->before != NULL ? &exchange->before->after : &list->first) = exchange->after;
    *(exchange->after != NULL ? &exchange->after->before : &list->last) = exchange->before;
    list->count--;
}

/* What is left of a number for one lane; never nothing. */
static unsigned part_of(unsigned number, unsigned quarters) {
    return number * quarters / 4 > 0 ? number * quarters / 4 : 1;
}

static unsigned count_lane(const struct list *list, uint64_t lane) {
    unsigned count = 0;
    for (const struct exchange *each = list->first; each != NULL; each = each->after)
        count += each->lane == lane ? 1 : 0;
    return count;
}

struct waiting *waiting_open(unsigned slow_threads, unsigned slow_queue, unsigned connections) {
    struct waiting *waiting = mem_zero(1, sizeof *waiting);
    pthread_condattr_t monotonic;
    waiting->threads_most = slow_threads < SLOW_THREADS_MOST ? slow_threads : SLOW_THREADS_MOST;
    waiting->queue_most = slow_queue;
    waiting->later_most = part_of(connections, 2);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&waiting->lock, NULL);
    pthread_cond_init(&waiting->clock_moved, &monotonic);
    pthread_cond_init(&waiting->over, &monotonic);
    pthread_cond_init(&waiting->work_there, NULL);
    pthread_condattr_destroy(&monotonic);
    return waiting;
}

/* --- for a wake or a time; the lock is held */

static void resume(struct waiting *waiting, struct exchange *exchange) {
    list_remove(&waiting->later, exchange);
    exchange->waits = WAITS_NOT;
    MHD_resume_connection(exchange->connection);
}

/* Resumes what is due; the time of the next. */
static int64_t resume_due(struct waiting *waiting, int64_t now) {
    int64_t next = now + SWEEP_MS;
    struct exchange *after = NULL;
    for (struct exchange *each = waiting->later.first; each != NULL; each = after) {
        after = each->after;
        if (waiting->ending || each->until <= now) {
            each->request.expired = true;
            resume(waiting, each);
        } else if (each->until < next) {
            next = each->until;
        }
    }
    return next;
}

static struct timespec in_ms(int64_t milliseconds) {
    struct timespec when;
    clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_sec += milliseconds / 1000;
    when.tv_nsec += milliseconds % 1000 * 1000000;
    when.tv_sec += when.tv_nsec / 1000000000;
    when.tv_nsec %= 1000000000;
    return when;
}

static void *keep_time(void *argument) {
    struct waiting *waiting = argument;
    pthread_mutex_lock(&waiting->lock);
    while (!waiting->ending) {
        int64_t now = clock_boot_ms();
        const struct timespec when = in_ms(resume_due(waiting, now) - now);
        pthread_cond_timedwait(&waiting->clock_moved, &waiting->lock, &when);
    }
    pthread_mutex_unlock(&waiting->lock);
    return NULL;
}

static bool clock_is_there(struct waiting *waiting) {
    if (!waiting->clock_runs)
        waiting->clock_runs = pthread_create(&waiting->clock_thread, NULL, keep_time, waiting) == 0;
    return waiting->clock_runs;
}

static bool may_wait(const struct waiting *waiting, const struct exchange *exchange) {
    uint64_t lane = exchange->response.lane;
    return lane == 0 || count_lane(&waiting->later, lane) < waiting->later_most;
}

static void put_later(struct waiting *waiting, struct exchange *exchange) {
    exchange->waits = WAITS_FOR_WAKE;
    exchange->lane = exchange->response.lane;
    exchange->until = clock_boot_ms() + exchange->response.later_ms;
    list_add(&waiting->later, exchange);
    pthread_cond_signal(&waiting->clock_moved);
}

uint64_t waiting_wakes(struct waiting *waiting) {
    pthread_mutex_lock(&waiting->lock);
    uint64_t wakes = waiting->wakes;
    pthread_mutex_unlock(&waiting->lock);
    return wakes;
}

bool waiting_later(struct waiting *waiting, struct exchange *exchange, uint64_t wakes) {
    pthread_mutex_lock(&waiting->lock);
    bool ends = waiting->ending || !clock_is_there(waiting) || !may_wait(waiting, exchange);
    bool waits = !ends && waiting->wakes == wakes;
    if (waits) {
        MHD_suspend_connection(exchange->connection);
        put_later(waiting, exchange);
    } else if (ends) {
        exchange->request.expired = true;
    }
    pthread_mutex_unlock(&waiting->lock);
    return waits;
}

void waiting_wake(struct waiting *waiting) {
    pthread_mutex_lock(&waiting->lock);
    waiting->wakes++;
    while (waiting->later.first != NULL)
        resume(waiting, waiting->later.first);
    pthread_mutex_unlock(&waiting->lock);
}

/* --- for a thread that may block */

static unsigned count_busy(const struct waiting *waiting, uint64_t lane) {
    unsigned count = 0;
    for (size_t i = 0; i < waiting->busy; i++)
        count += waiting->busy_lanes[i] == lane ? 1 : 0;
    return count;
}

/* The first in the queue whose lane has a thread left; NULL: none. At the end all are served as they come. */
static struct exchange *next_of(const struct waiting *waiting) {
    struct exchange *each = waiting->slow.first;
    while (each != NULL && each->lane != 0 && !waiting->ending &&
           count_busy(waiting, each->lane) >= part_of(waiting->threads_most, 3))
        each = each->after;
    return each;
}

static void begin_work(struct waiting *waiting, struct exchange *exchange) {
    list_remove(&waiting->slow, exchange);
    waiting->busy_lanes[waiting->busy++] = exchange->lane;
}

static void end_work(struct waiting *waiting, uint64_t lane) {
    size_t i = 0;
    while (waiting->busy_lanes[i] != lane)
        i++;
    waiting->busy_lanes[i] = waiting->busy_lanes[--waiting->busy];
}

/* Called by a slow thread with the lock held; the route is called without it. The connection stays suspended meanwhile, so nobody else
 * touches the exchange. */
static void serve(struct waiting *waiting, struct exchange *exchange) {
    uint64_t wakes = waiting->wakes;
    uint64_t lane = exchange->lane;
    begin_work(waiting, exchange);
    pthread_mutex_unlock(&waiting->lock);
    exchange->request.slow = true;
    exchange_call(&exchange, 1);
    exchange->called = false;
    exchange->request.slow = false;
    pthread_mutex_lock(&waiting->lock);
    bool later = exchange->response.when == WEB_LATER;
    end_work(waiting, lane);
    exchange->waits = WAITS_NOT;
    exchange->answered = !later;
    if (later && waiting->wakes == wakes && !waiting->ending && clock_is_there(waiting) && may_wait(waiting, exchange))
        put_later(waiting, exchange);
    else
        MHD_resume_connection(exchange->connection);
}

static void *work_slowly(void *argument) {
    struct waiting *waiting = argument;
    pthread_mutex_lock(&waiting->lock);
    while (!waiting->ending || waiting->slow.first != NULL) {
        struct exchange *next = next_of(waiting);
        if (next != NULL) {
            serve(waiting, next);
            continue;
        }
        waiting->idle++;
        pthread_cond_wait(&waiting->work_there, &waiting->lock);
        waiting->idle--;
    }
    waiting->ended++;
    pthread_cond_signal(&waiting->over);
    pthread_mutex_unlock(&waiting->lock);
    return NULL;
}

/* Another thread, where all are at work and there may be more; false if there is none at all. */
static bool thread_is_there(struct waiting *waiting) {
    if (waiting->idle <= waiting->slow.count && waiting->threads < waiting->threads_most &&
        pthread_create(&waiting->slow_threads[waiting->threads], NULL, work_slowly, waiting) == 0)
        waiting->threads++;
    return waiting->threads > 0;
}

bool waiting_slowly(struct waiting *waiting, struct exchange *exchange) {
    pthread_mutex_lock(&waiting->lock);
    uint64_t lane = exchange->response.lane;
    bool room = waiting->slow.count < waiting->queue_most &&
                (lane == 0 || count_lane(&waiting->slow, lane) < part_of(waiting->queue_most, 3));
    bool waits = !waiting->ending && room && thread_is_there(waiting);
    if (waits) {
        MHD_suspend_connection(exchange->connection);
        exchange->waits = WAITS_FOR_THREAD;
        exchange->lane = lane;
        list_add(&waiting->slow, exchange);
        pthread_cond_signal(&waiting->work_there);
    }
    pthread_mutex_unlock(&waiting->lock);
    return waits;
}

/* --- the end */

/* True if they all have; the lock is held. */
static bool await_slow_threads(struct waiting *waiting, int64_t patience_ms) {
    const struct timespec until = in_ms(patience_ms);
    int waited = 0;
    while (waiting->ended < waiting->threads && waited == 0)
        waited = pthread_cond_timedwait(&waiting->over, &waiting->lock, &until);
    return waiting->ended == waiting->threads;
}

void waiting_end(struct waiting *waiting, int64_t patience_ms, void (*give_up)(void *context), void *context) {
    pthread_mutex_lock(&waiting->lock);
    waiting->ending = true;
    resume_due(waiting, clock_boot_ms());
    pthread_cond_broadcast(&waiting->clock_moved);
    pthread_cond_broadcast(&waiting->work_there);
    bool over = await_slow_threads(waiting, patience_ms);
    pthread_mutex_unlock(&waiting->lock);
    if (!over && give_up != NULL)
        give_up(context);
    if (waiting->clock_runs)
        pthread_join(waiting->clock_thread, NULL);
    for (unsigned i = 0; i < waiting->threads; i++)
        pthread_join(waiting->slow_threads[i], NULL);
}

void waiting_close(struct waiting *waiting) {
    if (waiting == NULL)
        return;
    pthread_cond_destroy(&waiting->over);
    pthread_cond_destroy(&waiting->work_there);
    pthread_cond_destroy(&waiting->clock_moved);
    pthread_mutex_destroy(&waiting->lock);
    mem_free(waiting);
}
