#include "controls.h"

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"

#include <pthread.h>
#include <string.h>

struct row {
    pthread_mutex_t lock; /* held while it is read, so that a crowd asks once */
    int64_t read_ms;      /* of the clock since boot; 0: never */
    struct control_seen seen;
};

struct controls {
    const struct config *config;
    struct row *rows; /* one an account, in the configuration's order */
};

struct controls *controls_open(const struct config *config) {
    struct controls *controls = mem_zero(1, sizeof *controls);
    controls->config = config;
    controls->rows = mem_zero(config->account_count + 1, sizeof *controls->rows);
    for (size_t i = 0; i < config->account_count; i++)
        pthread_mutex_init(&controls->rows[i].lock, NULL);
    return controls;
}

void controls_close(struct controls *controls) {
    if (controls == NULL)
        return;
    for (size_t i = 0; i < controls->config->account_count; i++)
        pthread_mutex_destroy(&controls->rows[i].lock);
    mem_free(controls->rows);
    mem_free(controls);
}

static struct row *find(struct controls *controls, const char *account) {
    for (size_t i = 0; i < controls->config->account_count; i++)
        if (strcmp(controls->config->accounts[i].id, account) == 0)
            return &controls->rows[i];
    return NULL;
}

static void keep(struct row *row, const char *account, const struct control *control) {
    row->read_ms = clock_boot_ms();
    row->seen = (struct control_seen){
        .hold = control_hold(control), .since = control_held_since(control), .control = *control, .news = true};
    metric_set(METRIC_ACCOUNT_HELD, (double)row->seen.hold, account, NULL);
}

static void keep_unread(struct row *row, const char *account, const struct fault *why) {
    row->read_ms = clock_boot_ms();
    row->seen = (struct control_seen){.hold = ACCOUNT_UNREAD, .why = *why, .news = true};
    metric_set(METRIC_ACCOUNT_HELD, (double)ACCOUNT_UNREAD, account, NULL);
    log_fault(LOG_WARN, "the account's control cannot be read; nothing begins in it", why, "account", account, NULL);
}

static bool is_stale(const struct row *row) {
    return row->read_ms == 0 || clock_boot_ms() - row->read_ms >= CONTROLS_MS;
}

void controls_see(struct controls *controls, struct aws *aws, const char *account, struct control_seen *seen) {
    struct row *row = find(controls, account);
    struct control control;
    struct fault fault;
    *seen = (struct control_seen){.hold = ACCOUNT_UNREAD};
    if (row == NULL)
        return;
    pthread_mutex_lock(&row->lock);
    if (is_stale(row)) {
        if (control_read(aws, controls->config, account, &control, &fault))
            keep(row, account, &control);
        else
            keep_unread(row, account, &fault);
    }
    *seen = row->seen;
    pthread_mutex_unlock(&row->lock);
}

void controls_put(struct controls *controls, const char *account, const struct control *control) {
    struct row *row = find(controls, account);
    if (row == NULL)
        return;
    pthread_mutex_lock(&row->lock);
    keep(row, account, control);
    pthread_mutex_unlock(&row->lock);
}

void controls_told(struct controls *controls, const char *account) {
    struct row *row = find(controls, account);
    if (row == NULL)
        return;
    pthread_mutex_lock(&row->lock);
    row->seen.news = false;
    pthread_mutex_unlock(&row->lock);
}
