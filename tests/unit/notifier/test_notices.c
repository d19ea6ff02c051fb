/* One event through the notifier's real code, in a world where everything can go wrong at any call. */
#include "delivery.h"

#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void each_of_the_two_gets_a_mail_of_their_own(void **state) {
    struct delivery *delivery = *state;
    static const enum event_type types[] = {EVENT_KEY_ACTIVATED, EVENT_KEY_DEACTIVATED, EVENT_KEY_DELETED};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        happens(delivery, types[i], 5);
        assert_int_equal(deliver(delivery), NOTICE_DONE);
        assert_int_equal(world_mails_to(USER), i + 1);
        assert_int_equal(world_mails_to(ADMIN), i + 1);
    }
    assert_int_equal(world.published_count, 0);
    assert_string_equal(world.mails[0].subject, "New access key for ann");
}

static void the_admin_alone_hears_of_blocks_and_foreign_keys(void **state) {
    struct delivery *delivery = *state;
    static const enum event_type types[] = {EVENT_ROTATION_BLOCKED, EVENT_KEY_FOREIGN};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        happens(delivery, types[i], 5);
        assert_int_equal(deliver(delivery), NOTICE_DONE);
    }
    assert_int_equal(world_mails_to(ADMIN), 2);
    assert_int_equal(world.mail_count, 2);
}

static void other_events_are_mailed_to_nobody_and_ask_redis_nothing(void **state) {
    struct delivery *delivery = *state;
    static const enum event_type types[] = {EVENT_KEY_CREATED, EVENT_ROTATION_FAILED, EVENT_NOTICE_FAILED};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        happens(delivery, types[i], 5);
        assert_int_equal(deliver(delivery), NOTICE_DONE);
    }
    assert_int_equal(world.calls, 0);
}

static void an_event_told_again_is_not_mailed_again(void **state) {
    struct delivery *delivery = *state;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    for (int i = 0; i < 3; i++)
        assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 2);
}

static void a_mail_goes_out_only_when_its_claim_has_settled(void **state) {
    struct delivery *delivery = *state;
    int64_t began = world.now_ms;
    happens(delivery, EVENT_ROTATION_BLOCKED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mails[0].at_ms - began, SETTLE_MS);
}

static void two_letters_settle_together(void **state) {
    struct delivery *delivery = *state;
    int64_t began = world.now_ms;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mails[1].at_ms - began, SETTLE_MS);
}

static void mails_keep_their_pace(void **state) {
    struct delivery *delivery = *state;
    channel_pace_close(&delivery->pace);
    channel_pace_open(&delivery->pace, 4);
    delivery->config->notify.settle_ms = 0;
    static const enum event_type types[] = {EVENT_KEY_ACTIVATED, EVENT_KEY_DEACTIVATED, EVENT_KEY_DELETED};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        happens(delivery, types[i], 5);
        assert_int_equal(deliver(delivery), NOTICE_DONE);
    }
    assert_int_equal(world.mail_count, 6);
    for (size_t i = 1; i < world.mail_count; i++)
        assert_true(world.mails[i].at_ms - world.mails[i - 1].at_ms >= 250);
}

static void a_claim_that_grew_old_is_not_used_but_told(void **state) {
    struct delivery *delivery = *state;
    delivery->config->notify.settle_ms = LEDGER_CLAIM_MS; /* as if this process had been stopped meanwhile */
    happens(delivery, EVENT_ROTATION_BLOCKED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 0);
    assert_int_equal(world_failures("admin_late"), 1);
}

/* --- what the mail server may answer */

static const struct {
    enum fault_kind answer;
    size_t mails;        /* to the admin */
    size_t tries;        /* with one such answer, then good ones */
    const char *failure; /* NULL: none */
} answers[] = {
    {FAULT_NONE, 1, 1, NULL},
    {FAULT_UNKNOWN, 1, 1, "admin_unknown"}, /* it went out, and nobody knows: never again */
    {FAULT_INVALID, 0, 1, "admin_invalid"},
    {FAULT_GONE, 0, 1, "admin_gone"},
    {FAULT_THROTTLED, 1, 2, NULL},
    {FAULT_TRANSIENT, 1, 2, NULL},
    {FAULT_DENIED, 1, 2, NULL},
    {FAULT_EXPIRED, 1, 2, NULL},
};

