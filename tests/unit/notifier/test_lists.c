/* The digest of a period: what goes in, when it goes out, and that it does so once. */
#include "lists.h"
#include "world.h"

#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ADMIN "admin@example.org"

/* The world begins at 1795000000, 2026-11-18T11:06:40Z: its day ends at 1795046400. */
enum { DAY_ENDS = 1795046400, GATHER = 15 * 60, DAY = 86400 };

struct fixture {
    struct config *config;
    struct channel_pace pace;
    struct post post;
    struct policy_set *policies;
    struct fault fault;
};

static int set_up(void **state) {
    struct fixture *fixture = mem_zero(1, sizeof *fixture);
    world_begin();
    fixture->config = mem_zero(1, sizeof *fixture->config);
    fixture->config->notify.settle_ms = 2000;
    fixture->config->notify.digest.slots.every = DAY;
    text_clip(fixture->config->notify.admin, sizeof fixture->config->notify.admin, ADMIN);
    channel_pace_open(&fixture->pace, 0);
    fixture->post = (struct post){.config = fixture->config, .pace = &fixture->pace};
    fixture->policies = mem_zero(1, sizeof *fixture->policies);
    struct policy *policy = &fixture->policies->policies[fixture->policies->count++];
    policy_defaults(policy);
    text_clip(policy->name, sizeof policy->name, "people");
    for (int list = 0; list < DIGEST_LISTS; list++)
        text_clip(policy->digest[policy->digest_count++], DIGEST_NAME_SIZE, digest_list_names[list]);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    channel_pace_close(&fixture->pace);
    mem_free(fixture->policies);
    mem_free(fixture->config);
    mem_free(fixture);
    return 0;
}

static bool enter(struct fixture *fixture, const struct event *event) {
    char id[EVENT_ID_SIZE];
    event_id(event, id);
    return lists_enter(&fixture->post, fixture->policies, event, id, &fixture->fault);
}

static struct event rotation(int64_t age_s) {
    struct event event;
    (void)world_message(EVENT_KEY_ACTIVATED, age_s, &event);
    return event;
}

static struct event standing(const char *list, int64_t at, int64_t total, const char *names) {
    struct event event = {.type = EVENT_ACCOUNT_LISTED, .time = at, .total = total};
    text_clip(event.partition, PARTITION_SIZE, "aws");
    text_clip(event.account, ACCOUNT_SIZE, "111122223333");
    text_clip(event.policy, POLICY_NAME_SIZE, "people");
    text_clip(event.reason, sizeof event.reason, list);
    text_clip(event.listed, sizeof event.listed, names);
    return event;
}

static size_t send(struct fixture *fixture) {
    size_t sent = 0;
    assert_true(lists_send(&fixture->post, &sent, &fixture->fault));
    return sent;
}

static void go_to(int64_t instant) {
    world.now_ms = instant * 1000;
}

static void goes_out_when_the_period_is_over(void **state) {
    struct fixture *fixture = *state;
    const struct event event = rotation(60);
    const struct event two = standing("two_active", DAY_ENDS, 2, "bob carl");
    assert_true(enter(fixture, &event));
    go_to(DAY_ENDS + 1);
    assert_true(enter(fixture, &two));
    assert_int_equal(send(fixture), 0);
    go_to(DAY_ENDS + GATHER);
    assert_int_equal(send(fixture), 1);
    assert_int_equal(world_mails_to(ADMIN), 1);
    const struct world_mail *mail = &world.mails[0];
    assert_string_equal(mail->subject, "Digest of people: 1 rotation, 2 users with two active keys");
    assert_non_null(strstr(mail->text, "from 2026-11-18T00:00:00Z until 2026-11-19T00:00:00Z"));
    assert_non_null(strstr(mail->text, "111122223333/ann  2026-11-18T11:05:40Z  AKIAIOSFODNN7EXAMPLE"));
    assert_non_null(strstr(mail->text, "111122223333  2026-11-19T00:00:00Z  bob carl\n"));
    assert_non_null(strstr(mail->html, "<pre>111122223333  2026-11-19T00:00:00Z  bob carl"));
    assert_null(strstr(mail->text, "no tag says whom to tell"));
    assert_null(strstr(mail->text, "Redis was new"));
    assert_int_equal(send(fixture), 0);
    assert_int_equal(world.digest_count, 0);
}

