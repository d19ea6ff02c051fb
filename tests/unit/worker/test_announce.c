/* What is told, and how often. Kafka, Redis and AWS's time are played here: the seams of the worker, linked from this file. */
#include "announce.h"

#include "instant.h"
#include "policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- the played world -------------------------------------------------------------------------------------------------- */

static struct event told[64];
static size_t told_count;
static bool broker_is_down;
static bool of_account; /* an event about no user */
static int64_t now;

bool kafka_write(struct kafka_writer *writer, const char *topic, const char *key, const void *value, size_t length,
                 const struct kafka_header *headers, size_t header_count, struct fault *fault) {
    (void)writer;
    (void)headers;
    (void)header_count;
    if (broker_is_down)
        return fault_set(fault, FAULT_UNAVAILABLE, "kafka", "no broker");
    assert_string_equal(topic, "keyturn.events.v1");
    assert_string_equal(key, of_account ? "111111111111/" : "111111111111/alice");
    return event_parse(value, length, &told[told_count++], fault);
}

bool status_write_look(struct store *store, const char *account, const char *user, const struct status *status,
                       struct fault *fault) {
    (void)store;
    (void)account;
    (void)user;
    (void)status;
    (void)fault;
    return true;
}

int64_t aws_look_elapsed_now(const struct aws *aws) {
    (void)aws;
    return now;
}

const char *aws_partition(const struct aws *aws) {
    (void)aws;
    return "aws";
}

static char account_told[WATCH_TOLD_SIZE];
static bool account_known;

bool watch_told(struct store *store, const char *account, char words[WATCH_TOLD_SIZE], bool *known,
                struct fault *fault) {
    (void)store;
    (void)fault;
    assert_string_equal(account, "111111111111");
    strcpy(words, account_told);
    *known = account_known;
    return true;
}

bool watch_tell(struct store *store, const char *account, const char *words, struct fault *fault) {
    (void)store;
    (void)account;
    (void)fault;
    strcpy(account_told, words);
    account_known = true;
    return true;
}

/* --- a user with a current key and the one before it ------------------------------------------------------------------- */

static struct policy policy;

static struct look look_at_alice(void) {
    struct look look = {.in_scope = true};
    now = 1795298400;
    told_count = 0;
    broker_is_down = false;
    policy_defaults(&policy);
    strcpy(policy.name, "people");
    policy.mode = MODE_APPLY;
    look.policy = &policy;
    look.status.announced_known = true;
    strcpy(look.job.account, "111111111111");
    strcpy(look.job.user, "alice");
    strcpy(look.job.user_id, "AIDAALICE");
    look.ring = (struct keyring){.now = now, .in_scope = true, .secret = SECRET_PRESENT, .key_count = 2};
    look.ring.keys[0] = (struct key){.status = KEY_ACTIVE, .created = now - 200, .stored = true, .previous = true};
    look.ring.keys[1] = (struct key){.status = KEY_ACTIVE, .created = now - 100, .stored = true, .current = true};
    strcpy(look.ring.keys[0].id, "AKIAOLD");
    strcpy(look.ring.keys[1].id, "AKIANEW");
    strcpy(look.ring.current_id, "AKIANEW");
    strcpy(look.ring.promoted.key, "AKIANEW");
    look.ring.promoted.at = now - 50;
    return look;
}

static void tell(struct look *look) {
    struct fault fault = {0};
    if (!announce_facts(look, &fault))
        fail_msg("%s", fault.message);
}

static size_t count_told(enum event_type type, const char *key) {
    size_t count = 0;
    for (size_t i = 0; i < told_count; i++)
        if (told[i].type == type && strcmp(told[i].key_id, key) == 0)
            count++;
    return count;
}

/* --- facts ------------------------------------------------------------------------------------------------------------- */

static void each_fact_is_told_once(void **state) {
    (void)state;
    struct look look = look_at_alice();
    tell(&look);
    assert_int_equal(told_count, 3);
    assert_int_equal(count_told(EVENT_KEY_CREATED, "AKIAOLD"), 1);
    assert_int_equal(count_told(EVENT_KEY_CREATED, "AKIANEW"), 1);
    assert_int_equal(count_told(EVENT_KEY_ACTIVATED, "AKIANEW"), 1);
    tell(&look);
    assert_int_equal(told_count, 3);
}