static void each_answer_of_the_mail_server(void **state) {
    struct delivery *delivery = *state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        world_begin();
        world.answers[0] = answers[i].answer;
        world.answer_count = 1;
        happens(delivery, EVENT_ROTATION_BLOCKED, 5);
        assert_int_equal(deliver(delivery), NOTICE_DONE);
        assert_int_equal(world_mails_to(ADMIN), answers[i].mails);
        assert_int_equal(world.tries, answers[i].tries);
        assert_int_equal(world.published_count, answers[i].failure != NULL);
        if (answers[i].failure != NULL)
            assert_int_equal(world_failures(answers[i].failure), 1);
        assert_int_equal(deliver(delivery), NOTICE_DONE);
        assert_int_equal(world.tries, answers[i].tries);
    }
}

static void a_server_that_stays_busy_is_given_up_after_a_quarter_of_an_hour(void **state) {
    struct delivery *delivery = *state;
    int64_t began = world.now_ms;
    world.answer_count = WORLD_MOST;
    for (size_t i = 0; i < WORLD_MOST; i++)
        world.answers[i] = FAULT_THROTTLED;
    happens(delivery, EVENT_ROTATION_BLOCKED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 0);
    assert_int_equal(world_failures("admin_throttled"), 1);
    assert_in_range(world.now_ms - began, NOTICE_PATIENCE_MS, NOTICE_PATIENCE_MS + 10 * 60 * 1000);
}

static void one_letter_refused_does_not_keep_the_other(void **state) {
    struct delivery *delivery = *state;
    world.answers[0] = FAULT_INVALID;
    world.answer_count = 1;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world_mails_to(ADMIN), 1);
    assert_int_equal(world_failures("user_invalid"), 1);
}

static void a_failed_notice_says_who_and_what_and_no_address(void **state) {
    struct delivery *delivery = *state;
    world.answers[0] = FAULT_UNKNOWN;
    world.answer_count = 1;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.published_count, 1);
    const struct event *notice = &world.published[0];
    assert_string_equal(notice->user, "ann");
    assert_string_equal(notice->key_id, delivery->event.key_id);
    assert_int_equal(notice->time, delivery->event.time);
    assert_non_null(strstr(notice->message, "may or may not have been sent"));
    assert_null(strstr(notice->message, "@"));
}

/* --- who gets it */

static void without_an_address_the_admins_copy_says_so(void **state) {
    struct delivery *delivery = *state;
    world.status.email[0] = '\0';
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 1);
    assert_int_equal(world_mails_to(ADMIN), 1);
    assert_non_null(strstr(world.mails[0].text, "no address of its own"));
}

static void the_address_of_a_later_user_of_that_name_is_not_used(void **state) {
    struct delivery *delivery = *state;
    text_clip(world.status.user_id, USER_ID_SIZE, "AIDASOMEBODYELSE0001");
    happens(delivery, EVENT_KEY_DELETED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world_mails_to(USER), 0);
    assert_non_null(strstr(world.mails[0].text, "no address of its own"));
}

static void without_address_and_admin_it_is_announced(void **state) {
    struct delivery *delivery = *state;
    world.status.email[0] = '\0';
    delivery->config->notify.admin[0] = '\0';
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 0);
    assert_int_equal(world_failures("user_gone"), 1);
}

static void an_admin_who_is_the_user_gets_one_mail(void **state) {
    struct delivery *delivery = *state;
    text_clip(delivery->config->notify.admin, sizeof delivery->config->notify.admin, "Ann@Example.org");
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 1);
}

static void a_user_no_inventory_has_seen_is_waited_for(void **state) {
    struct delivery *delivery = *state;
    struct notice *notice = mem_zero(1, sizeof *notice);
    world.status = (struct status){0};
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    notice->message = &delivery->message;
    assert_int_equal(notifier_event(&delivery->post, &delivery->config->policies, notice, &delivery->fault),
                     NOTICE_LATER);
    assert_int_equal(world.mail_count, 0);
    int64_t now = world.now_ms;
    world_begin(); /* the inventory came */
    world.now_ms = now + notice->again_ms;
    assert_int_equal(notifier_event(&delivery->post, &delivery->config->policies, notice, &delivery->fault),
                     NOTICE_DONE);
    assert_int_equal(world_mails_to(USER), 1);
    mem_free(notice);
}

static void and_when_none_ever_does_the_admin_is_told(void **state) {
    struct delivery *delivery = *state;
    world.status = (struct status){0};
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world_mails_to(ADMIN), 1);
}

static void a_policy_without_mail_silences_the_life_of_keys_but_no_alarm(void **state) {
    struct delivery *delivery = *state;
    delivery->config->policies.policies[0].mail = MAIL_NONE;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 0);
    happens(delivery, EVENT_ROTATION_BLOCKED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world_mails_to(ADMIN), 1);
}

/* --- the ledger in doubt */

