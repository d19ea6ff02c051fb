#include "announce.h"

#include "announce_event.h"
#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum { SHORT_ID = 12 }; /* digits of an event id that status remembers: 48 bits among a handful of facts of one user */

/* --- what was told ----------------------------------------------------------------------------------------------------- */

/* A change that nobody remembers may well have been told when it was made; a notice may have come due before anybody looked. */
static bool is_notice(const struct event *event) {
    return event->type == EVENT_ROTATION_DUE_SOON || event->type == EVENT_USER_OVERDUE;
}

static bool was_told(const struct look *look, const char *short_id, const struct event *event) {
    if (!look->status.announced_known)
        return !is_notice(event) && look->ring.now - event->time > ANNOUNCE_AGAIN_FOR;
    char announced[STATUS_ANNOUNCED_SIZE];
    char *rest = announced;
    text_clip(announced, sizeof announced, look->status.announced);
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " "))
        if (strcmp(word, short_id) == 0)
            return true;
    return false;
}

/* Whether the gate holds is being asked: what was told of it stands meanwhile, and nothing new is told. */
static bool is_only_asked(const struct look *look, const struct event *event) {
    return event->type == EVENT_ROTATION_SKIPPED && text_equal(event->reason, reason_name(REASON_IN_USE)) &&
           look->plan.gate.last_used == 0;
}

static bool tell(struct look *look, struct event *event, struct text *told, struct fault *fault) {
    char id[EVENT_ID_SIZE];
    event_id(event, id);
    id[SHORT_ID] = '\0';
    if (!was_told(look, id, event)) {
        if (is_only_asked(look, event))
            return true;
        if (!announce_publish(look, event, fault))
            return false;
    }
    return text_format(told, "%s%s", told->length > 0 ? " " : "", id);
}

bool announce_facts(struct look *look, struct fault *fault) {
    struct event *events =
        mem_alloc(ANNOUNCE_FACTS * sizeof *events); /* more than a thread of the pool has stack for */
    struct text told;
    size_t count = announce_standing(look, events);
    bool well = true;
    text_open(&told, STATUS_ANNOUNCED_SIZE - 1);
    for (size_t i = 0; i < count && well; i++)
        well = tell(look, &events[i], &told, fault);
    if (told.overflowed)
        well =
            fault_set(fault, FAULT_INVALID, "announce", "%zu facts stand at once; more than can be remembered", count);
    /* What was told before a failure is told again by the next look, under the same ids. */
    bool changed = !look->status.announced_known || strcmp(told.bytes, look->status.announced) != 0;
    if (well && changed) {
        look->status.announced_known = true;
        well = text_copy(look->status.announced, sizeof look->status.announced, told.bytes) &&
               status_write_look(look->store, look->job.account, look->job.user, &look->status, fault);
    }
    text_close(&told);
    mem_free(events);
    return well;
}

/* --- conditions and failures ------------------------------------------------------------------------------------------- */

static enum event_type condition_type(const struct look *look) {
    if (look->plan.step == STEP_BLOCK)
        return EVENT_ROTATION_BLOCKED;
    if (look->plan.step == STEP_SKIP)
        return EVENT_ROTATION_SKIPPED;
    return EVENT_ROTATION_PLANNED;
}

/* The words a condition is remembered by: what it is, and why. Waiting is no condition, and neither is what was done. */
static void condition_words(const struct look *look, char *words, size_t size) {
    const struct plan *plan = &look->plan;
    bool stands = plan->step == STEP_BLOCK || plan->step == STEP_SKIP;
    bool only_planned = plan->shown && plan_changes(plan->step);
    words[0] = '\0';
    if (stands || only_planned)
        snprintf(words, size, "%s:%s", step_name(plan->step), reason_name(plan->reason));
}

static bool tell_end_of_block(struct look *look, struct fault *fault) {
    if (!text_starts(look->status.condition, "block:"))
        return true;
    struct event event =
        announce_event(look, EVENT_ROTATION_UNBLOCKED, "", look->ring.now, look->status.condition + strlen("block:"));
    return announce_publish(look, &event, fault);
}

/* A pause is told as a fact that stands, a rollback's too. */
static bool tell_condition(struct look *look, struct fault *fault) {
    bool paused = look->plan.reason == REASON_PAUSED || look->plan.reason == REASON_ROLLED_BACK;
    if (look->plan.step == STEP_SKIP && paused)
        return true;
    struct event event = announce_event(look, condition_type(look), look->plan.key, look->status.condition_since,
                                        reason_name(look->plan.reason));
    snprintf(event.message, sizeof event.message, "%s: %s", step_sentence(look->plan.step),
             reason_sentence(look->plan.reason));
    return announce_publish(look, &event, fault);
}

bool announce_condition(struct look *look, struct fault *fault) {
    char words[sizeof look->status.condition];
    condition_words(look, words, sizeof words);
    if (strcmp(words, look->status.condition) == 0)
        return true;
    if (!tell_end_of_block(look, fault))
        return false;
    text_clip(look->status.condition, sizeof look->status.condition, words);
    look->status.condition_since = words[0] != '\0' ? look->ring.now : 0;
    return words[0] == '\0' || tell_condition(look, fault);
}

bool announce_refusal(struct look *look, struct fault *fault) {
    const struct plan *plan = &look->plan;
    bool met = plan->reason == REASON_ASKED || plan->reason == REASON_ROLLBACK;
    if (plan->step != STEP_DROP_REQUEST || met)
        return true;
    struct event event = announce_event(look, EVENT_ROTATION_SKIPPED, look->ring.asked.key, look->ring.asked.at,
                                        reason_name(plan->reason));
    /* The answer to who asked, unless somebody else's emergency took it off. */
    if (plan->reason != REASON_EMERGENCY)
        text_clip(event.actor, sizeof event.actor, look->ring.asked.actor);
    snprintf(event.message, sizeof event.message, "a request was not served: %s", reason_sentence(plan->reason));
    return announce_publish(look, &event, fault);
}

static bool is_power_of_two(int64_t number) {
    return number > 0 && (number & (number - 1)) == 0;
}

bool announce_failure(struct look *look, const struct fault *why, int64_t next_look, struct fault *fault) {
    if (!is_power_of_two(look->status.attempt))
        return true;
    struct event event = announce_event(look, EVENT_ROTATION_FAILED, look->plan.key, aws_look_elapsed_now(look->aws),
                                        fault_name(why->kind));
    event.attempt = look->status.attempt;
    event.next_look = next_look;
    snprintf(event.message, sizeof event.message, "%.60s: %.60s %.360s", why->where, why->code, why->message);
    return announce_publish(look, &event, fault);
}
