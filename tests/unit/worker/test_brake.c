/* What the brake counts, and how much is too much. */
#include "brake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct look look;

static int fresh(void **state) {
    (void)state;
    memset(&look, 0, sizeof look);
    strcpy(look.job.user_id, "AIDAANN");
    look.ring.now = 5000;
    look.plan.step = STEP_CREATE;
    return 0;
}

static void failure(enum fault_kind kind) {
    struct fault why;
    (void)fault_set(&why, kind, "CreateAccessKey", "no");
    brake_note_failure(&look, &why);
}

static void a_change_that_failed_counts_once_a_user(void **state) {
    (void)state;
    failure(FAULT_DENIED);
    failure(FAULT_UNKNOWN);
    assert_int_equal(look.wrong_count, 1);
    assert_string_equal(look.wrong[0].kind, "failures");
    assert_string_equal(look.wrong[0].id, "failed AIDAANN");
    assert_int_equal(look.wrong[0].at, 5000);
}

static void what_passes_by_itself_does_not_count(void **state) {
    (void)state;
    static const enum fault_kind passing[] = {FAULT_THROTTLED, FAULT_TRANSIENT, FAULT_LATE,       FAULT_LOST,
                                              FAULT_EXPIRED,   FAULT_CLOCK,     FAULT_GONE,       FAULT_UNAVAILABLE,
                                              FAULT_STOPPED,   FAULT_CONFIG,    FAULT_KEY_REFUSED};
    for (size_t i = 0; i < COUNT_OF(passing); i++)
        failure(passing[i]);
    assert_int_equal(look.wrong_count, 0);
}

static void a_look_that_changed_nothing_does_not_count(void **state) {
    (void)state;
    static const enum step gathering[] = {STEP_ASK_USE, STEP_VERIFY, STEP_RECHECK, STEP_WAIT};
    for (size_t i = 0; i < COUNT_OF(gathering); i++) {
        look.plan.step = gathering[i];
        failure(FAULT_DENIED);
    }
    assert_int_equal(look.wrong_count, 0);
}

static void a_new_key_that_is_refused_counts_and_an_emergencys_does_not(void **state) {
    (void)state;
    look.plan = (struct plan){.row = 6, .step = STEP_DISCARD, .reason = REASON_EMERGENCY, .key = "AKIANEW"};
    brake_note_plan(&look);
    assert_int_equal(look.wrong_count, 0);
    look.plan.reason = REASON_KEY_REFUSED;
    brake_note_plan(&look);
    assert_int_equal(look.wrong_count, 1);
    assert_string_equal(look.wrong[0].kind, "discards");
    assert_string_equal(look.wrong[0].id, "discarded AKIANEW");
    look.plan = (struct plan){.row = 9, .step = STEP_MARK, .reason = REASON_ORPHAN, .key = "AKIAORPHAN"};
    brake_note_plan(&look);
    assert_int_equal(look.wrong_count, 1);
}

static void a_rollback_counts_once_at_the_time_it_was_asked(void **state) {
    (void)state;
    look.plan = (struct plan){.row = 10, .step = STEP_WAIT, .reason = REASON_MOVED_LATELY};
    brake_note_plan(&look); /* an emergency upon one that is over */
    assert_int_equal(look.wrong_count, 0);
    look.ring.asked = (struct request){.kind = REQUEST_ROLLBACK, .at = 4000};
    brake_note_plan(&look);
    brake_note_plan(&look);
    assert_int_equal(look.wrong_count, 1);
    assert_string_equal(look.wrong[0].kind, "rollbacks");
    assert_string_equal(look.wrong[0].id, "rolled_back AIDAANN 4000");
    assert_int_equal(look.wrong[0].at, 4000);
}

static void the_larger_of_a_count_and_a_share_is_too_much(void **state) {
    (void)state;
    struct config config = {.worker = {.brake_after = 10, .brake_share = 1}};
    assert_int_equal(brake_threshold(&config, 0), 10);
    assert_int_equal(brake_threshold(&config, 1000), 10);
    assert_int_equal(brake_threshold(&config, 1001), 11);
    assert_int_equal(brake_threshold(&config, 5000), 50);
    config.worker.brake_share = 0;
    assert_int_equal(brake_threshold(&config, 5000), 10);
    config.worker.brake_after = 0;
    config.worker.brake_share = 1;
    assert_int_equal(brake_threshold(&config, 5000), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_change_that_failed_counts_once_a_user, fresh),
        cmocka_unit_test_setup(what_passes_by_itself_does_not_count, fresh),
        cmocka_unit_test_setup(a_look_that_changed_nothing_does_not_count, fresh),
        cmocka_unit_test_setup(a_new_key_that_is_refused_counts_and_an_emergencys_does_not, fresh),
        cmocka_unit_test_setup(a_rollback_counts_once_at_the_time_it_was_asked, fresh),
        cmocka_unit_test_setup(the_larger_of_a_count_and_a_share_is_too_much, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