static void what_happened_before_the_ledger_was_lost_goes_to_the_digest(void **state) {
    struct delivery *delivery = *state;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    world.epoch_ms = 0;
    assert_int_equal(deliver(delivery), NOTICE_DIGEST);
    assert_int_equal(world.mail_count, 0);
    assert_int_equal(world.ledger_count, 0); /* nothing stays claimed */
}

static void what_happens_in_the_second_the_ledger_begins_is_mailed(void **state) {
    struct delivery *delivery = *state;
    world.epoch_ms = world.now_ms + 900;
    happens(delivery, EVENT_KEY_ACTIVATED, 0);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 2);
}

static void what_is_over_a_day_old_goes_to_the_digest(void **state) {
    struct delivery *delivery = *state;
    happens(delivery, EVENT_KEY_ACTIVATED, 24 * 3600 - 60);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    happens(delivery, EVENT_KEY_DELETED, 24 * 3600 + 60);
    assert_int_equal(deliver(delivery), NOTICE_DIGEST);
    assert_int_equal(world.mail_count, 2);
}

/* A key reached its age while everything was down: nobody is told later than a day after the word went out, whatever
 * the key's age. */
static void a_word_ahead_is_as_old_as_its_telling(void **state) {
    struct delivery *delivery = *state;
    happens(delivery, EVENT_USER_OVERDUE, 3 * 24 * 3600);
    delivery->message.timestamp_ms = world.now_ms - (int64_t)23 * 3600 * 1000;
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 2);
    happens(delivery, EVENT_USER_OVERDUE, 4 * 24 * 3600);
    delivery->message.timestamp_ms = world.now_ms - (int64_t)25 * 3600 * 1000;
    assert_int_equal(deliver(delivery), NOTICE_DIGEST);
    happens(delivery, EVENT_USER_OVERDUE, 8 * 24 * 3600); /* from before the ledger began */
    delivery->message.timestamp_ms = world.now_ms;
    assert_int_equal(deliver(delivery), NOTICE_DIGEST);
    happens(delivery, EVENT_KEY_DELETED, 3 * 24 * 3600);
    delivery->message.timestamp_ms = world.now_ms;
    assert_int_equal(deliver(delivery), NOTICE_DIGEST);
    assert_int_equal(world.mail_count, 2);
}

static void nobody_is_asked_to_tidy_up_for_a_policy_that_is_only_tried(void **state) {
    struct delivery *delivery = *state;
    struct policy *policy = &delivery->config->policies.policies[0];
    struct text value;
    for (policy->mode = MODE_PLAN; policy->mode <= MODE_APPLY; policy->mode++) {
        happens(delivery, EVENT_ROTATION_SKIPPED, 5);
        text_clip(delivery->event.reason, sizeof delivery->event.reason, "two_active");
        text_open(&value, EVENT_MAX_BYTES);
        event_print(&delivery->event, &value);
        delivery->message.value = value.bytes;
        delivery->message.length = value.length;
        assert_int_equal(deliver(delivery), NOTICE_DONE);
        assert_int_equal(world.mail_count, policy->mode == MODE_APPLY ? 2 : 0);
        text_close(&value);
    }
}

static void what_is_old_but_was_mailed_is_done(void **state) {
    struct delivery *delivery = *state;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    world.now_ms += (int64_t)30 * 3600 * 1000;
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 2);
}

/* --- what cannot be read */

static void an_unreadable_message_is_buried_with_its_bytes(void **state) {
    struct delivery *delivery = *state;
    delivery->message = (struct kafka_message){.topic = "keyturn.events.v1", .value = "{\"a\":", .length = 5};
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.buried, 1);
}

/* Nobody is told of next year as if it had been; an hour is what clocks may differ by. */
static void an_event_of_the_future_is_buried(void **state) {
    struct delivery *delivery = *state;
    happens(delivery, EVENT_KEY_ACTIVATED, -3700);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.buried, 1);
    assert_int_equal(world.mail_count, 0);
    happens(delivery, EVENT_KEY_ACTIVATED, -3500);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.buried, 1);
    assert_int_equal(world.mail_count, 2);
}

static void what_a_digest_lists_is_in_it_when_the_message_is_done(void **state) {
    struct delivery *delivery = *state;
    delivery->config->notify.digest.slots.every = 86400;
    text_clip(delivery->config->policies.policies[0].digest[0], DIGEST_NAME_SIZE, "rotations");
    delivery->config->policies.policies[0].digest_count = 1;
    world.down_at = 2; /* when it is to be entered */
    world.down_for = 3;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.digest_count, 1);
    assert_int_equal(world.digests[0].count, 1);
    assert_int_equal(world.mail_count, 2);
}

