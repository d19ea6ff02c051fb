/* Methods, parameters, bodies, headers, and the server's own errors as problems. */
#include "web.h"

#include "caller.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define END "\r\nHost: a\r\nConnection: close\r\n\r\n"

static struct {
    pthread_mutex_t lock;
    int last_status;
    size_t last_route;
} over = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const char *or_none(const char *text) {
    return text != NULL ? text : "(none)";
}

static void show(void *context, const struct web_request *request, struct web_response *response) {
    (void)context;
    text_format(&response->body, "%s user=%s page=%s unknown=%s token=%s last=%s peer=%s", request->method,
                or_none(web_parameter(request, "user")), or_none(web_query(request, "page")),
                or_none(web_query_unknown(request, "page size")), or_none(web_request_header(request, "x-token")),
                or_none(web_request_header_last(request, "x-token")), request->peer);
}

static void take(void *context, const struct web_request *request, struct web_response *response) {
    (void)context;
    response->status = 202;
    web_header(response, "ETag", "\"one\"");
    web_header(response, "Cache-Control", "private");
    assert_false(web_header(response, "Bad", "a\r\nInjected: yes"));
    text_format(&response->body, "%zu:%s", request->body_length, request->body_length < 100 ? request->body : "");
}

static void remember(void *context, const struct web_request *request, int status, double seconds) {
    (void)context;
    (void)seconds;
    pthread_mutex_lock(&over.lock);
    over.last_status = status;
    over.last_route = request->route;
    pthread_mutex_unlock(&over.lock);
}

static const struct web_route routes[] = {
    {"/users/{user}", show, NULL},
    {"/users/{user}", take, "POST"},
    {"/users/{user}/pause", take, "POST"},
};

struct fixture {
    struct web *web;
    struct caller caller;
};

