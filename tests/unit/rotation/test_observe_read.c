/* Two reads become a keyring: attribution by version ids, stages, tags; torn and foreign states. */
#include "observe.h"

#include "plan.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OLD     "AKIAIOSFODNN7EXAMPLE"
#define NEW     "AKIAI44QH8DHBEXAMPLE"
#define VERSION "keyturn-key-"
#define NOW     INT64_C(1763779200)

static const struct observe_target target = {
    .account = "111122223333",
    .user = "test-user-1",
    .user_id = "AIDACKCEVSQ6C2EXAMPLE",
    .secret_name = "keyturn/111122223333/AIDACKCEVSQ6C2EXAMPLE",
    .in_scope = true,
};

static struct iam_key_list keys;
static struct secret_description secret;
static struct keyring ring;

static int fresh(void **state) {
    (void)state;
    memset(&keys, 0, sizeof keys);
    memset(&secret, 0, sizeof secret);
    memset(&ring, 0xa5, sizeof ring); /* whatever a look before this one left there */
    return 0;
}

static void lists(const char *id, enum key_status status, int64_t age) {
    struct iam_key *key = &keys.keys[keys.count++];
    *key = (struct iam_key){.status = status, .created = NOW - age};
    text_clip(key->id, sizeof key->id, id);
}

static void holds(const char *id, const char *stages) {
    struct secret_version *version = &secret.versions[secret.version_count++];
    secret.state = SECRET_PRESENT;
    text_clip(version->id, sizeof version->id, id);
    version->current = strchr(stages, 'C') != NULL;
    version->pending = strchr(stages, 'P') != NULL;
    version->previous = strchr(stages, 'V') != NULL;
}

static void tagged(const char *name, const char *value) {
    struct secret_tag *tag = &secret.tags[secret.tag_count++];
    text_clip(tag->key, sizeof tag->key, name);
    text_clip(tag->value, sizeof tag->value, value);
}

static void look(void) {
    observe_read(&keys, &secret, &target, NOW, &ring);
}

static void user_never_seen_before(void **state) {
    (void)state;
    lists(OLD, KEY_ACTIVE, 4000);
    look();
    assert_int_equal(ring.now, NOW);
    assert_string_equal(ring.user_id, target.user_id);
    assert_true(ring.in_scope);
    assert_int_equal(ring.recheck, RECHECK_NOT_ASKED);
    assert_int_equal(ring.key_count, 1);
    assert_int_equal(ring.keys[0].status, KEY_ACTIVE);
    assert_int_equal(ring.keys[0].created, NOW - 4000);
    assert_false(ring.keys[0].stored);
    assert_int_equal(ring.secret, SECRET_ABSENT);
    assert_false(ring.torn || ring.incomplete || ring.truncated || ring.promoted_this_look);
}

static void placeholder_holds_awscurrent_before_the_first_promotion(void **state) {
    (void)state;
    lists(OLD, KEY_ACTIVE, 4000);
    lists(NEW, KEY_ACTIVE, 5);
    holds(keyring_placeholder_version, "C");
    holds(VERSION NEW, "P");
    look();
    assert_true(ring.placeholder_current);
    assert_string_equal(ring.current_id, "");
    assert_string_equal(ring.current_version, keyring_placeholder_version);
    assert_true(ring.keys[1].stored && ring.keys[1].pending);
    assert_null(keyring_current(&ring));
    assert_false(ring.torn || ring.incomplete);
}

static void promoted_key_keeps_awspending(void **state) {
    (void)state;
    lists(OLD, KEY_ACTIVE, 4000);
    lists(NEW, KEY_ACTIVE, 50);
    holds(VERSION OLD, "V");
    holds(VERSION NEW, "CP");
    tagged("keyturn:promoted", NEW " 1763779160");
    look();
    assert_string_equal(ring.current_id, NEW);
    assert_string_equal(ring.current_version, VERSION NEW);
    assert_true(keyring_current(&ring) == &ring.keys[1]);
    assert_true(ring.keys[0].stored && ring.keys[0].previous && !ring.keys[0].current);
    assert_int_equal(ring.promoted.at, 1763779160);
    assert_false(ring.torn || ring.incomplete);
}

