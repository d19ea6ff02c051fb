/* The digest: events that may not be mailed one by one, in one mail to the admin. Each has a claim of its own, under
 * "digest", so that a crash in the middle tells none of them twice. */
#include "notifier.h"

#include "clock.h"
#include "mem.h"
#include "metrics.h"

#include <stdio.h>

static struct posting *enter(const struct post *post, struct notice *notice) {
    const char *admin = post->config->notify.admin;
    struct posting *posting = &notice->postings[0];
    if (notice->count == 1 && posting->letter == LETTER_DIGEST)
        return posting;
    notice->count = 1;
    *posting = (struct posting){.person = "digest", .letter = LETTER_DIGEST, .state = POSTING_NEW};
    text_clip(posting->to, sizeof posting->to, admin);
    if (admin[0] == '\0')
        posting_fail(posting, FAULT_CONFIG, "no_admin");
    return posting;
}

/* Claims each; returns how many are ours to tell, with the last one claimed in *last. */
static size_t claim(const struct post *post, struct notice *const *notices, size_t count, struct posting **last,
                    struct fault *fault) {
    size_t ours = 0;
    for (size_t i = 0; i < count; i++) {
        struct posting *posting = enter(post, notices[i]);
        if (!posting_claim(post, notices[i]->id, posting, &notices[i]->again_ms, fault))
            notice_postpone(post, notices[i], fault);
        if (posting->state == POSTING_CLAIMED) {
            *last = posting;
            ours++;
        }
    }
    return ours;
}

static bool write_letter(struct notice *const *notices, size_t count, size_t ours, struct letter *letter,
                         struct fault *fault) {
    struct text lines;
    char number[24];
    snprintf(number, sizeof number, "%zu", ours);
    text_open(&lines, LETTER_CEILING);
    for (size_t i = 0; i < count; i++) {
        if (notices[i]->postings[0].state == POSTING_CLAIMED)
            letter_digest_line(&notices[i]->event, &lines);
    }
    const struct letter_notes notes = {.to_admin = true, .events = lines.bytes, .count = number};
    bool written = letter_write(letter, LETTER_DIGEST, &notices[0]->event, &notes, fault);
    text_close(&lines);
    return written;
}

static enum channel_result send_letter(const struct post *post, struct notice *const *notices, size_t count,
                                       size_t ours, const char *to, struct fault *fault) {
    struct letter letter = {0};
    if (!write_letter(notices, count, ours, &letter, fault))
        return CHANNEL_NEVER;
    enum channel_result result = channel_ses_send(post->aws, post->pace, post->config->notify.from, to, &letter, fault);
    letter_close(&letter);
    return result;
}

/* Claims that ended while others were made are not told by this mail. */
static void drop_late(struct notice *const *notices, size_t count, size_t *ours) {
    for (size_t i = 0; i < count; i++) {
        struct posting *posting = &notices[i]->postings[0];
        if (posting->state == POSTING_CLAIMED && clock_boot_ms() - posting->asked_ms > POSTING_SEND_WITHIN_MS) {
            posting_fail(posting, FAULT_LATE, "claim_expired");
            (*ours)--;
        }
    }
}

static void mail(const struct post *post, struct notice *const *notices, size_t count, size_t ours,
                 const struct posting *last, struct fault *fault) {
    posting_settle(post, last);
    drop_late(notices, count, &ours);
    if (ours == 0)
        return;
    enum channel_result result = send_letter(post, notices, count, ours, post->config->notify.admin, fault);
    for (size_t i = 0; i < count; i++) {
        struct notice *notice = notices[i];
        struct fault why = *fault;
        if (notice->postings[0].state == POSTING_CLAIMED &&
            !posting_take_result(post, notice->id, &notice->postings[0], result, notice_is_patient(notice), &why))
            notice_postpone(post, notice, &why);
    }
}

void notifier_digest(const struct post *post, struct notice *const *notices, size_t count, enum notice_end *ends,
                     struct fault *fault) {
    struct posting *last = NULL;
    size_t ours = claim(post, notices, count, &last, fault);
    if (ours > 0)
        mail(post, notices, count, ours, last, fault);
    for (size_t i = 0; i < count; i++) {
        struct posting *posting = &notices[i]->postings[0];
        bool finished = posting_finish(post, &notices[i]->event, notices[i]->id, posting, fault);
        ends[i] = finished && posting->state == POSTING_DONE ? NOTICE_DONE : NOTICE_DIGEST;
        if (!finished)
            notice_postpone(post, notices[i], fault);
        if (ends[i] == NOTICE_DONE)
            metric_add(METRIC_EVENTS_READ, 1.0, "digest", NULL);
    }
}
