#include "notices.h"

#include "clock.h"
#include "later.h"
#include "lists.h"
#include "log.h"
#include "mem.h"
#include "seams.h"
#include "topics.h"

#include <string.h>

enum { GATHER_MS = 5 * 1000 };

struct notices {
    struct post post;
    struct channel_pace pace;
    struct notice *running;
    const struct policy_set *policies;
    struct later *later;
};

static void give_back(struct notice *notice) {
    seams_done(notice->message);
    mem_free(notice);
}

const struct event *notices_event(const struct notices *notices) {
    return notices->running != NULL && notices->running->read ? &notices->running->event : NULL;
}

static void go_on(struct notices *notices, struct notice *notice, enum notice_end end) {
    if (end == NOTICE_DONE) {
        give_back(notice);
        return;
    }
    if (end == NOTICE_DIGEST && !notice->for_digest) {
        notice->for_digest = true;
        notice->again_ms = GATHER_MS;
    }
    later_keep(notices->later, notice);
}

static void run(struct notices *notices, struct notice *notice) {
    struct fault fault = {0};
    notices->running = notice;
    enum notice_end end = notifier_event(&notices->post, notices->policies, notice, &fault);
    notices->running = NULL;
    if (end == NOTICE_LATER)
        log_fault(LOG_WARN, "a notice waits", &fault, NULL);
    go_on(notices, notice, end);
}

static void run_digest(struct notices *notices, const struct errand *errand) {
    enum notice_end ends[DIGEST_MOST];
    struct fault fault = {0};
    notifier_digest(&notices->post, errand->notices, errand->count, ends, &fault);
    for (size_t i = 0; i < errand->count; i++)
        go_on(notices, errand->notices[i], ends[i]);
}

/* What a thread of the pool would do. */
static bool give(void *context, struct errand *errand) {
    struct notices *notices = context;
    if (errand->digest)
        run_digest(notices, errand);
    else
        run(notices, errand->notices[0]);
    mem_free(errand);
    return true;
}

static void send_lists(void *context) {
    struct notices *notices = context;
    struct fault fault = {0};
    size_t sent = 0;
    if (seams_gather_due() == 0 && !lists_send(&notices->post, &sent, &fault))
        log_fault(LOG_WARN, "a digest waits", &fault, NULL);
}

struct notices *notices_open(const struct post *post, const struct store_settings *store,
                             struct aws_environment *environment, struct fault *fault) {
    struct notices *notices = mem_zero(1, sizeof *notices);
    int64_t since = 0;
    bool fresh = false;
    notices->post = *post;
    notices->later = later_open(&(const struct later_owner){give, send_lists, notices});
    channel_pace_open(&notices->pace, post->config->notify.rate);
    notices->post.pace = &notices->pace;
    notices->post.store = store_open(store);
    notices->post.aws = aws_open(environment, fault);
    if (notices->post.aws != NULL && ledger_epoch(notices->post.store, &since, &fresh, fault))
        return notices;
    notices_close(notices);
    return NULL;
}

void notices_close(struct notices *notices) {
    if (notices == NULL)
        return;
    for (struct notice *left = later_close(notices->later); left != NULL;) {
        struct notice *next = left->next;
        give_back(left);
        left = next;
    }
    aws_close(notices->post.aws);
    store_close(notices->post.store);
    channel_pace_close(&notices->pace);
    mem_free(notices);
}

void notices_work(struct notices *notices, const struct policy_set *policies) {
    struct kafka_message *message;
    notices->policies = policies;
    later_work(notices->later);
    while ((message = seams_take(TOPIC_EVENTS)) != NULL) {
        struct notice *notice = mem_zero(1, sizeof *notice);
        notice->message = message;
        run(notices, notice);
    }
}

int64_t notices_due(const struct notices *notices) {
    int64_t later = later_due(notices->later);
    int64_t lists = seams_gather_due();
    return later < 0 || (lists >= 0 && lists < later) ? lists : later;
}
