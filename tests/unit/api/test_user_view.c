#include "user_view.h"

#include "vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1780000000 };

static struct status looked(enum step step, enum reason reason) {
    struct status status = {.known = true, .user_id = "AIDA1", .policy = "people", .looked = NOW - 60};
    strcpy(status.step, step_name(step));
    strcpy(status.reason, reason_name(reason));
    return status;
}

static void a_state_is_one_word_of_step_and_reason(void **state) {
    static const struct {
        enum step step;
        enum reason reason;
        enum user_state state;
    } rows[] = {
        {STEP_WAIT, REASON_NOT_DUE, USER_STEADY},        {STEP_NOTICE, REASON_PRE_NOTICE, USER_STEADY},
        {STEP_WAIT, REASON_OVERLAP, USER_ROTATING},      {STEP_CREATE, REASON_DUE, USER_ROTATING},
        {STEP_WAIT, REASON_SETTLING, USER_ROTATING},     {STEP_BLOCK, REASON_TWO_ORPHANS, USER_BLOCKED},
        {STEP_BLOCK, REASON_CURRENT_DEAD, USER_BLOCKED}, {STEP_SKIP, REASON_TWO_ACTIVE, USER_SKIPPED},
        {STEP_SKIP, REASON_OUT_OF_SCOPE, USER_SKIPPED},  {STEP_WAIT, REASON_PAUSED, USER_PAUSED},
        {STEP_SKIP, REASON_PAUSED, USER_PAUSED},         {STEP_SKIP, REASON_ROLLED_BACK, USER_PAUSED},
        {STEP_WAIT, REASON_ACCOUNT_PAUSED, USER_PAUSED}, {STEP_WAIT, REASON_NO_KEY, USER_SKIPPED},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct status status = looked(rows[i].step, rows[i].reason);
        if (user_state_of(&status, NULL) != rows[i].state)
            fail_msg("%s %s is %s", status.step, status.reason, user_state_name(user_state_of(&status, NULL)));
    }
}

static void faults_and_watching_and_newness_come_first(void **state) {
    struct status status = looked(STEP_WAIT, REASON_NOT_DUE);
    struct policy watching = {.notify_only = true};
    struct status fresh = {.known = true};
    (void)state;
    assert_int_equal(user_state_of(&status, &watching), USER_WATCHED);
    status.attempt = 1;
    assert_int_equal(user_state_of(&status, &watching), USER_FAILING);
    assert_int_equal(user_state_of(&fresh, NULL), USER_NEW);
}

static void every_state_has_a_name_that_is_read_again(void **state) {
    enum user_state parsed = USER_NEW;
    (void)state;
    for (int i = 0; i < USER_STATE_COUNT; i++) {
        assert_true(user_state_parse(user_state_name((enum user_state)i), &parsed));
        assert_int_equal(parsed, i);
    }
    assert_false(user_state_parse("sleepy", &parsed));
}

static void print(struct doc *doc, struct text *out) {
    text_open(out, 8192);
    assert_true(doc_print(doc, out));
    doc_close(doc);
}

static struct status with_keys(void) {
    struct status status = looked(STEP_DEACTIVATE, REASON_OVERLAP_OVER);
    strcpy(status.keys,
           "AKIAIOSFODNN7EXAMPLE:current:1:1779999000:0 AKIAI44QH8DHBEXAMPLF:superseded:0:1770000000:1779000000");
    strcpy(status.step_key, "AKIAI44QH8DHBEXAMPLF");
    strcpy(status.email, "ann@example.com");
    status.next_look = NOW + 60;
    return status;
}

static void lists_mask_key_ids(void **state) {
    static const struct policy policy = {.name = "people", .deactivate_after = 7776000};
    struct status status = with_keys();
    struct text out;
    (void)state;
    print(user_view("111111111111", "ann", &status, &policy, VIEW_KEYS_MASKED, NOW), &out);
    assert_string_equal(
        out.bytes,
        "{\"account\":\"111111111111\",\"current_key\":\"AKIA...MPLE\",\"keys\":[{\"active\":true,\"age_seconds\":1000,"
        "\"created\":\"2026-05-28T20:10:00Z\",\"id\":\"AKIA...MPLE\",\"state\":\"current\"},{\"active\":false,"
        "\"age_seconds\":10000000,\"created\":\"2026-02-02T02:40:00Z\",\"id\":\"AKIA...MPLF\",\"state\":\"superseded\"}"
        "],"
        "\"max_age_seconds\":7776000,\"next\":{\"at\":\"2026-05-28T20:27:40Z\",\"key_id\":\"AKIA...MPLF\",\"reason\":"
        "\"overlap_over\",\"step\":\"deactivate\",\"why\":\"the overlap is over\"},\"owner\":\"ann@example.com\","
        "\"policy\":\"people\",\"seen\":\"2026-05-28T20:25:40Z\",\"state\":\"rotating\",\"user\":\"ann\",\"user_id\":"
        "\"AIDA1\"}");
    text_close(&out);
}

static void one_user_alone_is_shown_whole(void **state) {
    struct status status = with_keys();
    struct text out;
    (void)state;
    print(user_view("111111111111", "ann", &status, NULL, VIEW_KEYS_WHOLE, NOW), &out);
    assert_non_null(strstr(out.bytes, "\"current_key\":\"AKIAIOSFODNN7EXAMPLE\""));
    assert_non_null(strstr(out.bytes, "\"last_used\":\"2026-05-17T06:40:00Z\""));
    assert_null(strstr(out.bytes, "max_age_seconds"));
    text_close(&out);
}

static void a_new_user_has_no_keys_and_no_next_step(void **state) {
    struct status status = {.known = true, .user_id = "AIDA1"};
    struct text out;
    (void)state;
    print(user_view("111111111111", "ann", &status, NULL, VIEW_KEYS_MASKED, NOW), &out);
    assert_string_equal(out.bytes,
                        "{\"account\":\"111111111111\",\"keys\":[],\"state\":\"new\",\"user\":\"ann\",\"user_id\":"
                        "\"AIDA1\"}");
    text_close(&out);
}

static void short_ids_are_masked_without_reading_past_them(void **state) {
    char masked[MASKED_KEY_SIZE];
    (void)state;
    user_view_mask("", masked);
    assert_string_equal(masked, "...");
    user_view_mask("AK", masked);
    assert_string_equal(masked, "AK...AK");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_is_one_word_of_step_and_reason),
        cmocka_unit_test(faults_and_watching_and_newness_come_first),
        cmocka_unit_test(every_state_has_a_name_that_is_read_again),
        cmocka_unit_test(lists_mask_key_ids),
        cmocka_unit_test(one_user_alone_is_shown_whole),
        cmocka_unit_test(a_new_user_has_no_keys_and_no_next_step),
        cmocka_unit_test(short_ids_are_masked_without_reading_past_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
