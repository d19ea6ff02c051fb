/* What an inventory makes of one user, row by row. */
#include "judgement.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { STARTED = 1700000000, SPREAD = 24 * 3600 * 1000, JITTER = 300 * 1000 };

static struct policy_set policies;

static void policy(size_t which, const char *name, const char *prefix, const char *group, const char *fingerprint) {
    struct policy *one = &policies.policies[which];
    policy_defaults(one);
    snprintf(one->name, sizeof one->name, "%s", name);
    snprintf(one->select.name_prefix.items[0], TAG_KEY_SIZE, "%s", prefix);
    one->select.name_prefix.count = prefix[0] != '\0';
    snprintf(one->select.groups_none.items[0], TAG_KEY_SIZE, "%s", group);
    one->select.groups_none.count = group[0] != '\0';
    snprintf(one->fingerprint, sizeof one->fingerprint, "%s", fingerprint);
    policies.count = which + 1;
}

static int begin(void **state) {
    (void)state;
    memset(&policies, 0, sizeof policies);
    policy(0, "people", "test-", "SERVICE", "aaaa");
    policy(1, "robots", "bot-", "", "bbbb");
    return 0;
}

static struct iam_user user(const char *name) {
    struct iam_user made = {.path = "/team/"};
    snprintf(made.name, sizeof made.name, "%s", name);
    snprintf(made.id, sizeof made.id, "AIDA%s", name);
    return made;
}

static void give_tag(struct iam_user *to, const char *key, const char *value) {
    struct iam_tag *tag = &to->tags[to->tag_count++];
    snprintf(tag->key, sizeof tag->key, "%s", key);
    snprintf(tag->value, sizeof tag->value, "%s", value);
}

/* As an inventory a while ago left it. */
static struct status known(const char *user_id, const char *name, const char *fingerprint) {
    struct status status = {.known = true, .inventoried = STARTED - 3600, .path = "/old/", .email = "old@example.org"};
    snprintf(status.user_id, sizeof status.user_id, "%s", user_id);
    snprintf(status.policy, sizeof status.policy, "%s", name);
    snprintf(status.fingerprint, sizeof status.fingerprint, "%s", fingerprint);
    return status;
}

static struct judgement judge(const struct iam_user *who, const struct status *before) {
    static const struct status unknown;
    const struct judgement_rules rules = {&policies, "111111111111", STARTED, SPREAD, JITTER};
    struct judgement made;
    judgement_make(&rules, who, before == NULL ? &unknown : before, &made);
    return made;
}

static void a_user_of_no_policy_is_not_ours(void **state) {
    (void)state;
    struct iam_user eve = user("eve");
    struct judgement made = judge(&eve, NULL);
    assert_int_equal(made.verdict, JUDGEMENT_NOT_OURS);
    assert_false(made.write);
    assert_false(made.lower);
}

static void a_new_user_is_written_whole_and_looked_at_soon(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    give_tag(&ann, "email", "ann@example.org");
    struct judgement made = judge(&ann, NULL);
    assert_int_equal(made.verdict, JUDGEMENT_NEW);
    assert_true(made.write);
    assert_false(made.lower);
    assert_in_range(made.delay_ms, 0, JITTER - 1);
    assert_string_equal(made.user, "test-ann");
    assert_string_equal(made.status.user_id, "AIDAtest-ann");
    assert_string_equal(made.status.path, "/team/");
    assert_string_equal(made.status.policy, "people");
    assert_string_equal(made.status.fingerprint, "aaaa");
    assert_string_equal(made.status.email, "ann@example.org");
    assert_int_equal(made.status.inventoried, STARTED);
}

static void the_recipient_is_the_first_tag_of_the_policy_that_says_something(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    give_tag(&ann, "email", "second@example.org");
    give_tag(&ann, "EmailID", "first@example.org");
    assert_string_equal(judge(&ann, NULL).status.email, "first@example.org");
    ann.tags[1].value[0] = '\0';
    assert_string_equal(judge(&ann, NULL).status.email, "second@example.org");
    ann.tag_count = 0;
    struct status before = known("AIDAtest-ann", "people", "aaaa");
    assert_string_equal(judge(&ann, &before).status.email, ""); /* a tag that was taken off */
}

static void a_group_takes_a_user_out_of_a_policy(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    snprintf(ann.groups[ann.group_count++], IAM_GROUP_NAME_SIZE, "SERVICE");
    assert_int_equal(judge(&ann, NULL).verdict, JUDGEMENT_NOT_OURS);
}

static void an_unchanged_user_is_only_stamped(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    struct status before = known("AIDAtest-ann", "people", "aaaa");
    struct judgement made = judge(&ann, &before);
    assert_int_equal(made.verdict, JUDGEMENT_KEEP);
    assert_true(made.write);
    assert_false(made.lower);
    assert_int_equal(made.status.inventoried, STARTED);
}

