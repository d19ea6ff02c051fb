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

/* What a digit stands for; more than 63: it is none of this alphabet. */
static uint32_t value_of(enum base64_alphabet alphabet, char c) {
    uint32_t value = (uint32_t)values[(unsigned char)c] - 1;
    return value < 64 && digits[alphabet][value] == c ? value : 64;
}

/* Four digits are three bytes. */
static bool read_group(enum base64_alphabet alphabet, const char *text, unsigned char *bytes) {
    uint32_t a = value_of(alphabet, text[0]);
    uint32_t b = value_of(alphabet, text[1]);
    uint32_t c = value_of(alphabet, text[2]);
    uint32_t d = value_of(alphabet, text[3]);
    uint32_t group = a << 18 | b << 12 | c << 6 | d;
    bytes[0] = (unsigned char)(group >> 16);
    bytes[1] = (unsigned char)(group >> 8);
    bytes[2] = (unsigned char)group;
    return (a | b | c | d) < 64;
}

/* Two or three digits that are left: their last bits say nothing, so they must be the ones that are written. */
static bool read_rest(enum base64_alphabet alphabet, const char *text, size_t count, unsigned char *bytes) {
    uint32_t group = 0;
    uint32_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t value = value_of(alphabet, text[i]);
        wrong |= value & 64;
        group = group << 6 | (value & 63);
    }
    unsigned bits = (unsigned)count * 6 % 8;
    wrong |= group & ((1U << bits) - 1);
    for (size_t left = count * 6 / 8; left > 0; left--)
        *bytes++ = (unsigned char)(group >> (bits + 8 * (left - 1)));
    return wrong == 0;
}

static bool read_digits(enum base64_alphabet alphabet, const char *text, size_t count, unsigned char *bytes) {
    bool fine = true;
    for (; count >= 4; count -= 4) {
        fine = read_group(alphabet, text, bytes) && fine;
        text += 4;
        bytes += 3;
    }
    return read_rest(alphabet, text, count, bytes) && fine;
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
