#include "mem.h"
#include "secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_secret_holds_what_was_set(void **state) {
    (void)state;
    struct secret secret = {0};
    secret_open(&secret, 40);
    assert_true(secret_set(&secret, "wJalrXUtnFEMI", 13));
    assert_string_equal(secret.bytes, "wJalrXUtnFEMI");
    assert_int_equal(secret.length, 13);
    secret_close(&secret);
    assert_null(secret.bytes);
    assert_true(secret_empty(&secret));
}

static void a_shorter_secret_leaves_nothing_of_the_longer_one(void **state) {
    (void)state;
    struct secret secret = {0};
    secret_open(&secret, 40);
    assert_true(secret_set(&secret, "the longer one", 14));
    assert_true(secret_set(&secret, "short", 5));
    for (size_t i = 5; i < secret.capacity; i++)
        assert_int_equal(secret.bytes[i], 0);
    secret_close(&secret);
}

static void what_does_not_fit_leaves_the_secret_empty(void **state) {
    (void)state;
    char long_one[10000];
    struct secret secret = {0};
    memset(long_one, 'x', sizeof long_one);
    secret_open(&secret, 16);
    assert_false(secret_set(&secret, long_one, sizeof long_one));
    assert_true(secret_empty(&secret));
    secret_close(&secret);
}

/* Room within the pages is given as it is needed, and wiped as far as it was given. */
static void a_longer_secret_fits_and_leaves_nothing(void **state) {
    (void)state;
    char longer[300];
    struct secret secret = {0};
    memset(longer, 'x', sizeof longer);
    secret_open(&secret, 16);
    assert_true(secret_set(&secret, longer, sizeof longer));
    assert_int_equal(secret.length, sizeof longer);
    assert_true(secret_set(&secret, "short", 5));
    for (size_t i = 5; i <= sizeof longer; i++)
        assert_int_equal(secret.bytes[i], 0);
    secret_open(&secret, 100000);
    assert_true(secret.capacity >= 100000);
    assert_true(secret_empty(&secret));
    secret_close(&secret);
}

static void equality_needs_every_byte(void **state) {
    (void)state;
    struct secret a = {0};
    struct secret b = {0};
    assert_true(secret_set(&a, "0123456789", 10));
    secret_copy(&b, &a);
    assert_true(secret_equal(&a, &b));
    b.bytes[9] = 'x';
    assert_false(secret_equal(&a, &b));
    assert_true(secret_set(&b, "012345678", 9));
    assert_false(secret_equal(&a, &b));
    secret_close(&a);
    secret_close(&b);
}

/* Its pages may have been another's. */
static void a_new_secret_holds_nothing_of_those_before_it(void **state) {
    (void)state;
    struct secret secrets[3] = {{0}};
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT_OF(secrets); i++) {
            secret_open(&secrets[i], 40);
            for (size_t at = 0; at <= secrets[i].capacity; at++)
                assert_int_equal(secrets[i].bytes[at], 0);
            memset(secrets[i].bytes, 'x', secrets[i].capacity);
        }
        assert_ptr_not_equal(secrets[0].bytes, secrets[1].bytes);
        assert_ptr_not_equal(secrets[1].bytes, secrets[2].bytes);
        for (size_t i = 0; i < COUNT_OF(secrets); i++)
            secret_close(&secrets[i]);
    }
}

/* The kernel says of each mapping whether core dumps hold it ("dd") and whether it is locked ("lo"). */
static void a_secret_is_left_out_of_core_dumps(void **state) {
    (void)state;
    struct secret secret = {0};
    secret_open(&secret, 16);
    char line[512];
    bool inside = false;
    bool left_out = false;
    FILE *maps = fopen("/proc/self/smaps", "r");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long from;
        unsigned long to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            inside = from <= (unsigned long)secret.bytes && (unsigned long)secret.bytes < to;
        if (inside && strncmp(line, "VmFlags:", 8) == 0)
            left_out = strstr(line, " dd") != NULL;
    }
    fclose(maps);
    secret_close(&secret);
    assert_true(left_out);
}

static void growing_memory_keeps_its_content(void **state) {
    (void)state;
    char *block = mem_copy("a secret in passing");
    block = mem_grow(block, 100000);
    assert_string_equal(block, "a secret in passing");
    mem_free(block);
    mem_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_holds_what_was_set),
        cmocka_unit_test(a_shorter_secret_leaves_nothing_of_the_longer_one),
        cmocka_unit_test(what_does_not_fit_leaves_the_secret_empty),
        cmocka_unit_test(a_longer_secret_fits_and_leaves_nothing),
        cmocka_unit_test(equality_needs_every_byte),
        cmocka_unit_test(a_new_secret_holds_nothing_of_those_before_it),
        cmocka_unit_test(a_secret_is_left_out_of_core_dumps),
        cmocka_unit_test(growing_memory_keeps_its_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
