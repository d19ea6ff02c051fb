/* What a caller learns from one call, against a server that does what servers do. */
#include "http.h"

#include "clock.h"
#include "scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const char ok[] = "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nx-amzn-RequestId: abc-1\r\n";

struct world {
    struct scripted_server *server;
    struct http_client *client;
    struct http_response response;
    struct fault fault;
};

static void begin(struct world *world, const struct scripted_step *steps, size_t count) {
    *world = (struct world){.server = scripted_open(steps, count)};
    world->client = http_open(&world->fault);
    assert_non_null(world->client);
    http_response_open(&world->response);
}

static void end(struct world *world) {
    http_response_close(&world->response);
    http_close(world->client);
    scripted_close(world->server);
}

static bool post(struct world *world, struct http_request request) {
    request.method = "POST";
    request.url = scripted_url(world->server);
    request.body = "Action=Test";
    request.body_length = strlen(request.body);
    world->fault = (struct fault){0};
    return http_call(world->client, &request, &world->response, &world->fault);
}

static void an_answer_brings_status_date_id_and_body(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ok, "<hello/>", SCRIPTED_KEEP, 0}};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_true(post(&world, (struct http_request){0}));
    assert_int_equal(world.response.status, 200);
    assert_int_equal(world.response.date, 784111777);
    assert_string_equal(world.response.request_id, "abc-1");
    assert_string_equal(world.response.body.bytes, "<hello/>");
    end(&world);
}

static void an_error_status_is_an_answer_too(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nX-Amz-Request-Id: s3-like\r\nx-amzn-ErrorType: Slow:http://x\r\n",
         "no", SCRIPTED_KEEP, 0},
        {"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n", "", SCRIPTED_KEEP, 0},
        {"HTTP/1.1 429 Slow\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:50:07 GMT\r\n",
         "", SCRIPTED_KEEP, 0},
        {"HTTP/1.1 429 Slow\r\nDate: nonsense\r\nRetry-After: soon\r\n", "", SCRIPTED_KEEP, 0},
    };
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_true(post(&world, (struct http_request){0}));
    assert_int_equal(world.response.status, 503);
    assert_int_equal(world.response.retry_after, 7);
    assert_string_equal(world.response.request_id, "s3-like");
    assert_string_equal(world.response.error_type, "Slow:http://x");
    assert_true(post(&world, (struct http_request){0}));
    assert_int_equal(world.response.status, 302); /* not followed */
    assert_string_equal(world.response.error_type, "");
    assert_true(post(&world, (struct http_request){0}));
    assert_int_equal(world.response.retry_after, 30);
    assert_true(post(&world, (struct http_request){0}));
    assert_int_equal(world.response.retry_after, 0);
    assert_int_equal(world.response.date, 0);
    assert_int_equal(scripted_requests(world.server), 4);
    end(&world);
}

static void the_request_is_sent_as_given(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ok, "", SCRIPTED_KEEP, 0}};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_true(post(&world, (struct http_request){.header_count = 2,
                                                   .headers = {{"X-One", "first value"}, {"content-type", "text/x"}}}));
    const char *request = scripted_request(world.server, 0);
    assert_true(text_starts(request, "POST / HTTP/1.1\r\n"));
    assert_non_null(strstr(request, "X-One: first value\r\n"));
    assert_non_null(strstr(request, "content-type: text/x\r\n"));
    assert_null(strstr(request, "application/x-www-form-urlencoded"));
    assert_null(strstr(request, "Expect"));
    assert_non_null(strstr(request, "\r\n\r\nAction=Test"));
    end(&world);
}

static void a_header_with_a_line_break_is_never_sent(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ok, "", SCRIPTED_KEEP, 0}};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_false(post(&world, (struct http_request){.header_count = 1, .headers = {{"X-One", "a\r\nX-Two: b"}}}));
    assert_int_equal(world.fault.kind, FAULT_INVALID);
    assert_int_equal(scripted_requests(world.server), 0);
    end(&world);
}

