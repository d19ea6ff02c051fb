#include "offset_vector.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PARTITION_DIGITS = 3, OFFSET_DIGITS = 15, ENTRY_SIZE = 32 };

/* At most `most` digits at *text, which moves behind them. */
static bool read_number(const char **text, size_t most, int64_t *number) {
    size_t digits = strspn(*text, "0123456789");
    *number = 0;
    for (size_t i = 0; i < digits && digits <= most; i++)
        *number = *number * 10 + ((*text)[i] - '0');
    *text += digits;
    return digits > 0 && digits <= most;
}

static bool step_over(const char **text, char sign) {
    bool there = **text == sign;
    *text += there ? 1 : 0;
    return there;
}

bool offset_vector_parse(const char *text, struct offset_vector *vector) {
    bool named[OFFSET_VECTOR_MOST] = {false};
    int64_t partition;
    int64_t offset;
    *vector = (struct offset_vector){0};
    do {
        if (!read_number(&text, PARTITION_DIGITS, &partition) || !step_over(&text, ':') ||
            !read_number(&text, OFFSET_DIGITS, &offset))
            return false;
        if (partition >= OFFSET_VECTOR_MOST || named[partition])
            return false;
        named[partition] = true;
        vector->next[partition] = offset;
    } while (step_over(&text, ','));
    return *text == '\0';
}

void offset_vector_print(const struct offset_vector *vector, char text[OFFSET_VECTOR_TEXT]) {
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < OFFSET_VECTOR_MOST && length + ENTRY_SIZE < OFFSET_VECTOR_TEXT; i++)
        if (vector->next[i] > 0)
            length += (size_t)snprintf(text + length, ENTRY_SIZE, "%s%zu:%" PRId64, length > 0 ? "," : "", i,
                                       vector->next[i]);
    if (length == 0)
        memcpy(text, "0:0", sizeof "0:0");
}