static void a_policy_may_spread_its_changes_less_and_begin_later(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    struct status before = known("AIDAtest-ann", "people", "0000");
    policies.policies[0].spread = 2;
    int64_t at_once = judge(&ann, &before).delay_ms;
    assert_in_range(at_once, 0, 1999);
    policies.policies[0].effective = STARTED + 3600;
    assert_int_equal(judge(&ann, &before).delay_ms, 3600 * 1000 + at_once);
    policies.policies[0].effective = STARTED - 3600;
    assert_int_equal(judge(&ann, &before).delay_ms, at_once);
}

static void a_changed_policy_reaches_a_user_within_the_spread_always_at_its_own_time(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    struct iam_user bob = user("test-bob");
    struct status before = known("AIDAtest-ann", "people", "0000");
    struct judgement made = judge(&ann, &before);
    assert_int_equal(made.verdict, JUDGEMENT_CHANGED);
    assert_true(made.lower);
    assert_in_range(made.delay_ms, 0, SPREAD - 1);
    assert_int_equal(judge(&ann, &before).delay_ms, made.delay_ms);
    before = known("AIDAtest-bob", "people", "0000");
    assert_int_not_equal(judge(&bob, &before).delay_ms, made.delay_ms);
    assert_string_equal(made.status.fingerprint, "aaaa");
}

static void the_spread_reaches_over_the_whole_day(void **state) {
    (void)state;
    int64_t first_half = 0;
    for (int i = 0; i < 1000; i++) {
        char name[32];
        snprintf(name, sizeof name, "test-%d", i);
        struct iam_user one = user(name);
        struct status before = known(one.id, "people", "0000");
        first_half += judge(&one, &before).delay_ms < SPREAD / 2;
    }
    assert_in_range(first_half, 400, 600);
}

static void a_user_that_left_every_policy_gets_one_more_look(void **state) {
    (void)state;
    struct iam_user ann = user("ann-renamed-policy");
    struct status before = known(ann.id, "people", "aaaa");
    struct judgement made = judge(&ann, &before);
    assert_int_equal(made.verdict, JUDGEMENT_LEFT);
    assert_true(made.write && made.lower);
    assert_string_equal(made.status.policy, "");
    assert_string_equal(made.status.fingerprint, "");
    assert_string_equal(made.status.email, "old@example.org");
    struct status after = made.status;
    made = judge(&ann, &after);
    assert_int_equal(made.verdict, JUDGEMENT_KEEP); /* only once */
    assert_false(made.lower);
}

static void a_user_that_came_back_counts_as_changed(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    struct status before = known(ann.id, "", "");
    assert_int_equal(judge(&ann, &before).verdict, JUDGEMENT_CHANGED);
}

static void another_user_of_the_same_name_inherits_nothing(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    struct status before = known("AIDAearlier", "people", "aaaa");
    struct judgement made = judge(&ann, &before);
    assert_int_equal(made.verdict, JUDGEMENT_REPLACED);
    assert_true(made.write && made.lower);
    assert_string_equal(made.status.user_id, "AIDAtest-ann");
}

static void a_user_that_only_a_worker_knows_is_new(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    struct status before = {.known = true, .announced_known = true, .sequence = 5};
    struct judgement made = judge(&ann, &before);
    assert_int_equal(made.verdict, JUDGEMENT_NEW);
    assert_string_equal(made.status.policy, "people");
}

static void a_user_that_cannot_be_read_whole_is_left_alone_but_not_forgotten(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    ann.truncated = true;
    struct judgement made = judge(&ann, NULL);
    assert_int_equal(made.verdict, JUDGEMENT_UNREADABLE);
    assert_false(made.write);
    struct status before = known("AIDAtest-ann", "robots", "0000");
    made = judge(&ann, &before);
    assert_int_equal(made.verdict, JUDGEMENT_UNREADABLE);
    assert_true(made.write);
    assert_false(made.lower);
    assert_string_equal(made.status.policy, "robots");
    assert_string_equal(made.status.fingerprint, "0000");
    assert_string_equal(made.status.path, "/old/");
    assert_int_equal(made.status.inventoried, STARTED);
}

static void policies_that_only_tell_select_like_others(void **state) {
    (void)state;
    policies.policies[0].notify_only = true;
    struct iam_user ann = user("test-ann");
    assert_int_equal(judge(&ann, NULL).verdict, JUDGEMENT_NEW);
}

/* --- tags of the user that set something */

static void allow_ages(void) {
    policies.policies[0].overrides.ages[OVERRIDE_ROTATE_AFTER] =
        (struct override_bounds){60 * 24 * 3600, 90 * 24 * 3600};
    policies.policies[0].overrides.exempt = true;
}

