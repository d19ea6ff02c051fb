/* One setting between text and its member. File, environment and defaults all go through here, so they mean the same.
 * Owns nothing but what it puts into a struct secret. */
#ifndef KEYTURN_CONFIG_VALUE_H
#define KEYTURN_CONFIG_VALUE_H

#include "settings.h"

enum { WHY_SIZE = 384, SECRET_FILE_MAX = 4096, CONFIG_VALUE_CEILING = 8192 };

/* Puts `text` into the setting's member of the struct at `base`; for lists it appends. False, with `why` saying what is wrong and what
 * would be right ("'30x' is not a duration such as 30m, 12h or 76d"). Secrets are never repeated in it. */
bool value_read(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) MUST_CHECK;

/* Empties a list, before the file's own entries are appended. */
void value_clear(const struct setting *setting, void *base);

/* Entries of a list; 1 for everything else. */
size_t value_count(const struct setting *setting, const void *base);

/* Is it empty, or zero? */
bool value_empty(const struct setting *setting, const void *base);

/* Appends the member (of a list: its entry `index`) as it would be written in the file; a secret as "(set)". */
void value_write(const struct setting *setting, const void *base, size_t index, struct text *out);

#endif
