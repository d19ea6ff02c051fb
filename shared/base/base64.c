#include "base64.h"

#include <string.h>
#include <strings.h>

static const char digits[][65] = {
    [BASE64_STANDARD] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    [BASE64_URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

static bool is_padded(enum base64_alphabet alphabet) {
    return alphabet == BASE64_STANDARD;
}

void base64_write(enum base64_alphabet alphabet, const void *bytes, size_t length, char *text) {
    const unsigned char *from = bytes;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i < 3 ? length - i : 3;
        uint32_t group = (uint32_t)from[i] << 16 | (uint32_t)(left > 1 ? from[i + 1] : 0) << 8 |
                         (uint32_t)(left > 2 ? from[i + 2] : 0);
        for (size_t digit = 0; digit <= left; digit++)
            *text++ = digits[alphabet][group >> (18 - 6 * digit) & 63];
        for (size_t pad = left; is_padded(alphabet) && pad < 3; pad++)
            *text++ = '=';
    }
    *text = '\0';
}

/* The digits without their padding; false if that is not what it must be. */
static bool strip_padding(enum base64_alphabet alphabet, const char *text, size_t *length) {
    size_t padding = 0;
    if (!is_padded(alphabet))
        return *length % 4 != 1;
    if (*length % 4 != 0)
        return false;
    while (padding < 2 && *length > 0 && text[*length - 1] == '=') {
        padding++;
        (*length)--;
    }
    return true;
}

static bool read_digits(enum base64_alphabet alphabet, const char *text, size_t count, unsigned char *bytes) {
    uint32_t group = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < count; i++) {
        const char *digit = memchr(digits[alphabet], text[i], 64);
        if (digit == NULL)
            return false;
        group = group << 6 | (uint32_t)(digit - digits[alphabet]);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *bytes++ = (unsigned char)(group >> bits);
            group &= (1U << bits) - 1;
        }
    }
    return group == 0; /* the bits left over say nothing, so they must be the ones that are written */
}

bool base64_read(enum base64_alphabet alphabet, const char *text, size_t text_length, void *bytes, size_t size,
                 size_t *length) {
    size_t count = text_length;
    *length = 0;
    if (!strip_padding(alphabet, text, &count) || count / 4 * 3 + count % 4 * 3 / 4 > size)
        return false;
    if (!read_digits(alphabet, text, count, bytes)) {
        explicit_bzero(bytes, size);
        return false;
    }
    *length = count / 4 * 3 + count % 4 * 3 / 4;
    return true;
}