static int set_up(void **state) {
    const struct web_settings settings = {
        .listen = "127.0.0.1:0", .routes = routes, .count = COUNT_OF(routes), .problems = true, .done = remember};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct fault fault = {0};
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

static const struct caller *ask(struct fixture *fixture, const char *words) {
    caller_ask(&fixture->caller, web_port(fixture->web), words);
    return &fixture->caller;
}

static void a_route_sees_its_parameters(void **state) {
    const struct caller *caller = ask(*state, "GET /users/a%2Bb?page=2&x=1 HTTP/1.1\r\nX-Token: t" END);
    assert_true(caller_heard(caller, "GET user=a+b page=2 unknown=x token=t last=t peer=127.0.0.1"));
}

static void a_route_without_them_sees_none(void **state) {
    const struct caller *caller = ask(*state, "GET /users/ann HTTP/1.1" END);
    assert_true(caller_heard(caller, "GET user=ann page=(none) unknown=(none) token=(none)"));
}

static void methods_are_told_apart(void **state) {
    const struct caller *caller =
        ask(*state, "POST /users/ann HTTP/1.1\r\nContent-Length: 5\r\nHost: a\r\nConnection: close\r\n\r\nhello");
    assert_true(caller_heard(caller, "HTTP/1.1 202 "));
    assert_true(caller_heard(caller, "5:hello"));
    assert_true(caller_heard(caller, "ETag: \"one\"\r\n"));
    assert_true(caller_heard(caller, "Cache-Control: private\r\n"));
    assert_false(caller_heard(caller, "no-store"));
    assert_false(caller_heard(caller, "Injected"));
}

/* Proxies add lines of their own at the end: what stands there is theirs, whatever the client said before. */
static void of_a_header_in_several_lines_the_first_and_the_last_are_told_apart(void **state) {
    const struct caller *caller =
        ask(*state, "GET /users/ann HTTP/1.1\r\nX-Token: a, b\r\nX-Other: x\r\nx-token: c" END);
    assert_true(caller_heard(caller, "token=a, b last=c "));
    caller = ask(*state, "GET /users/ann HTTP/1.1\r\nX-Other: x" END);
    assert_true(caller_heard(caller, "token=(none) last=(none) "));
}

static void a_wrong_method_is_told_the_right_ones(void **state) {
    const struct caller *caller = ask(*state, "DELETE /users/ann HTTP/1.1" END);
    assert_true(caller_heard(caller, "HTTP/1.1 405 "));
    assert_true(caller_heard(caller, "Allow: GET, HEAD, POST\r\n"));
    assert_true(caller_heard(caller, "Content-Type: application/problem+json"));
    assert_true(caller_heard(caller, "\"type\":\"urn:keyturn:problem:method_not_allowed\""));
    caller = ask(*state, "GET /users/ann/pause HTTP/1.1" END);
    assert_true(caller_heard(caller, "Allow: POST\r\n"));
}

static void a_chunked_body_is_put_together(void **state) {
    const struct caller *caller = ask(*state, "POST /users/ann HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\n"
                                              "Connection: close\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    assert_true(caller_heard(caller, "7:abcdefg"));
}

static void an_announced_giant_body_is_refused_unread(void **state) {
    static const char *const lengths[] = {"65537", "99999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        char words[200];
        snprintf(words, sizeof words, "POST /users/ann HTTP/1.1\r\nContent-Length: %s" END, lengths[i]);
        const struct caller *caller = ask(*state, words);
        assert_true(caller_heard(caller, "HTTP/1.1 413 ") || caller_heard(caller, "HTTP/1.1 400 "));
        assert_false(caller_heard(caller, "HTTP/1.1 202"));
    }
}

/* A body that grows beyond its ceiling without having said so: refused at its end, or hung up on when it goes on and on. */
static void chunks_beyond_the_ceiling_are_refused(void **state) {
    struct fixture *fixture = *state;
    static char chunk[16 * 1024 + 16];
    memset(chunk, 'a', sizeof chunk);
    memcpy(chunk, "4000\r\n", 6);
    memcpy(chunk + 6 + 16 * 1024, "\r\n", 3);
    caller_open(&fixture->caller, web_port(fixture->web));
    caller_say(&fixture->caller, "POST /users/ann HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\n"
                                 "Connection: close\r\n\r\n");
    for (int i = 0; i < 5; i++)
        caller_say(&fixture->caller, chunk);
    caller_say(&fixture->caller, "0\r\n\r\n");
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    assert_true(caller_heard(&fixture->caller, "HTTP/1.1 413 "));
    caller_open(&fixture->caller, web_port(fixture->web));
    caller_say(&fixture->caller, "POST /users/ann HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\n\r\n");
    for (int i = 0; i < 40; i++)
        caller_say(&fixture->caller, chunk);
    caller_hear_all(&fixture->caller); /* ends only because the server hangs up */
    assert_false(caller_heard(&fixture->caller, "HTTP/1.1 202"));
    caller_close(&fixture->caller);
}

/* Somebody before us may have read the other one: what follows would then be another's request. */
static void a_request_whose_end_is_in_doubt_is_refused(void **state) {
    static const char *const headers[] = {
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Content-Length: 0\r\nContent-Length: 40",
        "Content-Length: 40\r\nContent-Length: 0",
        "Content-Length: 0, 40",
        "Content-Length: -1",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked\r\nContent-Length: 0",
    };
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        char words[300];
        snprintf(words, sizeof words, "POST /users/ann HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n0\r\n\r\n%s", headers[i],
                 "GET /users/ann HTTP/1.1" END);
        const struct caller *caller = ask(*state, words);
        assert_true(caller_heard(caller, "HTTP/1.1 400 "));
        assert_false(caller_heard(caller, "HTTP/1.1 20"));
    }
}

static void a_body_as_large_as_may_be_is_taken(void **state) {
    struct fixture *fixture = *state;
    static char body[WEB_REQUEST_BODY + 1];
    memset(body, 'b', WEB_REQUEST_BODY);
    caller_open(&fixture->caller, web_port(fixture->web));
    caller_say(&fixture->caller,
               "POST /users/ann HTTP/1.1\r\nContent-Length: 65536\r\nHost: a\r\nConnection: close\r\n\r\n");
    caller_say(&fixture->caller, body);
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    assert_true(caller_heard(&fixture->caller, "65536:"));
}

static void ask_with_header_of(struct fixture *fixture, const char *line, size_t length) {
    char *filler = calloc(1, length + 1);
    memset(filler, 'h', length);
    caller_open(&fixture->caller, web_port(fixture->web));
    caller_say(&fixture->caller, line);
    caller_say(&fixture->caller, filler);
    caller_say(&fixture->caller, strchr(line, ':') != NULL ? "\r\nX: y" : " HTTP/1.1\r\nX: y");
    caller_say(&fixture->caller, END);
    caller_hear_all(&fixture->caller);
    caller_close(&fixture->caller);
    free(filler);
}

static void a_header_flood_is_431_and_a_long_target_414(void **state) {
    struct fixture *fixture = *state;
    ask_with_header_of(fixture, "GET /users/ann HTTP/1.1\r\nX-Big: ", 20 * 1024);
    assert_true(caller_heard(&fixture->caller, "HTTP/1.1 431 "));
    assert_true(caller_heard(&fixture->caller, "urn:keyturn:problem:headers_too_large"));
    ask_with_header_of(fixture, "GET /users/", 9 * 1024);
    assert_true(caller_heard(&fixture->caller, "HTTP/1.1 414 "));
    assert_true(caller_heard(&fixture->caller, "urn:keyturn:problem:uri_too_long"));
    ask_with_header_of(fixture, "GET /users/ann HTTP/1.1\r\nX-Big: ", 200 * 1024);
    assert_false(caller_heard(&fixture->caller, "HTTP/1.1 200 "));
}

static void targets_that_are_none_are_400(void **state) {
    static const char *const targets[] = {
        "/users/%zz", "/users/a%2Fb", "/users/%c3%28", "/users/a?x=1&x=2", "/users/%00", "http://a/users/ann", "*"};
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        char words[200];
        snprintf(words, sizeof words, "GET %s HTTP/1.1" END, targets[i]);
        const struct caller *caller = ask(*state, words);
        assert_true(caller_heard(caller, "HTTP/1.1 400 "));
        assert_true(caller_heard(caller, "application/problem+json"));
    }
}

