/* Which characters steer what shows them: all of them are listed here once more, by hand, so that a slip in the table is seen. */
#include "steering.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void spell(uint32_t code, char text[5]) {
    memset(text, 0, 5);
    if (code < 0x80) {
        text[0] = (char)code;
    } else if (code < 0x800) {
        text[0] = (char)(0xc0 | code >> 6);
        text[1] = (char)(0x80 | (code & 0x3f));
    } else {
        text[0] = (char)(0xe0 | code >> 12);
        text[1] = (char)(0x80 | (code >> 6 & 0x3f));
        text[2] = (char)(0x80 | (code & 0x3f));
    }
}

static bool is_listed(uint32_t code) {
    static const uint32_t others[] = {0x7f,   0xad,   0x61c,  0x180e, 0x200b, 0x200e, 0x200f,
                                      0x2028, 0x2029, 0xfeff, 0xfff9, 0xfffa, 0xfffb};
    if (code < 0x20 || (code >= 0x80 && code <= 0x9f) || (code >= 0x202a && code <= 0x202e) ||
        (code >= 0x2060 && code <= 0x206f))
        return true;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (others[i] == code)
            return true;
    return false;
}

static void every_character_of_three_bytes_is_known(void **state) {
    (void)state;
    for (uint32_t code = 1; code < 0x10000; code++) {
        char text[5];
        uint32_t found = 0;
        if (code >= 0xd800 && code < 0xe000)
            continue;
        spell(code, text);
        size_t length = steering_at(text, &found);
        if ((length != 0) != is_listed(code) || (length != 0 && (length != strlen(text) || found != code)))
            fail_msg("U+%04X: %zu bytes, U+%04X", (unsigned)code, length, (unsigned)found);
    }
    assert_int_equal(steering_at("", NULL), 0);
}

static void what_people_write_steers_nothing(void **state) {
    static const char *const texts[] = {"",
                                        "asked by the owner",
                                        "gr\xc3\xbcn und wei\xc3\x9f",
                                        "\xe2\x80\x9cnow\xe2\x80\x9d \xe2\x80\x94 \xe2\x9c\x93",
                                        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
                                        "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_false(steering_in(texts[i]));
}

static void what_steers_is_masked_and_the_rest_stays(void **state) {
    char text[] = "a\x1b[1m\xc2\x9b"
                  "b\xe2\x80\xae"
                  "c\r\n\xc3\xa9\xe2\x80";
    (void)state;
    assert_true(steering_in(text));
    steering_mask(text);
    assert_string_equal(text, "a?[1m?b?c  \xc3\xa9\xe2\x80"); /* a sequence that is cut off stays as it is */
    assert_false(steering_in(text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_of_three_bytes_is_known),
        cmocka_unit_test(what_people_write_steers_nothing),
        cmocka_unit_test(what_steers_is_masked_and_the_rest_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
