/* Text in two shapes: a growing buffer born with a ceiling, and fixed arrays that refuse to truncate silently.
 * A buffer owns its bytes (wiped on close); fixed arrays belong to their struct. */
#ifndef KEYTURN_TEXT_H
#define KEYTURN_TEXT_H

#include "base.h"

struct text {
    char *bytes; /* zero-terminated; never NULL after text_open() */
    size_t length;
    size_t capacity;
    size_t ceiling;  /* the most bytes it will ever hold */
    bool overflowed; /* something did not fit; what is there is incomplete */
};

/* An empty buffer that will hold at most `ceiling` bytes. */
void text_open(struct text *text, size_t ceiling);

/* Empties it, wiping what it held; keeps the memory. */
void text_reset(struct text *text);

/* Appends `length` bytes. False, and `overflowed`, beyond the ceiling. */
bool text_append(struct text *text, const void *bytes, size_t length);

/* Appends `length` bytes that the caller fills in at once; NULL, and `overflowed`, beyond the ceiling. */
char *text_extend(struct text *text, size_t length);

/* Appends a zero-terminated string. */
bool text_add(struct text *text, const char *string);

/* Appends as printf does. */
bool text_format(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/* Appends `string` percent-encoded as RFC 3986 asks (unreserved: A-Z a-z 0-9 - . _ ~); `keep_slash` leaves '/' alone. */
bool text_add_encoded(struct text *text, const char *string, bool keep_slash);

/* Wipes and frees. A zeroed struct is fine. */
void text_close(struct text *text);

/* Copies into a fixed array of `size` bytes. False, with an empty target, if it does not fit. */
bool text_copy(char *to, size_t size, const char *from) MUST_CHECK;

/* Copies what fits, always terminated: for what a person reads, never for identities. */
void text_clip(char *to, size_t size, const char *from);

/* The same strings? NULL equals nothing. */
bool text_equal(const char *a, const char *b);

/* Does `text` begin with `prefix`? */
bool text_starts(const char *text, const char *prefix);

/* Does `text` match `pattern`, where '*' stands for any run of characters and '?' for one? */
bool text_matches(const char *text, const char *pattern);

#endif
