/* Answers that come later: at a wake, at their time, from a thread that may block, as a stream. */
#include "web.h"

#include "caller.h"
#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define END "\r\nHost: a\r\nConnection: close\r\n\r\n"

enum {
    FOR_EVER_MS = 3600 * 1000,
    SOON_MS = 50,
    IMPATIENT_MS = 1500,
    PATIENT_MS = CALLER_PATIENCE_S * 1000,
    STREAM_CEILING = 64 * 1024
};

static atomic_bool open_door;
static atomic_int calls;
static atomic_int blocked;
static atomic_int answers;
static atomic_int given_up;
static _Atomic(struct web_stream *) latest;

/* "?lane=7" */
static uint64_t lane_of(const struct web_request *request) {
    const char *lane = web_query(request, "lane");
    return lane != NULL ? strtoull(lane, NULL, 10) : 0;
}

/* Waits until the door is open, or for as long as the query says. */
static void knock(void *context, const struct web_request *request, struct web_response *response) {
    int *seen = request->memory;
    (void)context;
    atomic_fetch_add(&calls, 1);
    ++*seen;
    response->lane = lane_of(request);
    if (atomic_load(&open_door)) {
        text_format(&response->body, "open after %d", *seen);
    } else if (request->expired) {
        text_format(&response->body, "expired after %d", *seen);
    } else {
        response->when = WEB_LATER;
        response->later_ms = web_query(request, "soon") != NULL ? SOON_MS : FOR_EVER_MS;
    }
}

static void dig(void *context, const struct web_request *request, struct web_response *response) {
    (void)context;
    response->lane = lane_of(request);
    if (!request->slow) {
        response->when = WEB_SLOWLY;
        return;
    }
    atomic_fetch_add(&blocked, 1);
    while (web_query(request, "hold") != NULL && !atomic_load(&open_door))
        clock_sleep_ms(5);
    text_format(&response->body, "dug");
}

/* Blocks once, then waits as knock() does. */
static void dig_and_knock(void *context, const struct web_request *request, struct web_response *response) {
    bool *dug = request->memory;
    if (*dug) {
        knock(context, request, response);
    } else if (!request->slow) {
        response->when = WEB_SLOWLY;
    } else {
        *dug = true;
        atomic_fetch_add(&calls, 1);
        response->when = WEB_LATER;
        response->later_ms = FOR_EVER_MS;
    }
}

static void pour(void *context, const struct web_request *request, struct web_response *response) {
    (void)context;
    (void)request;
    response->content_type = "text/event-stream";
    atomic_store(&latest, web_stream_open(response, STREAM_CEILING, ":\n", SOON_MS));
}

/* When the server ends, and not before. */
static void pour_last(void *context, const struct web_request *request, struct web_response *response) {
    atomic_fetch_add(&calls, 1);
    response->when = WEB_LATER;
    response->later_ms = FOR_EVER_MS;
    if (!request->expired)
        return;
    response->when = WEB_NOW;
    pour(context, request, response);
}

static const struct web_route routes[] = {{"/knock", knock, NULL},
                                          {"/dig", dig, NULL},
                                          {"/both", dig_and_knock, NULL},
                                          {"/pour", pour, NULL},
                                          {"/last", pour_last, NULL}};

struct fixture {
    struct web *web;
    struct caller caller;
    struct caller other;
};

static void open_the_door(void *context) {
    (void)context;
    atomic_fetch_add(&given_up, 1);
    atomic_store(&open_door, true);
}

static void count_answer(void *context, const struct web_request *request, int status, double seconds) {
    (void)context;
    (void)request;
    (void)seconds;
    atomic_fetch_add(&answers, status != 0);
}

