/* Requests that came in together are called together; each has its own answer, whenever it comes. */
#include "web.h"

#include "caller.h"
#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define END "\r\nHost: a\r\n\r\n"

enum { CALLERS = 8, MANY = 48, HASTY = 200, FOR_EVER_MS = 3600 * 1000 };

static atomic_bool open_door;
static atomic_int largest;
static atomic_int asked_to_wait;
static atomic_int answered;

static void answer_one(const struct web_request *request, struct web_response *response) {
    int *seen = request->memory;
    const char *how = web_query(request, "how");
    ++*seen;
    if (how != NULL && strcmp(how, "slowly") == 0 && !request->slow) {
        response->when = WEB_SLOWLY;
    } else if (how != NULL && strcmp(how, "later") == 0 && !atomic_load(&open_door) && !request->expired) {
        response->when = WEB_LATER;
        response->later_ms = FOR_EVER_MS;
        atomic_fetch_add(&asked_to_wait, 1);
    } else {
        text_format(&response->body, "for %s at call %d.", web_parameter(request, "name"), *seen);
    }
}

/* Those who hold the thread until the door opens say so in their query. */
static void answer_all(void *context, const struct web_asked *asked, size_t count) {
    (void)context;
    if ((int)count > atomic_load(&largest))
        atomic_store(&largest, (int)count);
    for (size_t i = 0; i < count; i++)
        while (web_query(asked[i].request, "hold") != NULL && !atomic_load(&open_door))
            clock_sleep_ms(1);
    for (size_t i = 0; i < count; i++)
        answer_one(asked[i].request, asked[i].response);
}

static void count_answer(void *context, const struct web_request *request, int status, double seconds) {
    (void)context;
    (void)request;
    (void)seconds;
    atomic_fetch_add(&answered, status == 200);
}

static const struct web_route routes[] = {{"/names/{name}", NULL, NULL}};

struct fixture {
    struct web *web;
    struct caller callers[MANY];
};

static int set_up(void **state) {
    const struct web_settings settings = {
        .listen = "127.0.0.1:0",
        .routes = routes,
        .count = COUNT_OF(routes),
        .together = answer_all,
        .done = count_answer,
        .limits = {.idle_seconds = 60, .request_ms = (int64_t)CALLER_PATIENCE_S * 1000, .slow_threads = 2}};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct fault fault = {0};
    atomic_store(&open_door, false);
    atomic_store(&largest, 0);
    atomic_store(&asked_to_wait, 0);
    atomic_store(&answered, 0);
    fixture->web = web_open(&settings, &fault);
    *state = fixture;
    return fixture->web != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    web_close(fixture->web);
    free(fixture);
    return 0;
}

static void say(struct fixture *fixture, size_t i, const char *query) {
    char words[128];
    snprintf(words, sizeof words, "GET /names/n%zu%s HTTP/1.1" END, i, query);
    caller_say(&fixture->callers[i], words);
}

static void hear_own(struct fixture *fixture, size_t i, int call) {
    char words[64];
    snprintf(words, sizeof words, "for n%zu at call %d.", i, call);
    assert_true(caller_hear(&fixture->callers[i], words));
    caller_close(&fixture->callers[i]);
}

/* With a connection each that was answered once, so that the server has them all. */
static void connect_all(struct fixture *fixture, size_t count) {
    for (size_t i = 0; i < count; i++) {
        caller_open(&fixture->callers[i], web_port(fixture->web));
        say(fixture, i, "");
        assert_true(caller_hear(&fixture->callers[i], " at call 1."));
        fixture->callers[i].length = 0;
        fixture->callers[i].heard[0] = '\0';
    }
}

static void one_alone_is_answered_at_once(void **state) {
    struct fixture *fixture = *state;
    caller_open(&fixture->callers[0], web_port(fixture->web));
    for (int i = 0; i < 3; i++) {
        say(fixture, 0, "");
        assert_true(caller_hear(&fixture->callers[0], "for n0 at call 1."));
        fixture->callers[0].length = 0;
        fixture->callers[0].heard[0] = '\0';
    }
    caller_close(&fixture->callers[0]);
    assert_int_equal(atomic_load(&largest), 1);
}

/* While each thread of the server is held by its first, the others gather; there are fewer threads than callers, so that some are called together. */
static void those_who_came_together_are_called_together(void **state) {
    struct fixture *fixture = *state;
    connect_all(fixture, CALLERS);
    for (size_t i = 0; i < CALLERS; i++)
        say(fixture, i, "?hold");
    atomic_store(&open_door, true);
    for (size_t i = 0; i < CALLERS; i++)
        hear_own(fixture, i, 1);
    assert_in_range(atomic_load(&largest), 2, CALLERS);
}

static void more_than_fit_are_called_in_several_goes(void **state) {
    struct fixture *fixture = *state;
    connect_all(fixture, MANY);
    for (size_t i = 0; i < MANY; i++)
        say(fixture, i, "?hold");
    atomic_store(&open_door, true);
    for (size_t i = 0; i < MANY; i++)
        hear_own(fixture, i, 1);
    assert_in_range(atomic_load(&largest), 2, WEB_TOGETHER);
}

static void one_may_wait_and_one_may_block_while_others_are_answered(void **state) {
    static const char *const queries[] = {"?how=later", "?how=slowly", "", "?how=later", "?how=slowly", ""};
    struct fixture *fixture = *state;
    connect_all(fixture, COUNT_OF(queries));
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        say(fixture, i, queries[i]);
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        if (strcmp(queries[i], "?how=later") != 0)
            hear_own(fixture, i, strcmp(queries[i], "") == 0 ? 1 : 2);
    while (atomic_load(&asked_to_wait) < 2)
        clock_sleep_ms(1);
    atomic_store(&open_door, true);
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        if (strcmp(queries[i], "?how=later") == 0) {
            do { /* a wake may come before it waits */
                web_wake(fixture->web);
                clock_sleep_ms(1);
            } while (atomic_load(&answered) < (int)(COUNT_OF(queries) + 4 + (i == 0 ? 1 : 2)));
            hear_own(fixture, i, 2);
        }
}

static void those_who_leave_before_they_are_called_spoil_nothing(void **state) {
    struct fixture *fixture = *state;
    for (size_t i = 0; i < HASTY; i++) {
        caller_open(&fixture->callers[0], web_port(fixture->web));
        say(fixture, 0, "");
        caller_close(&fixture->callers[0]);
    }
    connect_all(fixture, CALLERS);
    for (size_t i = 0; i < CALLERS; i++) {
        say(fixture, i, "");
        hear_own(fixture, i, 1);
    }
}

static void who_waits_is_answered_when_the_server_ends(void **state) {
    struct fixture *fixture = *state;
    connect_all(fixture, 1);
    say(fixture, 0, "?how=later");
    while (atomic_load(&asked_to_wait) < 1)
        clock_sleep_ms(1);
    web_close(fixture->web);
    fixture->web = NULL;
    hear_own(fixture, 0, 2);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(one_alone_is_answered_at_once),
        STORY(those_who_came_together_are_called_together),
        STORY(more_than_fit_are_called_in_several_goes),
        STORY(one_may_wait_and_one_may_block_while_others_are_answered),
        STORY(those_who_leave_before_they_are_called_spoil_nothing),
        STORY(who_waits_is_answered_when_the_server_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
