#include "offset_vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_read_back(const char *text, const char *wanted) {
    struct offset_vector vector;
    char printed[OFFSET_VECTOR_TEXT];
    assert_true(offset_vector_parse(text, &vector));
    offset_vector_print(&vector, printed);
    assert_string_equal(printed, wanted);
}

static void what_is_printed_is_read_again(void **state) {
    (void)state;
    assert_read_back("3:17,5:2", "3:17,5:2");
    assert_read_back("5:2,3:17", "3:17,5:2");
    assert_read_back("0:0", "0:0");
    assert_read_back("7:0,0:1", "0:1");
    assert_read_back("255:999999999999999", "255:999999999999999");
}

static void a_partition_that_is_not_named_stands_at_its_beginning(void **state) {
    struct offset_vector vector;
    (void)state;
    assert_true(offset_vector_parse("3:17", &vector));
    assert_int_equal(vector.next[3], 17);
    assert_int_equal(vector.next[4], 0);
}

static void anything_else_is_refused(void **state) {
    static const char *const wrong[] = {"",       "3",        "3:",      ":3",   "3:1,",
                                        ",3:1",   "3:1,,4:2", "3:1 ",    "3:-1", "-3:1",
                                        "256:1",  "3:1,3:2",  "a:1",     "3:1x", "3:1000000000000000",
                                        "0003:1", "+3:1",     "3:1;4:2", "3:1\n"};
    struct offset_vector vector;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (offset_vector_parse(wrong[i], &vector))
            fail_msg("\"%s\" was taken", wrong[i]);
}

static void all_partitions_fit_a_header(void **state) {
    struct offset_vector vector;
    struct offset_vector again;
    char text[OFFSET_VECTOR_TEXT];
    (void)state;
    for (size_t i = 0; i < OFFSET_VECTOR_MOST; i++)
        vector.next[i] = 10000000000 + (int64_t)i;
    offset_vector_print(&vector, text);
    assert_true(strlen(text) <= 4096);
    assert_true(offset_vector_parse(text, &again));
    assert_memory_equal(&vector, &again, sizeof vector);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_is_read_again),
        cmocka_unit_test(a_partition_that_is_not_named_stands_at_its_beginning),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(all_partitions_fit_a_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
