#include "text.h"

#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 512 };

void text_open(struct text *text, size_t ceiling) {
    *text = (struct text){.capacity = FIRST_CAPACITY, .ceiling = ceiling};
    text->bytes = mem_alloc(FIRST_CAPACITY);
    text->bytes[0] = '\0';
}

void text_reset(struct text *text) {
    explicit_bzero(text->bytes, text->length);
    text->length = 0;
    text->overflowed = false;
    text->bytes[0] = '\0';
}

static bool make_room(struct text *text, size_t more) {
    if (more > text->ceiling || text->length > text->ceiling - more) {
        text->overflowed = true;
        return false;
    }
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity)
        return true;
    size_t capacity = text->capacity;
    while (capacity < needed)
        capacity *= 2;
    text->bytes = mem_grow(text->bytes, capacity);
    text->capacity = capacity;
    return true;
}

char *text_extend(struct text *text, size_t length) {
    if (!make_room(text, length))
        return NULL;
    char *at = text->bytes + text->length;
    text->length += length;
    text->bytes[text->length] = '\0';
    return at;
}

bool text_append(struct text *text, const void *bytes, size_t length) {
    char *at = text_extend(text, length);
    if (at != NULL && length > 0)
        memcpy(at, bytes, length);
    return at != NULL;
}

bool text_add(struct text *text, const char *string) {
    return text_append(text, string, strlen(string));
}

/* Mostly there is room already, and it is spelled once. */
bool text_format(struct text *text, const char *format, ...) {
    size_t room = text->capacity - text->length;
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(text->bytes + text->length, room, format, arguments);
    va_end(arguments);
    bool fits = length >= 0 && make_room(text, (size_t)length);
    if (fits && (size_t)length >= room)
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
    va_end(again);
    text->length += fits ? (size_t)length : 0;
    text->bytes[text->length] = '\0';
    return fits;
}

static bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

bool text_add_encoded(struct text *text, const char *string, bool keep_slash) {
    bool fits = true;
    for (const char *c = string; *c != '\0' && fits; c++) {
        if (is_unreserved(*c) || (keep_slash && *c == '/'))
            fits = text_append(text, c, 1);
        else
            fits = text_format(text, "%%%02X", (unsigned)(unsigned char)*c);
    }
    return fits;
}

void text_close(struct text *text) {
    mem_free(text->bytes);
    *text = (struct text){0};
}

bool text_copy(char *to, size_t size, const char *from) {
    size_t length = strlen(from);
    if (length >= size) {
        to[0] = '\0';
        return false;
    }
    memcpy(to, from, length + 1);
    return true;
}

void text_clip(char *to, size_t size, const char *from) {
    if (size == 0)
        return;
    size_t length = strnlen(from, size - 1);
    memcpy(to, from, length);
    to[length] = '\0';
}

bool text_equal(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool text_starts(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* One star is enough to remember: a later star makes every earlier choice irrelevant. */
bool text_matches(const char *text, const char *pattern) {
    const char *star = NULL;
    const char *resume = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}
