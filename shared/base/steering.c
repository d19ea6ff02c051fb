#include "steering.h"

#include <string.h>

static const struct {
    uint32_t first;
    uint32_t last;
} ranges[] = {
    {0x01, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200b},
    {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
};

/* The code point at `at` where its encoding is of one to three bytes, else 0. */
static uint32_t decode(const unsigned char *at, size_t *length) {
    bool two = (at[0] & 0xe0) == 0xc0 && (at[1] & 0xc0) == 0x80;
    bool three = (at[0] & 0xf0) == 0xe0 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80;
    *length = three ? 3 : two ? 2 : 1;
    if (three)
        return (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
    if (two)
        return (at[0] & 0x1fU) << 6 | (at[1] & 0x3fU);
    return at[0] < 0x80 ? at[0] : 0;
}

size_t steering_at(const char *at, uint32_t *code) {
    size_t length = 0;
    if (*at >= ' ' && *at < 0x7f)
        return 0;
    uint32_t found = decode((const unsigned char *)at, &length);
    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        if (found < ranges[i].first || found > ranges[i].last)
            continue;
        if (code != NULL)
            *code = found;
        return length;
    }
    return 0;
}

bool steering_in(const char *text) {
    for (; *text != '\0'; text++)
        if (steering_at(text, NULL) > 0)
            return true;
    return false;
}

void steering_mask(char *text) {
    char *to = text;
    for (const char *from = text; *from != '\0';) {
        size_t length = steering_at(from, NULL);
        bool blank = *from == '\t' || *from == '\n' || *from == '\r';
        *to++ = length == 0 ? *from : blank ? ' ' : '?';
        from += length > 0 ? length : 1;
    }
    *to = '\0';
}
