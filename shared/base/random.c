#include "random.h"

#include <openssl/rand.h>
#include <stdlib.h>

void random_bytes(void *bytes, size_t length) {
    if (RAND_bytes(bytes, (int)length) != 1)
        abort();
}

/* The bias of a 64-bit number modulo anything we ask for is far below what jitter or sampling could notice. */
uint64_t random_below(uint64_t below) {
    uint64_t number;
    random_bytes(&number, sizeof number);
    return below > 0 ? number % below : 0;
}

void random_hex(char *text, size_t length) {
    static const char digits[] = "0123456789abcdef";
    random_bytes(text, length);
    for (size_t i = 0; i < length; i++)
        text[i] = digits[(unsigned char)text[i] & 15];
    text[length] = '\0';
}
