#include "announce.h"

#include "event.h"
#include "instant.h"
#include "log.h"
#include "mem.h"
#include "publish.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum {
    SHORT_ID = 12, /* digits of an event id that status remembers: 48 bits among a handful of facts of one user */
    TOLD_AGAIN_FOR = 24 * 3600, /* with Redis lost, changes younger than this are told again */
    SEQUENCE_PER_SECOND = 1000,
};

/* --- one event --------------------------------------------------------------------------------------------------------- */

static void describe_keys(const struct look *look, struct event *event) {
    const struct keyring *ring = &look->ring;
    for (size_t i = 0; i < ring->key_count && event->key_count < EVENT_KEYS; i++) {
        struct event_key *key = &event->keys[event->key_count++];
        text_clip(key->id, sizeof key->id, ring->keys[i].id);
        text_clip(key->state, sizeof key->state, key_role_name(plan_role(look->policy, ring, i)));
        key->active = ring->keys[i].status == KEY_ACTIVE;
        key->created = ring->keys[i].created;
    }
}

/* Who caused it, as the tag says that asked for it; nobody, where a policy or the world did. A pause is its own doing, also where a request or
 * an emergency stands beside it; a rollback's request may be dropped by the time it is told, and the pause written with it names the same. */
static const char *actor_of(const struct look *look, enum event_type type, const char *reason) {
    const struct keyring *ring = &look->ring;
    bool quiet = ring->paused != 0 || look->plan.reason == REASON_RESUMED_LATELY;
    bool rested = text_equal(reason, reason_name(REASON_PAUSED)) ||
                  (quiet && text_equal(reason, reason_name(REASON_LEFT_HALF_WAY)));
    bool leaked = look->plan.emergency || text_equal(reason, reason_name(REASON_EMERGENCY));
    bool moved_back = ring->paused_for_rollback && type == EVENT_KEY_ACTIVATED;
    if (rested)
        return ring->paused_by;
    if (text_equal(reason, reason_name(REASON_ORPHAN)))
        return "";
    if (leaked && ring->leaked_at != 0)
        return ring->leaked_by;
    if (ring->asked.kind != REQUEST_NONE)
        return ring->asked.actor;
    return moved_back ? ring->paused_by : "";
}

static struct event event_about(const struct look *look, enum event_type type, const char *key, int64_t time,
                                const char *reason) {
    struct event event = {.type = type, .time = time, .next_look = look->plan.not_before};
    text_clip(event.partition, sizeof event.partition, aws_partition(look->aws));
    text_clip(event.account, sizeof event.account, look->job.account);
    text_clip(event.user, sizeof event.user, look->job.user);
    text_clip(event.user_id, sizeof event.user_id, look->job.user_id);
    text_clip(event.policy, sizeof event.policy, look->in_scope ? look->policy->name : "");
    text_clip(event.key_id, sizeof event.key_id, key);
    text_clip(event.reason, sizeof event.reason, reason);
    text_clip(event.actor, sizeof event.actor, actor_of(look, type, reason));
    text_clip(event.secret_arn, sizeof event.secret_arn, look->secret.arn);
    if (key[0] != '\0')
        keyring_version_of(key, event.version_id);
    describe_keys(look, &event);
    return event;
}

/* Grows with every event of the user, over crashes and over the loss of Redis, as long as AWS's time does. */
static int64_t next_sequence(struct look *look) {
    int64_t by_time = aws_look_elapsed_now(look->aws) * SEQUENCE_PER_SECOND;
    int64_t by_count = look->status.sequence + 1;
    look->status.sequence = by_time > by_count ? by_time : by_count;
    return look->status.sequence;
}

static bool publish(struct look *look, struct event *event, struct fault *fault) {
    char id[EVENT_ID_SIZE];
    event->sequence = next_sequence(look);
    if (!publish_event(look->writer, event, fault))
        return false;
    event_id(event, id);
    log_line(LOG_INFO, event_type_name(event->type), "account", event->account, "user", event->user, "key",
             event->key_id[0] != '\0' ? event->key_id : NULL, "reason", event->reason[0] != '\0' ? event->reason : NULL,
             "event", id, NULL);
    return true;
}

/* --- the facts that stand ---------------------------------------------------------------------------------------------- */

struct fact_list {
    const struct look *look;
    struct event *events;
    size_t count;
};

static void add_fact(struct fact_list *list, enum event_type type, const char *key, int64_t time, const char *reason) {
    if (list->count < ANNOUNCE_FACTS)
        list->events[list->count++] = event_about(list->look, type, key, time, reason);
}

