#include "notifier.h"

#include "clock.h"
#include "dead_letter.h"
#include "enclosure.h"
#include "lists.h"
#include "metrics.h"
#include "topics.h"

#include <string.h>
#include <strings.h>

/* One run of one notice. */
struct run {
    const struct post *post;
    const struct policy_set *policies;
    struct notice *notice;
    struct fault *fault;
};

static void count(const char *result) {
    metric_add(METRIC_EVENTS_READ, 1.0, result, NULL);
}

bool notice_is_patient(const struct notice *notice) {
    return clock_boot_ms() - notice->first_ms < NOTICE_PATIENCE_MS;
}

void notice_postpone(const struct post *post, struct notice *notice, const struct fault *fault) {
    if (fault->kind == FAULT_LOST) /* it waits for a claim to end, and knows how long */
        return;
    if (fault->kind == FAULT_UNAVAILABLE) { /* everybody waits: the first to be answered is the sign to go on */
        notice->again_ms = NOTICE_AGAIN_MS;
        return;
    }
    notice->again_ms = 1000 * fault_wait(fault->kind, notice->attempt, post->config->unsafe_test_clock_floor);
    notice->attempt++;
}

/* --- reading */

static enum notice_end bury(const struct run *run, const struct fault *why) {
    if (!dead_letter_write(run->post->writer, TOPIC_EVENTS_DLQ, run->notice->message, why, run->fault)) {
        notice_postpone(run->post, run->notice, run->fault);
        return NOTICE_LATER;
    }
    metric_add(METRIC_DLQ, 1.0, TOPIC_EVENTS_DLQ, NULL);
    count("unreadable");
    return NOTICE_DONE;
}

/* An event of a type that a later version made up is none of ours; one that cannot be read, or cannot be true, is somebody's mistake. */
static enum notice_end put_aside(const struct run *run) {
    struct fault why = *run->fault;
    if (!text_equal(why.code, "unknown_type"))
        return bury(run, &why);
    count("unknown_type");
    return NOTICE_DONE;
}

/* --- who is told */

static struct posting *add_posting(struct notice *notice, const char *person, const char *to, enum letter_kind letter) {
    struct posting *posting = &notice->postings[notice->count++];
    *posting = (struct posting){.person = person, .letter = letter, .state = POSTING_NEW};
    text_clip(posting->to, sizeof posting->to, to);
    return posting;
}

/* Nobody is asked to tidy up for a policy that is only being tried. */
static bool wants_no_mail(const struct run *run, const struct route *route) {
    const struct policy *policy = policy_named(run->policies, run->notice->event.policy);
    bool only_tried = policy != NULL && policy->mode == MODE_PLAN && run->notice->event.type == EVENT_ROTATION_SKIPPED;
    return only_tried || (route->of_life && policy != NULL && policy->mail == MAIL_NONE);
}

/* The address comes from the inventory's look at the user's tags, and only if the user is still the one of the event.
 * Until an inventory saw the user (Redis was lost) the notice waits, as long as it is patient. */
static bool find_recipient(const struct run *run, char address[STATUS_EMAIL_SIZE]) {
    struct notice *notice = run->notice;
    const struct event *event = &notice->event;
    struct status status;
    address[0] = '\0';
    if (!status_read(run->post->store, event->account, event->user, &status, run->fault))
        return false;
    if (status.inventoried == 0 && notice_is_patient(notice))
        return fault_set(run->fault, FAULT_GONE, "inventory", "no inventory has seen the user yet");
    if (text_equal(status.user_id, event->user_id))
        text_clip(address, STATUS_EMAIL_SIZE, status.email);
    notice->own_policy = text_equal(status.policy, event->policy);
    return true;
}

static void address_admin(struct notice *notice, const char *admin, const char *user, enum letter_kind letter) {
    if (admin[0] == '\0' && notice->no_recipient)
        posting_fail(add_posting(notice, "user", "", letter), FAULT_GONE, "no_recipient");
    else if (admin[0] != '\0' && strcasecmp(admin, user) != 0)
        add_posting(notice, "admin", admin, letter);
}