static void connections_are_kept_unless_a_fresh_one_is_asked_for(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ok, "", SCRIPTED_KEEP, 0}};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_true(post(&world, (struct http_request){0}));
    assert_true(post(&world, (struct http_request){0}));
    assert_true(post(&world, (struct http_request){.fresh_connection = true}));
    assert_int_equal(scripted_connection(world.server, 0), 1);
    assert_int_equal(scripted_connection(world.server, 1), 1);
    assert_int_equal(scripted_connection(world.server, 2), 2);
    end(&world);
}

static void a_kept_connection_that_dies_costs_nothing(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {ok, "", SCRIPTED_KEEP, 0}, {NULL, NULL, SCRIPTED_CLOSE, 0}, {ok, "again", SCRIPTED_KEEP, 0}};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_true(post(&world, (struct http_request){0}));
    assert_true(post(&world, (struct http_request){0}));
    assert_string_equal(world.response.body.bytes, "again");
    assert_int_equal(scripted_requests(world.server), 3); /* which is why some calls ask for a fresh one */
    end(&world);
}

static void a_post_on_a_fresh_connection_is_never_resent(void **state) {
    (void)state;
    const struct scripted_step steps[] = {
        {ok, "", SCRIPTED_KEEP, 0}, {NULL, NULL, SCRIPTED_CLOSE, 0}, {ok, "again", SCRIPTED_KEEP, 0}};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_true(post(&world, (struct http_request){0}));
    assert_false(post(&world, (struct http_request){.fresh_connection = true}));
    assert_int_equal(world.fault.kind, FAULT_UNKNOWN);
    assert_int_equal(scripted_requests(world.server), 2);
    end(&world);
}

struct impatience {
    struct scripted_server *server;
    atomic_bool given_up;
};

static void *give_up(void *argument) {
    struct impatience *impatience = argument;
    while (scripted_requests(impatience->server) == 0)
        clock_sleep_ms(1);
    atomic_store(&impatience->given_up, true);
    return NULL;
}

/* The server holds its answer for ever; who asked was told to go. */
static void a_call_that_is_given_up_ends_without_an_answer(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{NULL, NULL, SCRIPTED_HOLD, 0}};
    struct world world;
    pthread_t thread;
    begin(&world, steps, COUNT_OF(steps));
    struct impatience impatience = {.server = world.server};
    const struct http_request request = {.given_up = &impatience.given_up, .timeout_ms = 120 * 1000};
    assert_int_equal(pthread_create(&thread, NULL, give_up, &impatience), 0);
    assert_false(post(&world, request));
    pthread_join(thread, NULL);
    assert_int_equal(world.fault.kind, FAULT_UNKNOWN);
    assert_string_equal(world.fault.message, "nobody waits for the answer any longer");
    end(&world);
}

static void no_whole_answer_is_unknown(void **state) {
    (void)state;
    static const struct {
        const char *story;
        struct scripted_step step;
        struct http_request request;
    } rows[] = {
        {"reset before the answer", {NULL, NULL, SCRIPTED_RESET, 0}, {0}},
        {"closed before the answer", {NULL, NULL, SCRIPTED_CLOSE, 0}, {0}},
        {"cut within the body", {"HTTP/1.1 200 OK\r\n", "half", SCRIPTED_CLOSE, 4}, {0}},
        {"no answer in time", {NULL, NULL, SCRIPTED_HOLD, 0}, {.timeout_ms = 150}},
        {"a body above its ceiling", {"HTTP/1.1 200 OK\r\n", "12345", SCRIPTED_KEEP, 0}, {.body_ceiling = 4}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct world world;
        begin(&world, &rows[i].step, 1);
        struct http_request request = rows[i].request;
        request.fresh_connection = true;
        assert_false(post(&world, request));
        if (world.fault.kind != FAULT_UNKNOWN)
            print_error("%s: %s\n", rows[i].story, world.fault.message);
        assert_int_equal(world.fault.kind, FAULT_UNKNOWN);
        assert_true(world.fault.message[0] != '\0');
        assert_int_equal(scripted_requests(world.server), 1);
        end(&world);
    }
}

static void a_body_at_its_ceiling_is_taken_and_the_next_call_has_its_own(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{"HTTP/1.1 200 OK\r\n", "12345", SCRIPTED_KEEP, 0}};
    struct world world;
    begin(&world, steps, 1);
    assert_true(post(&world, (struct http_request){.body_ceiling = 5}));
    assert_false(post(&world, (struct http_request){.body_ceiling = 4}));
    assert_true(post(&world, (struct http_request){0}));
    assert_string_equal(world.response.body.bytes, "12345");
    end(&world);
}

