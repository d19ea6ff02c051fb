#include "notices.h"

#include "clock.h"
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
    struct notice *kept;
};

struct notices *notices_open(const struct post *post, const struct store_settings *store,
                             struct aws_environment *environment, struct fault *fault) {
    struct notices *notices = mem_zero(1, sizeof *notices);
    int64_t since = 0;
    bool fresh = false;
    notices->post = *post;
    channel_pace_open(&notices->pace, post->config->notify.rate);
    notices->post.pace = &notices->pace;
    notices->post.store = store_open(store);
    notices->post.aws = aws_open(environment, fault);
    if (notices->post.aws != NULL && ledger_epoch(notices->post.store, &since, &fresh, fault))
        return notices;
    notices_close(notices);
    return NULL;
}

static void give_back(struct notice *notice) {
    seams_done(notice->message);
    mem_free(notice);
}

void notices_close(struct notices *notices) {
    if (notices == NULL)
        return;
    while (notices->kept != NULL) {
        struct notice *next = notices->kept->next;
        give_back(notices->kept);
        notices->kept = next;
    }
    aws_close(notices->post.aws);
    store_close(notices->post.store);
    channel_pace_close(&notices->pace);
    mem_free(notices);
}

const struct event *notices_event(const struct notices *notices) {
    return notices->running != NULL && notices->running->read ? &notices->running->event : NULL;
}

static void keep(struct notices *notices, struct notice *notice) {
    notice->due_ms = clock_boot_ms() + notice->again_ms;
    notice->next = NULL;
    struct notice **last = &notices->kept;
    while (*last != NULL)
        last = &(*last)->next;
    *last = notice;
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
    keep(notices, notice);
}

static void run(struct notices *notices, const struct policy_set *policies, struct notice *notice) {
    struct fault fault = {0};
    notices->running = notice;
    enum notice_end end = notifier_event(&notices->post, policies, notice, &fault);
    notices->running = NULL;
    if (end == NOTICE_LATER)
        log_fault(LOG_WARN, "a notice waits", &fault, NULL);
    go_on(notices, notice, end);
}

static struct notice *unlink_notice(struct notice **link) {
    struct notice *notice = *link;
    *link = notice->next;
    notice->next = NULL;
    return notice;
}

static struct notice *take_due(struct notices *notices, bool for_digest) {
    for (struct notice **link = &notices->kept; *link != NULL; link = &(*link)->next)
        if (((*link)->due_ms <= clock_boot_ms() && !for_digest) || (for_digest && (*link)->for_digest))
            return unlink_notice(link);
    return NULL;
}

/* Whatever waits for a digest goes with the one that is due. */
static void run_digest(struct notices *notices, struct notice *first) {
    struct notice *gathered[DIGEST_MOST] = {first};
    enum notice_end ends[DIGEST_MOST];
    struct fault fault = {0};
    size_t count = 1;
    while (count < DIGEST_MOST && (gathered[count] = take_due(notices, true)) != NULL)
        count++;
    notifier_digest(&notices->post, gathered, count, ends, &fault);
    for (size_t i = 0; i < count; i++)
        go_on(notices, gathered[i], ends[i]);
}

void notices_work(struct notices *notices, const struct policy_set *policies) {
    struct notice *notice;
    struct kafka_message *message;
    while ((notice = take_due(notices, false)) != NULL) {
        if (notice->for_digest)
            run_digest(notices, notice);
        else
            run(notices, policies, notice);
    }
    while ((message = seams_take(TOPIC_EVENTS)) != NULL) {
        notice = mem_zero(1, sizeof *notice);
        notice->message = message;
        run(notices, policies, notice);
    }
}

int64_t notices_due(const struct notices *notices) {
    int64_t earliest = -1;
    for (const struct notice *notice = notices->kept; notice != NULL; notice = notice->next) {
        int64_t in_ms = notice->due_ms > clock_boot_ms() ? notice->due_ms - clock_boot_ms() : 0;
        earliest = earliest < 0 || in_ms < earliest ? in_ms : earliest;
    }
    return earliest;
}
