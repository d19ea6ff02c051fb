#include "listener.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void an_address_comes_apart_at_its_last_colon(void **state) {
    (void)state;
    static const struct {
        const char *listen, *host, *port;
    } rows[] = {
        {"127.0.0.1:9100", "127.0.0.1", "9100"},
        {"localhost:0", "localhost", "0"},
        {"[::1]:65535", "::1", "65535"},
        {"0.0.0.0:1", "0.0.0.0", "1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char host[LISTENER_HOST_SIZE];
        char port[6];
        struct fault fault = {0};
        assert_true(listener_split(rows[i].listen, host, port, &fault));
        assert_string_equal(host, rows[i].host);
        assert_string_equal(port, rows[i].port);
    }
}

static void a_wrong_address_says_which_part_is_wrong(void **state) {
    (void)state;
    static const struct {
        const char *listen, *sentence;
    } rows[] = {
        {"9100", "names no port"},
        {"localhost", "names no port"},
        {":9100", "names no host"},
        {"[]:9100", "names no host"},
        {"localhost:", "no port of 0 to 65535"},
        {"localhost:65536", "no port of 0 to 65535"},
        {"localhost:99999999999", "no port of 0 to 65535"},
        {"localhost:80x", "no port of 0 to 65535"},
        {"localhost:-1", "no port of 0 to 65535"},
        {"::1:9100", "in brackets"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char host[LISTENER_HOST_SIZE];
        char port[6];
        struct fault fault = {0};
        assert_false(listener_split(rows[i].listen, host, port, &fault));
        assert_int_equal(fault.kind, FAULT_CONFIG);
        assert_non_null(strstr(fault.message, rows[i].sentence));
    }
}

static void a_host_name_as_long_as_a_novel_is_refused(void **state) {
    (void)state;
    char listen[400];
    char host[LISTENER_HOST_SIZE];
    char port[6];
    struct fault fault = {0};
    memset(listen, 'a', sizeof listen);
    memcpy(listen + sizeof listen - 5, ":80\0", 5);
    assert_false(listener_split(listen, host, port, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
}

static void port_zero_picks_one_and_a_taken_one_is_named(void **state) {
    (void)state;
    int first = -1;
    int second = -1;
    int port = 0;
    struct fault fault = {0};
    char again[32];
    assert_true(listener_open("127.0.0.1:0", &first, &port, &fault));
    assert_in_range(port, 1, 65535);
    snprintf(again, sizeof again, "127.0.0.1:%d", port);
    assert_false(listener_open(again, &second, &port, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_non_null(strstr(fault.message, "in use"));
    close(first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_comes_apart_at_its_last_colon),
        cmocka_unit_test(a_wrong_address_says_which_part_is_wrong),
        cmocka_unit_test(a_host_name_as_long_as_a_novel_is_refused),
        cmocka_unit_test(port_zero_picks_one_and_a_taken_one_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
