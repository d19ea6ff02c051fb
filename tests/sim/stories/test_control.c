/* The control of an account, at the simulated AWS: what pauses, brakes and resumes it, and how a worker sees that. */
#include "controls.h"
#include "tags.h"
#include "text.h"
#include "two_accounts.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define NAME "keyturn/111111111111/control"

static struct config_account configured[2];
static struct config config;
static struct control control;

static int begin(void **state) {
    (void)state;
    two_accounts_open();
    memset(&config, 0, sizeof config);
    text_clip(config.secrets.name, sizeof config.secrets.name, "keyturn/{account}/{user_id}");
    config.secrets.tag_count = 1;
    config.secrets.tags[0] = (struct config_property){.name = "team", .value = "security"};
    text_clip(configured[0].id, sizeof configured[0].id, ACCOUNT);
    text_clip(configured[1].id, sizeof configured[1].id, OTHER);
    config.accounts = configured;
    config.account_count = 2;
    control = (struct control){0};
    return 0;
}

static int end(void **state) {
    (void)state;
    two_accounts_close();
    return 0;
}

static void later(int64_t seconds) {
    seams_pass(seconds * 1000);
}

static enum account_hold hold_of(const char *id) {
    struct control read;
    must(control_read(aws, &config, id, &read, &fault));
    return control_hold(&read);
}

static void tag(const char *key, const char *value) {
    struct world_secret *secret = world_secret(account, NAME);
    assert_true(world_set_tag(secret->tags, &secret->tag_count, key, value));
}

/* --- */

static void an_account_without_a_control_goes_on(void **state) {
    (void)state;
    assert_int_equal(hold_of(ACCOUNT), ACCOUNT_GOES_ON);
    must(control_resume(aws, &config, ACCOUNT, "ron", &control, &fault));
    assert_null(world_secret(account, NAME)); /* nothing to resume: nothing is made */
    assert_int_equal(control.resumed, 0);
}

static void a_pause_is_of_one_account_and_stands_from_the_first_time(void **state) {
    (void)state;
    must(control_pause(aws, &config, ACCOUNT, "paula", &control, &fault));
    int64_t since = control.paused;
    assert_in_range(since, BEGIN_S - 5, BEGIN_S + 60);
    later(3600);
    must(control_pause(aws, &config, ACCOUNT, "petra", &control, &fault));
    assert_int_equal(control.paused, since);
    assert_string_equal(control.actor, "paula");
    assert_int_equal(hold_of(ACCOUNT), ACCOUNT_PAUSED);
    assert_int_equal(control_held_since(&control), since);
    assert_int_equal(hold_of(OTHER), ACCOUNT_GOES_ON);
}

static void a_resume_ends_a_pause_and_the_brake(void **state) {
    (void)state;
    must(control_brake(aws, &config, ACCOUNT, "discards", 12, &control, &fault));
    assert_int_equal(hold_of(ACCOUNT), ACCOUNT_BRAKED);
    later(60);
    must(control_pause(aws, &config, ACCOUNT, "paula", &control, &fault));
    assert_int_equal(hold_of(ACCOUNT), ACCOUNT_PAUSED);
    assert_string_equal(control.braked_for, "discards");
    later(60);
    must(control_resume(aws, &config, ACCOUNT, "ron", &control, &fault));
    int64_t resumed = control.resumed;
    assert_int_equal(hold_of(ACCOUNT), ACCOUNT_GOES_ON);
    assert_int_equal(control.braked, 0);
    later(60);
    must(control_resume(aws, &config, ACCOUNT, "rosa", &control, &fault));
    assert_int_equal(control.resumed, resumed);
    assert_string_equal(control.actor, "ron");
}

static void the_brake_is_pulled_once(void **state) {
    (void)state;
    must(control_brake(aws, &config, ACCOUNT, "discards", 12, &control, &fault));
    int64_t since = control.braked;
    later(60);
    must(control_brake(aws, &config, ACCOUNT, "failures", 13, &control, &fault));
    assert_int_equal(control.braked, since);
    assert_int_equal(control.braked_count, 12);
    assert_int_equal(control_held_since(&control), since);
}

static void a_brake_left_behind_is_void_after_the_resume_and_can_be_pulled_again(void **state) {
    (void)state;
    must(control_brake(aws, &config, ACCOUNT, "discards", 12, &control, &fault));
    char value[257];
    struct secret_tag spelled;
    tags_braked("discards", 12, control.braked, &spelled);
    text_clip(value, sizeof value, spelled.value);
    later(60);
    must(control_resume(aws, &config, ACCOUNT, "ron", &control, &fault));
    tag(TAG_BRAKED, value); /* as where the second of the two calls was lost */
    assert_int_equal(hold_of(ACCOUNT), ACCOUNT_GOES_ON);
    must(control_resume(aws, &config, ACCOUNT, "ron", &control, &fault)); /* asked again it is taken off */
    must(control_read(aws, &config, ACCOUNT, &control, &fault));
    assert_int_equal(control.braked, 0);
    later(60);
    must(control_brake(aws, &config, ACCOUNT, "failures", 3, &control, &fault));
    assert_int_equal(hold_of(ACCOUNT), ACCOUNT_BRAKED);
}

static void the_secret_of_a_control_holds_nothing_to_be_served(void **state) {
    (void)state;
    struct secret_value value = {0};
    must(control_pause(aws, &config, ACCOUNT, "", &control, &fault));
    must(secrets_get(aws, NAME, NULL, "AWSCURRENT", &value, &fault));
    assert_true(value.placeholder);
    secret_value_close(&value);
    const struct world_secret *secret = world_secret(account, NAME);
    assert_string_equal(secret->tags[0].key, TAG_USER);
    assert_string_equal(secret->tags[1].key, "team");
}

