/* The spellings of the tags: what is written is read back, and what is not understood is said. */
#include "tags.h"

#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define KEY   "AKIAIOSFODNN7EXAMPLE"
#define OTHER "AKIAI44QH8DHBEXAMPLE"
#define AT    INT64_C(1763779200)

static struct keyring ring;

static int fresh(void **state) {
    (void)state;
    memset(&ring, 0, sizeof ring);
    ring.key_count = 1;
    text_clip(ring.keys[0].id, sizeof ring.keys[0].id, KEY);
    return 0;
}

static void reads(const struct secret_tag *tag, const char *name, const char *value) {
    assert_string_equal(tag->key, name);
    assert_string_equal(tag->value, value);
    assert_true(tags_read(tag, &ring));
}

static void intent_is_read_back(void **state) {
    struct secret_tag tag;
    const struct intent intent = {"0123456789abcdef", AT};
    (void)state;
    tags_intent(&intent, &tag);
    reads(&tag, "keyturn:intent:0123456789abcdef", "create 1763779200");
    assert_int_equal(ring.intent_count, 1);
    assert_string_equal(ring.intents[0].id, intent.id);
    assert_int_equal(ring.intents[0].at, AT);
}

static void notes_are_read_back(void **state) {
    struct secret_tag tag;
    const struct note note = {.key = KEY, .at = AT};
    (void)state;
    tags_promoted(&note, &tag);
    reads(&tag, "keyturn:promoted", KEY " 1763779200");
    tags_inactive(&note, &tag);
    reads(&tag, "keyturn:inactive", KEY " 1763779200");
    assert_string_equal(ring.promoted.key, KEY);
    assert_string_equal(ring.inactive.key, KEY);
    assert_string_equal(ring.inactive_too, "");
    tags_inactive_two(&note, OTHER, &tag);
    reads(&tag, "keyturn:inactive", KEY " " OTHER " 1763779200");
    assert_string_equal(ring.inactive_too, OTHER);
    assert_int_equal(ring.inactive.at, AT);
}

static void note_of_two_without_the_second_is_the_note_of_one(void **state) {
    struct secret_tag tag;
    const struct note note = {.key = KEY, .at = AT};
    (void)state;
    tags_inactive_two(&note, "", &tag);
    reads(&tag, "keyturn:inactive", KEY " 1763779200");
    assert_string_equal(ring.inactive.key, KEY);
    assert_string_equal(ring.inactive_too, "");
}

static void reasons_are_read_back(void **state) {
    struct secret_tag tag;
    const struct note note = {.key = KEY, .at = AT, .why = "overlap_over"};
    (void)state;
    tags_inactive(&note, &tag);
    reads(&tag, "keyturn:inactive", KEY " 1763779200 for overlap_over");
    assert_string_equal(ring.inactive.why, "overlap_over");
    assert_string_equal(ring.inactive_too, "");
    tags_inactive_two(&note, OTHER, &tag);
    reads(&tag, "keyturn:inactive", KEY " " OTHER " 1763779200 for overlap_over");
    assert_string_equal(ring.inactive.why, "overlap_over");
    assert_string_equal(ring.inactive_too, OTHER);
    tags_deleting(KEY, true, AT, "orphan", &tag);
    reads(&tag, "keyturn:deleting:" KEY, "discard 1763779200 for orphan");
    assert_string_equal(ring.keys[0].deleting_why, "orphan");
}

static void mark_of_a_listed_key_is_its_own(void **state) {
    struct secret_tag tag;
    (void)state;
    tags_deleting(KEY, true, AT, "", &tag);
    reads(&tag, "keyturn:deleting:" KEY, "discard 1763779200");
    assert_int_equal(ring.keys[0].deleting, AT);
    assert_true(ring.keys[0].discarding);
    tags_deleting(KEY, false, AT, "", &tag);
    reads(&tag, "keyturn:deleting:" KEY, "delete 1763779200");
    assert_false(ring.keys[0].discarding);
    assert_int_equal(ring.gone_count, 0);
}

static void mark_of_a_key_that_is_gone_is_kept_apart(void **state) {
    struct secret_tag tag;
    (void)state;
    tags_deleting(OTHER, true, AT, "", &tag);
    assert_true(tags_read(&tag, &ring));
    assert_int_equal(ring.gone_count, 1);
    assert_string_equal(ring.gone[0].key, OTHER);
    assert_true(ring.gone[0].discarding);
    for (int i = 0; i < 2 * KEYRING_MARKS; i++)
        assert_true(tags_read(&tag, &ring));
    assert_int_equal(ring.gone_count, KEYRING_MARKS);
}

