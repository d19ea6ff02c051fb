/* What the tags of one user may set, and what becomes of tags that may not. */
#include "override.h"

#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAYS *(int64_t)(24 * 60 * 60)

enum { HOUR = 60 * 60 };

static struct policy policy;
static struct policy own;
static struct override override;
static struct fault fault;

static void bound(enum override_age age, int64_t min, int64_t max) {
    policy.overrides.ages[age] = (struct override_bounds){min, max};
}

/* 76/90/104 days; its ages may be set by tags, and a user may be exempt. */
static int begin(void **state) {
    (void)state;
    memset(&policy, 0, sizeof policy);
    policy_defaults(&policy);
    snprintf(policy.name, sizeof policy.name, "people");
    bound(OVERRIDE_ROTATE_AFTER, 30 DAYS, 120 DAYS);
    bound(OVERRIDE_DEACTIVATE_AFTER, 37 DAYS, 150 DAYS);
    bound(OVERRIDE_DELETE_AFTER, 44 DAYS, 180 DAYS);
    policy.overrides.window = 4 * HOUR;
    policy.overrides.exempt = true;
    policy_finish(&policy, false);
    return 0;
}

static bool with(size_t count, const char *const *keys, const char *const *values) {
    fault = (struct fault){0};
    override_read(&policy, keys, values, count, &override);
    return override_apply(&policy, &override, &own, &fault);
}

static bool with_tag(const char *key, const char *value) {
    return with(1, &key, &value);
}

static void refused(const char *words) {
    if (strstr(fault.message, words) == NULL)
        fail_msg("\"%s\" does not say: %s", fault.message, words);
    assert_int_equal(policy.rotate_after, own.rotate_after);
    assert_int_equal(policy.deactivate_after, own.deactivate_after);
    assert_int_equal(policy.delete_after, own.delete_after);
    assert_int_equal(policy.min_overlap, own.min_overlap);
    assert_false(own.calendar.has_window);
}

static void a_user_without_such_tags_has_the_policy_as_it_is(void **state) {
    (void)state;
    assert_true(with_tag("team", "keyturn:rotate_after"));
    assert_true(override_empty(&override));
    assert_int_equal(76 DAYS, own.rotate_after);
    assert_string_equal(policy.fingerprint, own.fingerprint);
}

static void tags_within_the_bounds_are_taken(void **state) {
    static const char *const keys[] = {"keyturn:rotate_after", "keyturn:deactivate_after", "keyturn:delete_after"};
    static const char *const values[] = {"40d", "50d", "60d"};
    (void)state;
    assert_true(with(3, keys, values));
    assert_int_equal(40 DAYS, own.rotate_after);
    assert_int_equal(50 DAYS, own.deactivate_after);
    assert_int_equal(60 DAYS, own.delete_after);
    assert_int_equal(10 DAYS, own.min_overlap); /* nobody set it, so it follows the ages */
    assert_string_not_equal(policy.fingerprint, own.fingerprint);
}

static void an_overlap_the_file_sets_is_kept(void **state) {
    (void)state;
    policy.min_overlap = 5 DAYS;
    policy_finish(&policy, true);
    assert_true(with_tag("keyturn:rotate_after", "80d"));
    assert_int_equal(5 DAYS, own.min_overlap);
}

static void nothing_may_be_set_unless_the_policy_says_so(void **state) {
    (void)state;
    assert_false(with_tag("keyturn:min_overlap", "20d"));
    refused("the policy lets no tag set min_overlap");
    policy.overrides.window = 0;
    assert_false(with_tag("keyturn:window", "22:00-04:00"));
    refused("the policy lets no tag set window");
    policy.overrides.exempt = false;
    assert_false(with_tag("keyturn:exempt", "true"));
    refused("the policy lets no tag set exempt");
    assert_false(own.exempt);
    memset(&policy.overrides.ages, 0, sizeof policy.overrides.ages);
    assert_true(with_tag("keyturn:rotate_after", "40d")); /* no override at all: its tags are other people's business */
    assert_int_equal(76 DAYS, own.rotate_after);
}

