/* Everything there is to say about the policies of a file, each with its line. */
#include "findings.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct findings findings;

static void expect(size_t index, bool refused, const char *policy, const char *line, const char *words) {
    assert_true(index < findings.count);
    const struct finding *finding = &findings.items[index];
    assert_int_equal(refused, finding->refused);
    assert_string_equal(policy, finding->policy);
    assert_string_equal(line, strrchr(finding->fault.where, ':') + 1);
    if (strstr(finding->fault.message, words) == NULL)
        fail_msg("\"%s\" does not say: %s", finding->fault.message, words);
}

static void all_findings_of_all_policies_are_told_with_line_and_sum(void **state) {
    (void)state;
    config_find(scratch_file("policies:\n"
                             "  - name: people\n"
                             "    rotate_after: 30m\n"
                             "    deactivate_after: 60m\n"
                             "    min_overlap: 10m\n"
                             "    delete_after: 50m\n"
                             "    min_inactive: 0\n"
                             "  - name: others\n"
                             "    rotate_after: 40d\n"
                             "    deactivate_after: 40d\n"
                             "    min_overlap: 0\n"
                             "    delete_after: 100d\n"
                             "    slot_conflict: wait\n"
                             "  - name: others\n",
                             0),
                &findings);
    assert_int_equal(3, findings.policy_count);
    assert_int_equal(4, findings.refused);
    assert_int_equal(5, findings.count);
    expect(0, true, "people", "6", "delete_after 50m < deactivate_after 1h");
    expect(1, true, "people", "5", "min_overlap 10m lies between zero and the safety floor of 26m");
    expect(2, true, "others", "12", "delete_after 100d > 2 x rotate_after = 80d");
    expect(3, false, "others", "11", "there is no overlap: at 40d");
    expect(4, true, "others", "14", "the policy on line 8 is called others already");
}

static void a_setting_that_cannot_be_read_does_not_hide_the_next_policy(void **state) {
    (void)state;
    config_find(scratch_file("policies:\n"
                             "  - name: one\n"
                             "    rotate_after: soon\n"
                             "  - name: two\n"
                             "    rotate_after: 1m\n"
                             "    deactivate_after: 1m\n",
                             0),
                &findings);
    expect(0, true, "one", "3", "soon");
    expect(1, true, "two", "5", "safety floor");
}

static void a_test_clock_is_allowed_and_named(void **state) {
    (void)state;
    config_find(scratch_file("unsafe_test_clock: {floor: 3s}\npolicies:\n  - name: fast\n", 0), &findings);
    assert_int_equal(0, findings.refused);
    expect(0, false, "fast", "3", "the safety floor 3s instead of 26m");
}

static void a_secret_by_mail_is_allowed_and_named(void **state) {
    (void)state;
    config_find(scratch_file("policies:\n  - name: people\n    deliver:\n      mail: inline\n", 0), &findings);
    assert_int_equal(0, findings.refused);
    assert_int_equal(1, findings.count);
    expect(0, false, "people", "4", "whoever reads the user's mailbox can read the secret");
}

static void sound_policies_have_no_finding(void **state) {
    (void)state;
    config_find(scratch_file("policies:\n  - name: people\n", 0), &findings);
    assert_int_equal(1, findings.policy_count);
    assert_int_equal(0, findings.count);
}

static void a_file_that_is_none_is_one_finding(void **state) {
    (void)state;
    config_find("/nowhere/policies.yaml", &findings);
    assert_int_equal(1, findings.refused);
    assert_non_null(strstr(findings.items[0].fault.message, "/nowhere/policies.yaml"));
    config_find(scratch_file("policies: [}\n", 0), &findings);
    expect(0, true, "", "1", "not YAML");
    config_find(scratch_file("policies:\n  - name: a\n    rotate_afer: 3d\n", 0), &findings);
    expect(0, true, "", "3", "rotate_afer");
}

static void a_file_for_tools_needs_nothing_but_policies(void **state) {
    (void)state;
    struct fault fault = {.kind = FAULT_NONE};
    struct config *config = config_load_policy_file(scratch_file("policies:\n  - name: people\n", 0), &fault);
    assert_non_null(config);
    assert_string_equal("keyturn/{account}/{user_id}", config->secrets.name);
    assert_int_equal(0, config->account_count);
    config_close(config);
    config = config_load_policy_file(scratch_file("secrets: {name: 'x/{user_id}'}\npolicies:\n  - name: people\n", 0),
                                     &fault);
    assert_string_equal("x/{user_id}", config->secrets.name);
    config_close(config);
    assert_null(config_load_policy_file(scratch_file("policies:\n  - {name: a, rotate_after: 1m}\n", 0), &fault));
    assert_int_equal(FAULT_CONFIG, fault.kind);
}

static int clean(void **state) {
    (void)state;
    scratch_clean();
    return 0;
}

static void the_ends_of_bounds_are_tried_each_with_its_line(void **state) {
    (void)state;
    config_find(scratch_file("policies:\n"
                             "  - name: people\n"
                             "    overrides:\n"
                             "      rotate_after:\n"
                             "        min: 30d\n"
                             "        max: 100d\n"
                             "      deactivate_after: {min: 90d, max: 104d}\n"
                             "  - name: others\n"
                             "    overrides:\n"
                             "      rotate_after: {min: 60d,\n"
                             "                     max: 120d}\n",
                             0),
                &findings);
    assert_int_equal(1, findings.refused);
    assert_int_equal(3, findings.count);
    expect(0, false, "people", "5", "max(deactivate_after 90d, rotate_after 30d + min_overlap 60d) + min_inactive 1d");
    expect(1, false, "people", "6", "100d is ignored unless others stand beside it");
    expect(2, true, "others", "11", "a tag keyturn:rotate_after = 120d would be ignored");
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_teardown(all_findings_of_all_policies_are_told_with_line_and_sum, clean),
        cmocka_unit_test_teardown(a_setting_that_cannot_be_read_does_not_hide_the_next_policy, clean),
        cmocka_unit_test_teardown(the_ends_of_bounds_are_tried_each_with_its_line, clean),
        cmocka_unit_test_teardown(a_test_clock_is_allowed_and_named, clean),
        cmocka_unit_test_teardown(a_secret_by_mail_is_allowed_and_named, clean),
        cmocka_unit_test_teardown(sound_policies_have_no_finding, clean),
        cmocka_unit_test_teardown(a_file_that_is_none_is_one_finding, clean),
        cmocka_unit_test_teardown(a_file_for_tools_needs_nothing_but_policies, clean),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
