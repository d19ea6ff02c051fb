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

/* One more than what a digit stands for; 0: no digit of either alphabet. */
static const unsigned char values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,  ['I'] = 9,
    ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27,
    ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45,
    ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
    ['/'] = 64, ['-'] = 63, ['_'] = 64,
};

static bool is_digit(enum base64_alphabet alphabet, char c) {
    unsigned value = values[(unsigned char)c];
    return value > 0 && digits[alphabet][value - 1] == c;
}

static bool read_digits(enum base64_alphabet alphabet, const char *text, size_t count, unsigned char *bytes) {
    uint32_t group = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_digit(alphabet, text[i]))
            return false;
        group = group << 6 | (uint32_t)(values[(unsigned char)text[i]] - 1);
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
