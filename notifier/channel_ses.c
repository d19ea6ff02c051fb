#include "channel_ses.h"

#include "clock.h"

/* By the kind of the fault; whoever is refused permission may be granted it within the patience of a notice. */
static const enum channel_result results[FAULT_KIND_COUNT] = {
    [FAULT_NONE] = CHANNEL_SENT,        [FAULT_THROTTLED] = CHANNEL_NOT_NOW,   [FAULT_TRANSIENT] = CHANNEL_NOT_NOW,
    [FAULT_UNKNOWN] = CHANNEL_MAYBE,    [FAULT_DENIED] = CHANNEL_NOT_NOW,      [FAULT_GONE] = CHANNEL_NEVER,
    [FAULT_CONFLICT] = CHANNEL_NOT_NOW, [FAULT_KMS] = CHANNEL_NEVER,           [FAULT_CLOCK] = CHANNEL_NOT_NOW,
    [FAULT_EXPIRED] = CHANNEL_NOT_NOW,  [FAULT_KEY_REFUSED] = CHANNEL_NOT_NOW, [FAULT_INVALID] = CHANNEL_NEVER,
    [FAULT_LATE] = CHANNEL_NOT_NOW,     [FAULT_LOST] = CHANNEL_NOT_NOW,        [FAULT_UNAVAILABLE] = CHANNEL_NOT_NOW,
    [FAULT_CONFIG] = CHANNEL_NEVER,     [FAULT_STOPPED] = CHANNEL_NOT_NOW,
};

/* Kinds that stop every mail, not just the one. */
static const bool stops_all[FAULT_KIND_COUNT] = {
    [FAULT_DENIED] = true,
    [FAULT_EXPIRED] = true,
    [FAULT_KEY_REFUSED] = true,
    [FAULT_CONFIG] = true,
};

void channel_pace_open(struct channel_pace *pace, int64_t rate) {
    pthread_mutex_init(&pace->lock, NULL);
    pace->gap_ms = rate > 0 ? 1000 / rate : 0;
    pace->next_ms = 0;
    atomic_init(&pace->last, FAULT_NONE);
}

void channel_pace_close(struct channel_pace *pace) {
    pthread_mutex_destroy(&pace->lock);
}

/* Takes the next free turn; how long it is until then. */
static int64_t take_turn(struct channel_pace *pace) {
    int64_t now = clock_boot_ms();
    pthread_mutex_lock(&pace->lock);
    int64_t turn = pace->next_ms > now ? pace->next_ms : now;
    pace->next_ms = turn + pace->gap_ms;
    pthread_mutex_unlock(&pace->lock);
    return turn - now;
}

enum channel_result channel_ses_send(struct aws *aws, struct channel_pace *pace, const char *from, const char *to,
                                     const struct letter *letter, struct fault *fault) {
    const struct mail mail = {
        .from = from,
        .to = to,
        .subject = letter->subject.bytes,
        .text = letter->text.bytes,
        .html = letter->html.bytes,
    };
    int64_t wait = take_turn(pace);
    if (wait > 0)
        clock_sleep_ms(wait);
    aws_use_own(aws);
    enum fault_kind kind = ses_send(aws, &mail, fault) ? FAULT_NONE : fault->kind;
    atomic_store(&pace->last, (int)kind);
    return results[kind];
}

bool channel_ses_ready(const struct channel_pace *pace, struct fault *fault) {
    enum fault_kind kind = (enum fault_kind)atomic_load(&pace->last);
    return !stops_all[kind] ||
           fault_set(fault, kind, "SendEmail", "the last mail was refused: %s", fault_sentence(kind));
}