static void the_tags_of_a_user_are_kept_and_make_its_fingerprint(void **state) {
    (void)state;
    struct iam_user ann = user("test-ann");
    give_tag(&ann, "keyturn:rotate_after", "80d");
    assert_string_equal(judge(&ann, NULL).status.fingerprint, "aaaa"); /* the policy lets none set anything */
    assert_string_equal(judge(&ann, NULL).status.override, "");
    allow_ages();
    struct judgement made = judge(&ann, NULL);
    assert_string_equal(made.status.override, "rotate_after=6912000");
    assert_int_equal(made.status.override_since, STARTED);
    assert_string_not_equal(made.status.fingerprint, "aaaa");
    made.status.known = true;
    assert_int_equal(judge(&ann, &made.status).verdict, JUDGEMENT_KEEP);
}

/* Also where the new tags are refused: somebody is to be told. */
static void a_changed_tag_reaches_the_user_soon(void **state) {
    static const char *const values[] = {"81d", "1000d", "soon"};
    (void)state;
    allow_ages();
    struct iam_user ann = user("test-ann");
    struct status before = judge(&ann, NULL).status;
    before.known = true;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        ann.tag_count = 0;
        give_tag(&ann, "keyturn:rotate_after", values[i]);
        struct judgement made = judge(&ann, &before);
        assert_int_equal(made.verdict, JUDGEMENT_CHANGED);
        assert_true(made.lower);
        assert_in_range(made.delay_ms, 0, JITTER - 1);
        assert_int_equal(made.status.override_since, STARTED);
        before = made.status;
    }
    ann.tag_count = 0;
    struct judgement made = judge(&ann, &before);
    assert_int_equal(made.verdict, JUDGEMENT_CHANGED);
    assert_string_equal(made.status.fingerprint, "aaaa");
    assert_string_equal(made.status.override, "");
    assert_int_equal(made.status.override_since, 0);
}

static void since_when_tags_say_so_is_kept(void **state) {
    (void)state;
    allow_ages();
    struct iam_user ann = user("test-ann");
    give_tag(&ann, "keyturn:exempt", "true");
    struct status before = judge(&ann, NULL).status;
    before.known = true;
    before.override_since = STARTED - 7200;
    assert_int_equal(judge(&ann, &before).status.override_since, STARTED - 7200);
}

/* Everybody's at once, so spread like any other change of it. */
static void a_changed_policy_is_a_wave_whatever_the_tags(void **state) {
    (void)state;
    bool late = false;
    allow_ages();
    for (char which = 'a'; which <= 'z' && !late; which++) {
        char name[] = "test-?";
        name[5] = which;
        struct iam_user ann = user(name);
        give_tag(&ann, "keyturn:rotate_after", "80d");
        struct status before = judge(&ann, NULL).status;
        before.known = true;
        policies.policies[0].fingerprint[0] = 'b';
        struct judgement made = judge(&ann, &before);
        policies.policies[0].fingerprint[0] = 'a';
        assert_int_equal(made.verdict, JUDGEMENT_CHANGED);
        late = made.delay_ms >= JITTER;
    }
    assert_true(late);
}

static void a_user_that_left_keeps_no_tags_of_its_policy(void **state) {
    (void)state;
    allow_ages();
    struct iam_user ann = user("test-ann");
    give_tag(&ann, "keyturn:exempt", "true");
    struct status before = judge(&ann, NULL).status;
    before.known = true;
    ann.group_count = 1;
    snprintf(ann.groups[0], sizeof ann.groups[0], "SERVICE");
    struct judgement made = judge(&ann, &before);
    assert_int_equal(made.verdict, JUDGEMENT_LEFT);
    assert_string_equal(made.status.override, "");
    assert_string_equal(made.status.fingerprint, "");
}

#define story(name) cmocka_unit_test_setup(name, begin)

int main(void) {
    const struct CMUnitTest stories[] = {
        story(a_user_of_no_policy_is_not_ours),
        story(a_new_user_is_written_whole_and_looked_at_soon),
        story(the_recipient_is_the_first_tag_of_the_policy_that_says_something),
        story(a_group_takes_a_user_out_of_a_policy),
        story(an_unchanged_user_is_only_stamped),
        story(a_policy_may_spread_its_changes_less_and_begin_later),
        story(a_changed_policy_reaches_a_user_within_the_spread_always_at_its_own_time),
        story(the_spread_reaches_over_the_whole_day),
        story(a_user_that_left_every_policy_gets_one_more_look),
        story(a_user_that_came_back_counts_as_changed),
        story(another_user_of_the_same_name_inherits_nothing),
        story(a_user_that_only_a_worker_knows_is_new),
        story(a_user_that_cannot_be_read_whole_is_left_alone_but_not_forgotten),
        story(the_tags_of_a_user_are_kept_and_make_its_fingerprint),
        story(a_changed_tag_reaches_the_user_soon),
        story(since_when_tags_say_so_is_kept),
        story(a_changed_policy_is_a_wave_whatever_the_tags),
        story(a_user_that_left_keeps_no_tags_of_its_policy),
        story(policies_that_only_tell_select_like_others),
    };
    return cmocka_run_group_tests_name("judgement", stories, NULL, NULL);
}
