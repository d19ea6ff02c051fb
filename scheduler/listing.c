#include "listing.h"

#include "event.h"
#include "mem.h"
#include "publish.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

struct list {
    int64_t total;
    size_t used;
    bool full; /* the names end here, though there are more */
    char names[EVENT_LISTED_SIZE];
};

struct listing {
    const struct policy_set *policies;
    struct list lists[]; /* DIGEST_LISTS for each policy */
};

/* The conditions a worker leaves in the status, and the list each belongs to. */
static const struct {
    const char *condition;
    enum digest_list list;
} conditions[] = {
    {"skip:two_active", DIGEST_TWO_ACTIVE},
    {"skip:no_recipient", DIGEST_NO_RECIPIENT},
};

static bool lists_users(const struct policy *policy) {
    return policy_digests(policy, DIGEST_TWO_ACTIVE) || policy_digests(policy, DIGEST_OVERDUE) ||
           policy_digests(policy, DIGEST_NO_RECIPIENT);
}

struct listing *listing_open(const struct policy_set *policies) {
    bool wanted = false;
    for (size_t i = 0; i < policies->count; i++)
        wanted = wanted || lists_users(&policies->policies[i]);
    if (!wanted)
        return NULL;
    struct listing *listing = mem_zero(1, sizeof *listing + policies->count * DIGEST_LISTS * sizeof listing->lists[0]);
    listing->policies = policies;
    return listing;
}

void listing_close(struct listing *listing) {
    mem_free(listing);
}

static void add(struct listing *listing, const struct policy *policy, enum digest_list which, const char *user) {
    if (listing == NULL || policy == NULL || !policy_digests(policy, which))
        return;
    size_t place = (size_t)(policy - listing->policies->policies);
    struct list *list = &listing->lists[place * DIGEST_LISTS + which];
    size_t length = strlen(user);
    size_t gap = list->used > 0 ? 1 : 0;
    list->total++;
    list->full = list->full || list->used + gap + length >= sizeof list->names;
    if (list->full)
        return;
    memcpy(list->names + list->used, " ", gap);
    memcpy(list->names + list->used + gap, user, length);
    list->used += gap + length;
}

void listing_add_missed(struct listing *listing, const struct policy *policy, const char *user) {
    add(listing, policy, DIGEST_NO_RECIPIENT, user);
}

void listing_add_known(struct listing *listing, const char *user, const struct status *status) {
    if (listing == NULL)
        return;
    const struct policy *policy = policy_named(listing->policies, status->policy);
    for (size_t i = 0; i < COUNT_OF(conditions); i++)
        if (text_equal(status->condition, conditions[i].condition))
            add(listing, policy, conditions[i].list, user);
    if (status->overdue != 0)
        add(listing, policy, DIGEST_OVERDUE, user);
}

static bool tell(const struct list *list, enum digest_list which, const char *policy, struct event *event,
                 struct kafka_writer *writer, struct fault *fault) {
    if (list->total == 0)
        return true;
    event->total = list->total;
    text_clip(event->policy, sizeof event->policy, policy);
    text_clip(event->reason, sizeof event->reason, digest_list_names[which]);
    text_clip(event->listed, sizeof event->listed, list->names);
    return publish_event(writer, event, fault);
}

bool listing_tell(const struct listing *listing, struct kafka_writer *writer, const char *partition,
                  const char *account, int64_t at, struct fault *fault) {
    struct event event = {.type = EVENT_ACCOUNT_LISTED, .time = at};
    bool told = true;
    text_clip(event.partition, sizeof event.partition, partition);
    text_clip(event.account, sizeof event.account, account);
    for (size_t i = 0; i < listing->policies->count; i++)
        for (int which = 0; which < DIGEST_LISTS && told; which++)
            told = tell(&listing->lists[i * DIGEST_LISTS + (size_t)which], (enum digest_list)which,
                        listing->policies->policies[i].name, &event, writer, fault);
    return told;
}