static void the_prefix_is_the_operators(void **state) {
    (void)state;
    snprintf(policy.overrides.tag_prefix, sizeof policy.overrides.tag_prefix, "acme/keys.");
    assert_true(with_tag("keyturn:rotate_after", "80d"));
    assert_int_equal(76 DAYS, own.rotate_after);
    assert_true(with_tag("acme/keys.rotate_after", "80d"));
    assert_int_equal(80 DAYS, own.rotate_after);
}

static void out_of_bounds_is_ignored_as_a_whole(void **state) {
    static const char *const keys[] = {"keyturn:rotate_after", "keyturn:deactivate_after"};
    static const char *const values[] = {"121d", "140d"};
    (void)state;
    assert_false(with(2, keys, values));
    refused("rotate_after 121d is not between 30d and 120d");
    assert_false(with_tag("keyturn:rotate_after", "29d"));
    refused("rotate_after 29d is not between");
    bound(OVERRIDE_DEACTIVATE_AFTER, 37 DAYS, 104 DAYS);
    assert_true(with_tag("keyturn:deactivate_after", "104d")); /* the bound itself is within */
    assert_string_not_equal(policy.fingerprint, own.fingerprint);
}

static void what_cannot_be_read_is_ignored_as_a_whole(void **state) {
    static const char *const keys[] = {"keyturn:rotate_after", "keyturn:deactivate_after"};
    static const char *const values[] = {"80d", "ninety"};
    (void)state;
    assert_false(with(2, keys, values));
    refused("the tag keyturn:deactivate_after has a value that cannot be read");
    assert_false(with_tag("keyturn:rotate_afer", "80d"));
    refused("the tag keyturn:rotate_afer names nothing that can be set");
    assert_false(with_tag("keyturn:", "80d"));
    refused("names nothing");
}

/* Within every bound, and yet no policy at all. */
static void a_set_that_the_check_refuses_is_ignored_with_its_sums(void **state) {
    (void)state;
    assert_false(with_tag("keyturn:rotate_after", "100d"));
    refused("deactivate_after 90d < rotate_after 100d");
    assert_false(with_tag("keyturn:rotate_after", "40d"));
    refused("this policy would rotate late for ever");
}

static void the_fingerprint_follows_the_tags_whether_they_are_taken_or_not(void **state) {
    char first[FINGERPRINT_SIZE];
    (void)state;
    assert_false(with_tag("keyturn:rotate_after", "400d"));
    text_clip(first, sizeof first, own.fingerprint);
    assert_string_not_equal(policy.fingerprint, first);
    assert_false(with_tag("keyturn:rotate_after", "401d"));
    assert_string_not_equal(first, own.fingerprint);
    assert_false(with_tag("keyturn:rotate_after", "400d"));
    assert_string_equal(first, own.fingerprint);
}

static void the_exempt_are_exempt_whatever_else_their_tags_say(void **state) {
    static const char *const keys[] = {"keyturn:rotate_after", "keyturn:exempt"};
    static const char *const values[] = {"1000d", "true"};
    (void)state;
    assert_true(with_tag("keyturn:exempt", "true"));
    assert_true(own.exempt);
    assert_true(with_tag("keyturn:exempt", "false"));
    assert_false(own.exempt);
    assert_false(with(2, keys, values));
    refused("rotate_after 1000d is not between");
    assert_true(own.exempt);
}

/* Somebody asked to be left alone, if in words nobody knows. */
static void in_doubt_a_user_is_left_alone(void **state) {
    (void)state;
    assert_false(with_tag("keyturn:exempt", "yes please"));
    refused("the tag keyturn:exempt has a value that cannot be read");
    assert_true(own.exempt);
}

