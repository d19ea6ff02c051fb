#include "metrics.h"

#include "clock.h"
#include "doc.h"
#include "health.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct dependency {
    atomic_bool ill;
    atomic_int asked;
};

static bool check(void *context, struct fault *fault) {
    struct dependency *dependency = context;
    atomic_fetch_add(&dependency->asked, 1);
    if (atomic_load(&dependency->ill))
        return fault_set(fault, FAULT_UNAVAILABLE, "PING", "connection \"refused\"");
    return true;
}

/* The status of GET path, the body in `body`. */
static int get(int port, const char *path, char *body, size_t size) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    char words[8192];
    size_t length = 0;
    ssize_t got = 1;
    int status = 0;
    int made = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(made, (struct sockaddr *)&address, sizeof address), 0);
    snprintf(words, sizeof words, "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", path);
    assert_int_equal(send(made, words, strlen(words), MSG_NOSIGNAL), strlen(words));
    while ((got = recv(made, words + length, sizeof words - 1 - length, 0)) > 0)
        length += (size_t)got;
    words[length] = '\0';
    close(made);
    assert_int_equal(sscanf(words, "HTTP/1.1 %d", &status), 1);
    const char *end = strstr(words, "\r\n\r\n");
    assert_non_null(end);
    text_clip(body, size, end + 4);
    return status;
}

static void readiness_names_the_ill_one(void **state) {
    (void)state;
    struct dependency kafka = {false, 0};
    struct dependency redis = {true, 0};
    const struct health_check checks[] = {{"kafka", check, &kafka}, {"redis", check, &redis}};
    struct fault fault = {0};
    char body[2048];
    struct metrics_server *server = metrics_server_open("127.0.0.1:0", checks, COUNT_OF(checks), &fault);
    assert_non_null(server);
    assert_int_equal(get(metrics_server_port(server), "/readyz", body, sizeof body), 503);
    struct doc *doc = doc_parse(body, strlen(body), "readyz", &fault);
    bool ready = true;
    assert_string_equal(doc_text(doc_at(doc, "status")), "not_ready");
    assert_true(doc_bool(doc_at(doc, "checks.redis.ready"), &ready));
    assert_false(ready);
    assert_string_equal(doc_text(doc_at(doc, "checks.redis.fault")), "unavailable");
    assert_string_equal(doc_text(doc_at(doc, "checks.redis.reason")), "connection \"refused\"");
    assert_true(doc_bool(doc_at(doc, "checks.kafka.ready"), &ready));
    assert_true(ready);
    doc_close(doc);
    assert_int_equal(get(metrics_server_port(server), "/healthz", body, sizeof body), 200);
    assert_string_equal(body, "{\"status\":\"healthy\"}");
    assert_int_equal(get(metrics_server_port(server), "/metrics", body, sizeof body), 200);
    assert_true(text_starts(body, "# HELP keyturn_"));
    metrics_server_close(server);
}

static void readiness_comes_back_with_the_dependency(void **state) {
    (void)state;
    struct dependency redis = {true, 0};
    const struct health_check checks[] = {{"redis", check, &redis}};
    struct health *health = health_open(checks, COUNT_OF(checks));
    struct text out;
    text_open(&out, 4096);
    assert_false(health_ready(health, &out));
    atomic_store(&redis.ill, false);
    int64_t began = clock_boot_ms();
    bool ready = false;
    while (!ready && clock_boot_ms() - began < 10000) {
        text_reset(&out);
        ready = health_ready(health, &out);
    }
    assert_true(ready);
    assert_string_equal(out.bytes, "{\"checks\":{\"redis\":{\"ready\":true}},\"status\":\"ready\"}");
    text_close(&out);
    health_close(health);
}

static void *probe(void *context) {
    for (int i = 0; i < 200; i++) {
        struct text out;
        text_open(&out, 4096);
        health_ready(context, &out);
        text_close(&out);
    }
    return NULL;
}

static void a_thousand_probes_ask_a_dependency_hardly_more_than_once_a_second(void **state) {
    (void)state;
    struct dependency kafka = {false, 0};
    const struct health_check checks[] = {{"kafka", check, &kafka}};
    struct health *health = health_open(checks, COUNT_OF(checks));
    pthread_t threads[5];
    int64_t began = clock_boot_ms();
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, probe, health), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    int64_t seconds = (clock_boot_ms() - began) / 1000;
    assert_in_range(atomic_load(&kafka.asked), 1, seconds + 1);
    health_close(health);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readiness_names_the_ill_one),
        cmocka_unit_test(readiness_comes_back_with_the_dependency),
        cmocka_unit_test(a_thousand_probes_ask_a_dependency_hardly_more_than_once_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