static void requests_are_read_back(void **state) {
    struct secret_tag tag;
    struct request request = {REQUEST_ROTATE, KEY, AT, "alice of ops"};
    (void)state;
    tags_asked(&request, &tag);
    reads(&tag, "keyturn:asked", "rotate:" KEY " 1763779200 by alice of ops");
    assert_int_equal(ring.asked.kind, REQUEST_ROTATE);
    assert_string_equal(ring.asked.actor, "alice of ops");
    fresh(NULL);
    request.kind = REQUEST_ROLLBACK;
    request.actor[0] = '\0';
    tags_asked(&request, &tag);
    reads(&tag, "keyturn:asked", "rollback:" KEY " 1763779200");
    assert_int_equal(ring.asked.kind, REQUEST_ROLLBACK);
    assert_string_equal(ring.asked.key, KEY);
    assert_string_equal(ring.asked.actor, "");
}

static void an_answered_request_asks_for_nothing_in_whichever_order_it_is_read(void **state) {
    struct secret_tag asked;
    struct secret_tag answered;
    struct request request = {REQUEST_ROLLBACK, KEY, AT, "alice"};
    (void)state;
    tags_asked(&request, &asked);
    tags_answered(&request, &answered);
    reads(&answered, "keyturn:answered", "rollback:" KEY " 1763779200");
    assert_true(tags_read(&asked, &ring));
    assert_int_equal(ring.asked.kind, REQUEST_NONE);
    fresh(NULL);
    assert_true(tags_read(&asked, &ring));
    assert_int_equal(ring.asked.kind, REQUEST_ROLLBACK);
    assert_true(tags_read(&answered, &ring));
    assert_int_equal(ring.asked.kind, REQUEST_NONE);
}

static void a_request_is_answered_by_its_own_answer_only(void **state) {
    const struct request asked = {REQUEST_ROTATE, KEY, AT, "alice"};
    const struct request others[] = {
        {REQUEST_ROLLBACK, KEY, AT, ""}, {REQUEST_ROTATE, OTHER, AT, ""}, {REQUEST_ROTATE, KEY, AT - 1, ""}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct secret_tag tag;
        fresh(NULL);
        tags_answered(&others[i], &tag);
        assert_true(tags_read(&tag, &ring));
        tags_asked(&asked, &tag);
        assert_true(tags_read(&tag, &ring));
        assert_int_equal(ring.asked.kind, REQUEST_ROTATE);
        assert_string_equal(ring.asked.actor, "alice");
    }
}

static void emergency_is_read_back(void **state) {
    struct secret_tag tag;
    (void)state;
    tags_leaked(KEY, AT, "x", &tag);
    reads(&tag, "keyturn:leaked:" KEY, "emergency 1763779200 by x");
    assert_int_equal(ring.keys[0].leaked, AT);
    assert_int_equal(ring.leaked_at, AT);
    assert_string_equal(ring.leaked_by, "x");
    tags_leaked(OTHER, AT + 5, "x", &tag);
    assert_true(tags_read(&tag, &ring));
    assert_int_equal(ring.leaked_at, AT);
}

static void pauses_are_read_back(void **state) {
    struct secret_tag tag;
    (void)state;
    tags_paused(AT, false, "bob", &tag);
    reads(&tag, "keyturn:paused", "paused 1763779200 by bob");
    assert_int_equal(ring.paused, AT);
    assert_false(ring.paused_for_rollback);
    assert_string_equal(ring.paused_by, "bob");
    tags_paused(AT, true, "", &tag);
    reads(&tag, "keyturn:paused", "rollback 1763779200");
    assert_true(ring.paused_for_rollback);
    tags_resumed(AT + 1, "bob", &tag);
    reads(&tag, "keyturn:paused", "resumed 1763779201 by bob");
    assert_int_equal(ring.paused, 0);
    assert_int_equal(ring.resumed, AT + 1);
    assert_false(ring.paused_for_rollback);
}

static void discards_are_read_back(void **state) {
    struct secret_tag tag;
    (void)state;
    tags_discards(2, AT, &tag);
    reads(&tag, "keyturn:discards", "2 1763779200");
    assert_int_equal(ring.discards, 2);
    assert_int_equal(ring.last_discard, AT);
}

static void actor_is_spelled_as_tags_allow(void **state) {
    struct secret_tag tag;
    (void)state;
    tags_paused(AT, false, "arn:aws:iam::1:user/b\"ob<\n>", &tag);
    reads(&tag, "keyturn:paused", "paused 1763779200 by arn:aws:iam::1:user/b_ob___");
}

