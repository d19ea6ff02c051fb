#include "forwarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_the_nearest_proxy_added_counts(void **state) {
    static const char *const rows[][2] = {
        {"203.0.113.7", "203.0.113.7"},
        {"10.0.0.1, 203.0.113.7", "203.0.113.7"},
        {"10.0.0.1,\t203.0.113.7 ", "203.0.113.7"},
        {"203.0.113.7:50123", "203.0.113.7"}, /* else each connection would be somebody new */
        {"2001:db8::1", "2001:db8::1"},
        {"[2001:db8::1]:50123", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"::ffff:203.0.113.7", "::ffff:203.0.113.7"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char address[WEB_PEER_SIZE] = "";
        assert_true(forwarded_address(rows[i][0], address));
        assert_string_equal(address, rows[i][1]);
    }
}

static void what_is_no_address_counts_for_nothing(void **state) {
    static const char *const rows[] = {"",
                                       "unknown",
                                       "203.0.113.7,",
                                       "203.0.113",
                                       "203.0.113.7x",
                                       "ann, _hidden",
                                       "[]",
                                       ":50123",
                                       "1:2",
                                       "203.0.113.7, , ",
                                       "1111111111111111111111111111111111111111111111111111111111111111111111111"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char address[WEB_PEER_SIZE] = "127.0.0.1";
        assert_false(forwarded_address(rows[i], address));
        assert_string_equal(address, "127.0.0.1");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_nearest_proxy_added_counts),
        cmocka_unit_test(what_is_no_address_counts_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