static void tags_that_are_ignored_are_told_once_until_they_change(void **state) {
    (void)state;
    struct look look = look_at_alice();
    tell(&look);
    strcpy(look.refused, "rotate_after 400d is not between 30d and 120d");
    look.status.override_since = now - 60;
    tell(&look);
    assert_int_equal(told_count, 4);
    assert_int_equal(told[3].type, EVENT_ROTATION_SKIPPED);
    assert_string_equal(told[3].reason, "override_refused");
    assert_string_equal(told[3].message, "the user's tags are ignored: rotate_after 400d is not between 30d and 120d");
    assert_int_equal(told[3].time, now - 60);
    tell(&look);
    assert_int_equal(told_count, 4);
    look.status.override_since = now;
    tell(&look);
    assert_int_equal(told_count, 5);
}

static void a_deactivation_is_told_with_the_time_of_its_note(void **state) {
    (void)state;
    struct look look = look_at_alice();
    tell(&look);
    look.ring.keys[0].status = KEY_INACTIVE;
    strcpy(look.ring.inactive.key, "AKIAOLD");
    look.ring.inactive.at = now;
    strcpy(look.ring.inactive.why, "overlap_over");
    tell(&look);
    assert_int_equal(told_count, 4);
    assert_int_equal(told[3].type, EVENT_KEY_DEACTIVATED);
    assert_int_equal(told[3].time, now);
    assert_string_equal(told[3].reason, "overlap_over");
    assert_string_equal(told[3].policy, "people");
}

static void a_key_its_owner_turned_off_is_not_told_as_our_doing(void **state) {
    (void)state;
    struct look look = look_at_alice();
    look.ring.keys[0].status = KEY_INACTIVE;
    strcpy(look.ring.inactive.key, "AKIAOLD"); /* noted as seen, for no reason of ours */
    look.ring.inactive.at = now;
    tell(&look);
    assert_int_equal(count_told(EVENT_KEY_DEACTIVATED, "AKIAOLD"), 0);
}

static void killed_between_change_and_announcement_the_next_look_tells_the_same(void **state) {
    (void)state;
    struct look before = look_at_alice();
    tell(&before);
    char first[EVENT_ID_SIZE];
    char second[EVENT_ID_SIZE];
    event_id(&told[0], first);
    struct look after = look_at_alice(); /* what was told is not remembered */
    tell(&after);
    event_id(&told[0], second);
    assert_string_equal(first, second);
}

static void a_key_that_is_gone_is_told_deleted_or_discarded(void **state) {
    (void)state;
    struct look look = look_at_alice();
    look.ring.gone_count = 2;
    look.ring.gone[0] = (struct gone_mark){.at = now - 5};
    look.ring.gone[1] = (struct gone_mark){.at = now - 6, .discarding = true};
    strcpy(look.ring.gone[0].key, "AKIAGONE");
    strcpy(look.ring.gone[1].key, "AKIABAD");
    tell(&look);
    assert_int_equal(count_told(EVENT_KEY_DELETED, "AKIAGONE"), 1);
    assert_int_equal(count_told(EVENT_KEY_DISCARDED, "AKIABAD"), 1);
    tell(&look);
    assert_int_equal(count_told(EVENT_KEY_DELETED, "AKIAGONE"), 1);
}

static void with_redis_lost_only_young_changes_are_told_again(void **state) {
    (void)state;
    struct look look = look_at_alice();
    look.status.announced_known = false;
    look.ring.keys[0].created = now - 90000;
    tell(&look);
    assert_int_equal(count_told(EVENT_KEY_CREATED, "AKIAOLD"), 0);
    assert_int_equal(count_told(EVENT_KEY_CREATED, "AKIANEW"), 1);
    assert_true(look.status.announced_known);
}

