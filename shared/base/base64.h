/* Base64 (RFC 4648) in its two alphabets, read strictly: one text for one row of bytes. Nothing is owned. */
#ifndef KEYTURN_BASE64_H
#define KEYTURN_BASE64_H

#include "base.h"

enum base64_alphabet {
    BASE64_STANDARD, /* + and /, padded with = */
    BASE64_URL,      /* - and _, not padded */
};

/* Room for the text of `length` bytes in either alphabet, with the closing zero. */
#define BASE64_SIZE(length) (((length) + 2) / 3 * 4 + 1)

/* Writes the text of `length` bytes, and a closing zero: `text` holds BASE64_SIZE(length). */
void base64_write(enum base64_alphabet alphabet, const void *bytes, size_t length, char *text);

/* Reads `text_length` characters into at most `size` bytes; *length tells how many. False, with `bytes` wiped, if they do not fit or if
 * the text is not the one base64_write() makes (other characters, blanks, missing or superfluous padding, stray bits). */
bool base64_read(enum base64_alphabet alphabet, const char *text, size_t text_length, void *bytes, size_t size,
                 size_t *length) MUST_CHECK;

#endif
