/* Version ids: whose secret a version is. */
#include "keyring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define KEY "AKIAIOSFODNN7EXAMPLE"

static void version_id_is_made_of_the_key_id(void **state) {
    char version[VERSION_ID_SIZE];
    (void)state;
    keyring_version_of(KEY, version);
    assert_string_equal(version, "keyturn-key-" KEY);
    assert_int_equal(strlen(version), 32); /* what a ClientRequestToken must have at least */
    assert_string_equal(keyring_key_of(version), KEY);
}

static void longest_key_id_fits_and_a_longer_one_is_nobodys_version(void **state) {
    char version[VERSION_ID_SIZE];
    char id[KEY_ID_SIZE] = {0};
    (void)state;
    memset(id, 'A', VERSION_ID_SIZE - 1 - strlen("keyturn-key-"));
    keyring_version_of(id, version);
    assert_string_equal(keyring_key_of(version), id);
    id[strlen(id)] = 'A';
    keyring_version_of(id, version);
    assert_string_equal(version, "");
}

static void versions_of_others_are_no_keys(void **state) {
    static const char *const others[] = {"", "keyturn-key-", "keyturn-ke", "b6c1f7f2-9f3e-4f0e-9d3e-0d6f3ad1a111"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_null(keyring_key_of(others[i]));
    assert_null(keyring_key_of(keyring_placeholder_version));
}

static void placeholder_version_is_a_valid_token(void **state) {
    (void)state;
    assert_in_range(strlen(keyring_placeholder_version), 32, 64);
}

static void keys_are_found_by_id_and_by_stage(void **state) {
    struct keyring ring = {.key_count = 2};
    (void)state;
    memcpy(ring.keys[0].id, "A", 2);
    memcpy(ring.keys[1].id, "B", 2);
    assert_true(keyring_find(&ring, "B") == &ring.keys[1]);
    assert_null(keyring_find(&ring, "C"));
    assert_null(keyring_current(&ring));
    ring.keys[1].current = true;
    assert_null(keyring_current(&ring));
    ring.keys[1].stored = true;
    assert_true(keyring_current(&ring) == &ring.keys[1]);
}

static void count_beyond_the_ring_is_not_believed(void **state) {
    static struct keyring ring = {.key_count = 1000000};
    (void)state;
    assert_null(keyring_find(&ring, "A"));
    assert_null(keyring_current(&ring));
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(version_id_is_made_of_the_key_id),
        cmocka_unit_test(longest_key_id_fits_and_a_longer_one_is_nobodys_version),
        cmocka_unit_test(versions_of_others_are_no_keys),
        cmocka_unit_test(placeholder_version_is_a_valid_token),
        cmocka_unit_test(keys_are_found_by_id_and_by_stage),
        cmocka_unit_test(count_beyond_the_ring_is_not_believed),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
