#include "topics_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Events are missing, the dead letters of jobs have too few partitions; the rest stands. */
static const struct topics_plan plan = {
    .changes = {TOPIC_FINE, TOPIC_MISSING, TOPIC_FINE, TOPIC_FEWER_PARTITIONS, TOPIC_FINE},
    .partitions = {64, 0, 64, 1, 4},
};

static void the_plan_says_what_will_be_made_and_what_is_left_alone(void **state) {
    (void)state;
    struct text out;
    text_open(&out, 8192);
    topics_plan_print(&plan, &out);
    assert_string_equal(
        "    keyturn.jobs.v1 is as it should be (partitions: 64)\n"
        "  + keyturn.events.v1 will be made\n"
        "      partitions      = 64\n"
        "      cleanup.policy  = delete\n"
        "      retention.ms    = 2592000000\n"
        "    keyturn.audit.v1 is as it should be (partitions: 64)\n"
        "    keyturn.jobs.dlq.v1 has fewer partitions than planned for, and is left alone (partitions: 1, planned: 4)\n"
        "    keyturn.events.dlq.v1 is as it should be (partitions: 4)\n"
        "\n"
        "Plan: 1 to make, 0 to change, 0 to remove.\n",
        out.bytes);
    text_close(&out);
}

static void the_number_asked_for_is_the_one_shown(void **state) {
    (void)state;
    struct topics_plan asked = plan;
    asked.wanted = 8;
    struct doc *doc = topics_plan_doc(&asked);
    int64_t number = 0;
    assert_true(doc_int(doc_at(doc_item(doc_at(doc, "topics"), 1), "wanted"), &number));
    assert_int_equal(8, number);
    assert_string_equal("create", doc_text(doc_at(doc_item(doc_at(doc, "topics"), 1), "change")));
    assert_true(doc_int(doc_at(doc, "create"), &number));
    assert_int_equal(1, number);
    doc_close(doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_says_what_will_be_made_and_what_is_left_alone),
        cmocka_unit_test(the_number_asked_for_is_the_one_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
