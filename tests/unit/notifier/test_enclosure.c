/* Who gets the secret itself by mail, and who does not: the notifier's real code, in the played world. */
#include "delivery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECRET  WORLD_SECRET
#define ESCAPED "wJalr&amp;XUtnFEMI/K7&lt;MDENG&gt;bPxRfiCYEXAMPLEKEY"

/* A world in which the user's policy mails the secret, and another policy does not. */
static int set_up(void **state) {
    delivery_begin(state);
    struct delivery *delivery = *state;
    struct config *config = delivery->config;
    text_clip(config->secrets.name, sizeof config->secrets.name, "keyturn/{account}/{user_id}");
    config->policies.policies[0].mail = MAIL_INLINE;
    config->policies.count = 2;
    text_clip(config->policies.policies[1].name, POLICY_NAME_SIZE, "careful");
    config->policies.policies[1].mail = MAIL_REFERENCE;
    happens(delivery, EVENT_KEY_ACTIVATED, 5);
    return 0;
}

/* A secret that cannot be had must hold up this mail alone: a fault called UNAVAILABLE would hold up everybody's. */
static enum notice_end deliver_alone(struct delivery *delivery) {
    enum notice_end end = deliver(delivery);
    assert_int_equal(delivery->unavailable, 0);
    return end;
}

/* An event that anybody who can write to the topic may have written. */
static void forge(struct delivery *delivery) {
    static struct text value;
    if (value.bytes != NULL)
        text_close(&value);
    text_open(&value, 16 * 1024);
    event_print(&delivery->event, &value);
    delivery->message.value = value.bytes;
    delivery->message.length = value.length;
}

static size_t mails_with_the_secret(void) {
    size_t count = 0;
    for (size_t i = 0; i < world.mail_count; i++) {
        const struct world_mail *mail = &world.mails[i];
        bool text = strstr(mail->text, SECRET) != NULL;
        assert_int_equal(text, strstr(mail->html, ESCAPED) != NULL);
        assert_null(strstr(mail->html, SECRET));
        assert_null(strstr(mail->subject, SECRET));
        assert_int_equal(text, strstr(mail->text, "carries no secret") == NULL);
        assert_true(!text || strcmp(mail->to, USER) == 0);
        count += text;
    }
    return count;
}

/* The user is told all the same, once, with the reference. */
static void the_reference_goes_out(struct delivery *delivery) {
    assert_int_equal(deliver_alone(delivery), NOTICE_DONE);
    assert_int_equal(world_mails_to(USER), 1);
    assert_int_equal(world_mails_to(ADMIN), 1);
    assert_int_equal(mails_with_the_secret(), 0);
    assert_int_equal(world.published_count, 0);
}

static void the_secret_goes_out(struct delivery *delivery) {
    assert_int_equal(deliver_alone(delivery), NOTICE_DONE);
    assert_int_equal(world_mails_to(USER), 1);
    assert_int_equal(world_mails_to(ADMIN), 1);
    assert_int_equal(mails_with_the_secret(), 1);
    assert_int_equal(world.published_count, 0);
}

static void the_user_gets_the_secret_and_the_admin_where_it_is(void **state) {
    the_secret_goes_out(*state);
    assert_string_equal(world.mails[1].to, USER);
    assert_non_null(strstr(world.mails[1].text, "AKIAIOSFODNN7EXAMPLE"));
    assert_non_null(strstr(world.mails[1].text, "delete this mail"));
    assert_non_null(strstr(world.mails[1].html, "delete this mail"));
    assert_non_null(strstr(world.mails[0].text, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:keyturn/x"));
    assert_int_equal(world.secret_reads, 1);
}

static void no_other_mail_asks_for_it(void **state) {
    struct delivery *delivery = *state;
    static const enum event_type types[] = {EVENT_KEY_DEACTIVATED, EVENT_KEY_DELETED, EVENT_ROTATION_BLOCKED,
                                            EVENT_USER_OVERDUE, EVENT_KEY_CREATED};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        delivery->message = world_message(types[i], 5, &delivery->event);
        assert_int_equal(deliver_alone(delivery), NOTICE_DONE);
    }
    assert_int_equal(world.secret_reads, 0);
    assert_int_equal(world_mails_to(USER), 3);
}

static void another_policy_mails_the_reference(void **state) {
    struct delivery *delivery = *state;
    delivery->config->policies.policies[0].mail = MAIL_REFERENCE;
    the_reference_goes_out(delivery);
    assert_int_equal(world.secret_reads, 0);
}

static void an_event_that_names_a_laxer_policy_than_the_users_is_not_believed(void **state) {
    struct delivery *delivery = *state;
    text_clip(world.status.policy, POLICY_NAME_SIZE, "careful");
    the_reference_goes_out(delivery);
    assert_int_equal(world.secret_reads, 0);
}

static void where_an_event_says_the_secret_is_nobody_looks(void **state) {
    struct delivery *delivery = *state;
    text_clip(delivery->event.secret_arn, ARN_SIZE,
              "arn:aws:secretsmanager:eu-west-1:111122223333:secret:keyturn/111122223333/AIDABOB");
    text_clip(delivery->event.version_id, VERSION_ID_SIZE, "keyturn-key-AKIABOBBOBBOBBOBBOBB");
    forge(delivery);
    the_secret_goes_out(delivery); /* hers, from where the configuration says it is */
}

static void a_key_that_is_not_the_users_current_one_is_not_mailed(void **state) {
    struct delivery *delivery = *state;
    text_clip(delivery->event.key_id, KEY_ID_SIZE, "AKIABOBBOBBOBBOBBOBB");
    forge(delivery);
    the_reference_goes_out(delivery);
}

static void an_event_with_another_users_id_reaches_neither_secret_nor_user(void **state) {
    struct delivery *delivery = *state;
    text_clip(delivery->event.user_id, USER_ID_SIZE, "AIDABOBBOBBOBBOBBOBB");
    forge(delivery);
    assert_int_equal(deliver_alone(delivery), NOTICE_DONE);
    assert_int_equal(world.secret_reads, 0);
    assert_int_equal(world_mails_to(USER), 0);
    assert_int_equal(mails_with_the_secret(), 0);
}

static void a_value_of_another_key_user_or_account_does_not_leave(void **state) {
    static char *const members[] = {world.secret.key, world.secret.user, world.secret.owner};
    static const char *const others[] = {"AKIABOBBOBBOBBOBBOBB", "bob", "444455556666"};
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        (void)delivery_end(state);
        (void)set_up(state);
        memcpy(members[i], others[i], strlen(others[i]) + 1);
        the_reference_goes_out(*state);
        assert_int_equal(world.secret_reads, 1);
    }
}

