/* AES-256-GCM against the vectors of its specification, and against a changed bit anywhere. */
#include "aead.h"
#include "digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 13, 14 and 16 (key of 256 bits, nonce of 96). */
static const struct vector {
    const char *key;
    const char *nonce;
    const char *bound;
    const char *plain;
    const char *sealed;
    const char *tag;
} vectors[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "", "",
     "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
     "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
     "ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
     "bcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

struct bytes {
    size_t length;
    unsigned char at[64];
};

static struct bytes read_hex(const char *hex) {
    struct bytes bytes = {.length = strlen(hex) / 2};
    for (size_t i = 0; i < bytes.length; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1]};
        bytes.at[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return bytes;
}

static void the_vectors_of_the_specification(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        struct bytes key = read_hex(vectors[i].key);
        struct bytes nonce = read_hex(vectors[i].nonce);
        struct bytes bound = read_hex(vectors[i].bound);
        struct bytes plain = read_hex(vectors[i].plain);
        unsigned char sealed[64];
        unsigned char tag[AEAD_TAG_BYTES];
        unsigned char opened[64];
        char hex[129];
        aead_seal(key.at, nonce.at, bound.at, bound.length, plain.at, plain.length, sealed, tag);
        digest_hex(sealed, plain.length, hex);
        assert_string_equal(hex, vectors[i].sealed);
        digest_hex(tag, sizeof tag, hex);
        assert_string_equal(hex, vectors[i].tag);
        assert_true(aead_open(key.at, nonce.at, bound.at, bound.length, sealed, plain.length, tag, opened));
        assert_memory_equal(opened, plain.at, plain.length);
    }
}

/* One row of everything that goes into opening, so that each of its bits can be turned. */
struct parts {
    unsigned char key[AEAD_KEY_BYTES];
    unsigned char nonce[AEAD_NONCE_BYTES];
    unsigned char bound[20];
    unsigned char sealed[24];
    unsigned char tag[AEAD_TAG_BYTES];
};

static void no_bit_of_anything_may_be_another(void **state) {
    (void)state;
    static const char plain[24] = "twenty-three characters";
    struct parts parts = {.key = "k", .nonce = "n", .bound = "whose it is"};
    char opened[sizeof plain];
    aead_seal(parts.key, parts.nonce, parts.bound, sizeof parts.bound, plain, sizeof plain, parts.sealed, parts.tag);
    for (size_t bit = 0; bit < 8 * sizeof parts; bit++) {
        struct parts other = parts;
        ((unsigned char *)&other)[bit / 8] ^= (unsigned char)(1U << bit % 8);
        memset(opened, 'x', sizeof opened);
        assert_false(aead_open(other.key, other.nonce, other.bound, sizeof other.bound, other.sealed,
                               sizeof other.sealed, other.tag, opened));
        for (size_t i = 0; i < sizeof opened; i++)
            assert_int_equal(opened[i], 0); /* what it would have been is gone */
    }
    assert_true(aead_open(parts.key, parts.nonce, parts.bound, sizeof parts.bound, parts.sealed, sizeof parts.sealed,
                          parts.tag, opened));
    assert_string_equal(opened, plain);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_specification),
        cmocka_unit_test(no_bit_of_anything_may_be_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