static int set_up_with(void **state, int64_t request_ms, unsigned connections, int64_t drain_ms) {
    const struct web_settings settings = {.listen = "127.0.0.1:0",
                                          .routes = routes,
                                          .count = COUNT_OF(routes),
                                          .done = count_answer,
                                          .give_up = open_the_door,
                                          .limits = {.connections = connections,
                                                     .idle_seconds = 60,
                                                     .request_ms = request_ms,
                                                     .drain_ms = drain_ms,
                                                     .slow_threads = 2,
                                                     .slow_queue = 2}};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct fault fault = {0};
    atomic_store(&open_door, false);
    atomic_store(&calls, 0);
    atomic_store(&blocked, 0);
    atomic_store(&answers, 0);
    atomic_store(&given_up, 0);
    atomic_store(&latest, NULL);
    fixture->web = web_open(&settings, &fault);
    *state = fixture;
    return fixture->web != NULL ? 0 : -1;
}

static int set_up(void **state) {
    return set_up_with(state, (int64_t)CALLER_PATIENCE_S * 1000, 0, PATIENT_MS);
}

static int set_up_hasty(void **state) {
    return set_up_with(state, (int64_t)CALLER_PATIENCE_S * 1000, 0, SOON_MS);
}

static int set_up_narrow(void **state) {
    return set_up_with(state, (int64_t)CALLER_PATIENCE_S * 1000, 4, PATIENT_MS);
}

static int set_up_impatient(void **state) {
    return set_up_with(state, IMPATIENT_MS, 0, PATIENT_MS);
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    web_close(fixture->web);
    free(fixture);
    return 0;
}

static void until(atomic_int *number, int least) {
    for (int64_t began = clock_boot_ms(); atomic_load(number) < least; clock_sleep_ms(1))
        assert_true(clock_boot_ms() - began < CALLER_PATIENCE_S * 1000);
}

static struct web_stream *the_stream(void) {
    int64_t began = clock_boot_ms();
    while (atomic_load(&latest) == NULL) {
        assert_true(clock_boot_ms() - began < CALLER_PATIENCE_S * 1000);
        clock_sleep_ms(1);
    }
    return atomic_load(&latest);
}

static void begin(struct fixture *fixture, const char *words) {
    caller_open(&fixture->caller, web_port(fixture->web));
    caller_say(&fixture->caller, words);
}

/* Longer than request_ms: who waits for us is not slow. */
static void a_request_waits_for_a_wake(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, "GET /knock HTTP/1.1" END);
    until(&calls, 1);
    clock_sleep_ms(2 * IMPATIENT_MS);
    assert_int_equal(atomic_load(&calls), 1);
    atomic_store(&open_door, true);
    web_wake(fixture->web);
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    assert_true(caller_heard(&fixture->caller, "open after 2"));
}

static void a_wake_that_changes_nothing_lets_it_wait_on(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, "GET /knock HTTP/1.1" END);
    until(&calls, 1);
    for (int i = 2; i < 5; i++) {
        while (atomic_load(&calls) < i) { /* a wake may come before it waits */
            web_wake(fixture->web);
            clock_sleep_ms(1);
        }
    }
    atomic_store(&open_door, true);
    web_wake(fixture->web);
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    assert_true(caller_heard(&fixture->caller, "open after "));
}

static void its_time_comes(void **state) {
    struct fixture *fixture = *state;
    caller_ask(&fixture->caller, web_port(fixture->web), "GET /knock?soon HTTP/1.1" END);
    assert_true(caller_heard(&fixture->caller, "expired after 2"));
}

static void who_waits_is_answered_when_the_server_ends(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, "GET /knock HTTP/1.1" END);
    until(&calls, 1);
    web_close(fixture->web);
    fixture->web = NULL;
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    assert_true(caller_heard(&fixture->caller, "expired after 2"));
}

/* What does not end by itself is told to, and is answered all the same. */
static void slow_work_is_given_up_when_the_server_ends(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, "GET /dig?hold HTTP/1.1" END);
    until(&blocked, 1);
    web_close(fixture->web);
    fixture->web = NULL;
    assert_int_equal(atomic_load(&given_up), 1);
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    assert_true(caller_heard(&fixture->caller, "dug"));
}

static void slow_work_that_ends_in_time_is_not_given_up(void **state) {
    struct fixture *fixture = *state;
    caller_ask(&fixture->caller, web_port(fixture->web), "GET /dig HTTP/1.1" END);
    web_close(fixture->web);
    fixture->web = NULL;
    assert_int_equal(atomic_load(&given_up), 0);
}