static void an_unknown_path_is_a_problem(void **state) {
    const struct caller *caller = ask(*state, "GET /nowhere HTTP/1.1" END);
    assert_true(caller_heard(caller, "HTTP/1.1 404 "));
    assert_true(
        caller_heard(caller, "\"status\":404,\"title\":\"Not found\",\"type\":\"urn:keyturn:problem:not_found\""));
    pthread_mutex_lock(&over.lock);
    assert_int_equal(over.last_status, 404);
    assert_int_equal(over.last_route, COUNT_OF(routes));
    pthread_mutex_unlock(&over.lock);
}

static void a_listener_with_a_wrong_certificate_is_refused(void **state) {
    struct secret key = {0};
    struct fault fault = {0};
    (void)state;
    secret_open(&key, 16);
    assert_true(secret_set(&key, "no key", 6));
    const struct web_settings settings = {.listen = "127.0.0.1:0",
                                          .routes = routes,
                                          .count = COUNT_OF(routes),
                                          .certificate = "no certificate",
                                          .private_key = &key};
    assert_null(web_open(&settings, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    secret_close(&key);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(a_route_sees_its_parameters),
        STORY(a_route_without_them_sees_none),
        STORY(methods_are_told_apart),
        STORY(of_a_header_in_several_lines_the_first_and_the_last_are_told_apart),
        STORY(a_wrong_method_is_told_the_right_ones),
        STORY(a_chunked_body_is_put_together),
        STORY(an_announced_giant_body_is_refused_unread),
        STORY(chunks_beyond_the_ceiling_are_refused),
        STORY(a_body_as_large_as_may_be_is_taken),
        STORY(a_header_flood_is_431_and_a_long_target_414),
        STORY(a_request_whose_end_is_in_doubt_is_refused),
        STORY(targets_that_are_none_are_400),
        STORY(an_unknown_path_is_a_problem),
        cmocka_unit_test(a_listener_with_a_wrong_certificate_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
