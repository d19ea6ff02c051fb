#include "posting.h"

#include "clock.h"
#include "metrics.h"
#include "publish.h"

#include <stdio.h>
#include <string.h>

static void count(const struct posting *posting, const char *result) {
    metric_add(METRIC_MAIL_SENT, 1.0, letter_name(posting->letter), result, NULL);
}

void posting_fail(struct posting *posting, enum fault_kind kind, const char *code) {
    posting->state = POSTING_FAILED;
    posting->failed = kind;
    text_clip(posting->code, sizeof posting->code, code);
}

/* --- what the ledger says to a claim */

static bool wait_for_other(const struct post *post, const struct posting *posting, int64_t until_ms, int64_t *wait_ms,
                           struct fault *fault) {
    int64_t now = 0;
    if (!store_now(post->store, &now, fault))
        return false;
    *wait_ms = until_ms > now ? until_ms - now : 1;
    return fault_set(fault, FAULT_LOST, "ledger", "the mail to the %s is claimed by another process", posting->person);
}

bool posting_claim(const struct post *post, const char *event_id, struct posting *posting, int64_t *wait_ms,
                   struct fault *fault) {
    enum ledger_state state = LEDGER_CLAIMED;
    int64_t until_ms = 0;
    if (posting->state != POSTING_NEW)
        return true;
    bool again = posting->token[0] != '\0'; /* the claim may be as old as it was */
    posting->asked_ms = again ? posting->asked_ms : clock_boot_ms();
    bool answered = ledger_claim(post->store, event_id, posting->person, posting->token, &state, &until_ms, fault);
    if (!again && (!answered || state == LEDGER_CLAIMED_BY_OTHER))
        posting->token[0] = '\0';
    if (!answered)
        return false;
    if (state == LEDGER_CLAIMED_BY_OTHER)
        return wait_for_other(post, posting, until_ms, wait_ms, fault);
    posting->claimed_ms = clock_boot_ms();
    posting->state = state == LEDGER_CLAIMED ? POSTING_CLAIMED : POSTING_DONE;
    if (state == LEDGER_SENT_BEFORE)
        count(posting, "sent_before");
    if (state == LEDGER_EXPIRED_CLAIM) /* whoever claimed it is gone, and may have sent it */
        posting_fail(posting, FAULT_UNKNOWN, "claim_expired");
    return true;
}

bool posting_release(const struct post *post, const char *event_id, struct posting *posting, struct fault *fault) {
    posting->state = POSTING_NEW;
    if (!ledger_release(post->store, event_id, posting->person, posting->token, fault))
        return false;
    posting->token[0] = '\0';
    return true;
}

void posting_settle(const struct post *post, const struct posting *posting) {
    int64_t left = posting->claimed_ms + post->config->notify.settle_ms - clock_boot_ms();
    if (posting->state == POSTING_CLAIMED && left > 0)
        clock_sleep_ms(left);
}

/* --- what came of a mail */

static const char *const result_names[] = {
    [CHANNEL_SENT] = "sent",
    [CHANNEL_MAYBE] = "unknown",
    [CHANNEL_NOT_NOW] = "later",
    [CHANNEL_NEVER] = "refused",
};

bool posting_take_result(const struct post *post, const char *event_id, struct posting *posting,
                         enum channel_result result, bool patient, struct fault *fault) {
    count(posting, result_names[result]);
    if (result == CHANNEL_SENT) {
        posting->state = POSTING_SENT;
        return true;
    }
    if (result != CHANNEL_NOT_NOW || !patient) {
        posting_fail(posting, fault->kind, fault->code);
        return true;
    }
    struct fault second;
    if (!posting_release(post, event_id, posting, &second))
        *fault = second;
    return false;
}

bool posting_send(const struct post *post, const char *event_id, struct posting *posting, const struct letter *letter,
                  bool patient, struct fault *fault) {
    if (clock_boot_ms() - posting->asked_ms > POSTING_SEND_WITHIN_MS) {
        posting_fail(posting, FAULT_LATE, "claim_expired");
        return true;
    }
    enum channel_result result =
        channel_ses_send(post->aws, post->pace, post->config->notify.from, posting->to, letter, fault);
    return posting_take_result(post, event_id, posting, result, patient, fault);
}

/* --- afterwards */

/* The same failure told twice is one event: its time is that of the event whose mail failed, and its reason names the
 * person too. The address stays out of it, and so do the server's sentences, which repeat it. */
static bool tell_failure(const struct post *post, const struct event *event, const struct posting *posting,
                         struct fault *fault) {
    struct event notice = *event;
    notice.type = EVENT_NOTICE_FAILED;
    snprintf(notice.reason, sizeof notice.reason, "%s_%s", posting->person, fault_name(posting->failed));
    snprintf(notice.message, sizeof notice.message, "the mail \"%s\" to the %s %s: %s%s%s",
             letter_name(posting->letter), posting->person,
             posting->failed == FAULT_UNKNOWN ? "may or may not have been sent" : "was not sent",
             fault_sentence(posting->failed), posting->code[0] != '\0' ? ": " : "", posting->code);
    return publish_event(post->writer, &notice, fault);
}

bool posting_finish(const struct post *post, const struct event *event, const char *event_id, struct posting *posting,
                    struct fault *fault) {
    if (posting->state == POSTING_FAILED) {
        if (!tell_failure(post, event, posting, fault))
            return false;
        count(posting, "failed");
        posting->state = POSTING_TOLD;
    }
    if (posting->state == POSTING_SENT || posting->state == POSTING_TOLD) {
        if (!ledger_sent(post->store, event_id, posting->person, fault))
            return false;
        posting->state = POSTING_DONE;
    }
    return true;
}
