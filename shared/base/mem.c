#include "mem.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_abort(void *block) {
    if (block != NULL)
        return block;
    static const char last_words[] = "keyturn: out of memory\n";
    fwrite(last_words, 1, sizeof last_words - 1, stderr);
    abort();
}

void *mem_alloc(size_t size) {
    return or_abort(malloc(size > 0 ? size : 1));
}

void *mem_zero(size_t count, size_t size) {
    return or_abort(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *mem_grow(void *old, size_t size) {
    void *grown = mem_alloc(size);
    if (old != NULL) {
        size_t had = malloc_usable_size(old);
        memcpy(grown, old, had < size ? had : size);
        mem_free(old);
    }
    return grown;
}

char *mem_copy(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(mem_alloc(size), text, size);
}

void mem_free(void *block) {
    if (block == NULL)
        return;
    explicit_bzero(block, malloc_usable_size(block));
    free(block);
}