static bool address(const struct run *run, const struct route *route) {
    struct notice *notice = run->notice;
    char user[STATUS_EMAIL_SIZE] = "";
    if ((route->audience & TO_USER) != 0) {
        if (!find_recipient(run, user))
            return false;
        notice->no_recipient = user[0] == '\0';
        if (!notice->no_recipient)
            add_posting(notice, "user", user, route->letter);
    }
    if ((route->audience & TO_ADMIN) != 0)
        address_admin(notice, run->post->config->notify.admin, user, route->letter);
    return true;
}

/* Reads the event and says who gets a letter; the notice has none where nobody does. */
static bool read_notice(const struct run *run) {
    struct notice *notice = run->notice;
    if (!event_parse(notice->message->value, notice->message->length, &notice->event, run->fault))
        return false;
    event_id(&notice->event, notice->id);
    return true;
}

/* Whoever dates an event years ahead would have it mailed as if it were so; Redis's clock and AWS's are never so far apart. */
static bool check_date(const struct run *run, bool *believed) {
    const struct event *event = &run->notice->event;
    int64_t now = 0;
    if (route_of(event->type, event->reason) == NULL && event->type != EVENT_ACCOUNT_LISTED)
        return true; /* nobody is told of it */
    if (!store_now(run->post->store, &now, run->fault))
        return false;
    *believed = event->time * 1000 <= now + NOTICE_FUTURE_MS;
    return *believed || fault_set(run->fault, FAULT_INVALID, "event", "it is dated in the future");
}

/* Read and believed; else *end says what becomes of it. */
static bool take_in(const struct run *run, enum notice_end *end) {
    bool believed = true;
    *end = NOTICE_LATER;
    if (run->notice->read)
        return true;
    if (!read_notice(run)) {
        *end = put_aside(run);
        return false;
    }
    run->notice->read = check_date(run, &believed);
    if (!believed) {
        const struct fault why = *run->fault;
        *end = bury(run, &why);
    } else if (!run->notice->read) {
        notice_postpone(run->post, run->notice, run->fault);
    }
    return run->notice->read;
}

static bool enter_lists(const struct run *run) {
    struct notice *notice = run->notice;
    notice->listed = notice->listed || lists_enter(run->post, run->policies, &notice->event, notice->id, run->fault);
    return notice->listed;
}

static bool plan_letters(const struct run *run) {
    const struct route *route = route_of(run->notice->event.type, run->notice->event.reason);
    return run->notice->count > 0 || route == NULL || wants_no_mail(run, route) || address(run, route);
}

/* --- the ledger */

static bool release_all(const struct run *run) {
    struct notice *notice = run->notice;
    for (size_t i = 0; i < notice->count; i++) {
        struct posting *posting = &notice->postings[i];
        if (posting->state == POSTING_CLAIMED && !posting_release(run->post, notice->id, posting, run->fault))
            return false;
    }
    return true;
}

/* Claims of our own would be too old to be used when the other's ends. One that could not be given back is asked for again. */
static void release_before_waiting(const struct run *run) {
    struct fault second;
    const struct run quiet = {run->post, run->policies, run->notice, &second};
    (void)release_all(&quiet);
}

static bool claim_all(const struct run *run) {
    struct notice *notice = run->notice;
    for (size_t i = 0; i < notice->count; i++) {
        if (posting_claim(run->post, notice->id, &notice->postings[i], &notice->again_ms, run->fault))
            continue;
        if (run->fault->kind == FAULT_LOST)
            release_before_waiting(run);
        return false;
    }
    return true;
}

static bool holds_claim(const struct notice *notice) {
    bool held = false;
    for (size_t i = 0; i < notice->count; i++)
        held = held || notice->postings[i].state == POSTING_CLAIMED;
    return held;
}

/* A change is as old as itself, a word ahead as old as its telling: a key may reach an age while everything is down, or
 * before anybody looks at it. */
static int64_t told_at(const struct notice *notice) {
    bool ahead = route_is_notice(notice->event.type) && notice->message->timestamp_ms > 0;
    return ahead ? notice->message->timestamp_ms : notice->event.time * 1000;
}

