#include "announce_event.h"

#include "log.h"
#include "publish.h"
#include "text.h"

enum { SEQUENCE_PER_SECOND = 1000 };

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

struct event announce_event(const struct look *look, enum event_type type, const char *key, int64_t time,
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

bool announce_publish(struct look *look, struct event *event, struct fault *fault) {
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