static void add_facts_of_key(struct fact_list *list, size_t index) {
    const struct keyring *ring = &list->look->ring;
    const struct key *key = &ring->keys[index];
    if (key->stored)
        add_fact(list, EVENT_KEY_CREATED, key->id, key->created, "");
    if (key->current && text_equal(ring->promoted.key, key->id))
        add_fact(list, EVENT_KEY_ACTIVATED, key->id, ring->promoted.at, "");
    /* A note without a reason only says since when a key was seen so: its owner turned it off. */
    if (key->status == KEY_INACTIVE && text_equal(ring->inactive.key, key->id) && ring->inactive.why[0] != '\0')
        add_fact(list, EVENT_KEY_DEACTIVATED, key->id, ring->inactive.at, ring->inactive.why);
    if (plan_role(list->look->policy, ring, index) == ROLE_FOREIGN)
        add_fact(list, EVENT_KEY_FOREIGN, key->id, key->created, "");
    /* Stored or not: of a first rotation, the old key is reactivated too. One that never was Inactive was not reactivated. */
    if (ring->asked.kind == REQUEST_ROLLBACK && key->status == KEY_ACTIVE && text_equal(ring->inactive.key, key->id) &&
        plan_role(list->look->policy, ring, index) == ROLE_SUPERSEDED)
        add_fact(list, EVENT_KEY_REACTIVATED, key->id, ring->asked.at, "");
}

/* Of the user, not of a look: each is told once with its own time, whatever an emergency or a rollback does in between. */
static void add_pause(struct fact_list *list) {
    const struct keyring *ring = &list->look->ring;
    bool paused = ring->paused != 0;
    if ((!paused && ring->resumed == 0) || list->count == ANNOUNCE_FACTS)
        return;
    struct event *event = &list->events[list->count];
    add_fact(list, paused ? EVENT_ROTATION_SKIPPED : EVENT_ROTATION_UNBLOCKED, "",
             paused ? ring->paused : ring->resumed, reason_name(REASON_PAUSED));
    text_clip(event->message, sizeof event->message,
              !paused                     ? "the pause of this user is over"
              : ring->paused_for_rollback ? "paused with the request to roll back, until resumed"
                                          : "paused on request, until resumed");
}

/* Told once for what the tags say: its time is that of the inventory that first saw them so. */
static void add_refused_override(struct fact_list *list) {
    const struct look *look = list->look;
    if (look->refused[0] == '\0' || list->count == ANNOUNCE_FACTS)
        return;
    struct event *event = &list->events[list->count];
    add_fact(list, EVENT_ROTATION_SKIPPED, "", look->status.override_since, reason_name(REASON_OVERRIDE_REFUSED));
    snprintf(event->message, sizeof event->message, "the user's tags are ignored: %.440s", look->refused);
}

/* Why the old key still works, with the evidence. Its time is the end of the overlap, so the same hold is told once. */
static void add_gate(struct fact_list *list) {
    const struct plan_gate *gate = &list->look->plan.gate;
    char used[INSTANT_SIZE];
    char until[INSTANT_SIZE];
    if (gate->key[0] == '\0' || list->count == ANNOUNCE_FACTS)
        return;
    struct event *event = &list->events[list->count];
    add_fact(list, EVENT_ROTATION_SKIPPED, gate->key, gate->since, reason_name(REASON_IN_USE));
    instant_iso(gate->last_used, used);
    instant_iso(gate->until, until);
    event->due = gate->until;
    snprintf(event->message, sizeof event->message,
             "the old key was last used at %s; it stays active until it is idle, and no longer than until %s", used,
             until);
}

/* Told by their own time, so that the same notice has the same id whenever it is told. */
static void add_notices(struct fact_list *list) {
    struct plan_notices notices;
    plan_notices(list->look->policy, &list->look->ring, &notices);
    for (size_t i = 0; i < notices.count && list->count < ANNOUNCE_FACTS; i++) {
        const struct plan_notice *notice = &notices.all[i];
        enum event_type type = notice->reason == REASON_OVERDUE ? EVENT_USER_OVERDUE : EVENT_ROTATION_DUE_SOON;
        struct event *event = &list->events[list->count];
        add_fact(list, type, notice->key, notice->at, reason_name(notice->reason));
        event->due = notice->due;
        text_clip(event->message, sizeof event->message, reason_sentence(notice->reason));
    }
}

size_t announce_standing(const struct look *look, struct event events[ANNOUNCE_FACTS]) {
    struct fact_list list = {look, events, 0};
    for (size_t i = 0; i < look->ring.key_count; i++)
        add_facts_of_key(&list, i);
    /* Told once as a fact, since the rotation goes on; where it stops, the block tells it. */
    bool dead = look->plan.current_gone && keyring_find(&look->ring, look->ring.current_id) == NULL;
    if (dead && look->plan.step != STEP_BLOCK)
        add_fact(&list, EVENT_KEY_FOREIGN, look->ring.current_id, look->ring.promoted.at,
                 reason_name(REASON_CURRENT_DEAD));
    for (size_t i = 0; i < look->ring.gone_count; i++) {
        const struct gone_mark *gone = &look->ring.gone[i];
        add_fact(&list, gone->discarding ? EVENT_KEY_DISCARDED : EVENT_KEY_DELETED, gone->key, gone->at, gone->why);
    }
    add_pause(&list);
    add_refused_override(&list);
    add_gate(&list);
    add_notices(&list);
    return list.count;
}