static void an_admin_who_is_the_user_gets_the_reference(void **state) {
    struct delivery *delivery = *state;
    text_clip(delivery->config->notify.admin, sizeof delivery->config->notify.admin, "Ann@example.org");
    assert_int_equal(deliver_alone(delivery), NOTICE_DONE);
    assert_int_equal(world.mail_count, 1);
    assert_int_equal(world.secret_reads, 0);
    assert_int_equal(mails_with_the_secret(), 0);
}

static void the_admin_does_not_get_it_for_a_user_without_an_address(void **state) {
    world.status.email[0] = '\0';
    assert_int_equal(deliver_alone(*state), NOTICE_DONE);
    assert_int_equal(world_mails_to(ADMIN), 1);
    assert_int_equal(world.secret_reads, 0);
    assert_int_equal(mails_with_the_secret(), 0);
}

static void an_old_event_is_for_the_digest_which_has_none(void **state) {
    struct delivery *delivery = *state;
    delivery->message = world_message(EVENT_KEY_ACTIVATED, (int64_t)25 * 3600, &delivery->event);
    assert_int_equal(deliver_alone(delivery), NOTICE_DIGEST);
    assert_int_equal(world.secret_reads, 0);
}

static void what_passes_is_waited_for(void **state) {
    static const enum fault_kind kinds[] = {FAULT_GONE /* the promotion is not seen everywhere yet */, FAULT_THROTTLED,
                                            FAULT_TRANSIENT, FAULT_EXPIRED, FAULT_UNAVAILABLE};
    world.secret_answer_count = COUNT_OF(kinds);
    memcpy(world.secret_answers, kinds, sizeof kinds);
    the_secret_goes_out(*state);
    assert_int_equal(world.secret_reads, COUNT_OF(kinds) + 1);
}

static void what_lasts_is_not(void **state) {
    static const enum fault_kind kinds[] = {FAULT_DENIED, FAULT_KMS, FAULT_INVALID, FAULT_CONFIG, FAULT_CONFLICT};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        (void)delivery_end(state);
        (void)set_up(state);
        world.secret_answer_count = 1;
        world.secret_answers[0] = kinds[i];
        the_reference_goes_out(*state);
        assert_int_equal(world.secret_reads, 1);
    }
}

static void after_a_quarter_of_an_hour_the_reference_has_to_do(void **state) {
    int64_t began = world.now_ms;
    world.secret_answer_count = COUNT_OF(world.secret_answers);
    for (size_t i = 0; i < world.secret_answer_count; i++)
        world.secret_answers[i] = FAULT_TRANSIENT;
    the_reference_goes_out(*state);
    assert_true(world.secret_reads > 1);
    assert_true(world.now_ms - began >= NOTICE_PATIENCE_MS);
}

static void an_answer_that_outlasts_the_claim_is_asked_for_under_another(void **state) {
    world.secret_takes_ms = POSTING_SEND_WITHIN_MS + 1000;
    the_secret_goes_out(*state);
    assert_int_equal(world.secret_reads, 2);
}

static void no_secret_goes_to_a_mail_server_in_the_clear(void **state) {
    world.ses_is_public = true;
    the_reference_goes_out(*state);
    assert_int_equal(world.secret_reads, 0);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, delivery_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(the_user_gets_the_secret_and_the_admin_where_it_is),
        STORY(no_other_mail_asks_for_it),
        STORY(another_policy_mails_the_reference),
        STORY(an_event_that_names_a_laxer_policy_than_the_users_is_not_believed),
        STORY(where_an_event_says_the_secret_is_nobody_looks),
        STORY(a_key_that_is_not_the_users_current_one_is_not_mailed),
        STORY(an_event_with_another_users_id_reaches_neither_secret_nor_user),
        STORY(a_value_of_another_key_user_or_account_does_not_leave),
        STORY(an_admin_who_is_the_user_gets_the_reference),
        STORY(the_admin_does_not_get_it_for_a_user_without_an_address),
        STORY(an_old_event_is_for_the_digest_which_has_none),
        STORY(what_passes_is_waited_for),
        STORY(what_lasts_is_not),
        STORY(after_a_quarter_of_an_hour_the_reference_has_to_do),
        STORY(an_answer_that_outlasts_the_claim_is_asked_for_under_another),
        STORY(no_secret_goes_to_a_mail_server_in_the_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
