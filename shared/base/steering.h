/* Characters that steer what shows a text instead of being shown: control characters (C0, DEL, C1), separators of lines and paragraphs, and
 * those that turn the direction of what stands beside them or are not seen at all (U+202E, U+200B). What others wrote must not hold them
 * where people read it. ZWJ and ZWNJ, which words and emoji need, are none. Pure; texts are UTF-8. */
#ifndef KEYTURN_STEERING_H
#define KEYTURN_STEERING_H

#include "base.h"

/* The length in bytes of such a character if one stands at `at`, and its code point (below U+10000); else 0, as at the end. `code` may be NULL. */
size_t steering_at(const char *at, uint32_t *code);

/* Does the text hold one? */
bool steering_in(const char *text);

/* Puts '?' in the place of each, a blank in that of a tab or a line end. */
void steering_mask(char *text);

#endif