static void and_waits_while_it_cannot_be_buried(void **state) {
    struct delivery *delivery = *state;
    world.down_at = 1;
    world.down_for = 3;
    delivery->message = (struct kafka_message){.topic = "keyturn.events.v1", .value = "x", .length = 1};
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.buried, 1);
}

static void a_type_from_the_future_is_passed_over(void **state) {
    struct delivery *delivery = *state;
    char value[8192];
    happens(delivery, EVENT_KEY_CREATED, 5);
    snprintf(value, sizeof value, "%.*s", (int)delivery->message.length, (const char *)delivery->message.value);
    char *type = strstr(value, "io.keyturn.key.created.v1");
    assert_non_null(type);
    memcpy(type, "io.keyturn.key.dreamed.v1", strlen("io.keyturn.key.dreamed.v1"));
    delivery->message.value = value;
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.buried, 0);
    assert_int_equal(world.calls, 0);
}

static void a_secret_smuggled_into_an_event_is_in_no_mail(void **state) {
    struct delivery *delivery = *state;
    char value[8192];
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    const char *whole = delivery->message.value;
    const char *data = strstr(whole, "\"data\":{");
    assert_non_null(data);
    snprintf(value, sizeof value, "%.*s\"data\":{\"SecretAccessKey\":\"wJalrXUtnFEMI\",%s", (int)(data - whole), whole,
             data + strlen("\"data\":{"));
    delivery->message.value = value;
    delivery->message.length = strlen(value);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 2);
    for (size_t i = 0; i < world.mail_count; i++) {
        assert_null(strstr(world.mails[i].text, "wJalrXUtnFEMI"));
        assert_null(strstr(world.mails[i].html, "wJalrXUtnFEMI"));
    }
}

/* --- trouble at every call */

static size_t calls_of_a_whole_notice(struct delivery *delivery) {
    world_begin();
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    return world.calls;
}

static void assert_each_person_was_served_once(void) {
    assert_in_range(world_mails_to(USER), 0, 1);
    assert_in_range(world_mails_to(ADMIN), 0, 1);
    assert_true(world_mails_to(USER) == 1 || world_failures("user_*") > 0);
    assert_true(world_mails_to(ADMIN) == 1 || world_failures("admin_*") > 0);
}

/* Another process claimed the admin's mail and died: the user's own mail must not grow old with that claim. */
static void a_claim_of_anothers_does_not_cost_the_other_mail(void **state) {
    struct delivery *delivery = *state;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    char id[EVENT_ID_SIZE];
    event_id(&delivery->event, id);
    snprintf(world.ledger[0].key, sizeof world.ledger[0].key, "%s:admin", id);
    world.ledger[0].until_ms = world.now_ms + LEDGER_CLAIM_MS;
    world.ledger_count = 1;
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    assert_int_equal(world_mails_to(USER), 1);
    assert_int_equal(world_failures("user_*"), 0);
    assert_int_equal(world_mails_to(ADMIN), 0);
    assert_int_equal(world_failures("admin_*"), 1);
}

/* A process meets a busy server, and the answer to its `at`-th call is lost; another reads the message too, and mails;
 * then the first goes on. */
static void two_processes_meet_a_busy_server(struct delivery *delivery, size_t at) {
    struct notice *notice = mem_zero(1, sizeof *notice);
    world_begin();
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    world.answers[0] = FAULT_THROTTLED;
    world.answer_count = 1;
    world.down_at = at;
    world.down_for = 1;
    world.lost_answer = true;
    notice->message = &delivery->message;
    enum notice_end end = notifier_event(&delivery->post, &delivery->config->policies, notice, &delivery->fault);
    assert_int_equal(deliver(delivery), NOTICE_DONE);
    for (int i = 0; i < DELIVERY_RUNS && end == NOTICE_LATER; i++)
        end = notifier_event(&delivery->post, &delivery->config->policies, notice, &delivery->fault);
    assert_int_equal(end, NOTICE_DONE);
    mem_free(notice);
}

static void a_claim_given_back_unheard_is_asked_for_again(void **state) {
    struct delivery *delivery = *state;
    two_processes_meet_a_busy_server(delivery, 0);
    size_t calls = world.calls;
    for (size_t at = 1; at <= calls; at++) {
        two_processes_meet_a_busy_server(delivery, at);
        assert_each_person_was_served_once();
    }
}