static void what_could_not_be_told_is_told_later(void **state) {
    (void)state;
    struct look look = look_at_alice();
    struct fault fault;
    broker_is_down = true;
    assert_false(announce_facts(&look, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    broker_is_down = false;
    tell(&look);
    assert_int_equal(told_count, 3);
}

static void the_sequence_grows_even_when_redis_and_time_do_not(void **state) {
    (void)state;
    struct look look = look_at_alice();
    tell(&look);
    assert_true(told[0].sequence < told[1].sequence && told[1].sequence < told[2].sequence);
    int64_t last = told[2].sequence;
    struct look later = look_at_alice();
    now += 1;
    tell(&later);
    assert_true(told[0].sequence > last);
}

static void nothing_told_holds_a_secret(void **state) {
    (void)state;
    struct look look = look_at_alice();
    strcpy(look.secret.arn, "arn:aws:secretsmanager:eu-central-1:111111111111:secret:keyturn/x-AbCdEf");
    tell(&look);
    assert_string_equal(told[0].secret_arn, look.secret.arn);
    assert_string_equal(told[2].version_id, "keyturn-key-AKIANEW");
}

/* --- words ahead ------------------------------------------------------------------------------------------------------- */

static void a_word_ahead_is_told_once_with_the_moment_it_became_due(void **state) {
    (void)state;
    struct look look = look_at_alice();
    policy.warn_count = 1;
    policy.warn_before[0] = policy.rotate_after - 60; /* at the age of a minute */
    tell(&look);
    tell(&look);
    assert_int_equal(count_told(EVENT_ROTATION_DUE_SOON, "AKIANEW"), 1);
    const struct event *event = &told[told_count - 1];
    assert_int_equal(event->time, now - 100 + 60);
    assert_int_equal(event->due, now - 100 + policy.rotate_after);
    assert_string_equal(event->reason, "pre_notice");
}

static void a_word_ahead_lost_with_redis_is_told_again_under_its_id_however_old(void **state) {
    (void)state;
    struct look look = look_at_alice();
    char first[EVENT_ID_SIZE];
    char second[EVENT_ID_SIZE];
    policy.notify_only = true;
    policy.notify_overdue = 365 * 86400;
    look.ring.keys[0].created = look.ring.keys[1].created = now - 400 * 86400;
    tell(&look);
    assert_int_equal(count_told(EVENT_USER_OVERDUE, "AKIAOLD"), 1);
    assert_int_equal(count_told(EVENT_USER_OVERDUE, "AKIANEW"), 1);
    event_id(&told[told_count - 1], first);
    look.status.announced_known = false;
    told_count = 0;
    tell(&look);
    assert_int_equal(count_told(EVENT_USER_OVERDUE, "AKIANEW"), 1);
    event_id(&told[told_count - 1], second);
    assert_string_equal(first, second);
}

static void everything_that_can_stand_at_once_is_remembered(void **state) {
    (void)state;
    struct look look = look_at_alice();
    policy.notify_only = true;
    for (int64_t i = 0; i < NOTICE_MAX; i++)
        policy.notify_at[policy.notify_count++] = i + 1;
    policy.notify_overdue = 50;
    for (size_t i = 0; i < KEYRING_MARKS; i++) {
        snprintf(look.ring.gone[i].key, KEY_ID_SIZE, "AKIAGONE%zu", i);
        look.ring.gone[i].at = now - 5;
    }
    look.ring.gone_count = KEYRING_MARKS;
    tell(&look);
    size_t all = told_count;
    assert_int_equal(all, 3 + 2 * (NOTICE_MAX + 1) + KEYRING_MARKS);
    tell(&look);
    assert_int_equal(told_count, all);
}

static void a_key_still_in_use_is_told_once_with_the_evidence(void **state) {
    (void)state;
    struct look look = look_at_alice();
    tell(&look);
    look.plan.gate = (struct plan_gate){.since = now - 10, .until = now + 86400};
    strcpy(look.plan.gate.key, "AKIAOLD");
    tell(&look); /* asked for, not known yet */
    assert_int_equal(count_told(EVENT_ROTATION_SKIPPED, "AKIAOLD"), 0);
    look.plan.gate.last_used = now - 3600;
    tell(&look);
    assert_int_equal(count_told(EVENT_ROTATION_SKIPPED, "AKIAOLD"), 1);
    const struct event *event = &told[told_count - 1];
    char used[INSTANT_SIZE];
    instant_iso(now - 3600, used);
    assert_non_null(strstr(event->message, used));
    assert_string_equal(event->reason, "in_use");
    assert_int_equal(event->due, now + 86400);
    look.plan.gate.last_used = 0; /* the next look asks again, and finds it used again */
    tell(&look);
    look.plan.gate.last_used = now - 60;
    tell(&look);
    assert_int_equal(count_told(EVENT_ROTATION_SKIPPED, "AKIAOLD"), 1);
}

/* --- conditions -------------------------------------------------------------------------------------------------------- */

static void decide(struct look *look, enum step step, enum reason reason) {
    struct fault fault;
    look->plan =
        (struct plan){.step = step, .reason = reason, .not_before = now + 60, .shown = policy.mode == MODE_PLAN};
    assert_true(announce_condition(look, &fault));
}

static void a_block_is_told_once_until_it_ends(void **state) {
    (void)state;
    struct look look = look_at_alice();
    decide(&look, STEP_BLOCK, REASON_FOREIGN_KEY);
    decide(&look, STEP_BLOCK, REASON_FOREIGN_KEY);
    assert_int_equal(told_count, 1);
    assert_int_equal(told[0].type, EVENT_ROTATION_BLOCKED);
    assert_string_equal(told[0].reason, "foreign_key");
    decide(&look, STEP_WAIT, REASON_NOT_DUE);
    assert_int_equal(told_count, 2);
    assert_int_equal(told[1].type, EVENT_ROTATION_UNBLOCKED);
}

static void the_second_block_is_another_event_than_the_first(void **state) {
    (void)state;
    struct look look = look_at_alice();
    char first[EVENT_ID_SIZE];
    char second[EVENT_ID_SIZE];
    decide(&look, STEP_BLOCK, REASON_NO_FREE_SLOT);
    decide(&look, STEP_WAIT, REASON_NOT_DUE);
    look.ring.now += 3600;
    decide(&look, STEP_BLOCK, REASON_NO_FREE_SLOT);
    event_id(&told[0], first);
    event_id(&told[2], second);
    assert_string_not_equal(first, second);
}

static void a_dry_run_tells_what_it_would_do_once(void **state) {
    (void)state;
    struct look look = look_at_alice();
    policy.mode = MODE_PLAN;
    decide(&look, STEP_CREATE, REASON_DUE);
    decide(&look, STEP_CREATE, REASON_DUE);
    assert_int_equal(told_count, 1);
    assert_int_equal(told[0].type, EVENT_ROTATION_PLANNED);
}

static void waiting_is_no_event(void **state) {
    (void)state;
    struct look look = look_at_alice();
    decide(&look, STEP_WAIT, REASON_OVERLAP);
    assert_int_equal(told_count, 0);
}

static void a_request_that_is_not_served_is_answered(void **state) {
    (void)state;
    struct look look = look_at_alice();
    struct fault fault;
    look.ring.asked = (struct request){.kind = REQUEST_ROLLBACK, .at = now - 7};
    strcpy(look.ring.asked.key, "AKIANEW");
    strcpy(look.ring.asked.actor, "bob");
    look.plan = (struct plan){.step = STEP_DROP_REQUEST, .reason = REASON_NOTHING_TO_ROLL_BACK};
    assert_true(announce_refusal(&look, &fault));
    assert_int_equal(told_count, 1);
    assert_string_equal(told[0].reason, "nothing_to_roll_back");
    assert_string_equal(told[0].actor, "bob");
    assert_int_equal(told[0].time, now - 7);
    look.plan.reason = REASON_ASKED; /* met */
    assert_true(announce_refusal(&look, &fault));
    assert_int_equal(told_count, 1);
}

static size_t tell_facts(struct look *look) {
    struct fault fault;
    told_count = 0;
    assert_true(announce_facts(look, &fault));
    return told_count;
}

static void a_pause_and_its_end_are_each_told_once_with_who(void **state) {
    (void)state;
    struct look look = look_at_alice();
    tell_facts(&look);
    look.ring.paused = now - 9;
    strcpy(look.ring.paused_by, "paula");
    look.ring.asked = (struct request){.kind = REQUEST_ROTATE};
    strcpy(look.ring.asked.actor, "ann");
    assert_int_equal(tell_facts(&look), 1);
    assert_int_equal(told[0].type, EVENT_ROTATION_SKIPPED);
    assert_string_equal(told[0].reason, "paused");
    assert_string_equal(told[0].actor, "paula");
    assert_int_equal(told[0].time, now - 9);
    decide(&look, STEP_SKIP, REASON_PAUSED);
    assert_int_equal(tell_facts(&look), 0);
    decide(&look, STEP_SKIP, REASON_ROLLED_BACK);
    assert_int_equal(told_count, 0);
    look.ring.paused = 0;
    look.ring.resumed = now - 3;
    strcpy(look.ring.paused_by, "ron");
    decide(&look, STEP_WAIT, REASON_RESUMED_LATELY);
    assert_int_equal(tell_facts(&look), 1);
    assert_int_equal(told[0].type, EVENT_ROTATION_UNBLOCKED);
    assert_string_equal(told[0].reason, "paused");
    assert_string_equal(told[0].actor, "ron");
    assert_int_equal(tell_facts(&look), 0);
}

static void what_an_emergency_changes_names_who_reported_it(void **state) {
    (void)state;
    struct look look = look_at_alice();
    tell_facts(&look);
    look.ring.leaked_at = look.ring.keys[0].leaked = now - 9;
    strcpy(look.ring.leaked_by, "eve");
    look.ring.keys[0].status = KEY_INACTIVE;
    look.ring.inactive = (struct note){.at = now - 5, .why = "emergency"};
    strcpy(look.ring.inactive.key, "AKIAOLD");
    look.ring.asked = (struct request){.kind = REQUEST_ROTATE};
    strcpy(look.ring.asked.actor, "ann");
    assert_int_equal(tell_facts(&look), 1);
    assert_int_equal(told[0].type, EVENT_KEY_DEACTIVATED);
    assert_string_equal(told[0].actor, "eve");
}

static void what_a_rollback_moved_names_who_asked_also_when_its_request_is_dropped(void **state) {
    (void)state;
    struct look look = look_at_alice();
    look.ring.paused = now - 2000;
    look.ring.paused_for_rollback = true;
    strcpy(look.ring.paused_by, "rob");
    assert_int_equal(tell_facts(&look), 4);
    for (size_t i = 0; i < told_count; i++)
        assert_string_equal(told[i].actor, told[i].type == EVENT_KEY_CREATED ? "" : "rob");
}

static void only_a_key_that_was_inactive_is_told_as_reactivated(void **state) {
    (void)state;
    struct look look = look_at_alice();
    tell_facts(&look);
    look.ring.asked = (struct request){.kind = REQUEST_ROLLBACK, .at = now - 7};
    strcpy(look.ring.asked.key, "AKIANEW");
    assert_int_equal(tell_facts(&look), 0);
    strcpy(look.ring.inactive.key, "AKIAOLD");
    look.ring.keys[0].stored = look.ring.keys[0].previous = false; /* of a first rotation */
    assert_int_equal(tell_facts(&look), 1);
    assert_int_equal(told[0].type, EVENT_KEY_REACTIVATED);
    assert_string_equal(told[0].key_id, "AKIAOLD");
}

static void failures_in_a_row_are_told_ever_more_rarely(void **state) {
    (void)state;
    struct look look = look_at_alice();
    struct fault why;
    struct fault fault;
    fault_set(&why, FAULT_THROTTLED, "ListAccessKeys", "Rate exceeded");
    for (look.status.attempt = 1; look.status.attempt <= 100; look.status.attempt++)
        assert_true(announce_failure(&look, &why, now + 5, &fault));
    assert_int_equal(told_count, 7); /* 1 2 4 8 16 32 64 */
    assert_string_equal(told[0].reason, "throttled");
    assert_int_equal(told[6].attempt, 64);
}

/* --- what is told of an account ------------------------------------------------------------------------------------------ */

static void told_of_account(const struct control *control, size_t events) {
    struct look look = look_at_alice();
    struct fault fault = {0};
    of_account = true;
    assert_true(announce_control(&look, control, &fault));
    of_account = false;
    assert_int_equal(told_count, events);
}

static void pause_of_an_account_is_told_once_with_its_actor(void **state) {
    (void)state;
    struct control control = {.paused = 1795298000, .actor = "paula"};
    account_known = true;
    account_told[0] = '\0';
    told_of_account(&control, 1);
    assert_int_equal(told[0].type, EVENT_ACCOUNT_PAUSED);
    assert_int_equal(told[0].time, 1795298000);
    assert_string_equal(told[0].actor, "paula");
    assert_string_equal(told[0].user, "");
    told_of_account(&control, 0);
    control = (struct control){.resumed = 1795298300, .actor = "ron"};
    told_of_account(&control, 1);
    assert_int_equal(told[0].type, EVENT_ACCOUNT_RESUMED);
    assert_string_equal(told[0].actor, "ron");
}

static void brake_is_told_beside_a_pause(void **state) {
    (void)state;
    struct control control = {.paused = 1795298000, .braked = 1795298100, .braked_for = "discards", .braked_count = 12};
    account_known = true;
    account_told[0] = '\0';
    told_of_account(&control, 2);
    assert_int_equal(told[0].type, EVENT_ACCOUNT_BRAKED);
    assert_string_equal(told[0].reason, "discards");
    assert_non_null(strstr(told[0].message, "12"));
    assert_int_equal(told[1].type, EVENT_ACCOUNT_PAUSED);
    told_of_account(&control, 0);
}

static void brake_older_than_the_resume_is_not_told(void **state) {
    (void)state;
    const struct control control = {.resumed = 1795298100, .braked = 1795298100, .braked_for = "discards"};
    account_known = true;
    account_told[0] = '\0';
    told_of_account(&control, 1);
    assert_int_equal(told[0].type, EVENT_ACCOUNT_RESUMED);
}

static void of_an_account_that_redis_forgot_only_what_is_young_is_told(void **state) {
    (void)state;
    struct control control = {.paused = 1795298400 - 24 * 3600 - 1, .actor = "paula"};
    account_known = false;
    account_told[0] = '\0';
    told_of_account(&control, 0);
    assert_true(account_known);
    told_of_account(&control, 0); /* known from now on as told */
    account_known = false;
    account_told[0] = '\0';
    control.paused++;
    told_of_account(&control, 1);
}

static void without_a_broker_nothing_counts_as_told(void **state) {
    (void)state;
    const struct control control = {.paused = 1795298000};
    struct look look = look_at_alice();
    struct fault fault = {0};
    account_known = true;
    account_told[0] = '\0';
    broker_is_down = true;
    assert_false(announce_control(&look, &control, &fault));
    assert_string_equal(account_told, "");
    told_of_account(&control, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_is_told_once),
        cmocka_unit_test(tags_that_are_ignored_are_told_once_until_they_change),
        cmocka_unit_test(a_deactivation_is_told_with_the_time_of_its_note),
        cmocka_unit_test(a_key_its_owner_turned_off_is_not_told_as_our_doing),
        cmocka_unit_test(killed_between_change_and_announcement_the_next_look_tells_the_same),
        cmocka_unit_test(a_key_that_is_gone_is_told_deleted_or_discarded),
        cmocka_unit_test(with_redis_lost_only_young_changes_are_told_again),
        cmocka_unit_test(what_could_not_be_told_is_told_later),
        cmocka_unit_test(the_sequence_grows_even_when_redis_and_time_do_not),
        cmocka_unit_test(nothing_told_holds_a_secret),
        cmocka_unit_test(a_word_ahead_is_told_once_with_the_moment_it_became_due),
        cmocka_unit_test(a_word_ahead_lost_with_redis_is_told_again_under_its_id_however_old),
        cmocka_unit_test(everything_that_can_stand_at_once_is_remembered),
        cmocka_unit_test(a_key_still_in_use_is_told_once_with_the_evidence),
        cmocka_unit_test(a_block_is_told_once_until_it_ends),
        cmocka_unit_test(the_second_block_is_another_event_than_the_first),
        cmocka_unit_test(a_dry_run_tells_what_it_would_do_once),
        cmocka_unit_test(waiting_is_no_event),
        cmocka_unit_test(a_request_that_is_not_served_is_answered),
        cmocka_unit_test(a_pause_and_its_end_are_each_told_once_with_who),
        cmocka_unit_test(what_an_emergency_changes_names_who_reported_it),
        cmocka_unit_test(what_a_rollback_moved_names_who_asked_also_when_its_request_is_dropped),
        cmocka_unit_test(only_a_key_that_was_inactive_is_told_as_reactivated),
        cmocka_unit_test(failures_in_a_row_are_told_ever_more_rarely),
        cmocka_unit_test(pause_of_an_account_is_told_once_with_its_actor),
        cmocka_unit_test(brake_is_told_beside_a_pause),
        cmocka_unit_test(brake_older_than_the_resume_is_not_told),
        cmocka_unit_test(of_an_account_that_redis_forgot_only_what_is_young_is_told),
        cmocka_unit_test(without_a_broker_nothing_counts_as_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
