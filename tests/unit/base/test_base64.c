/* Base64 both ways, and the texts that are not the one way to write something. */
#include "base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* RFC 4648, section 10. */
static void the_texts_of_the_rfc(void **state) {
    (void)state;
    static const char *const texts[][3] = {
        {"", "", ""},
        {"f", "Zg==", "Zg"},
        {"fo", "Zm8=", "Zm8"},
        {"foo", "Zm9v", "Zm9v"},
        {"foob", "Zm9vYg==", "Zm9vYg"},
        {"fooba", "Zm9vYmE=", "Zm9vYmE"},
        {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        for (enum base64_alphabet alphabet = BASE64_STANDARD; alphabet <= BASE64_URL; alphabet++) {
            char text[16];
            char bytes[16] = {0};
            size_t length;
            base64_write(alphabet, texts[i][0], strlen(texts[i][0]), text);
            assert_string_equal(text, texts[i][1 + alphabet]);
            assert_true(base64_read(alphabet, text, strlen(text), bytes, 6, &length));
            assert_int_equal(length, strlen(texts[i][0]));
            assert_string_equal(bytes, texts[i][0]);
        }
}

static void all_bytes_come_back_in_both_alphabets(void **state) {
    (void)state;
    unsigned char bytes[256];
    unsigned char back[256];
    char text[BASE64_SIZE(sizeof bytes)];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    for (enum base64_alphabet alphabet = BASE64_STANDARD; alphabet <= BASE64_URL; alphabet++)
        for (size_t from = 0; from < sizeof bytes; from++) {
            size_t length;
            base64_write(alphabet, bytes + from, sizeof bytes - from, text);
            assert_null(strpbrk(text, alphabet == BASE64_URL ? "+/=" : "-_"));
            assert_true(base64_read(alphabet, text, strlen(text), back, sizeof bytes - from, &length));
            assert_int_equal(length, sizeof bytes - from);
            assert_memory_equal(back, bytes + from, length);
        }
}

static void other_texts_are_refused(void **state) {
    (void)state;
    static const struct {
        enum base64_alphabet alphabet;
        const char *text;
    } wrong[] = {
        {BASE64_STANDARD, "Zg"},
        {BASE64_STANDARD, "Zg="},
        {BASE64_STANDARD, "Zg===="},
        {BASE64_STANDARD, "Z==="},
        {BASE64_STANDARD, "===="},
        {BASE64_STANDARD, "Zh=="},
        {BASE64_STANDARD, "Zm9="},
        {BASE64_STANDARD, "Zm 9"},
        {BASE64_STANDARD, "Zm-_"},
        {BASE64_STANDARD, "Zm9v\n"},
        {BASE64_STANDARD, "Zg==Zm9v"},
        {BASE64_URL, "Zg=="},
        {BASE64_URL, "Zm+/"},
        {BASE64_URL, "Z"},
        {BASE64_URL, "Zh"},
        {BASE64_URL, "Zm9vYmFyZm9v"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        char bytes[6];
        size_t length = 1;
        if (base64_read(wrong[i].alphabet, wrong[i].text, strlen(wrong[i].text), bytes, sizeof bytes, &length))
            fail_msg("\"%s\" was read", wrong[i].text);
        assert_int_equal(length, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_texts_of_the_rfc),
        cmocka_unit_test(all_bytes_come_back_in_both_alphabets),
        cmocka_unit_test(other_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