/* A port of this machine where nobody listens: bound, never listened on. */
static int closed_port(char *url, size_t size) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int bound = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(bound, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(bound, (struct sockaddr *)&address, &length), 0);
    snprintf(url, size, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return bound;
}

static void a_refused_connection_is_transient_since_nothing_was_sent(void **state) {
    (void)state;
    char url[64];
    struct fault fault = {0};
    struct http_response response;
    int bound = closed_port(url, sizeof url);
    struct http_client *client = http_open(&fault);
    http_response_open(&response);
    const struct http_request request = {.method = "POST", .url = url, .body = "x", .body_length = 1};
    assert_false(http_call(client, &request, &response, &fault));
    assert_int_equal(fault.kind, FAULT_TRANSIENT);
    http_response_close(&response);
    http_close(client);
    close(bound);
}

static void a_handshake_that_fails_is_transient_since_nothing_was_sent(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{"HTTP/1.1 400 Not TLS\r\n", "", SCRIPTED_CLOSE, 0}};
    struct world world;
    char url[64];
    begin(&world, steps, 1);
    snprintf(url, sizeof url, "https%s", scripted_url(world.server) + strlen("http"));
    /* The server reads the ClientHello as the beginning of a request and never answers. */
    const struct http_request request = {
        .method = "POST", .url = url, .body = "x", .body_length = 1, .timeout_ms = 150};
    assert_false(http_call(world.client, &request, &world.response, &world.fault));
    assert_int_equal(world.fault.kind, FAULT_TRANSIENT);
    assert_int_equal(scripted_requests(world.server), 0);
    end(&world);
}

/* libcurl tries the kept connection, where the request arrives; then it cannot make another and reports just that. */
static void a_server_gone_after_a_kept_connection_took_the_request_is_unknown(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ok, "", SCRIPTED_KEEP, 0}, {NULL, NULL, SCRIPTED_GONE, 0}};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_true(post(&world, (struct http_request){0}));
    assert_false(post(&world, (struct http_request){0}));
    assert_int_equal(world.fault.kind, FAULT_UNKNOWN);
    assert_int_equal(scripted_requests(world.server), 2);
    end(&world);
}

static void the_proxy_of_plain_http_is_ignored(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ok, "direct", SCRIPTED_KEEP, 0}};
    struct world world;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    begin(&world, steps, 1);
    assert_true(post(&world, (struct http_request){0}));
    assert_string_equal(world.response.body.bytes, "direct");
    end(&world);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

static void the_proxy_of_https_is_used(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{"HTTP/1.1 403 Not through here\r\n", "", SCRIPTED_CLOSE, 0}};
    struct world world;
    begin(&world, steps, 1);
    setenv("HTTPS_PROXY", scripted_url(world.server), 1);
    setenv("NO_PROXY", "other.example", 1);
    const struct http_request request = {
        .method = "POST", .url = "https://aws.example/", .body = "x", .body_length = 1};
    assert_false(http_call(world.client, &request, &world.response, &world.fault));
    assert_int_equal(world.fault.kind, FAULT_TRANSIENT);
    assert_true(text_starts(scripted_request(world.server, 0), "CONNECT aws.example:443"));
    end(&world);
    unsetenv("HTTPS_PROXY");
    unsetenv("NO_PROXY");
}

