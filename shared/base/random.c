#include "random.h"

#include <openssl/rand.h>
#include <stdlib.h>

enum { DRAWN = 512 };

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

/* A name is drawn so often that each thread draws for many at once: a draw costs as much for a page as for one. No byte is used twice. */
static unsigned char draw(void) {
    static _Thread_local unsigned char drawn[DRAWN];
    static _Thread_local size_t left;
    if (left == 0) {
        random_bytes(drawn, sizeof drawn);
        left = sizeof drawn;
    }
    return drawn[--left];
}

void random_hex(char *text, size_t length) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i += 2) {
        unsigned char both = draw();
        text[i] = digits[both & 15];
        text[i + 1] = digits[both >> 4];
    }
    text[length] = '\0';
}