static void an_outage_at_any_call_neither_loses_nor_doubles_a_mail(void **state) {
    struct delivery *delivery = *state;
    size_t calls = calls_of_a_whole_notice(delivery);
    for (size_t at = 1; at <= calls; at++) {
        for (size_t length = 1; length <= 24; length++) {
            world_begin();
            world.down_at = at;
            world.down_for = 1 + length / 2;
            world.lost_answer = length % 2 == 0;
            happens(delivery, EVENT_KEY_ACTIVATED, 5);
            assert_int_equal(deliver(delivery), NOTICE_DONE);
            assert_each_person_was_served_once();
        }
    }
}

/* Shorter than a claim, and with every answer there was: then both get their mails. */
static void an_outage_of_seconds_costs_nobody_a_mail(void **state) {
    struct delivery *delivery = *state;
    size_t calls = calls_of_a_whole_notice(delivery);
    for (size_t at = 1; at <= calls; at++) {
        world_begin();
        world.down_at = at;
        world.down_for = 2;
        happens(delivery, EVENT_KEY_ACTIVATED, 5);
        assert_int_equal(deliver(delivery), NOTICE_DONE);
        assert_int_equal(world_mails_to(USER), 1);
        assert_int_equal(world_mails_to(ADMIN), 1);
        assert_int_equal(world.published_count, 0);
    }
}

/* The process dies at its `at`-th call, carried out or not: nothing answers it any more. Another reads the message again. */
static void a_death_at_any_call_never_doubles_a_mail(void **state) {
    struct delivery *delivery = *state;
    size_t calls = calls_of_a_whole_notice(delivery);
    for (size_t at = 1; at <= 2 * calls; at++) {
        struct notice *dying = mem_zero(1, sizeof *dying);
        world_begin();
        world.lost_answer = at > calls;
        world.down_at = at > calls ? at - calls : at;
        happens(delivery, EVENT_KEY_ACTIVATED, 5);
        dying->message = &delivery->message;
        assert_int_equal(notifier_event(&delivery->post, &delivery->config->policies, dying, &delivery->fault),
                         NOTICE_LATER);
        mem_free(dying);
        world.down_at = 0;
        assert_int_equal(deliver(delivery), NOTICE_DONE);
        assert_each_person_was_served_once();
    }
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, delivery_begin, delivery_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(each_of_the_two_gets_a_mail_of_their_own),
        STORY(the_admin_alone_hears_of_blocks_and_foreign_keys),
        STORY(other_events_are_mailed_to_nobody_and_ask_redis_nothing),
        STORY(an_event_told_again_is_not_mailed_again),
        STORY(a_mail_goes_out_only_when_its_claim_has_settled),
        STORY(two_letters_settle_together),
        STORY(mails_keep_their_pace),
        STORY(a_claim_that_grew_old_is_not_used_but_told),
        STORY(each_answer_of_the_mail_server),
        STORY(a_server_that_stays_busy_is_given_up_after_a_quarter_of_an_hour),
        STORY(one_letter_refused_does_not_keep_the_other),
        STORY(a_failed_notice_says_who_and_what_and_no_address),
        STORY(without_an_address_the_admins_copy_says_so),
        STORY(the_address_of_a_later_user_of_that_name_is_not_used),
        STORY(without_address_and_admin_it_is_announced),
        STORY(an_admin_who_is_the_user_gets_one_mail),
        STORY(a_user_no_inventory_has_seen_is_waited_for),
        STORY(and_when_none_ever_does_the_admin_is_told),
        STORY(a_policy_without_mail_silences_the_life_of_keys_but_no_alarm),
        STORY(a_claim_of_anothers_does_not_cost_the_other_mail),
        STORY(a_claim_given_back_unheard_is_asked_for_again),
        STORY(what_happened_before_the_ledger_was_lost_goes_to_the_digest),
        STORY(what_happens_in_the_second_the_ledger_begins_is_mailed),
        STORY(what_is_over_a_day_old_goes_to_the_digest),
        STORY(a_word_ahead_is_as_old_as_its_telling),
        STORY(nobody_is_asked_to_tidy_up_for_a_policy_that_is_only_tried),
        STORY(what_is_old_but_was_mailed_is_done),
        STORY(an_unreadable_message_is_buried_with_its_bytes),
        STORY(and_waits_while_it_cannot_be_buried),
        STORY(an_event_of_the_future_is_buried),
        STORY(what_a_digest_lists_is_in_it_when_the_message_is_done),
        STORY(a_type_from_the_future_is_passed_over),
        STORY(a_secret_smuggled_into_an_event_is_in_no_mail),
        STORY(an_outage_at_any_call_neither_loses_nor_doubles_a_mail),
        STORY(an_outage_of_seconds_costs_nobody_a_mail),
        STORY(a_death_at_any_call_never_doubles_a_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
