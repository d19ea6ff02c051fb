/* In which order a promotion is made known: what is served follows before anything may rest on it. AWS and Redis are played here:
 * linked from this file. */
#include "act.h"

#include "iam_write.h"
#include "observe.h"
#include "tags.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- the played world -------------------------------------------------------------------------------------------------- */

static char done[256]; /* what happened, in its order */
static bool redis_is_down;
static struct secret_tag tags[4]; /* of the user's secret */
static size_t tag_count;

static bool happened(const char *what) {
    size_t length = strlen(done);
    snprintf(done + length, sizeof done - length, "%s%s", length > 0 ? ", " : "", what);
    return true;
}

bool status_set_current(struct store *store, const char *account, const char *user, const char *key_id,
                        struct fault *fault) {
    (void)store;
    assert_string_equal(account, "111111111111");
    assert_string_equal(user, "alice");
    assert_string_equal(key_id, "AKIANEW");
    return redis_is_down ? fault_set(fault, FAULT_UNAVAILABLE, "redis", "no Redis") : happened("served");
}

bool secrets_move_current(struct aws *aws, const char *name, const char *to, const char *from, struct fault *fault) {
    (void)aws, (void)name, (void)to, (void)from, (void)fault;
    return happened("moved");
}

static void put(const struct secret_tag *tag) {
    size_t i = 0;
    while (i < tag_count && strcmp(tags[i].key, tag->key) != 0)
        i++;
    assert_true(i < COUNT_OF(tags));
    tags[i] = *tag;
    tag_count += i == tag_count ? 1 : 0;
}

bool secrets_tag(struct aws *aws, const char *name, const struct secret_tag *more, size_t count, struct fault *fault) {
    (void)aws, (void)name, (void)fault;
    for (size_t i = 0; i < count; i++)
        put(&more[i]);
    return happened("noted");
}

bool secrets_untag(struct aws *aws, const char *name, const char (*keys)[TAG_KEY_SIZE], size_t count,
                   struct fault *fault) {
    (void)aws, (void)name, (void)fault;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < tag_count; j++)
            if (strcmp(tags[j].key, keys[i]) == 0)
                tags[j] = tags[--tag_count];
    return happened("untagged");
}

bool secrets_create_placeholder(struct aws *aws, const char *name, const char *kms_key_id,
                                const struct secret_tag *more, size_t count, struct fault *fault) {
    (void)aws, (void)name, (void)kms_key_id, (void)more, (void)count, (void)fault;
    return happened("placeholder");
}

bool iam_update_access_key(struct aws *aws, const char *user, const char *key_id, enum key_status status,
                           struct fault *fault) {
    (void)aws, (void)user, (void)key_id, (void)status, (void)fault;
    return happened("turned off");
}

bool iam_delete_access_key(struct aws *aws, const char *user, const char *key_id, struct fault *fault) {
    (void)aws, (void)user, (void)key_id, (void)fault;
    return happened("deleted");
}

bool observe_recheck(struct aws *aws, const struct policy_set *policies, const struct policy *owner,
                     struct keyring *ring, struct iam_user *user, struct fault *fault) {
    (void)aws, (void)policies, (void)owner, (void)ring, (void)user, (void)fault;
    return happened("checked again");
}

bool observe_use(struct aws *aws, struct keyring *ring, const char *key_id, struct fault *fault) {
    (void)aws, (void)ring, (void)key_id, (void)fault;
    return happened("asked for its use");
}

bool observe_proof(struct aws *aws, const struct policy *owner, const char *secret_name, struct keyring *ring,
                   const char *key_id, struct fault *fault) {
    (void)aws, (void)owner, (void)secret_name, (void)ring, (void)key_id, (void)fault;
    return happened("tried");
}

bool act_create(struct look *look, struct fault *fault) {
    (void)look, (void)fault;
    return happened("created");
}

/* --- a user whose new key is stored, and becomes current ---------------------------------------------------------------- */

static struct policy policy;

static void look_at_alice(struct look *look, enum step step) {
    memset(look, 0, sizeof *look);
    policy_defaults(&policy);
    policy.mode = MODE_APPLY;
    policy.min_overlap = 1; /* of nothing but the note's own time */
    done[0] = '\0';
    redis_is_down = false;
    tag_count = 0;
    look->policy = &policy;
    look->in_scope = true;
    strcpy(look->job.account, "111111111111");
    strcpy(look->job.user, "alice");
    look->ring = (struct keyring){
        .now = 1795298400, .in_scope = true, .recheck = RECHECK_SAME, .secret = SECRET_PRESENT, .key_count = 2};
    look->ring.keys[0] = (struct key){.status = KEY_ACTIVE, .created = 1785298400, .stored = true, .current = true};
    look->ring.keys[1] = (struct key){.status = KEY_ACTIVE, .created = 1795290000, .stored = true, .pending = true};
    strcpy(look->ring.keys[0].id, "AKIAOLD");
    strcpy(look->ring.keys[1].id, "AKIANEW");
    strcpy(look->ring.current_id, "AKIAOLD");
    strcpy(look->ring.promoted.key, "AKIAOLD");
    look->ring.promoted.at = 1785300000;
    look->plan.step = step;
    strcpy(look->plan.key, "AKIANEW");
}

