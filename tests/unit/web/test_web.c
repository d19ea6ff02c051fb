/* Clients here are raw sockets: what a well-behaved HTTP library would never send is the point. */
#include "web.h"

#include "clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

enum { ANSWER_SIZE = 64 * 1024, PATIENCE_S = 20 };

static void greet(void *context, const struct web_request *request, struct web_response *response) {
    text_format(&response->body, "%s from %s\n", (const char *)context, request->path);
}

static void busy(void *context, const struct web_request *request, struct web_response *response) {
    (void)context;
    (void)request;
    response->status = 503;
    response->content_type = "application/json";
    text_add(&response->body, "{}");
}

static const struct web_route routes[] = {{"/hello", greet, NULL}, {"/busy", busy, NULL}};
static const struct web_limits small = {.connections = 8, .header_bytes = 8192, .idle_seconds = 1, .request_ms = 1500};

struct fixture {
    struct web *web;
    char answer[ANSWER_SIZE];
};

static struct web *open_with(const struct web_limits *limits, struct fault *fault) {
    const struct web_settings settings = {.listen = "127.0.0.1:0",
                                          .routes = routes,
                                          .count = COUNT_OF(routes),
                                          .context = "greetings",
                                          .limits = *limits};
    return web_open(&settings, fault);
}

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct fault fault = {0};
    fixture->web = open_with(&small, &fault);
    *state = fixture;
    return fixture->web != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    web_close(fixture->web);
    free(fixture);
    return 0;
}