static void who_waits_and_goes_harms_nobody(void **state) {
    struct fixture *fixture = *state;
    for (int i = 1; i <= 20; i++) {
        begin(fixture, "GET /knock HTTP/1.1" END);
        until(&calls, i);
        caller_close(&fixture->caller);
    }
    atomic_store(&open_door, true);
    web_wake(fixture->web);
    caller_ask(&fixture->caller, web_port(fixture->web), "GET /knock HTTP/1.1" END);
    assert_true(caller_heard(&fixture->caller, "open after 1"));
}

/* Both slow threads are held; the server's own go on. */
static void slow_work_holds_nobody_else(void **state) {
    struct fixture *fixture = *state;
    struct caller *held = calloc(5, sizeof *held);
    int refused = 0;
    for (int i = 0; i < 5; i++) { /* two at work, two in the queue, one too many */
        caller_open(&held[i], web_port(fixture->web));
        caller_say(&held[i], "GET /dig?hold HTTP/1.1" END);
        if (i == 1)
            until(&blocked, 2);
    }
    caller_ask(&fixture->caller, web_port(fixture->web), "GET /knock?soon HTTP/1.1" END);
    assert_true(caller_heard(&fixture->caller, "expired"));
    atomic_store(&open_door, true);
    for (int i = 0; i < 5; i++) {
        caller_hear_all(&held[i]);
        caller_close(&held[i]);
        refused += caller_heard(&held[i], "HTTP/1.1 503 ");
        assert_true(caller_heard(&held[i], "dug") || caller_heard(&held[i], "HTTP/1.1 503 "));
    }
    assert_in_range(refused, 0, 1);
    free(held);
}

static void say_all(struct fixture *fixture, struct caller *callers, size_t count, const char *words) {
    for (size_t i = 0; i < count; i++) {
        caller_open(&callers[i], web_port(fixture->web));
        caller_say(&callers[i], words);
    }
}

static size_t hear_all(struct caller *callers, size_t count, const char *words) {
    size_t heard = 0;
    for (size_t i = 0; i < count; i++) {
        caller_hear_all(&callers[i]);
        caller_close(&callers[i]);
        heard += caller_heard(&callers[i], words);
    }
    return heard;
}

/* A lane has one of the two slow threads and one place in their queue; what is another's goes past it. */
static void no_lane_takes_all_slow_threads(void **state) {
    struct fixture *fixture = *state;
    struct caller *held = calloc(4, sizeof *held);
    say_all(fixture, held, 4, "GET /dig?hold=1&lane=7 HTTP/1.1" END);
    until(&blocked, 1);
    until(&answers, 2);
    caller_ask(&fixture->caller, web_port(fixture->web), "GET /dig?lane=8 HTTP/1.1" END);
    assert_true(caller_heard(&fixture->caller, "dug"));
    assert_int_equal(atomic_load(&blocked), 2);
    atomic_store(&open_door, true);
    assert_in_range(hear_all(held, 4, "HTTP/1.1 503 "), 2, 3); /* the first may still have been in the queue */
    free(held);
}

/* Half of four connections may wait for one lane. */
static void no_lane_takes_all_connections_by_waiting(void **state) {
    struct fixture *fixture = *state;
    struct caller *waiting = calloc(3, sizeof *waiting);
    say_all(fixture, waiting, 3, "GET /knock?lane=7 HTTP/1.1" END);
    until(&answers, 1);
    atomic_store(&open_door, true);
    web_wake(fixture->web);
    assert_int_equal(hear_all(waiting, 3, "expired after 2"), 1);
    free(waiting);
}

static void slow_work_may_end_in_waiting(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, "GET /both HTTP/1.1" END);
    until(&calls, 1);
    atomic_store(&open_door, true);
    while (atomic_load(&calls) < 2) { /* a wake may come before it waits */
        web_wake(fixture->web);
        clock_sleep_ms(1);
    }
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    assert_true(caller_heard(&fixture->caller, "open after "));
}