static void a_window_of_its_own_takes_the_place_of_the_policys(void **state) {
    static const char *const unreadable[] = {"22:00", "22:00-25:00",  "someday 22:00-04:00", "22:00-04:00 mon", "mon",
                                             "",      "22:00-04:00 ", "mon,tue 22:00-04:00", "22:00 - 04:00"};
    (void)state;
    assert_true(with_tag("keyturn:window", "mon tue 22:00-04:00"));
    assert_true(own.calendar.has_window);
    assert_int_equal(3, own.calendar.days);
    assert_int_equal(22 * HOUR, own.calendar.from);
    assert_int_equal(4 * HOUR, own.calendar.to);
    assert_true(with_tag("keyturn:window", "08:00-12:00"));
    assert_int_equal(127, own.calendar.days);
    assert_false(with_tag("keyturn:window", "08:00-11:59"));
    refused("the window is shorter than 4h");
    for (size_t i = 0; i < COUNT_OF(unreadable); i++) {
        assert_false(with_tag("keyturn:window", unreadable[i]));
        refused("the tag keyturn:window has a value that cannot be read");
    }
}

static void a_line_says_all_of_it(void **state) {
    static const char *const keys[] = {"keyturn:rotate_after", "keyturn:min_overlap", "keyturn:window",
                                       "keyturn:exempt", "keyturn:some other"};
    static const char *const values[] = {"40d", "10d", "sun 00:00-24:00", "true", "x"};
    char line[OVERRIDE_SIZE];
    struct override again;
    (void)state;
    (void)with(5, keys, values);
    override_spell(&override, line);
    assert_string_equal("rotate_after=3456000 min_overlap=864000 window=64/0/86400 exempt ?some other", line);
    assert_true(override_parse(line, &again));
    assert_memory_equal(&override, &again, sizeof again);
    assert_true(override_parse("", &again));
    assert_true(override_empty(&again));
}

/* Written by a release to come, or by nobody we know: then the tags are asked again. */
static void a_line_that_is_none_is_refused(void **state) {
    static const char *const lines[] = {"rotate_after",          "rotate_after=",
                                        "rotate_after=-1",       "rotate_after=4x",
                                        "window=0/0/3600",       "window=1/0",
                                        "window=1/0/90000",      "warn_before=86400",
                                        "exempt exempted",       "=",
                                        "rotate_after=1  exempt"};
    struct override again;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        if (override_parse(lines[i], &again))
            fail_msg("\"%s\" was taken", lines[i]);
        assert_true(override_empty(&again));
    }
}

/* The longest of everything fits into the line. */
static void nothing_is_cut_off_a_line(void **state) {
    char line[OVERRIDE_SIZE];
    struct override again;
    (void)state;
    override = (struct override){.windowed = true, .days = 127, .from = 86400, .to = 86400, .exempt = true};
    for (size_t i = 0; i < OVERRIDE_AGES; i++) {
        override.given[i] = true;
        override.ages[i] = 36525 DAYS;
    }
    memset(override.strange, 'x', OVERRIDE_NAME_SIZE - 1);
    override_spell(&override, line);
    assert_true(override_parse(line, &again));
    assert_memory_equal(&override, &again, sizeof again);
}

/* --- the bounds themselves */

static size_t found;
static char settings[8][80];

static void keep(bool is_refused, const struct fault *finding, void *context) {
    (void)context;
    snprintf(settings[found++], sizeof settings[0], "%s%s", is_refused ? "! " : "", finding->code);
}

static void check(size_t count) {
    found = 0;
    assert_int_equal(count, override_check_all(&policy, keep, NULL));
    assert_int_equal(count, found);
}

static void an_end_that_works_only_beside_other_tags_is_told(void **state) {
    (void)state;
    check(5); /* 30 rotates late for ever, 120 is past 90; 37 comes before 76, 150 after 104; 44 before 90 */
    assert_string_equal("overrides.rotate_after.min", settings[0]);
    assert_string_equal("overrides.rotate_after.max", settings[1]);
    assert_true(override_check(&policy, &fault));
}

