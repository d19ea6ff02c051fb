/* A command holds its words as they are given, and says so when they do not fit. */
#include "redis_command.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void words_are_kept_as_given(void **state) {
    (void)state;
    struct command command;
    command_begin(&command, "SET");
    command_add_key(&command, "kt:", "user", "123456789012", "a b\r\n$1");
    command_add_number(&command, INT64_MIN);
    command_add_part(&command, "0123456789", 4);
    command_add_key(&command, "kt:", "next", NULL, NULL);
    assert_int_equal(command.count, 5);
    assert_string_equal(command.words[0], "SET");
    assert_string_equal(command.words[1], "kt:user:123456789012/a b\r\n$1");
    assert_string_equal(command.words[2], "-9223372036854775808");
    assert_string_equal(command.words[3], "0123");
    assert_string_equal(command.words[4], "kt:next");
    assert_false(command.overflowed);
}

static void words_are_spelled_with_their_lengths(void **state) {
    static const char *const words[] = {"SET", "", "a b\r\n$1", "0123456789"};
    (void)state;
    struct text out;
    text_open(&out, 1000);
    command_spell(COUNT_OF(words), words, &out);
    command_spell(1, words, &out);
    assert_string_equal(out.bytes, "*4\r\n$3\r\nSET\r\n$0\r\n\r\n$7\r\na b\r\n$1\r\n$10\r\n0123456789\r\n"
                                   "*1\r\n$3\r\nSET\r\n");
    text_close(&out);
}

static void too_many_words_are_noticed(void **state) {
    (void)state;
    struct command command;
    command_begin(&command, "DEL");
    for (size_t i = 1; i < COMMAND_WORDS; i++)
        command_add(&command, "x");
    assert_false(command.overflowed);
    command_add(&command, "x");
    assert_true(command.overflowed);
    assert_int_equal(command.count, COMMAND_WORDS);
}

static void too_many_bytes_are_noticed(void **state) {
    (void)state;
    struct command command;
    char long_word[COMMAND_BYTES + 1];
    memset(long_word, 'x', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    command_begin(&command, "SET");
    command_add(&command, long_word + 1);
    assert_false(command.overflowed);
    command_add(&command, "x");
    assert_true(command.overflowed);
    command_begin(&command, "SET");
    assert_false(command.overflowed);
    command_add(&command, long_word);
    assert_true(command.overflowed);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(words_are_kept_as_given),
        cmocka_unit_test(words_are_spelled_with_their_lengths),
        cmocka_unit_test(too_many_words_are_noticed),
        cmocka_unit_test(too_many_bytes_are_noticed),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
