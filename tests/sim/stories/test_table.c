/* Two tables that differ must be seen to differ, and how. */
#include "table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char expected[] =
    "# why\n\n  0d 00:20  ann  k2  create\n  0d 00:50  ann  k1  deactivate\n  0d 01:20  ann  k1  delete\n";

static void differs_by(const char *happened, const char *how) {
    struct text difference;
    text_open(&difference, 4096);
    assert_int_equal(table_equal(expected, happened, 0, &difference), how[0] == '\0');
    assert_string_equal(difference.bytes, how);
    text_close(&difference);
}

static void comments_and_empty_lines_do_not_count(void **state) {
    (void)state;
    differs_by("  0d 00:20  ann  k2  create\n  0d 00:50  ann  k1  deactivate\n  0d 01:20  ann  k1  delete", "");
}

static void what_did_not_happen_is_missed(void **state) {
    (void)state;
    differs_by("  0d 00:20  ann  k2  create\n  0d 01:20  ann  k1  delete\n", "-   0d 00:50  ann  k1  deactivate\n");
    differs_by("", "-   0d 00:20  ann  k2  create\n-   0d 00:50  ann  k1  deactivate\n-   0d 01:20  ann  k1  delete\n");
}

static void what_was_not_expected_is_shown(void **state) {
    (void)state;
    differs_by("  0d 00:20  ann  k2  create\n  0d 00:21  ann  k1  delete\n  0d 00:50  ann  k1  deactivate\n"
               "  0d 01:20  ann  k1  delete\n",
               "+   0d 00:21  ann  k1  delete\n");
}

static void another_time_is_another_line(void **state) {
    (void)state;
    differs_by("  0d 00:20  ann  k2  create\n  0d 00:51  ann  k1  deactivate\n  0d 01:20  ann  k1  delete\n",
               "-   0d 00:50  ann  k1  deactivate\n+   0d 00:51  ann  k1  deactivate\n");
}

static void order_counts(void **state) {
    (void)state;
    differs_by("  0d 00:50  ann  k1  deactivate\n  0d 00:20  ann  k2  create\n  0d 01:20  ann  k1  delete\n",
               "-   0d 00:20  ann  k2  create\n+   0d 00:20  ann  k2  create\n");
}

static bool is_within(const char *happened, int64_t minutes) {
    struct text difference;
    text_open(&difference, 4096);
    bool equal =
        table_equal("  1d 23:59  ann  k1  event key.deleted (slot_needed|due), mail\n", happened, minutes, &difference);
    text_close(&difference);
    return equal;
}

static void times_may_be_some_minutes_apart(void **state) {
    (void)state;
    assert_true(is_within("  2d 00:04  ann  k1  event key.deleted (due), mail\n", 5));
    assert_false(is_within("  2d 00:05  ann  k1  event key.deleted (due), mail\n", 5));
    assert_true(is_within("  1d 23:54  ann  k1  event key.deleted (due), mail\n", 5));
    assert_false(is_within("  1d 23:59  bob  k1  event key.deleted (due), mail\n", 5));
}

static void one_of_two_reasons_will_do(void **state) {
    (void)state;
    assert_true(is_within("  1d 23:59  ann  k1  event key.deleted (slot_needed), mail\n", 0));
    assert_true(is_within("  1d 23:59  ann  k1  event key.deleted (due), mail\n", 0));
    assert_false(is_within("  1d 23:59  ann  k1  event key.deleted (slot), mail\n", 0));
    assert_false(is_within("  1d 23:59  ann  k1  event key.deleted (due)\n", 0));
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(comments_and_empty_lines_do_not_count),
        cmocka_unit_test(what_did_not_happen_is_missed),
        cmocka_unit_test(what_was_not_expected_is_shown),
        cmocka_unit_test(another_time_is_another_line),
        cmocka_unit_test(order_counts),
        cmocka_unit_test(times_may_be_some_minutes_apart),
        cmocka_unit_test(one_of_two_reasons_will_do),
    };
    return cmocka_run_group_tests_name("tables", stories, NULL, NULL);
}
