/* The drawing of three rotations, made by the real decision. */
#include "timeline.h"

#include "config.h"
#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct timeline timeline;
static struct config *config;

static const struct policy *policy_of(const char *profile) {
    char path[512];
    struct fault fault = {.kind = FAULT_NONE};
    snprintf(path, sizeof path, "%s/docker/config/profiles/%s.yaml", REPOSITORY, profile);
    config = config_load_policy_file(path, &fault);
    if (config == NULL)
        fail_msg("%s: %s", fault.where, fault.message);
    return &config->policies.policies[0];
}

static int put_away(void **state) {
    (void)state;
    config_close(config);
    config = NULL;
    return 0;
}

static void fits_80_columns(const char *text) {
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
}

static void each_profile_is_drawn_as_kept(void **state) {
    (void)state;
    static const char *const profiles[] = {"default", "minutes", "minutes-process"};
    for (size_t i = 0; i < COUNT_OF(profiles); i++) {
        struct text out;
        char name[64];
        text_open(&out, 64 * 1024);
        timeline_live(policy_of(profiles[i]), &timeline);
        timeline_draw(&timeline, &out);
        snprintf(name, sizeof name, "timeline-%s.txt", profiles[i]);
        golden_compare(name, out.bytes);
        fits_80_columns(out.bytes);
        text_close(&out);
        put_away(state);
    }
}

static size_t count_of(enum step step) {
    size_t count = 0;
    for (size_t i = 1; i < timeline.count; i++)
        count += timeline.entries[i].plan.step == step;
    return count;
}

static void three_keys_are_made_and_three_leave(void **state) {
    (void)state;
    timeline_live(policy_of("default"), &timeline);
    assert_false(timeline.blocked);
    assert_int_equal(3, count_of(STEP_CREATE));
    assert_int_equal(3, count_of(STEP_PROMOTE));
    assert_int_equal(3, count_of(STEP_DEACTIVATE));
    assert_int_equal(3, count_of(STEP_DELETE));
}

/* From the first promotion on, exactly one key is current; before it, the first key works. */
static void somebody_always_holds_a_working_key(void **state) {
    (void)state;
    timeline_live(policy_of("minutes"), &timeline);
    for (size_t i = 0; i < timeline.count; i++) {
        size_t serving = 0;
        for (size_t slot = 0; slot < TIMELINE_SLOTS; slot++) {
            enum slot_state holds = timeline.entries[i].slots[slot].state;
            serving += holds == SLOT_CURRENT || holds == SLOT_IN_USE;
        }
        assert_int_equal(1, serving);
    }
}

static void a_policy_that_stops_is_drawn_to_where_it_stops(void **state) {
    (void)state;
    struct policy policy = *policy_of("default");
    struct text out;
    policy.delete_rule = DELETE_NEVER;
    policy.slot_conflict = SLOT_CONFLICT_WAIT;
    timeline_live(&policy, &timeline);
    assert_true(timeline.blocked);
    assert_int_equal(REASON_NO_FREE_SLOT, timeline.entries[timeline.count - 1].plan.reason);
    text_open(&out, 64 * 1024);
    timeline_draw(&timeline, &out);
    assert_non_null(strstr(out.bytes, "stops for a person\n"));
    assert_non_null(strstr(out.bytes, reason_sentence(REASON_NO_FREE_SLOT)));
    text_close(&out);
}

static void a_policy_that_only_watches_lists_its_notices(void **state) {
    (void)state;
    struct policy policy = {.name = "robots", .notify_only = true, .notify_count = 1, .notify_overdue = 365 * 86400};
    struct text out;
    policy.notify_at[0] = 305 * 86400;
    timeline_live(&policy, &timeline);
    text_open(&out, 4096);
    timeline_draw(&timeline, &out);
    assert_string_equal("Policy robots only watches: no key is ever changed.\n"
                        "    305d  its owner is told\n"
                        "    365d  it is overdue, and listed\n",
                        out.bytes);
    text_close(&out);
}

static void the_document_says_the_same(void **state) {
    (void)state;
    timeline_live(policy_of("default"), &timeline);
    struct doc *doc = timeline_doc(&timeline);
    int64_t at = 0;
    assert_int_equal(timeline.count, doc_count(doc_at(doc, "entries")));
    const struct doc *second = doc_item(doc_at(doc, "entries"), 1);
    assert_string_equal("create", doc_text(doc_at(second, "step")));
    assert_string_equal("key 2", doc_text(doc_at(second, "key")));
    assert_true(doc_int(doc_at(second, "at"), &at));
    assert_int_equal(76 * 86400, at);
    assert_string_equal("new", doc_text(doc_at(doc_item(doc_at(second, "slots"), 1), "state")));
    doc_close(doc);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(each_profile_is_drawn_as_kept),
        cmocka_unit_test_teardown(three_keys_are_made_and_three_leave, put_away),
        cmocka_unit_test_teardown(somebody_always_holds_a_working_key, put_away),
        cmocka_unit_test_teardown(a_policy_that_stops_is_drawn_to_where_it_stops, put_away),
        cmocka_unit_test(a_policy_that_only_watches_lists_its_notices),
        cmocka_unit_test_teardown(the_document_says_the_same, put_away),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
