#include "event_ring.h"
#include "history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROOMY = 1024 * 1024, PLACES = 4 };

static const char ACCOUNT[] = "111111111111";

static struct event event_of(const char *user, int64_t time) {
    struct event event = {.type = EVENT_KEY_CREATED, .time = time, .sequence = time};
    text_clip(event.partition, sizeof event.partition, "aws");
    text_clip(event.account, sizeof event.account, ACCOUNT);
    text_clip(event.user, sizeof event.user, user);
    text_clip(event.user_id, sizeof event.user_id, "AIDAEXAMPLE");
    text_clip(event.key_id, sizeof event.key_id, "AKIAEXAMPLE");
    text_clip(event.message, sizeof event.message, "two\nlines");
    return event;
}

static bool put(struct event_ring *ring, int32_t partition, int64_t offset) {
    const struct event event = event_of("ann", 1795000000 + offset);
    return event_ring_put(ring, partition, offset, &event);
}

static struct offset_vector at(const char *text) {
    struct offset_vector vector;
    assert_true(offset_vector_parse(text, &vector));
    return vector;
}

static void assert_stands(const struct offset_vector *vector, const char *wanted) {
    char text[OFFSET_VECTOR_TEXT];
    offset_vector_print(vector, text);
    assert_string_equal(text, wanted);
}

static void events_are_there_in_the_order_they_came(void **state) {
    struct event_ring *ring = event_ring_open(PLACES, ROOMY);
    (void)state;
    assert_true(put(ring, 1, 7) && put(ring, 0, 3) && put(ring, 1, 8));
    assert_int_equal(event_ring_first(ring), 0);
    assert_int_equal(event_ring_next(ring), 3);
    assert_int_equal(event_ring_at(ring, 0)->offset, 7);
    assert_int_equal(event_ring_at(ring, 1)->partition, 0);
    assert_null(event_ring_at(ring, 3));
    assert_stands(event_ring_position(ring), "0:4,1:9");
    assert_null(strchr(event_ring_at(ring, 0)->json, '\n'));
    event_ring_close(ring);
}

static void the_oldest_makes_room_and_is_missed_from_then_on(void **state) {
    struct event_ring *ring = event_ring_open(PLACES, ROOMY);
    struct offset_vector early = at("0:1");
    struct offset_vector late = at("0:2");
    (void)state;
    for (int64_t offset = 0; offset < PLACES; offset++)
        assert_true(put(ring, 0, offset));
    assert_true(event_ring_resume(ring, &early));
    assert_true(put(ring, 0, PLACES) && put(ring, 0, PLACES + 1));
    assert_null(event_ring_at(ring, 1));
    assert_stands(event_ring_floor(ring), "0:2");
    assert_true(event_ring_resume(ring, &late));
    assert_false(event_ring_resume(ring, &early));
    assert_stands(&early, "0:2");
    event_ring_close(ring);
}

static void bytes_are_bounded_too(void **state) {
    struct event_ring *ring = event_ring_open(1000, 4096);
    (void)state;
    for (int64_t offset = 0; offset < 100; offset++)
        assert_true(put(ring, 0, offset));
    assert_true(event_ring_next(ring) - event_ring_first(ring) < 10);
    assert_non_null(event_ring_at(ring, 99));
    event_ring_close(ring);
}

static void what_was_before_the_start_is_a_gap(void **state) {
    struct event_ring *ring = event_ring_open(PLACES, ROOMY);
    struct offset_vector before = at("0:99,1:3");
    struct offset_vector after = at("0:100,1:3");
    (void)state;
    event_ring_begin(ring, 0, 100);
    assert_true(event_ring_resume(ring, &after));
    assert_false(event_ring_resume(ring, &before));
    assert_stands(&before, "0:100,1:3");
    event_ring_close(ring);
}

static void one_that_is_a_little_ahead_is_believed(void **state) {
    struct event_ring *ring = event_ring_open(PLACES, ROOMY);
    struct offset_vector little = at("0:13");
    struct offset_vector far = at("0:15");
    (void)state;
    event_ring_begin(ring, 0, 10);
    assert_true(event_ring_resume(ring, &little));
    assert_stands(&little, "0:13");
    assert_false(event_ring_resume(ring, &far));
    assert_stands(&far, "0:10");
    event_ring_close(ring);
}

static void unreadable_messages_only_count(void **state) {
    struct event_ring *ring = event_ring_open(PLACES, ROOMY);
    (void)state;
    assert_true(event_ring_put(ring, 0, 0, NULL) && put(ring, 0, 1));
    assert_int_equal(event_ring_next(ring), 1);
    assert_stands(event_ring_position(ring), "0:2");
    event_ring_close(ring);
}

static void a_topic_made_anew_begins_anew(void **state) {
    struct event_ring *ring = event_ring_open(PLACES, ROOMY);
    (void)state;
    assert_true(put(ring, 0, 50) && put(ring, 1, 50));
    assert_false(put(ring, 0, 0));
    assert_true(event_ring_at(ring, 0)->stale);
    assert_false(event_ring_at(ring, 1)->stale);
    assert_stands(event_ring_position(ring), "0:1,1:51");
    for (int64_t offset = 1; offset < PLACES; offset++)
        assert_true(put(ring, 0, offset)); /* the stale one makes room, and says nothing of where to go on */
    assert_stands(event_ring_floor(ring), "1:51");
    event_ring_close(ring);
}

static void a_history_is_one_users_newest_first_each_change_once(void **state) {
    struct event_ring *ring = event_ring_open(PLACES * 2, ROOMY);
    const struct event told[] = {event_of("ann", 1795000001), event_of("bob", 1795000002), event_of("ann", 1795000003),
                                 event_of("ann", 1795000003), event_of("Ann", 1795000004)};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(told); i++)
        assert_true(event_ring_put(ring, 0, (int64_t)i, &told[i]));
    struct doc *list = history_of(ring, ACCOUNT, "ann", 10);
    assert_int_equal(doc_count(list), 3);
    assert_string_equal(doc_text(doc_at(doc_item(list, 0), "time")), "2026-11-18T11:06:44Z");
    assert_string_equal(doc_text(doc_at(doc_item(list, 1), "time")), "2026-11-18T11:06:43Z");
    assert_string_equal(doc_text(doc_at(doc_item(list, 2), "type")), "key.created");
    assert_string_equal(doc_text(doc_at(doc_item(list, 2), "key_id")), "AKIAEXAMPLE");
    assert_null(doc_at(doc_item(list, 2), "actor"));
    doc_close(list);
    list = history_of(ring, ACCOUNT, "ann", 1);
    assert_int_equal(doc_count(list), 1);
    doc_close(list);
    list = history_of(ring, "222222222222", "ann", 1);
    assert_int_equal(doc_count(list), 0);
    doc_close(list);
    event_ring_close(ring);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_there_in_the_order_they_came),
        cmocka_unit_test(the_oldest_makes_room_and_is_missed_from_then_on),
        cmocka_unit_test(bytes_are_bounded_too),
        cmocka_unit_test(what_was_before_the_start_is_a_gap),
        cmocka_unit_test(one_that_is_a_little_ahead_is_believed),
        cmocka_unit_test(unreadable_messages_only_count),
        cmocka_unit_test(a_topic_made_anew_begins_anew),
        cmocka_unit_test(a_history_is_one_users_newest_first_each_change_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