static void an_unreadable_url_is_invalid(void **state) {
    (void)state;
    struct fault fault = {0};
    struct http_response response;
    struct http_client *client = http_open(&fault);
    http_response_open(&response);
    const struct http_request request = {.method = "GET", .url = "gopher://localhost"};
    assert_false(http_call(client, &request, &response, &fault));
    assert_int_equal(fault.kind, FAULT_INVALID);
    http_response_close(&response);
    http_close(client);
}

/* --- streams ------------------------------------------------------------------------------------------------------------- */

struct pieces {
    char seen[64];
    size_t wanted; /* bytes after which no more are taken */
};

static bool take_piece(void *context, const char *bytes, size_t length) {
    struct pieces *pieces = context;
    size_t before = strlen(pieces->seen);
    assert_true(before + length < sizeof pieces->seen);
    memcpy(pieces->seen + before, bytes, length);
    return before + length < pieces->wanted;
}

static struct http_request streamed(struct pieces *pieces) {
    return (struct http_request){.take = take_piece, .take_context = pieces, .timeout_ms = 30000};
}

static void a_streamed_body_is_handed_over_and_kept_nowhere(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ok, "data: 1\n\n", SCRIPTED_CLOSE, 0}};
    struct pieces pieces = {.wanted = 60};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_true(post(&world, streamed(&pieces)));
    assert_string_equal(pieces.seen, "data: 1\n\n");
    assert_int_equal(world.response.body.length, 0);
    end(&world);
}

static void a_stream_ends_when_its_taker_has_enough(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{ok, "data: 1\n\n", SCRIPTED_HOLD, 100}};
    struct pieces pieces = {.wanted = 1};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_false(post(&world, streamed(&pieces)));
    assert_int_equal(world.fault.kind, FAULT_STOPPED);
    end(&world);
}

static void a_refusal_is_read_whole_where_a_stream_was_asked_for(void **state) {
    (void)state;
    const struct scripted_step steps[] = {{"HTTP/1.1 403 Forbidden\r\n", "{}", SCRIPTED_KEEP, 0}};
    struct pieces pieces = {.wanted = 60};
    struct world world;
    begin(&world, steps, COUNT_OF(steps));
    assert_true(post(&world, streamed(&pieces)));
    assert_int_equal(world.response.status, 403);
    assert_string_equal(world.response.body.bytes, "{}");
    assert_string_equal(pieces.seen, "");
    end(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_brings_status_date_id_and_body),
        cmocka_unit_test(an_error_status_is_an_answer_too),
        cmocka_unit_test(the_request_is_sent_as_given),
        cmocka_unit_test(a_header_with_a_line_break_is_never_sent),
        cmocka_unit_test(connections_are_kept_unless_a_fresh_one_is_asked_for),
        cmocka_unit_test(a_kept_connection_that_dies_costs_nothing),
        cmocka_unit_test(a_post_on_a_fresh_connection_is_never_resent),
        cmocka_unit_test(a_call_that_is_given_up_ends_without_an_answer),
        cmocka_unit_test(no_whole_answer_is_unknown),
        cmocka_unit_test(a_body_at_its_ceiling_is_taken_and_the_next_call_has_its_own),
        cmocka_unit_test(a_refused_connection_is_transient_since_nothing_was_sent),
        cmocka_unit_test(a_handshake_that_fails_is_transient_since_nothing_was_sent),
        cmocka_unit_test(a_server_gone_after_a_kept_connection_took_the_request_is_unknown),
        cmocka_unit_test(the_proxy_of_plain_http_is_ignored),
        cmocka_unit_test(the_proxy_of_https_is_used),
        cmocka_unit_test(an_unreadable_url_is_invalid),
        cmocka_unit_test(a_streamed_body_is_handed_over_and_kept_nowhere),
        cmocka_unit_test(a_stream_ends_when_its_taker_has_enough),
        cmocka_unit_test(a_refusal_is_read_whole_where_a_stream_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
