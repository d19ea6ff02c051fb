#include "rings.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

struct policy policy;
struct keyring ring;

static void minutes_profile(void) {
    policy_defaults(&policy);
    policy.mode = MODE_APPLY;
    policy.rotate_after = 30 MINUTES;
    policy.deactivate_after = 60 MINUTES;
    policy.min_overlap = 30 MINUTES;
    policy.delete_rule = DELETE_AT_AGE;
    policy.delete_after = 90 MINUTES;
    policy.min_inactive = 0;
    policy.two_active = TWO_ACTIVE_RETIRE_OLDEST;
    policy.spare_inactive = SPARE_INACTIVE_DELETE;
    policy.two_inactive = TWO_INACTIVE_LEAVE;
}

int fresh(void **state) {
    (void)state;
    minutes_profile();
    ring = (struct keyring){.now = NOW, .in_scope = true, .recheck = RECHECK_SAME, .secret = SECRET_ABSENT};
    return 0;
}

struct key *own(const char *id, int64_t age) {
    struct key *key = &ring.keys[ring.key_count++];
    *key = (struct key){.status = KEY_ACTIVE, .created = NOW - age};
    text_clip(key->id, sizeof key->id, id);
    return key;
}

static struct key *stored(const char *id, int64_t age) {
    struct key *key = own(id, age);
    if (ring.secret == SECRET_ABSENT)
        placeholder();
    key->stored = true;
    return key;
}

struct key *current(const char *id, int64_t age, int64_t promoted_ago) {
    struct key *key = stored(id, age);
    key->current = key->pending = true;
    ring.placeholder_current = false;
    text_clip(ring.current_id, sizeof ring.current_id, id);
    text_clip(ring.promoted.key, sizeof ring.promoted.key, id);
    ring.promoted.at = NOW - promoted_ago;
    return key;
}

struct key *candidate(const char *id, int64_t age) {
    struct key *key = stored(id, age);
    key->pending = true;
    return key;
}

struct key *superseded(const char *id, int64_t age) {
    struct key *key = stored(id, age);
    key->previous = true;
    return key;
}

struct key *orphan(const char *id, int64_t age) {
    if (ring.secret == SECRET_ABSENT)
        placeholder();
    intent(age);
    return own(id, age);
}

void placeholder(void) {
    ring.secret = SECRET_PRESENT;
    ring.placeholder_current = true;
}

void intent(int64_t age) {
    struct intent *open = &ring.intents[ring.intent_count++];
    snprintf(open->id, sizeof open->id, "%zu", ring.intent_count);
    open->at = NOW - age;
}

void inactive(struct key *key, int64_t since) {
    key->status = KEY_INACTIVE;
    text_clip(ring.inactive.key, sizeof ring.inactive.key, key->id);
    ring.inactive.at = NOW - since;
}

void marked(struct key *key, int64_t age) {
    key->deleting = NOW - age;
}

void leaked(struct key *key, int64_t age) {
    key->leaked = NOW - age;
    ring.leaked_at = key->leaked > ring.leaked_at ? key->leaked : ring.leaked_at;
}

void asked(enum request_kind kind, const char *key, int64_t age) {
    ring.asked = (struct request){.kind = kind, .at = NOW - age};
    text_clip(ring.asked.key, sizeof ring.asked.key, key);
}

void gone_current(const char *id, int64_t promoted_ago) {
    ring.secret = SECRET_PRESENT;
    ring.placeholder_current = false;
    text_clip(ring.current_id, sizeof ring.current_id, id);
    text_clip(ring.promoted.key, sizeof ring.promoted.key, id);
    ring.promoted.at = NOW - promoted_ago;
}

void decides(int row, enum step step, enum reason reason, const char *key, int64_t in) {
    struct plan plan = plan_next(&policy, &ring);
    assert_string_equal(step_name(plan.step), step_name(step));
    assert_string_equal(reason_name(plan.reason), reason_name(reason));
    assert_int_equal(plan.row, row);
    assert_string_equal(plan.key, key);
    assert_true(plan.not_before > NOW);
    if (in != WHENEVER)
        assert_int_equal(plan.not_before - NOW, in);
}
