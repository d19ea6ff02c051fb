#include "digest.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* FIPS 180-2, appendix B.1. */
static void sha256_of_abc(void **state) {
    (void)state;
    unsigned char digest[SHA256_BYTES];
    char hex[SHA256_HEX_SIZE];
    digest_sha256("abc", 3, digest);
    digest_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, test case 2. */
static void hmac_of_the_rfc(void **state) {
    (void)state;
    unsigned char digest[SHA256_BYTES];
    char hex[SHA256_HEX_SIZE];
    digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, digest);
    digest_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void numbers_of_users_are_stable_and_spread(void **state) {
    (void)state;
    size_t buckets[8] = {0};
    assert_int_equal(digest_number("abc"), 0xba7816bf8f01cfeaULL);
    for (int i = 0; i < 8000; i++) {
        char name[16] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676)};
        buckets[digest_number(name) % 8]++;
    }
    for (size_t i = 0; i < 8; i++)
        assert_in_range(buckets[i], 850, 1150);
}

static void random_hex_has_the_length_asked_for(void **state) {
    (void)state;
    char a[33];
    char b[33];
    random_hex(a, 32);
    random_hex(b, 32);
    assert_int_equal(strlen(a), 32);
    assert_int_equal(strspn(a, "0123456789abcdef"), 32);
    assert_string_not_equal(a, b);
    assert_int_equal(random_below(0), 0);
    for (int i = 0; i < 1000; i++)
        assert_in_range(random_below(7), 0, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_of_abc),
        cmocka_unit_test(hmac_of_the_rfc),
        cmocka_unit_test(numbers_of_users_are_stable_and_spread),
        cmocka_unit_test(random_hex_has_the_length_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