static void what_is_served_follows_before_it_is_noted(void **state) {
    (void)state;
    struct look look;
    struct fault fault;
    look_at_alice(&look, STEP_PROMOTE);
    assert_true(act(&look, &fault));
    assert_string_equal(done, "moved, served, noted");
    assert_string_equal(look.ring.promoted.key, "AKIANEW");
}

/* Redis is down: the promotion stays without its note, on which every deactivation rests. The next look begins with it. */
static void without_redis_a_promotion_is_not_noted(void **state) {
    (void)state;
    struct look look;
    struct fault fault;
    look_at_alice(&look, STEP_PROMOTE);
    redis_is_down = true;
    assert_false(act(&look, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_string_equal(done, "moved");
    assert_string_equal(look.ring.promoted.key, "AKIAOLD");

    look.ring.now += 1000000; /* however late: the overlap begins with the note */
    look.plan = plan_next(&policy, &look.ring);
    assert_int_equal(look.plan.step, STEP_NOTE_PROMOTED);
    assert_string_equal(look.plan.key, "AKIANEW");
    assert_false(act(&look, &fault));
    assert_string_equal(done, "moved");

    redis_is_down = false;
    assert_true(act(&look, &fault));
    assert_string_equal(done, "moved, served, noted");
    assert_int_equal(look.ring.promoted.at, look.ring.now);
}

/* Nor may an emergency turn off the key that is still served: the note comes first there too. */
static void an_emergency_waits_for_it_too(void **state) {
    (void)state;
    struct look look;
    struct fault fault;
    look_at_alice(&look, STEP_PROMOTE);
    redis_is_down = true;
    assert_false(act(&look, &fault));
    look.ring.now += 1000000;
    look.ring.keys[0].leaked = look.ring.now - 10;
    look.plan = plan_next(&policy, &look.ring);
    assert_int_equal(look.plan.step, STEP_NOTE_PROMOTED);
    redis_is_down = false;
    assert_true(act(&look, &fault));
    look.plan = plan_next(&policy, &look.ring);
    assert_int_equal(look.plan.step, STEP_DEACTIVATE);
    assert_string_equal(look.plan.key, "AKIAOLD");
}

/* --- requests ------------------------------------------------------------------------------------------------------------ */

static void ask(enum request_kind kind, const char *key_id, int64_t at) {
    struct request request = {.kind = kind, .at = at, .actor = "rob"};
    struct secret_tag tag;
    text_clip(request.key, sizeof request.key, key_id);
    tags_asked(&request, &tag);
    put(&tag);
}

/* What the next look reads. */
static struct keyring read_again(void) {
    struct keyring ring = {0};
    for (size_t i = 0; i < tag_count; i++)
        assert_true(tags_read(&tags[i], &ring));
    return ring;
}

static void a_request_that_is_met_asks_for_nothing_any_more(void **state) {
    (void)state;
    struct look look;
    struct fault fault;
    look_at_alice(&look, STEP_DROP_REQUEST);
    ask(REQUEST_ROTATE, "AKIAFIRST", 1795290000);
    look.ring.asked = read_again().asked;
    assert_int_equal(look.ring.asked.kind, REQUEST_ROTATE);
    assert_true(act(&look, &fault));
    assert_int_equal(look.ring.asked.kind, REQUEST_NONE);
    assert_int_equal(read_again().asked.kind, REQUEST_NONE);
    ask(REQUEST_ROTATE, "AKIAOLD", 1795290001);
    assert_int_equal(read_again().asked.kind, REQUEST_ROTATE);
}

/* The worker saw a rotation that is met; before it can say so, the API writes a rollback over it. */
static void a_rollback_asked_while_a_met_request_is_dropped_is_not_lost(void **state) {
    (void)state;
    struct look look;
    struct fault fault;
    look_at_alice(&look, STEP_DROP_REQUEST);
    ask(REQUEST_ROTATE, "AKIAFIRST", 1795290000);
    look.ring.asked = read_again().asked;
    ask(REQUEST_ROLLBACK, "AKIAOLD", 1795298400);
    assert_true(act(&look, &fault));
    struct keyring ring = read_again();
    assert_int_equal(ring.asked.kind, REQUEST_ROLLBACK);
    assert_string_equal(ring.asked.key, "AKIAOLD");
    assert_string_equal(ring.asked.actor, "rob");
}

static void a_rollback_is_met_in_the_write_that_notes_what_is_current(void **state) {
    (void)state;
    struct look look;
    struct fault fault;
    look_at_alice(&look, STEP_MOVE_BACK);
    ask(REQUEST_ROLLBACK, "AKIAOLD", 1795290000);
    look.ring.asked = read_again().asked;
    assert_true(act(&look, &fault));
    assert_string_equal(done, "moved, served, noted");
    struct keyring ring = read_again();
    assert_string_equal(ring.promoted.key, "AKIANEW");
    assert_int_equal(ring.asked.kind, REQUEST_NONE);
    assert_int_equal(look.ring.asked.kind, REQUEST_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_served_follows_before_it_is_noted),
        cmocka_unit_test(without_redis_a_promotion_is_not_noted),
        cmocka_unit_test(an_emergency_waits_for_it_too),
        cmocka_unit_test(a_request_that_is_met_asks_for_nothing_any_more),
        cmocka_unit_test(a_rollback_asked_while_a_met_request_is_dropped_is_not_lost),
        cmocka_unit_test(a_rollback_is_met_in_the_write_that_notes_what_is_current),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