static void current_key_that_is_gone_can_still_be_named(void **state) {
    (void)state;
    lists(OLD, KEY_ACTIVE, 4000);
    holds(VERSION NEW, "C");
    look();
    assert_string_equal(ring.current_id, NEW);
    assert_null(keyring_current(&ring));
    assert_false(ring.incomplete);
}

static void current_and_previous_on_one_version_is_torn(void **state) {
    (void)state;
    lists(NEW, KEY_ACTIVE, 50);
    holds(VERSION NEW, "CV");
    look();
    assert_true(ring.torn);
}

static void current_on_two_versions_or_on_none_is_torn(void **state) {
    (void)state;
    holds(VERSION NEW, "C");
    holds(VERSION OLD, "C");
    look();
    assert_true(ring.torn);
    fresh(NULL);
    holds(VERSION NEW, "P");
    look();
    assert_true(ring.torn);
}

static void current_on_somebody_elses_version_is_not_understood(void **state) {
    (void)state;
    holds("b6c1f7f2-9f3e-4f0e-9d3e-0d6f3ad1a111", "C");
    look();
    assert_true(ring.incomplete);
    fresh(NULL);
    holds("b6c1f7f2-9f3e-4f0e-9d3e-0d6f3ad1a111", "V");
    holds(keyring_placeholder_version, "C");
    look();
    assert_false(ring.incomplete);
}

static void tags_reach_the_keys_they_name(void **state) {
    (void)state;
    lists(OLD, KEY_INACTIVE, 4000);
    holds(VERSION NEW, "C");
    tagged("keyturn:deleting:" OLD, "delete 1763779100");
    tagged("keyturn:deleting:" NEW, "discard 1763779000");
    tagged("keyturn:intent:0123456789abcdef", "create 1763779190");
    tagged("Team", "billing");
    look();
    assert_int_equal(ring.keys[0].deleting, 1763779100);
    assert_int_equal(ring.gone_count, 1);
    assert_string_equal(ring.gone[0].key, NEW);
    assert_int_equal(ring.intent_count, 1);
    assert_false(ring.incomplete);
}

static void tag_not_understood_makes_the_ring_incomplete(void **state) {
    (void)state;
    lists(OLD, KEY_ACTIVE, 4000);
    holds(keyring_placeholder_version, "C");
    tagged("keyturn:promoted", "yesterday");
    look();
    assert_true(ring.incomplete);
}

static void what_did_not_fit_is_said(void **state) {
    (void)state;
    keys.truncated = true;
    look();
    assert_true(ring.truncated);
    fresh(NULL);
    holds(keyring_placeholder_version, "C");
    secret.truncated = true;
    look();
    assert_true(ring.incomplete);
}

static void secret_being_deleted_is_seen(void **state) {
    (void)state;
    holds(VERSION OLD, "C");
    secret.state = SECRET_BEING_DELETED;
    look();
    assert_int_equal(ring.secret, SECRET_BEING_DELETED);
}

static void killed_after_store_the_next_look_finds_the_candidate(void **state) {
    struct policy policy;
    (void)state;
    policy_defaults(&policy);
    lists(OLD, KEY_ACTIVE, 4000);
    lists(NEW, KEY_ACTIVE, 50);
    holds(VERSION OLD, "CP");
    look();
    assert_int_equal(plan_role(&policy, &ring, 1), ROLE_FOREIGN);
    secret.versions[0].pending = false;
    holds(VERSION NEW, "P");
    look();
    assert_int_equal(plan_role(&policy, &ring, 1), ROLE_CANDIDATE);
}

#define STORY(name) cmocka_unit_test_setup(name, fresh)

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(user_never_seen_before),
        STORY(placeholder_holds_awscurrent_before_the_first_promotion),
        STORY(promoted_key_keeps_awspending),
        STORY(current_key_that_is_gone_can_still_be_named),
        STORY(current_and_previous_on_one_version_is_torn),
        STORY(current_on_two_versions_or_on_none_is_torn),
        STORY(current_on_somebody_elses_version_is_not_understood),
        STORY(tags_reach_the_keys_they_name),
        STORY(tag_not_understood_makes_the_ring_incomplete),
        STORY(what_did_not_fit_is_said),
        STORY(secret_being_deleted_is_seen),
        STORY(killed_after_store_the_next_look_finds_the_candidate),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
