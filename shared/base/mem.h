/* Memory that is wiped when it is freed. Running out of memory ends the program: nothing here returns NULL.
 * The same three functions are handed to jansson, expat and libcurl, so that what they copied of a secret is wiped too. */
#ifndef KEYTURN_MEM_H
#define KEYTURN_MEM_H

#include "base.h"

/* `size` bytes, not initialised. Aborts when there are none. */
void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));

/* `count * size` bytes of zero. Aborts when there are none, or when the product overflows. */
void *mem_zero(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* Moves `old` (may be NULL) to a block of `size` bytes; the old block is wiped. */
void *mem_grow(void *old, size_t size) __attribute__((returns_nonnull));

/* A copy of a string. The caller frees it by mem_free(). */
char *mem_copy(const char *text) __attribute__((malloc, returns_nonnull));

/* Wipes and frees. NULL does nothing. */
void mem_free(void *block);

#endif
