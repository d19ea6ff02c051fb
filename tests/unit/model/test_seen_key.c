#include "seen_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_is_written_is_read_again(void **state) {
    static const struct seen_key keys[] = {
        {"AKIAIOSFODNN7EXAMPLE", "current", true, 1780000000, 1780000100},
        {"AKIAIOSFODNN7EXAMPLF", "superseded", false, 1770000000, 0},
    };
    struct seen_key read[KEYRING_MAX];
    char text[SEEN_KEYS_SIZE];
    (void)state;
    seen_keys_write(keys, COUNT_OF(keys), text);
    assert_string_equal(text, "AKIAIOSFODNN7EXAMPLE:current:1:1780000000:1780000100 "
                              "AKIAIOSFODNN7EXAMPLF:superseded:0:1770000000:0");
    assert_int_equal(seen_keys_read(text, read), 2);
    assert_string_equal(read[0].id, keys[0].id);
    assert_string_equal(read[1].state, "superseded");
    assert_true(read[0].active && !read[1].active);
    assert_int_equal(read[0].last_used, 1780000100);
    assert_int_equal(read[1].created, 1770000000);
}

static void keys_that_do_not_fit_are_left_out_whole(void **state) {
    struct seen_key keys[4] = {0};
    struct seen_key read[KEYRING_MAX];
    char text[SEEN_KEYS_SIZE];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        memset(keys[i].id, 'A', KEY_ID_SIZE - 1);
        strcpy(keys[i].state, "foreign");
    }
    seen_keys_write(keys, COUNT_OF(keys), text);
    assert_int_equal(seen_keys_read(text, read), 2);
    assert_int_equal(strlen(read[1].id), KEY_ID_SIZE - 1);
}

static void what_is_no_key_is_passed_over(void **state) {
    static const char *const texts[] = {
        "",
        " ",
        "AKIA",
        "AKIA:current",
        "AKIA:current:1:x:0",
        "AKIA:current:1:2",
        "::::",
        "AKIA:a-state-that-is-too-long:1:2:3",
        "A B C",
    };
    struct seen_key read[KEYRING_MAX];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_int_equal(seen_keys_read(texts[i], read), 0);
    assert_int_equal(seen_keys_read("rubbish AKIA1:own:1:5:0 :", read), 1);
    assert_string_equal(read[0].id, "AKIA1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(keys_that_do_not_fit_are_left_out_whole),
        cmocka_unit_test(what_is_no_key_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
