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

enum { EVENTS = 5, LONG_AGO = 1794000000 };

struct fixture {
    struct config *config;
    struct channel_pace pace;
    struct post post;
    struct notice *notices[EVENTS];
    enum notice_end ends[EVENTS];
    struct fault fault;
};

static void fill(struct fixture *fixture) {
    for (size_t i = 0; i < EVENTS; i++) {
        struct notice *notice = fixture->notices[i];
        memset(notice, 0, sizeof *notice);
        (void)world_message(EVENT_KEY_DELETED, 0, &notice->event);
        notice->event.time = LONG_AGO + (int64_t)i;
        event_id(&notice->event, notice->id);
        notice->read = true;
        notice->first_ms = world.now_ms;
    }
}

static int set_up(void **state) {
    struct fixture *fixture = mem_zero(1, sizeof *fixture);
    world_begin();
    fixture->config = mem_zero(1, sizeof *fixture->config);
    fixture->config->notify.settle_ms = 2000;
    text_clip(fixture->config->notify.admin, sizeof fixture->config->notify.admin, ADMIN);
    channel_pace_open(&fixture->pace, 0);
    fixture->post = (struct post){.config = fixture->config, .pace = &fixture->pace};
    for (size_t i = 0; i < EVENTS; i++)
        fixture->notices[i] = mem_zero(1, sizeof *fixture->notices[i]);
    fill(fixture);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    for (size_t i = 0; i < EVENTS; i++)
        mem_free(fixture->notices[i]);
    channel_pace_close(&fixture->pace);
    mem_free(fixture->config);
    mem_free(fixture);
    return 0;
}

static size_t run(struct fixture *fixture) {
    size_t done = 0;
    fixture->fault = (struct fault){0};
    notifier_digest(&fixture->post, fixture->notices, EVENTS, fixture->ends, &fixture->fault);
    for (size_t i = 0; i < EVENTS; i++)
        done += fixture->ends[i] == NOTICE_DONE;
    return done;
}

static void all_of_them_are_told_in_one_mail_to_the_admin(void **state) {
    struct fixture *fixture = *state;
    assert_int_equal(run(fixture), EVENTS);
    assert_int_equal(world.mail_count, 1);
    assert_int_equal(world_mails_to(ADMIN), 1);
    assert_string_equal(world.mails[0].subject, "Events that were not mailed one by one: 5");
    size_t lines = 0;
    for (const char *c = strstr(world.mails[0].text, "key.deleted"); c != NULL; c = strstr(c + 1, "key.deleted"))
        lines++;
    assert_int_equal(lines, EVENTS);
}

static void read_again_they_are_not_told_again(void **state) {
    struct fixture *fixture = *state;
    assert_int_equal(run(fixture), EVENTS);
    fill(fixture);
    assert_int_equal(run(fixture), EVENTS);
    assert_int_equal(world.mail_count, 1);
}

static void a_digest_that_may_have_gone_is_announced_for_each_and_not_sent_again(void **state) {
    struct fixture *fixture = *state;
    world.answers[0] = FAULT_UNKNOWN;
    world.answer_count = 1;
    assert_int_equal(run(fixture), EVENTS);
    assert_int_equal(world_failures("digest_unknown"), EVENTS);
    fill(fixture);
    assert_int_equal(run(fixture), EVENTS);
    assert_int_equal(world.mail_count, 1);
}

static void a_digest_refused_for_now_goes_out_later(void **state) {
    struct fixture *fixture = *state;
    world.answers[0] = FAULT_THROTTLED;
    world.answer_count = 1;
    assert_int_equal(run(fixture), 0);
    for (size_t i = 0; i < EVENTS; i++)
        assert_true(fixture->notices[i]->again_ms > 0);
    world.now_ms += fixture->notices[0]->again_ms;
    assert_int_equal(run(fixture), EVENTS);
    assert_int_equal(world.mail_count, 1);
}

static void claims_that_grew_old_are_not_used_but_told(void **state) {
    struct fixture *fixture = *state;
    fixture->config->notify.settle_ms = LEDGER_CLAIM_MS;
    assert_int_equal(run(fixture), EVENTS);
    assert_int_equal(world.mail_count, 0);
    assert_int_equal(world_failures("digest_late"), EVENTS);
}

static void without_an_admin_it_is_announced(void **state) {
    struct fixture *fixture = *state;
    fixture->config->notify.admin[0] = '\0';
    assert_int_equal(run(fixture), EVENTS);
    assert_int_equal(world.mail_count, 0);
    assert_int_equal(world_failures("digest_config"), EVENTS);
}

static void a_death_at_any_call_tells_no_event_twice(void **state) {
    struct fixture *fixture = *state;
    assert_int_equal(run(fixture), EVENTS);
    size_t calls = world.calls;
    for (size_t at = 1; at <= 2 * calls; at++) {
        world_begin();
        world.lost_answer = at > calls;
        fill(fixture);
        world.down_at = at > calls ? at - calls : at;
        assert_true(run(fixture) < EVENTS);
        world.down_at = 0;
        world.now_ms += 2 * LEDGER_CLAIM_MS;
        fill(fixture);
        assert_int_equal(run(fixture), EVENTS);
        size_t lines = 0;
        for (size_t i = 0; i < world.mail_count; i++)
            for (const char *c = strstr(world.mails[i].text, "key.deleted"); c != NULL;
                 c = strstr(c + 1, "key.deleted"))
                lines++;
        assert_in_range(lines, 0, EVENTS);
        assert_true(lines + world_failures("*") >= EVENTS);
    }
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(all_of_them_are_told_in_one_mail_to_the_admin),
        STORY(read_again_they_are_not_told_again),
        STORY(a_digest_that_may_have_gone_is_announced_for_each_and_not_sent_again),
        STORY(a_digest_refused_for_now_goes_out_later),
        STORY(claims_that_grew_old_are_not_used_but_told),
        STORY(without_an_admin_it_is_announced),
        STORY(a_death_at_any_call_tells_no_event_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