static void an_end_that_nothing_mends_is_refused(void **state) {
    (void)state;
    memset(&policy.overrides.ages, 0, sizeof policy.overrides.ages);
    bound(OVERRIDE_ROTATE_AFTER, 60 DAYS, 120 DAYS);
    check(1);
    assert_string_equal("! overrides.rotate_after.max", settings[0]);
    assert_false(override_check(&policy, &fault));
    assert_non_null(strstr(fault.message, "a tag keyturn:rotate_after = 120d would be ignored: "));
    assert_non_null(strstr(fault.message, "deactivate_after 90d < rotate_after 120d"));
    bound(OVERRIDE_ROTATE_AFTER, 60 DAYS, 90 DAYS);
    check(0);
}

static void bounds_that_are_none_are_refused(void **state) {
    (void)state;
    memset(&policy.overrides.ages, 0, sizeof policy.overrides.ages);
    bound(OVERRIDE_ROTATE_AFTER, 90 DAYS, 60 DAYS);
    check(1);
    assert_string_equal("! overrides.rotate_after", settings[0]);
    bound(OVERRIDE_ROTATE_AFTER, 60 DAYS, 0);
    check(1);
    bound(OVERRIDE_ROTATE_AFTER, 0, 0);
    policy.delete_rule = DELETE_NEXT_ROTATION;
    bound(OVERRIDE_DELETE_AFTER, 90 DAYS, 120 DAYS);
    check(1);
    assert_string_equal("! overrides.delete_after", settings[0]);
    bound(OVERRIDE_DELETE_AFTER, 0, 0);
    policy.overrides.window = 25 * HOUR;
    check(1);
    assert_string_equal("! overrides.window", settings[0]);
}

static void a_policy_that_only_watches_may_be_left_alone_and_no_more(void **state) {
    (void)state;
    policy.notify_only = true;
    policy.notify_overdue = 365 DAYS;
    check(4);
    memset(&policy.overrides.ages, 0, sizeof policy.overrides.ages);
    policy.overrides.window = 0;
    check(0);
    assert_true(with_tag("keyturn:exempt", "true"));
    assert_true(own.exempt);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup(a_user_without_such_tags_has_the_policy_as_it_is, begin),
        cmocka_unit_test_setup(tags_within_the_bounds_are_taken, begin),
        cmocka_unit_test_setup(an_overlap_the_file_sets_is_kept, begin),
        cmocka_unit_test_setup(nothing_may_be_set_unless_the_policy_says_so, begin),
        cmocka_unit_test_setup(the_prefix_is_the_operators, begin),
        cmocka_unit_test_setup(out_of_bounds_is_ignored_as_a_whole, begin),
        cmocka_unit_test_setup(what_cannot_be_read_is_ignored_as_a_whole, begin),
        cmocka_unit_test_setup(a_set_that_the_check_refuses_is_ignored_with_its_sums, begin),
        cmocka_unit_test_setup(the_fingerprint_follows_the_tags_whether_they_are_taken_or_not, begin),
        cmocka_unit_test_setup(the_exempt_are_exempt_whatever_else_their_tags_say, begin),
        cmocka_unit_test_setup(in_doubt_a_user_is_left_alone, begin),
        cmocka_unit_test_setup(a_window_of_its_own_takes_the_place_of_the_policys, begin),
        cmocka_unit_test_setup(a_line_says_all_of_it, begin),
        cmocka_unit_test_setup(a_line_that_is_none_is_refused, begin),
        cmocka_unit_test_setup(nothing_is_cut_off_a_line, begin),
        cmocka_unit_test_setup(an_end_that_works_only_beside_other_tags_is_told, begin),
        cmocka_unit_test_setup(an_end_that_nothing_mends_is_refused, begin),
        cmocka_unit_test_setup(bounds_that_are_none_are_refused, begin),
        cmocka_unit_test_setup(a_policy_that_only_watches_may_be_left_alone_and_no_more, begin),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
