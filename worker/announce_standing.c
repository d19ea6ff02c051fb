/* Which events the facts of a look amount to. Nothing is published here, and nothing remembered. */
#include "announce.h"
#include "announce_event.h"
#include "instant.h"
#include "text.h"

#include <stdio.h>

struct fact_list {
    const struct look *look;
    struct event *events;
    size_t count;
};

static void add_fact(struct fact_list *list, enum event_type type, const char *key, int64_t time, const char *reason) {
    if (list->count < ANNOUNCE_FACTS)
        list->events[list->count++] = announce_event(list->look, type, key, time, reason);
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
