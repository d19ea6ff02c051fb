/* Where a reader of a topic stands: the offset of the next message of each partition. Spelled "3:17,5:2" (partition:offset), which is the `id` of
 * streamed events, so that any instance can go on from it. What stands at 0, because it is at its beginning or not known yet, is left out. Pure. */
#ifndef KEYTURN_OFFSET_VECTOR_H
#define KEYTURN_OFFSET_VECTOR_H

#include "base.h"

enum {
    OFFSET_VECTOR_MOST = 256, /* partitions */
    OFFSET_VECTOR_TEXT = 4097,
};

struct offset_vector {
    int64_t next[OFFSET_VECTOR_MOST];
};

/* Reads the spelling. False (a partition named twice or beyond OFFSET_VECTOR_MOST, an offset of more than 15 digits, anything else): *vector
 * is undefined. */
bool offset_vector_parse(const char *text, struct offset_vector *vector) MUST_CHECK;

/* Spells it, partitions in order; one that stands at the beginning of everything is "0:0", since an empty id means none. */
void offset_vector_print(const struct offset_vector *vector, char text[OFFSET_VECTOR_TEXT]);

#endif