static void characters_a_tag_cannot_hold_do_not_stop_a_pause(void **state) {
    (void)state;
    must(control_pause(aws, &config, ACCOUNT, "p\xc3\xa4ula;drop <all>", &control, &fault));
    assert_string_equal(control.actor, "p__ula_drop _all_");
    assert_int_equal(hold_of(ACCOUNT), ACCOUNT_PAUSED);
}

static void what_is_not_understood_is_never_read_as_not_paused(void **state) {
    (void)state;
    static const char *const wrong[][2] = {
        {TAG_PAUSED, "maybe 1767225600"},
        {TAG_PAUSED, "rollback 1767225600"},
        {TAG_PAUSED, "paused soon"},
        {TAG_BRAKED, "discards 12"},
        {TAG_BRAKED, "discards 12 0"},
        {TAG_BRAKED, "Discards 12 1767225600"},
        {TAG_BRAKED, "discards 12 1767225600 x"},
        {"keyturn:else", "x"},
        {TAG_PROMOTED, "AKIA 1767225600"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        must(control_pause(aws, &config, ACCOUNT, "paula", &control, &fault));
        tag(wrong[i][0], wrong[i][1]);
        assert_false(control_read(aws, &config, ACCOUNT, &control, &fault));
        assert_int_equal(fault.kind, FAULT_INVALID);
        assert_int_equal(control.paused, 0);
        struct world_secret *secret = world_secret(account, NAME);
        secret->tag_count = 0;
    }
}

static void a_refused_read_is_never_read_as_not_paused(void **state) {
    (void)state;
    text_clip(world->denied_secret, sizeof world->denied_secret, NAME);
    assert_false(control_read(aws, &config, ACCOUNT, &control, &fault));
    assert_int_equal(fault.kind, FAULT_DENIED);
    assert_false(control_pause(aws, &config, ACCOUNT, "paula", &control, &fault));
    assert_false(control_read(aws, &config, "333333333333", &control, &fault));
}

/* --- as a worker sees it */

static size_t calls_of(struct controls *controls, struct control_seen *seen) {
    size_t before = world->calls;
    controls_see(controls, aws, ACCOUNT, seen);
    return world->calls - before;
}

static void a_worker_reads_it_at_most_every_half_minute(void **state) {
    (void)state;
    struct control_seen seen;
    struct controls *controls = controls_open(&config);
    (void)calls_of(controls, &seen); /* the role is assumed too */
    assert_int_equal(seen.hold, ACCOUNT_GOES_ON);
    must(control_pause(aws, &config, ACCOUNT, "paula", &control, &fault));
    assert_int_equal(calls_of(controls, &seen), 0);
    assert_int_equal(seen.hold, ACCOUNT_GOES_ON);
    later(CONTROLS_MS / 1000);
    assert_int_equal(calls_of(controls, &seen), 1);
    assert_int_equal(seen.hold, ACCOUNT_PAUSED);
    assert_int_equal(seen.since, control.paused);
    assert_true(seen.news);
    controls_told(controls, ACCOUNT);
    assert_int_equal(calls_of(controls, &seen), 0);
    assert_false(seen.news);
    controls_close(controls);
}

static void what_cannot_be_read_holds_until_it_can(void **state) {
    (void)state;
    struct control_seen seen;
    struct controls *controls = controls_open(&config);
    controls_see(controls, aws, ACCOUNT, &seen);
    text_clip(world->denied_secret, sizeof world->denied_secret, NAME);
    later(CONTROLS_MS / 1000);
    controls_see(controls, aws, ACCOUNT, &seen);
    assert_int_equal(seen.hold, ACCOUNT_UNREAD);
    assert_int_equal(seen.why.kind, FAULT_DENIED);
    assert_int_equal(calls_of(controls, &seen), 0); /* and nobody hammers at it */
    assert_int_equal(seen.hold, ACCOUNT_UNREAD);
    world->denied_secret[0] = '\0';
    later(CONTROLS_MS / 1000);
    controls_see(controls, aws, ACCOUNT, &seen);
    assert_int_equal(seen.hold, ACCOUNT_GOES_ON);
    controls_see(controls, aws, "333333333333", &seen);
    assert_int_equal(seen.hold, ACCOUNT_UNREAD);
    controls_close(controls);
}

static void what_the_worker_did_itself_it_knows_at_once(void **state) {
    (void)state;
    struct control_seen seen;
    struct controls *controls = controls_open(&config);
    controls_see(controls, aws, ACCOUNT, &seen);
    must(control_brake(aws, &config, ACCOUNT, "discards", 12, &control, &fault));
    controls_put(controls, ACCOUNT, &control);
    assert_int_equal(calls_of(controls, &seen), 0);
    assert_int_equal(seen.hold, ACCOUNT_BRAKED);
    assert_int_equal(seen.since, control.braked);
    controls_close(controls);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(an_account_without_a_control_goes_on),
        STORY(a_pause_is_of_one_account_and_stands_from_the_first_time),
        STORY(a_resume_ends_a_pause_and_the_brake),
        STORY(the_brake_is_pulled_once),
        STORY(a_brake_left_behind_is_void_after_the_resume_and_can_be_pulled_again),
        STORY(the_secret_of_a_control_holds_nothing_to_be_served),
        STORY(characters_a_tag_cannot_hold_do_not_stop_a_pause),
        STORY(what_is_not_understood_is_never_read_as_not_paused),
        STORY(a_refused_read_is_never_read_as_not_paused),
        STORY(a_worker_reads_it_at_most_every_half_minute),
        STORY(what_cannot_be_read_holds_until_it_can),
        STORY(what_the_worker_did_itself_it_knows_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