static int call_from(const struct fixture *fixture, in_addr_t from) {
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(from)};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)web_port(fixture->web))};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int made = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(bind(made, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(connect(made, (struct sockaddr *)&address, sizeof address), 0);
    return made;
}

static int call(const struct fixture *fixture) {
    return call_from(fixture, INADDR_LOOPBACK);
}

static void say(int descriptor, const char *words) {
    (void)!send(descriptor, words, strlen(words), MSG_NOSIGNAL);
}

/* Everything until the server hangs up; false if it never did. */
static bool hear(struct fixture *fixture, int descriptor) {
    size_t length = 0;
    ssize_t got = 1;
    while (got > 0 && length < ANSWER_SIZE - 1) {
        got = recv(descriptor, fixture->answer + length, ANSWER_SIZE - 1 - length, 0);
        length += got > 0 ? (size_t)got : 0;
    }
    fixture->answer[length] = '\0';
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

static void ask(struct fixture *fixture, const char *words) {
    int descriptor = call(fixture);
    say(descriptor, words);
    assert_true(hear(fixture, descriptor));
    close(descriptor);
}

static bool heard(const struct fixture *fixture, const char *words) {
    return strstr(fixture->answer, words) != NULL;
}

static void a_route_answers_with_its_context_and_path(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "GET /hello?name=x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_true(heard(fixture, "HTTP/1.1 200 "));
    assert_true(heard(fixture, "greetings from /hello\n"));
    assert_true(heard(fixture, "Cache-Control: no-store"));
}

static void a_route_chooses_its_status_and_type(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "GET /busy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_true(heard(fixture, "HTTP/1.1 503 "));
    assert_true(heard(fixture, "Content-Type: application/json"));
}

static void head_sends_the_headers_of_get_and_no_body(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_true(heard(fixture, "HTTP/1.1 200 "));
    assert_true(heard(fixture, "Content-Length: 22"));
    assert_false(heard(fixture, "greetings"));
}

static void an_unknown_path_is_404(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "GET /hello/there HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_true(heard(fixture, "HTTP/1.1 404 "));
}

static void another_method_is_405_and_says_which_are_allowed(void **state) {
    struct fixture *fixture = *state;
    static const char *const methods[] = {"POST", "DELETE", "PUT", "BREW"};
    for (size_t i = 0; i < COUNT_OF(methods); i++) {
        char words[200];
        snprintf(words, sizeof words,
                 "%s /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc", methods[i]);
        ask(fixture, words);
        assert_true(heard(fixture, "HTTP/1.1 405 "));
        assert_true(heard(fixture, "Allow: GET, HEAD"));
    }
}

static void a_giant_header_is_refused(void **state) {
    struct fixture *fixture = *state;
    int descriptor = call(fixture);
    say(descriptor, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Big: ");
    char kilobyte[1025];
    memset(kilobyte, 'a', 1024);
    kilobyte[1024] = '\0';
    for (int i = 0; i < 64; i++)
        say(descriptor, kilobyte);
    say(descriptor, "\r\n\r\n");
    assert_true(hear(fixture, descriptor));
    assert_false(heard(fixture, "HTTP/1.1 200 "));
    close(descriptor);
}

static void words_that_are_no_http_are_hung_up_on(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "\x16\x03\x01 what is this\r\n\r\n");
    assert_false(heard(fixture, " 200 "));
}

static void a_silent_client_is_dropped(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "GET /hello HTTP/1.1\r\nHo");
    assert_false(heard(fixture, " 200 "));
}

/* Never silent for the idle second, and yet never done. */
static void a_client_that_dribbles_is_dropped(void **state) {
    struct fixture *fixture = *state;
    int descriptor = call(fixture);
    int64_t began = clock_boot_ms();
    ssize_t sent = 1;
    char byte = 0;
    say(descriptor, "GET /hello HTTP/1.1\r\nX: ");
    while (sent == 1 && clock_boot_ms() - began < PATIENCE_S * 1000) {
        clock_sleep_ms(50);
        if (recv(descriptor, &byte, 1, MSG_DONTWAIT) == 0)
            break;
        sent = send(descriptor, "y", 1, MSG_NOSIGNAL);
    }
    assert_in_range(clock_boot_ms() - began, 1000, 10 * 1000);
    close(descriptor);
}

static void a_client_that_keeps_asking_is_kept(void **state) {
    struct fixture *fixture = *state;
    int descriptor = call(fixture);
    int64_t began = clock_boot_ms();
    while (clock_boot_ms() - began < 2500) {
        say(descriptor, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        ssize_t got = recv(descriptor, fixture->answer, ANSWER_SIZE - 1, 0);
        assert_true(got > 0);
        clock_sleep_ms(100);
    }
    close(descriptor);
}

static void more_connections_than_allowed_wait_for_a_place(void **state) {
    static const struct web_limits few = {.connections = 2, .idle_seconds = PATIENCE_S};
    struct fixture fixture = {0};
    struct fault fault = {0};
    char byte = 0;
    (void)state;
    fixture.web = open_with(&few, &fault);
    assert_non_null(fixture.web);
    int held[8];
    size_t served = 0;
    for (size_t i = 0; i < COUNT_OF(held); i++) {
        struct timeval soon = {.tv_usec = 300 * 1000};
        held[i] = call(&fixture);
        setsockopt(held[i], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
        say(held[i], "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        served += recv(held[i], &byte, 1, 0) == 1;
    }
    assert_in_range(served, 1, 2);
    for (size_t i = 0; i + 1 < COUNT_OF(held); i++)
        close(held[i]);
    struct timeval patience = {.tv_sec = PATIENCE_S};
    setsockopt(held[7], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(recv(held[7], &byte, 1, 0), 1);
    close(held[7]);
    web_close(fixture.web);
}

/* Until something is answered it may not have been accepted yet. */
static void take_place(int descriptor) {
    char byte = 0;
    say(descriptor, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(recv(descriptor, &byte, 1, 0), 1);
}

/* Who hoards connections at one address leaves room for all others. */
static void more_connections_of_one_address_than_allowed_are_hung_up_on(void **state) {
    static const struct web_limits few = {.connections = 8, .per_address = 2, .idle_seconds = PATIENCE_S};
    static const char question[] = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct fault fault = {0};
    (void)state;
    fixture->web = open_with(&few, &fault);
    assert_non_null(fixture->web);
    int first = call(fixture);
    int second = call(fixture);
    take_place(first);
    take_place(second);
    int third = call(fixture);
    say(third, question);
    assert_true(hear(fixture, third));
    assert_string_equal(fixture->answer, "");
    int other = call_from(fixture, INADDR_LOOPBACK + 1);
    say(other, question);
    assert_true(hear(fixture, other));
    assert_true(heard(fixture, "greetings"));
    close(first);
    do { /* its place is free as soon as the server saw it go */
        clock_sleep_ms(10);
        close(third);
        third = call(fixture);
        say(third, question);
        assert_true(hear(fixture, third));
    } while (!heard(fixture, "greetings"));
    close(second);
    close(third);
    close(other);
    web_close(fixture->web);
    free(fixture);
}

static void *ask_often(void *argument) {
    struct fixture mine = {.web = ((struct fixture *)argument)->web};
    size_t well = 0;
    for (int i = 0; i < 50; i++) {
        ask(&mine, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        well += heard(&mine, "greetings");
    }
    return (void *)well;
}

static void several_clients_at_once_are_all_answered(void **state) {
    struct fixture *fixture = *state;
    pthread_t threads[3];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, fixture), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        void *well = NULL;
        pthread_join(threads[i], &well);
        assert_int_equal((size_t)well, 50);
    }
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(a_route_answers_with_its_context_and_path),
        STORY(a_route_chooses_its_status_and_type),
        STORY(head_sends_the_headers_of_get_and_no_body),
        STORY(an_unknown_path_is_404),
        STORY(another_method_is_405_and_says_which_are_allowed),
        STORY(a_giant_header_is_refused),
        STORY(words_that_are_no_http_are_hung_up_on),
        STORY(a_silent_client_is_dropped),
        STORY(a_client_that_dribbles_is_dropped),
        STORY(a_client_that_keeps_asking_is_kept),
        cmocka_unit_test(more_connections_than_allowed_wait_for_a_place),
        cmocka_unit_test(more_connections_of_one_address_than_allowed_are_hung_up_on),
        STORY(several_clients_at_once_are_all_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
