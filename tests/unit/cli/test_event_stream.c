#include "event_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SEEN_SIZE = 1024 };

/* What was told: "name|data|last id;" for each. */
static char seen[SEEN_SIZE];
static int wanted;

static bool note(const struct stream_event *event, void *context) {
    size_t length = strlen(seen);
    (void)context;
    snprintf(seen + length, sizeof seen - length, "%s|%s|%s;", event->name, event->data, event->last_id);
    return --wanted != 0;
}

/* Each case is fed whole, and byte by byte. */
static const struct {
    const char *bytes;
    const char *told;
} cases[] = {
    {"data: a\n\n", "message|a|;"},
    {"id: 1\nevent: key.created\ndata: {}\n\ndata: b\n\n", "key.created|{}|1;message|b|1;"},
    {"id: 1\r\nevent: x\r\ndata: a\r\n\r\n", "x|a|1;"},
    {"data: a\r\rdata: b\r\r", "message|a|;message|b|;"},
    {": comment\n\n: another\ndata: a\n\n", "message|a|;"},
    {"data:no space\ndata:  two\n\n", "message|no space\n two|;"},
    {"data\n\n", "message||;"},
    {"event: x\n\n", ""},
    {"id: 7\n\ndata: a\n\n", "message|a|7;"},
    {"wat: x\nretry: 5\ndata: a\n\n", "message|a|;"},
    {"data: cut off", ""},
};

static void lines_are_taken_apart_wherever_they_are_cut(void **state) {
    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(cases); i++) {
        const char *bytes = cases[i / 2].bytes;
        size_t step = i % 2 == 0 ? strlen(bytes) : 1;
        struct event_stream stream;
        seen[0] = '\0';
        wanted = -1;
        event_stream_open(&stream, note, NULL);
        for (size_t at = 0; at < strlen(bytes); at += step)
            assert_true(event_stream_feed(&stream, bytes + at, step));
        assert_string_equal(cases[i / 2].told, seen);
        event_stream_close(&stream);
    }
}

static void a_connection_that_ends_takes_what_was_half_told_with_it(void **state) {
    (void)state;
    struct event_stream stream;
    seen[0] = '\0';
    wanted = -1;
    event_stream_open(&stream, note, NULL);
    assert_true(event_stream_feed(&stream, "id: 3\nevent: lost\ndata: lost\nda", 30));
    event_stream_restart(&stream);
    assert_true(event_stream_feed(&stream, "data: b\n\n", 9));
    assert_string_equal("message|b|3;", seen);
    event_stream_close(&stream);
}

static void the_visitor_ends_the_reading(void **state) {
    (void)state;
    struct event_stream stream;
    seen[0] = '\0';
    wanted = 1;
    event_stream_open(&stream, note, NULL);
    assert_false(event_stream_feed(&stream, "data: a\n\ndata: b\n\n", 18));
    assert_string_equal("message|a|;", seen);
    event_stream_close(&stream);
}

static void a_line_an_event_and_an_id_without_end_are_refused(void **state) {
    (void)state;
    struct event_stream stream;
    char long_id[EVENT_STREAM_ID_SIZE + 8];
    wanted = -1;
    event_stream_open(&stream, note, NULL);
    bool going = true;
    for (size_t fed = 0; going && fed <= EVENT_STREAM_LINE_MAX; fed++)
        going = event_stream_feed(&stream, "x", 1);
    assert_false(going);
    event_stream_restart(&stream);
    going = true;
    for (size_t fed = 0; going && fed <= EVENT_STREAM_LINE_MAX; fed += 3)
        going = event_stream_feed(&stream, "data: 12\n", 9);
    assert_false(going);
    event_stream_restart(&stream);
    memset(long_id, 'i', sizeof long_id);
    memcpy(long_id, "id: ", 4);
    long_id[sizeof long_id - 1] = '\n';
    assert_false(event_stream_feed(&stream, long_id, sizeof long_id));
    event_stream_close(&stream);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_taken_apart_wherever_they_are_cut),
        cmocka_unit_test(a_connection_that_ends_takes_what_was_half_told_with_it),
        cmocka_unit_test(the_visitor_ends_the_reading),
        cmocka_unit_test(a_line_an_event_and_an_id_without_end_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