static void a_stream_carries_what_is_written_and_beats(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, "GET /pour HTTP/1.1" END);
    struct web_stream *stream = the_stream();
    assert_true(web_stream_write(stream, "first;", 6));
    assert_true(caller_hear(&fixture->caller, "first;"));
    assert_true(caller_heard(&fixture->caller, "Content-Type: text/event-stream"));
    fixture->caller.length = 0;
    assert_true(caller_hear(&fixture->caller, ":\n"));
    assert_true(web_stream_write(stream, "last;", 5));
    web_stream_close(stream);
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    assert_true(caller_heard(&fixture->caller, "last;"));
}

static void a_stream_whose_client_left_ends(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, "GET /pour HTTP/1.1" END);
    struct web_stream *stream = the_stream();
    assert_true(caller_hear(&fixture->caller, "200 OK"));
    caller_close(&fixture->caller);
    for (int64_t began = clock_boot_ms(); !web_stream_ended(stream); clock_sleep_ms(5))
        assert_true(clock_boot_ms() - began < CALLER_PATIENCE_S * 1000);
    assert_false(web_stream_write(stream, "x", 1));
    web_stream_close(stream);
}

/* Reads nothing: what is kept for it is bounded, then it is dropped, and the others never waited for it. */
static void a_stream_whose_client_falls_behind_ends(void **state) {
    struct fixture *fixture = *state;
    static char block[4096];
    memset(block, 's', sizeof block);
    begin(fixture, "GET /pour HTTP/1.1" END);
    struct web_stream *stream = the_stream();
    int64_t began = clock_boot_ms();
    while (web_stream_write(stream, block, sizeof block))
        assert_true(clock_boot_ms() - began < CALLER_PATIENCE_S * 1000);
    web_stream_close(stream);
    caller_close(&fixture->caller);
    caller_ask(&fixture->other, web_port(fixture->web), "GET /knock?soon HTTP/1.1" END);
    assert_true(caller_heard(&fixture->other, "expired"));
}

static void a_stream_opened_while_the_server_ends_ends_with_it(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, "GET /last HTTP/1.1" END);
    while (atomic_load(&calls) < 1)
        clock_sleep_ms(1);
    web_close(fixture->web);
    fixture->web = NULL;
    struct web_stream *stream = the_stream();
    assert_true(web_stream_ended(stream));
    web_stream_close(stream);
    caller_close(&fixture->caller);
}

static void streams_end_with_the_server(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, "GET /pour HTTP/1.1" END);
    struct web_stream *stream = the_stream();
    assert_true(caller_hear(&fixture->caller, "HTTP/1.1 200")); /* the server has it by now */
    assert_true(web_stream_write(stream, "word", 4));
    web_close(fixture->web);
    fixture->web = NULL;
    assert_true(web_stream_ended(stream));
    web_stream_close(stream);
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    assert_true(caller_heard(&fixture->caller, "word"));
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_waits_for_a_wake, set_up_impatient, tear_down),
        STORY(a_wake_that_changes_nothing_lets_it_wait_on),
        STORY(its_time_comes),
        STORY(who_waits_is_answered_when_the_server_ends),
        cmocka_unit_test_setup_teardown(slow_work_is_given_up_when_the_server_ends, set_up_hasty, tear_down),
        STORY(slow_work_that_ends_in_time_is_not_given_up),
        STORY(who_waits_and_goes_harms_nobody),
        STORY(slow_work_holds_nobody_else),
        STORY(no_lane_takes_all_slow_threads),
        cmocka_unit_test_setup_teardown(no_lane_takes_all_connections_by_waiting, set_up_narrow, tear_down),
        STORY(slow_work_may_end_in_waiting),
        STORY(a_stream_carries_what_is_written_and_beats),
        STORY(a_stream_whose_client_left_ends),
        STORY(a_stream_whose_client_falls_behind_ends),
        STORY(a_stream_opened_while_the_server_ends_ends_with_it),
        STORY(streams_end_with_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