static void name_that_does_not_fit_is_no_other_keys_tag(void **state) {
    struct secret_tag tag;
    char id[KEY_ID_SIZE];
    (void)state;
    memset(id, 'A', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    tags_deleting(id, false, AT, "", &tag);
    assert_string_equal(tag.key, "");
}

static void tags_of_others_are_passed_over(void **state) {
    const struct secret_tag others[] = {{"Team", "billing"}, {"keyturn", "x"}, {TAG_USER, "test-user-1"}};
    struct keyring before = ring;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_true(tags_read(&others[i], &ring));
    assert_memory_equal(&before, &ring, sizeof ring);
}

static void what_is_not_understood_is_said(void **state) {
    static const struct secret_tag bad[] = {
        {"keyturn:intent:", "create 1763779200"},
        {"keyturn:intent:0123456789abcdef0", "create 1763779200"},
        {"keyturn:intent:a", "create"},
        {"keyturn:intent:a", "create now"},
        {"keyturn:intent:a", "make 1763779200"},
        {"keyturn:intent:a", "create 1763779200 by x"},
        {"keyturn:promoted", ""},
        {"keyturn:promoted", KEY},
        {"keyturn:promoted", KEY " -5"},
        {"keyturn:promoted", KEY " 0"},
        {"keyturn:promoted", KEY "  1763779200"},
        {"keyturn:promoted", KEY " 17637792000000"},
        {"keyturn:promoted", KEY " 1763779200x"},
        {"keyturn:promoted", "AKIA/../x 1763779200"},
        {"keyturn:promoted:x", KEY " 1763779200"},
        {"keyturn:inactive", "1763779200"},
        {"keyturn:inactive", KEY " " OTHER},
        {"keyturn:inactive", KEY " " OTHER " 1763779200 x"},
        {"keyturn:inactive", KEY " a-b 1763779200"},
        {"keyturn:deleting:", "delete 1763779200"},
        {"keyturn:deleting:" KEY, "remove 1763779200"},
        {"keyturn:deleting:" KEY, "delete"},
        {"keyturn:discards", "many 1763779200"},
        {"keyturn:discards", "2"},
        {"keyturn:asked", "rotate 1763779200"},
        {"keyturn:asked", "rotate: 1763779200"},
        {"keyturn:asked", "rotate:" KEY " 1763779200 alice"},
        {"keyturn:asked", "rotate:" KEY " 1763779200 by "},
        {"keyturn:asked", "turn:" KEY " 1763779200"},
        {"keyturn:answered", "rotate:" KEY " 1763779200 by alice"},
        {"keyturn:answered", "rotate:" KEY},
        {"keyturn:leaked:" KEY, "oops 1763779200"},
        {"keyturn:leaked:" KEY, "emergency"},
        {"keyturn:paused", "stopped 1763779200"},
        {"keyturn:paused", "paused"},
        {"keyturn:later", "something new"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        fresh(NULL);
        if (tags_read(&bad[i], &ring))
            fail_msg("understood: %s = %s", bad[i].key, bad[i].value);
    }
}

static void ninth_open_intent_is_one_too_many(void **state) {
    struct secret_tag tag = {"keyturn:intent:a", "create 1763779200"};
    (void)state;
    for (int i = 0; i < KEYRING_INTENTS; i++)
        assert_true(tags_read(&tag, &ring));
    assert_false(tags_read(&tag, &ring));
}

#define STORY(name) cmocka_unit_test_setup(name, fresh)

int main(void) {
    const struct CMUnitTest stories[] = {
        STORY(intent_is_read_back),
        STORY(notes_are_read_back),
        STORY(note_of_two_without_the_second_is_the_note_of_one),
        STORY(reasons_are_read_back),
        STORY(mark_of_a_listed_key_is_its_own),
        STORY(mark_of_a_key_that_is_gone_is_kept_apart),
        STORY(requests_are_read_back),
        STORY(an_answered_request_asks_for_nothing_in_whichever_order_it_is_read),
        STORY(a_request_is_answered_by_its_own_answer_only),
        STORY(emergency_is_read_back),
        STORY(pauses_are_read_back),
        STORY(discards_are_read_back),
        STORY(actor_is_spelled_as_tags_allow),
        STORY(name_that_does_not_fit_is_no_other_keys_tag),
        STORY(tags_of_others_are_passed_over),
        STORY(what_is_not_understood_is_said),
        STORY(ninth_open_intent_is_one_too_many),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