static void where_nothing_is_to_be_told_there_is_no_mail(void **state) {
    struct fixture *fixture = *state;
    struct event deleted;
    (void)world_message(EVENT_KEY_DELETED, 60, &deleted);
    struct event elsewhere = rotation(60);
    text_clip(elsewhere.policy, sizeof elsewhere.policy, "another");
    assert_true(enter(fixture, &deleted));
    assert_true(enter(fixture, &elsewhere));
    fixture->policies->policies[0].digest_count = 0;
    const struct event unwanted = rotation(60);
    assert_true(enter(fixture, &unwanted));
    assert_int_equal(world.digest_count, 0);
    go_to(DAY_ENDS + DAY);
    assert_int_equal(send(fixture), 0);
    assert_int_equal(world.mail_count, 0);
}

static void an_event_that_comes_twice_is_listed_once(void **state) {
    struct fixture *fixture = *state;
    const struct event event = rotation(60);
    assert_true(enter(fixture, &event));
    assert_true(enter(fixture, &event));
    go_to(DAY_ENDS + GATHER);
    assert_int_equal(send(fixture), 1);
    assert_true(enter(fixture, &event)); /* also when the mail is out */
    go_to(DAY_ENDS + DAY + GATHER);
    assert_int_equal(send(fixture), 0);
}

static void what_comes_late_is_in_the_next(void **state) {
    struct fixture *fixture = *state;
    const struct event event = rotation(60);
    go_to(DAY_ENDS + GATHER);
    assert_true(enter(fixture, &event));
    assert_int_equal(send(fixture), 0);
    go_to(DAY_ENDS + DAY + GATHER);
    assert_int_equal(send(fixture), 1);
    assert_non_null(strstr(world.mails[0].text, "111122223333/ann  2026-11-18T11:05:40Z"));
}

static void a_later_list_takes_the_place_of_an_earlier(void **state) {
    struct fixture *fixture = *state;
    const struct event late = standing("two_active", DAY_ENDS - DAY, 2, "bob carl");
    const struct event now = standing("two_active", DAY_ENDS, 1, "carl");
    assert_true(enter(fixture, &late));
    assert_true(enter(fixture, &now));
    go_to(DAY_ENDS + GATHER);
    assert_int_equal(send(fixture), 1);
    assert_string_equal(world.mails[0].subject, "Digest of people: 1 user with two active keys");
}

static void more_than_can_be_named_is_counted(void **state) {
    struct fixture *fixture = *state;
    const struct event event = standing("no_recipient", DAY_ENDS, 1000, "bob carl");
    assert_true(enter(fixture, &event));
    go_to(DAY_ENDS + GATHER);
    assert_int_equal(send(fixture), 1);
    assert_string_equal(world.mails[0].subject, "Digest of people: 1000 users without an address");
    assert_non_null(strstr(world.mails[0].text, "bob carl and 998 more\n"));
}

static void of_several_notifiers_one_sends(void **state) {
    struct fixture *fixture = *state;
    const struct event event = rotation(60);
    enum gather_state other = GATHER_GONE;
    char token[GATHER_TOKEN_SIZE] = "";
    assert_true(enter(fixture, &event));
    go_to(DAY_ENDS + GATHER);
    assert_true(gather_claim(NULL, world.digests[0].name, token, &other, &fixture->fault));
    assert_int_equal(other, GATHER_CLAIMED);
    assert_int_equal(send(fixture), 0);
    world.now_ms += GATHER_CLAIM_MS; /* it died before it began: nothing is lost */
    assert_int_equal(send(fixture), 1);
    assert_int_equal(world.mail_count, 1);
}

/* kill -9 between the two: it may have been sent, so it is not sent again; but it is said, at once and in the next. */
static void one_that_died_while_sending_is_told_of(void **state) {
    struct fixture *fixture = *state;
    const struct event event = rotation(60);
    enum gather_state other = GATHER_GONE;
    char token[GATHER_TOKEN_SIZE] = "";
    bool ours = false;
    assert_true(enter(fixture, &event));
    go_to(DAY_ENDS + GATHER);
    assert_true(gather_claim(NULL, world.digests[0].name, token, &other, &fixture->fault));
    assert_true(gather_begin(NULL, world.digests[0].name, token, &ours, &fixture->fault));
    assert_true(ours);
    assert_int_equal(send(fixture), 0);
    world.now_ms += GATHER_CLAIM_MS;
    assert_int_equal(send(fixture), 0);
    assert_int_equal(world.mail_count, 0);
    assert_int_equal(world_failures("digest_unknown"), 1);
    assert_string_equal(world.published[0].account, "111122223333");
    go_to(DAY_ENDS + DAY + GATHER);
    assert_int_equal(send(fixture), 1);
    assert_string_equal(world.mails[0].subject, "Digest of people: 1 digest in doubt");
    assert_non_null(strstr(world.mails[0].text, "until 2026-11-19T00:00:00Z: it may or may not have been sent"));
}