/* --- what was told ----------------------------------------------------------------------------------------------------- */

/* A change that nobody remembers may well have been told when it was made; a notice may have come due before anybody looked. */
static bool is_notice(const struct event *event) {
    return event->type == EVENT_ROTATION_DUE_SOON || event->type == EVENT_USER_OVERDUE;
}

static bool was_told(const struct look *look, const char *short_id, const struct event *event) {
    if (!look->status.announced_known)
        return !is_notice(event) && look->ring.now - event->time > TOLD_AGAIN_FOR;
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
        if (!publish(look, event, fault))
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
        event_about(look, EVENT_ROTATION_UNBLOCKED, "", look->ring.now, look->status.condition + strlen("block:"));
    return publish(look, &event, fault);
}

/* A pause is told as a fact that stands. */
static bool tell_condition(struct look *look, struct fault *fault) {
    if (look->plan.step == STEP_SKIP && look->plan.reason == REASON_PAUSED)
        return true;
    struct event event = event_about(look, condition_type(look), look->plan.key, look->status.condition_since,
                                     reason_name(look->plan.reason));
    snprintf(event.message, sizeof event.message, "%s: %s", step_sentence(look->plan.step),
             reason_sentence(look->plan.reason));
    return publish(look, &event, fault);
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
    struct event event =
        event_about(look, EVENT_ROTATION_SKIPPED, look->ring.asked.key, look->ring.asked.at, reason_name(plan->reason));
    /* The answer to who asked, unless somebody else's emergency took it off. */
    if (plan->reason != REASON_EMERGENCY)
        text_clip(event.actor, sizeof event.actor, look->ring.asked.actor);
    snprintf(event.message, sizeof event.message, "a request was not served: %s", reason_sentence(plan->reason));
    return publish(look, &event, fault);
}

static bool is_power_of_two(int64_t number) {
    return number > 0 && (number & (number - 1)) == 0;
}

bool announce_failure(struct look *look, const struct fault *why, int64_t next_look, struct fault *fault) {
    if (!is_power_of_two(look->status.attempt))
        return true;
    struct event event = event_about(look, EVENT_ROTATION_FAILED, look->plan.key, aws_look_elapsed_now(look->aws),
                                     fault_name(why->kind));
    event.attempt = look->status.attempt;
    event.next_look = next_look;
    snprintf(event.message, sizeof event.message, "%.60s: %.60s %.360s", why->where, why->code, why->message);
    return publish(look, &event, fault);
}

/* --- of the account ------------------------------------------------------------------------------------------------------ */

static bool holds_word(const char *words, const char *wanted) {
    char copy[WATCH_TOLD_SIZE];
    char *rest = copy;
    text_clip(copy, sizeof copy, words);
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " "))
        if (strcmp(word, wanted) == 0)
            return true;
    return false;
}

bool announce_control(struct look *look, const struct control *control, struct fault *fault) {
    struct event events[CONTROL_EVENTS];
    char before[WATCH_TOLD_SIZE];
    char told[WATCH_TOLD_SIZE] = "";
    bool known;
    size_t count = control_events(control, aws_partition(look->aws), look->job.account, events);
    if (!watch_told(look->store, look->job.account, before, &known, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        char id[EVENT_ID_SIZE];
        event_id(&events[i], id);
        bool old = !known && aws_look_elapsed_now(look->aws) - events[i].time > TOLD_AGAIN_FOR;
        if (!old && !holds_word(before, id) && !publish(look, &events[i], fault))
            return false;
        size_t used = strlen(told);
        snprintf(told + used, sizeof told - used, "%s%s", used > 0 ? " " : "", id);
    }
    return (known && strcmp(before, told) == 0) || watch_tell(look->store, look->job.account, told, fault);
}

bool announce_unreachable(struct look *look, const struct fault *why, int64_t now, struct fault *fault) {
    struct event event = {.type = EVENT_ACCOUNT_UNREACHABLE, .time = now - now % 3600};
    text_clip(event.partition, sizeof event.partition, aws_partition(look->aws));
    text_clip(event.account, sizeof event.account, look->job.account);
    text_clip(event.reason, sizeof event.reason, fault_name(why->kind));
    snprintf(event.message, sizeof event.message, "%.60s: %.60s %.360s", why->where, why->code, why->message);
    return publish(look, &event, fault);
}
