#include "letter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct event sample(void) {
    struct event event = {.type = EVENT_KEY_ACTIVATED, .time = 1795000000, .next_look = 1795003600};
    text_clip(event.account, ACCOUNT_SIZE, "111122223333");
    text_clip(event.user, USER_NAME_SIZE, "ann");
    text_clip(event.key_id, KEY_ID_SIZE, "AKIAIOSFODNN7EXAMPLE");
    text_clip(event.policy, POLICY_NAME_SIZE, "people");
    text_clip(event.reason, sizeof event.reason, "foreign_key");
    text_clip(event.message, sizeof event.message, "a <b>strange</b> key & more");
    text_clip(event.secret_arn, ARN_SIZE, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:k");
    return event;
}

static bool is_of_account(enum letter_kind kind) {
    return kind == LETTER_BRAKED || kind == LETTER_PAUSED || kind == LETTER_RESUMED;
}

static void every_template_can_be_filled_and_names_its_user(void **state) {
    (void)state;
    const struct event event = sample();
    for (int kind = 0; kind < LETTER_COUNT; kind++) {
        struct letter letter;
        struct fault fault = {0};
        const struct letter_notes notes = {.events = "2026  key.deleted  111122223333/ann", .count = "1"};
        const struct letter_lists lists = {.policy = "people", .lists = {"111122223333/ann <&>", "ann", "ann", "ann"}};
        if (kind == LETTER_LISTS) {
            assert_true(letter_write_lists(&letter, &lists, &fault));
            assert_non_null(strstr(letter.html.bytes, "ann &lt;&amp;&gt;"));
        } else {
            assert_true(letter_write(&letter, (enum letter_kind)kind, &event, &notes, &fault));
        }
        assert_true(letter.subject.length > 0);
        assert_null(strchr(letter.subject.bytes, '\n'));
        const char *whom = is_of_account((enum letter_kind)kind) ? "111122223333" : "ann";
        assert_non_null(strstr(letter.text.bytes, whom));
        assert_non_null(strstr(letter.html.bytes, whom));
        assert_null(strstr(letter.text.bytes, "{{"));
        assert_null(strstr(letter.html.bytes, "{{"));
        assert_int_not_equal(letter.text.bytes[0], '\n');
        letter_close(&letter);
    }
}

static void the_first_line_of_the_text_is_the_subject(void **state) {
    (void)state;
    const struct event event = sample();
    const struct letter_notes notes = {0};
    struct letter letter;
    struct fault fault = {0};
    assert_true(letter_write(&letter, LETTER_CREATED, &event, &notes, &fault));
    assert_string_equal(letter.subject.bytes, "New access key for ann");
    assert_true(text_starts(letter.text.bytes, "The AWS user ann in account 111122223333 has a new access key"));
    assert_non_null(strstr(letter.text.bytes, "AKIAIOSFODNN7EXAMPLE"));
    assert_non_null(strstr(letter.text.bytes, event.secret_arn));
    letter_close(&letter);
}

static void a_subject_stays_one_line_whatever_the_event_holds(void **state) {
    (void)state;
    struct event event = sample();
    const struct letter_notes notes = {0};
    struct letter letter;
    struct fault fault = {0};
    text_clip(event.user, USER_NAME_SIZE, "ann\rBcc: x@example.org");
    assert_true(letter_write(&letter, LETTER_CREATED, &event, &notes, &fault));
    assert_string_equal(letter.subject.bytes, "New access key for ann Bcc: x@example.org");
    letter_close(&letter);
}

static void the_html_escapes_what_the_text_leaves(void **state) {
    (void)state;
    const struct event event = sample();
    const struct letter_notes notes = {0};
    struct letter letter;
    struct fault fault = {0};
    assert_true(letter_write(&letter, LETTER_BLOCKED, &event, &notes, &fault));
    assert_non_null(strstr(letter.text.bytes, "a <b>strange</b> key & more"));
    assert_non_null(strstr(letter.html.bytes, "a &lt;b&gt;strange&lt;/b&gt; key &amp; more"));
    letter_close(&letter);
}

static void only_the_copy_for_a_missing_recipient_says_so(void **state) {
    (void)state;
    const struct event event = sample();
    struct letter letter;
    struct fault fault = {0};
    for (int missing = 0; missing < 2; missing++) {
        const struct letter_notes notes = {.to_admin = true, .no_recipient = missing == 1};
        assert_true(letter_write(&letter, LETTER_DELETED, &event, &notes, &fault));
        assert_int_equal(strstr(letter.text.bytes, "no address of its own") != NULL, missing);
        assert_int_equal(strstr(letter.html.bytes, "no address of its own") != NULL, missing);
        letter_close(&letter);
    }
}

static void letters_about_an_account_name_who_asked(void **state) {
    (void)state;
    struct event event = sample();
    const struct letter_notes notes = {.to_admin = true};
    static const enum letter_kind asked[] = {LETTER_PAUSED, LETTER_RESUMED};
    event.user[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        struct letter letter;
        struct fault fault = {0};
        text_clip(event.actor, sizeof event.actor, "paula <x>");
        assert_true(letter_write(&letter, asked[i], &event, &notes, &fault));
        assert_non_null(strstr(letter.subject.bytes, "111122223333"));
        assert_non_null(strstr(letter.text.bytes, "paula <x>"));
        assert_non_null(strstr(letter.html.bytes, "paula &lt;x&gt;"));
        letter_close(&letter);
        event.actor[0] = '\0';
        assert_true(letter_write(&letter, asked[i], &event, &notes, &fault));
        assert_null(strstr(letter.text.bytes, "By:"));
        letter_close(&letter);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_template_can_be_filled_and_names_its_user),
        cmocka_unit_test(letters_about_an_account_name_who_asked),
        cmocka_unit_test(the_first_line_of_the_text_is_the_subject),
        cmocka_unit_test(a_subject_stays_one_line_whatever_the_event_holds),
        cmocka_unit_test(the_html_escapes_what_the_text_leaves),
        cmocka_unit_test(only_the_copy_for_a_missing_recipient_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