/* Asked after the claim: were the ledger lost between the two, the claim would be worth nothing. An event within the
 * very second in which the ledger began is not in doubt. */
static bool ask_doubt(const struct run *run, bool *doubt) {
    int64_t since = 0;
    int64_t now = 0;
    bool fresh = false;
    if (!ledger_epoch(run->post->store, &since, &fresh, run->fault) || !store_now(run->post->store, &now, run->fault))
        return false;
    int64_t time = run->notice->event.time * 1000;
    *doubt = time + 999 < since || now - told_at(run->notice) > NOTICE_MAX_AGE_MS;
    return true;
}

/* --- mailing */

static bool send_letter(const struct run *run, struct posting *posting, const struct secret *secret) {
    struct notice *notice = run->notice;
    struct letter letter = {0};
    const struct letter_notes notes = {
        .to_admin = text_equal(posting->person, "admin"),
        .no_recipient = notice->no_recipient,
        .secret = secret,
    };
    if (!letter_write(&letter, posting->letter, &notice->event, &notes, run->fault)) {
        posting_fail(posting, run->fault->kind, "template");
        return true;
    }
    bool well = posting_send(run->post, notice->id, posting, &letter, notice_is_patient(notice), run->fault);
    letter_close(&letter);
    return well;
}

/* False also where the secret to enclose is not to be had now: nothing was sent then, and the claim is given back. */
static bool write_and_send(const struct run *run, struct posting *posting) {
    struct secret secret = {0};
    struct fault second;
    posting_settle(run->post, posting);
    bool ready = !enclosure_is_wanted(run->post, run->policies, run->notice, posting) ||
                 enclosure_read(run->post, run->notice, posting, &secret, run->fault);
    bool well = ready && send_letter(run, posting, &secret);
    if (!ready && !posting_release(run->post, run->notice->id, posting, &second))
        *run->fault = second;
    secret_close(&secret);
    return well;
}

static bool mail_one(const struct run *run, struct posting *posting) {
    const struct notice *notice = run->notice;
    bool sent = posting->state != POSTING_CLAIMED || write_and_send(run, posting);
    return sent && posting_finish(run->post, &notice->event, notice->id, posting, run->fault);
}

/* Every letter gets its try, also after one that met a fault; that fault is the one reported. */
static bool mail_those(const struct run *run, bool enclosing) {
    bool well = true;
    struct fault first = {0};
    for (size_t i = 0; i < run->notice->count; i++) {
        struct posting *posting = &run->notice->postings[i];
        bool encloses = enclosure_is_wanted(run->post, run->policies, run->notice, posting);
        if (encloses == enclosing && !mail_one(run, posting)) {
            first = well ? *run->fault : first;
            well = false;
        }
    }
    if (!well)
        *run->fault = first;
    return well;
}

/* Those that need no secret first: reading one may take longer than the claims of the others last. */
static bool mail_all(const struct run *run) {
    bool well = mail_those(run, false);
    struct fault first = *run->fault;
    bool enclosed = mail_those(run, true);
    if (!well)
        *run->fault = first;
    return well && enclosed;
}

enum notice_end notifier_event(const struct post *post, const struct policy_set *policies, struct notice *notice,
                               struct fault *fault) {
    const struct run run = {post, policies, notice, fault};
    enum notice_end end;
    bool doubt = false;
    if (notice->first_ms == 0)
        notice->first_ms = clock_boot_ms();
    if (!take_in(&run, &end))
        return end;
    bool well =
        enter_lists(&run) && plan_letters(&run) && claim_all(&run) && (!holds_claim(notice) || ask_doubt(&run, &doubt));
    if (well && doubt && release_all(&run) &&
        mail_all(&run)) /* what was sent or failed before is still brought to its end */
        return NOTICE_DIGEST;
    if (well && !doubt && mail_all(&run)) {
        count(notice->count > 0 ? "mailed" : "no_mail");
        return NOTICE_DONE;
    }
    notice_postpone(post, notice, fault);
    return NOTICE_LATER;
}
