#include "lists.h"

#include "gather.h"
#include "instant.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CLOSED_MOST = 3 /* periods that may end while an entry is made */ };

/* An entry as it is kept: under "<list>:<order>", "<how many> <line>". */
struct entry {
    char field[GATHER_FIELD_SIZE];
    char value[GATHER_VALUE_SIZE];
};

/* --- what the events say */

static void enter_rotation(const struct event *event, const char *id, struct entry *entry) {
    char time[INSTANT_SIZE];
    instant_iso(event->time, time);
    snprintf(entry->field, sizeof entry->field, "%s:%s:%s", digest_list_names[DIGEST_ROTATIONS], time, id);
    snprintf(entry->value, sizeof entry->value, "1 %s/%s  %s  %s", event->account, event->user, time, event->key_id);
}

static int64_t count_names(const char *names) {
    int64_t count = names[0] != '\0' ? 1 : 0;
    for (const char *c = names; *c != '\0'; c++)
        count += *c == ' ' ? 1 : 0;
    return count;
}

/* One an account: what is listed later takes its place. */
static void enter_standing(const struct event *event, const char *id, struct entry *entry) {
    char time[INSTANT_SIZE];
    char more[48] = "";
    int64_t unnamed = event->total - count_names(event->listed);
    (void)id;
    instant_iso(event->time, time);
    if (unnamed > 0)
        snprintf(more, sizeof more, " and %" PRId64 " more", unnamed);
    snprintf(entry->field, sizeof entry->field, "%s:%s", event->reason, event->account);
    snprintf(entry->value, sizeof entry->value, "%" PRId64 " %s  %s  %s%s", event->total, event->account, time,
             event->listed, more);
}

static const struct {
    enum event_type type;
    const char *reason; /* NULL: whatever the reason */
    enum digest_list list;
    void (*write)(const struct event *event, const char *id, struct entry *entry);
} entered[] = {
    {EVENT_KEY_ACTIVATED, NULL, DIGEST_ROTATIONS, enter_rotation},
    {EVENT_ACCOUNT_LISTED, "two_active", DIGEST_TWO_ACTIVE, enter_standing},
    {EVENT_ACCOUNT_LISTED, "overdue", DIGEST_OVERDUE, enter_standing},
    {EVENT_ACCOUNT_LISTED, "no_recipient", DIGEST_NO_RECIPIENT, enter_standing},
};

static bool write_entry(const struct policy *policy, const struct event *event, const char *id, struct entry *entry) {
    for (size_t i = 0; i < COUNT_OF(entered); i++) {
        bool same = entered[i].type == event->type &&
                    (entered[i].reason == NULL || text_equal(entered[i].reason, event->reason));
        if (!same || !policy_digests(policy, entered[i].list))
            continue;
        entered[i].write(event, id, entry);
        return true;
    }
    return false;
}

/* --- into which period */

/* From the period that ends at `end` on, the first that is open. */
static bool enter(const struct post *post, const char *policy, int64_t end, const char *id, const struct entry *entry,
                  struct fault *fault) {
    const struct slots *slots = &post->config->notify.digest.slots;
    for (int tries = 0; tries < CLOSED_MOST; tries++) {
        char name[GATHER_NAME_SIZE];
        int64_t now = 0;
        bool open = false;
        snprintf(name, sizeof name, "%s:%" PRId64, policy, end);
        if (!gather_add(post->store, name, (end + slots_gather(slots)) * 1000, id, entry->field, entry->value, &open,
                        fault))
            return false;
        if (open)
            return true;
        if (!store_now(post->store, &now, fault))
            return false;
        end = slots_end(slots, now / 1000);
    }
    return fault_set(fault, FAULT_TRANSIENT, "digest", "every period ends before it can be entered");
}

/* What stands at the end of a period is dated by it, and belongs to it. */
static int64_t end_of_period(const struct slots *slots, const struct event *event) {
    return slots_end(slots, event->type == EVENT_ACCOUNT_LISTED ? event->time - 1 : event->time);
}

bool lists_enter(const struct post *post, const struct policy_set *policies, const struct event *event, const char *id,
                 struct fault *fault) {
    const struct policy *policy = policy_named(policies, event->policy);
    struct entry entry;
    if (post->config->notify.admin[0] == '\0' || policy == NULL || !write_entry(policy, event, id, &entry))
        return true;
    return enter(post, policy->name, end_of_period(&post->config->notify.digest.slots, event), id, &entry, fault);
}

bool lists_enter_line(const struct post *post, const char *policy, const char *id, const char *field, const char *line,
                      struct fault *fault) {
    struct entry entry;
    int64_t now = 0;
    text_clip(entry.field, sizeof entry.field, field);
    snprintf(entry.value, sizeof entry.value, "1 %s", line);
    return store_now(post->store, &now, fault) &&
           enter(post, policy, slots_end(&post->config->notify.digest.slots, now / 1000), id, &entry, fault);
}