static void a_refusal_for_now_is_tried_again_and_one_for_good_is_told(void **state) {
    struct fixture *fixture = *state;
    const struct event event = rotation(60);
    size_t sent = 0;
    world.answers[0] = FAULT_THROTTLED;
    world.answers[2] = FAULT_INVALID;
    world.answer_count = 3;
    assert_true(enter(fixture, &event));
    go_to(DAY_ENDS + GATHER);
    assert_false(lists_send(&fixture->post, &sent, &fixture->fault));
    assert_int_equal(send(fixture), 1);
    const struct event next = rotation(0);
    assert_true(enter(fixture, &next));
    go_to(DAY_ENDS + DAY + GATHER);
    assert_int_equal(send(fixture), 0);
    assert_int_equal(world_failures("digest_invalid"), 1);
    assert_int_equal(world.mail_count, 1);
}

/* Quotes take six bytes in HTML: what fits into Redis need not fit into a letter. It is told, once, and the next one goes out. */
static void one_that_makes_no_letter_is_told_and_is_in_nobodys_way(void **state) {
    struct fixture *fixture = *state;
    char names[1024];
    memset(names, '"', sizeof names - 1);
    names[sizeof names - 1] = '\0';
    for (int account = 0; account < 50; account++) {
        struct event event = standing("overdue", DAY_ENDS - 60, 1, names);
        snprintf(event.account, sizeof event.account, "1111222233%02d", account);
        assert_true(enter(fixture, &event));
    }
    go_to(DAY_ENDS + GATHER);
    assert_int_equal(send(fixture), 0);
    assert_int_equal(world_failures("digest_invalid"), 1);
    assert_int_equal(world.tries, 0);
    world.now_ms += GATHER_CLAIM_MS;
    assert_int_equal(send(fixture), 0);
    assert_int_equal(world_failures("digest_*"), 1);
    go_to(DAY_ENDS + DAY + GATHER);
    assert_int_equal(send(fixture), 1);
    assert_non_null(strstr(world.mails[0].text, "until 2026-11-19T00:00:00Z: it was not sent"));
}

static void a_loss_of_redis_is_said(void **state) {
    struct fixture *fixture = *state;
    const struct event event = rotation(0);
    world.epoch_ms = world.now_ms;
    assert_true(enter(fixture, &event));
    go_to(DAY_ENDS + GATHER);
    assert_int_equal(send(fixture), 1);
    assert_non_null(strstr(world.mails[0].text, "gathered from 2026-11-18T11:06:40Z on"));
}

/* Each call in turn is the one at which everything stops answering for a while, with and without its being carried out. */
static void an_outage_at_any_call_loses_and_doubles_nothing(void **state) {
    for (size_t at = 1; at < 20; at++)
        for (int lost = 0; lost < 2; lost++) {
            assert_int_equal(tear_down(state), 0);
            assert_int_equal(set_up(state), 0);
            struct fixture *fixture = *state;
            const struct event event = rotation(60);
            size_t sent = 0;
            world.down_at = at;
            world.down_for = 1;
            world.lost_answer = lost == 1;
            while (!enter(fixture, &event))
                continue;
            go_to(DAY_ENDS + GATHER);
            for (int tries = 0; tries < 3; tries++) {
                bool well = lists_send(&fixture->post, &sent, &fixture->fault);
                assert_true(well || fixture->fault.kind != FAULT_NONE);
                world.now_ms += GATHER_CLAIM_MS;
            }
            size_t told = world.mail_count + world_failures("digest_*");
            assert_in_range(world.mail_count, 0, 1);
            assert_in_range(told, 1, 2);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(goes_out_when_the_period_is_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(where_nothing_is_to_be_told_there_is_no_mail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_event_that_comes_twice_is_listed_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_comes_late_is_in_the_next, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_later_list_takes_the_place_of_an_earlier, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_than_can_be_named_is_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_several_notifiers_one_sends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_died_while_sending_is_told_of, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_for_now_is_tried_again_and_one_for_good_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_makes_no_letter_is_told_and_is_in_nobodys_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_loss_of_redis_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_outage_at_any_call_loses_and_doubles_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
