/* Randomness, as one of the five seams to the world. */
#ifndef KEYTURN_RANDOM_H
#define KEYTURN_RANDOM_H

#include "base.h"

/* Fills `bytes` with `length` bytes fit for keys and tokens. Aborts when the system has none. */
void random_bytes(void *bytes, size_t length);

/* A number from 0 to `below` - 1; 0 if `below` is 0. */
uint64_t random_below(uint64_t below);

/* `length` lower-case hexadecimal digits and a closing zero into `text` (length + 1 bytes). */
void random_hex(char *text, size_t length);

#endif
