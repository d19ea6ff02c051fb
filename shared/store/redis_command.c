#include "redis_command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void command_borrow(struct command *command, const char *word) {
    if (command->count < COMMAND_WORDS)
        command->words[command->count++] = word;
    else
        command->overflowed = true;
}

/* Room for `size` bytes of a new word, or NULL. */
static char *new_word(struct command *command, size_t size) {
    if (size > COMMAND_BYTES - command->used || command->count == COMMAND_WORDS) {
        command->overflowed = true;
        return NULL;
    }
    char *word = command->bytes + command->used;
    command->used += size;
    command_borrow(command, word);
    return word;
}

void command_begin(struct command *command, const char *verb) {
    command->count = 0;
    command->used = 0;
    command->overflowed = false;
    command_borrow(command, verb);
}

void command_add_part(struct command *command, const char *word, size_t length) {
    size_t part = strnlen(word, length);
    char *copy = new_word(command, part + 1);
    if (copy == NULL)
        return;
    memcpy(copy, word, part);
    copy[part] = '\0';
}

void command_add(struct command *command, const char *word) {
    command_add_part(command, word, COMMAND_BYTES);
}

void command_add_number(struct command *command, int64_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, number);
    command_add(command, digits);
}

void command_add_key(struct command *command, const char *prefix, const char *kind, const char *first,
                     const char *second) {
    const char *parts[] = {prefix,
                           kind,
                           first == NULL ? "" : ":",
                           first == NULL ? "" : first,
                           second == NULL ? "" : "/",
                           second == NULL ? "" : second};
    size_t length = 0;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        length += strlen(parts[i]);
    char *key = new_word(command, length + 1);
    if (key == NULL)
        return;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        key = stpcpy(key, parts[i]);
}

enum { NUMBER_LINE = 1 + 20 + 2 };

/* "$12\r\n" */
static void add_number_line(struct text *out, char kind, size_t number) {
    char line[NUMBER_LINE];
    char *at = line + sizeof line;
    *--at = '\n';
    *--at = '\r';
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    *--at = kind;
    text_append(out, at, (size_t)(line + sizeof line - at));
}

void command_spell(size_t count, const char *const *words, struct text *out) {
    add_number_line(out, '*', count);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        add_number_line(out, '$', length);
        text_append(out, words[i], length);
        text_append(out, "\r\n", 2);
    }
}
