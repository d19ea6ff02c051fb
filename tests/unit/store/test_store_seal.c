/* The seal of a cached credential: opened by its owner's name alone, and by nobody once a bit of it is another. */
#include "base64.h"
#include "random.h"
#include "seal.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { NOW = 1750000000, LATER = NOW + 300 };

static const char account[] = "111111111111";
static const char secret_text[] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
static struct seal_ring *ring;
static struct credential opened;
static struct fault fault;

/* Replaces the ring by keys of these ids; the bytes of a key are its id's first letter. */
static void ring_of(const char *first, const char *second) {
    const char *const ids[] = {first, second};
    struct secret lines = {0};
    struct text text;
    text_open(&text, 512);
    for (size_t i = 0; i < COUNT_OF(ids) && ids[i] != NULL; i++) {
        unsigned char key[AEAD_KEY_BYTES];
        char encoded[BASE64_SIZE(sizeof key)];
        memset(key, ids[i][0], sizeof key);
        base64_write(BASE64_STANDARD, key, sizeof key, encoded);
        text_format(&text, "%s:%s\n", ids[i], encoded);
    }
    assert_true(secret_set(&lines, text.bytes, text.length));
    assert_true(seal_ring_set(ring, &lines, "ring", &fault));
    secret_close(&lines);
    text_close(&text);
}

static int begin(void **state) {
    (void)state;
    ring = seal_ring_open();
    ring_of("a", NULL);
    return 0;
}

static int end(void **state) {
    (void)state;
    credential_close(&opened);
    seal_ring_close(ring);
    return 0;
}

static void seal_ann(char text[SEAL_TEXT_SIZE]) {
    struct credential credential = {
        .account = "111111111111", .user = "ann", .access_key_id = "AKIA1", .created = "2026-11-21T22:00:00Z"};
    assert_true(secret_set(&credential.secret_access_key, secret_text, strlen(secret_text)));
    assert_true(seal_credential(ring, &credential, LATER, text, &fault));
    credential_close(&credential);
}

static enum seal_verdict open_as(const char *text, const char *whose_account, const char *user, int64_t now) {
    enum seal_verdict verdict = seal_open_text(ring, text, whose_account, user, now, &opened);
    if (verdict != SEAL_FINE) {
        assert_true(secret_empty(&opened.secret_access_key));
        assert_string_equal(opened.access_key_id, "");
    }
    return verdict;
}

static enum seal_verdict open_ann(const char *text) {
    return open_as(text, account, "ann", NOW);
}

static void what_was_sealed_is_what_is_opened(void **state) {
    (void)state;
    char text[SEAL_TEXT_SIZE];
    char again[SEAL_TEXT_SIZE];
    struct seal_label label;
    seal_ann(text);
    seal_ann(again);
    assert_string_not_equal(text, again); /* no nonce twice */
    assert_null(strstr(text, "wJalr"));
    assert_int_equal(open_ann(text), SEAL_FINE);
    assert_string_equal(opened.secret_access_key.bytes, secret_text);
    assert_string_equal(opened.created, "2026-11-21T22:00:00Z");
    assert_true(seal_read_label(text, &label));
    assert_string_equal(label.key_id, "AKIA1");
    assert_string_equal(label.ring_id, "a");
    assert_int_equal(label.expires, LATER);
}

static void another_implementation_seals_the_same_way(void **state) {
    (void)state;
    char lines[2][SEAL_TEXT_SIZE];
    struct secret keys = {0};
    FILE *file = fopen(TEST_DATA "/sealed.txt", "r");
    assert_non_null(file);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        assert_non_null(fgets(lines[i], sizeof lines[i], file));
        lines[i][strcspn(lines[i], "\n")] = '\0';
    }
    fclose(file);
    assert_true(secret_set(&keys, lines[0], strlen(lines[0])));
    assert_true(seal_ring_set(ring, &keys, "sealed.txt", &fault));
    secret_close(&keys);
    assert_int_equal(open_as(lines[1], account, "ann+ops@example.com", NOW), SEAL_FINE);
    assert_string_equal(opened.secret_access_key.bytes, secret_text);
    assert_string_equal(opened.access_key_id, "AKIAIOSFODNN7EXAMPLE");
}

static void another_owner_is_refused(void **state) {
    (void)state;
    char text[SEAL_TEXT_SIZE];
    seal_ann(text);
    assert_int_equal(open_as(text, account, "bob", NOW), SEAL_FORGED);
    assert_int_equal(open_as(text, "222222222222", "ann", NOW), SEAL_FORGED);
    assert_int_equal(open_as(text, "11111111111", "1ann", NOW), SEAL_FORGED); /* the parts are bound, not their row */
    assert_int_equal(open_as(text, account, "ann", NOW), SEAL_FINE);
}

static void its_time_ends(void **state) {
    (void)state;
    char text[SEAL_TEXT_SIZE];
    seal_ann(text);
    assert_int_equal(open_as(text, account, "ann", LATER - 1), SEAL_FINE);
    assert_int_equal(open_as(text, account, "ann", LATER), SEAL_EXPIRED);
}

/* Writes the text again with one part of its label replaced. */
static void relabel(const char *text, size_t which, const char *with, char other[SEAL_TEXT_SIZE]) {
    const char *part = text;
    for (size_t i = 0; i < which; i++)
        part = strchr(part, '.') + 1;
    snprintf(other, SEAL_TEXT_SIZE, "%.*s%s%s", (int)(part - text), text, with, strchr(part, '.'));
}

static void what_the_label_says_is_bound_too(void **state) {
    (void)state;
    char text[SEAL_TEXT_SIZE];
    char other[SEAL_TEXT_SIZE];
    static const struct {
        size_t part;
        const char *with;
        enum seal_verdict verdict;
    } rows[] = {
        {0, "v2", SEAL_MALFORMED},
        {1, "b", SEAL_FORGED},
        {1, "c", SEAL_UNKNOWN_KEY},
        {2, "1750000301", SEAL_FORGED},
        {2, "01750000300", SEAL_MALFORMED},
        {2, "-1", SEAL_MALFORMED},
        {2, "99999999999999999999", SEAL_MALFORMED},
        {3, "AKIA2", SEAL_FORGED},
        {3, "", SEAL_MALFORMED},
    };
    ring_of("a", "b");
    seal_ann(text);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        relabel(text, rows[i].part, rows[i].with, other);
        if (open_ann(other) != rows[i].verdict)
            fail_msg("%s is not %s", other, seal_verdict_name(rows[i].verdict));
    }
}

static void no_bit_of_the_text_may_be_another(void **state) {
    (void)state;
    char text[SEAL_TEXT_SIZE];
    seal_ann(text);
    for (size_t bit = 0; bit < 8 * strlen(text); bit++) {
        char other[SEAL_TEXT_SIZE];
        memcpy(other, text, sizeof other);
        other[bit / 8] = (char)(other[bit / 8] ^ 1 << bit % 8);
        if (open_ann(other) == SEAL_FINE)
            fail_msg("bit %zu may be another", bit);
    }
    for (size_t length = 0; length < strlen(text); length++) {
        char other[SEAL_TEXT_SIZE];
        snprintf(other, sizeof other, "%.*s", (int)length, text);
        assert_int_not_equal(open_ann(other), SEAL_FINE);
    }
}

static void chance_texts_are_refused(void **state) {
    (void)state;
    static const char alphabet[] = "v1a.0123456789.AKIA-_.=+/\n";
    for (int round = 0; round < 5000; round++) {
        char text[SEAL_TEXT_SIZE] = "v1.a.1750000300.AKIA1.";
        size_t length = random_below(2) * strlen(text);
        size_t end_at = length + (size_t)random_below(round % 10 == 0 ? SEAL_TEXT_SIZE - length : 120);
        while (length < end_at)
            text[length++] = alphabet[random_below(sizeof alphabet - 1)];
        text[length] = '\0';
        assert_int_not_equal(open_ann(text), SEAL_FINE);
    }
}

/* The first key seals, all open; a key taken out opens nothing any more. */
static void the_ring_is_turned(void **state) {
    (void)state;
    char old[SEAL_TEXT_SIZE];
    char fresh[SEAL_TEXT_SIZE];
    seal_ann(old);
    ring_of("b", "a");
    seal_ann(fresh);
    assert_true(text_starts(old, "v1.a."));
    assert_true(text_starts(fresh, "v1.b."));
    assert_int_equal(open_ann(old), SEAL_FINE);
    assert_int_equal(open_ann(fresh), SEAL_FINE);
    ring_of("b", NULL);
    assert_int_equal(open_ann(old), SEAL_UNKNOWN_KEY);
    assert_int_equal(open_ann(fresh), SEAL_FINE);
    assert_int_equal(seal_ring_count(ring), 1);
}

static void a_credential_that_is_none_is_not_sealed(void **state) {
    (void)state;
    char text[SEAL_TEXT_SIZE] = "x";
    struct credential credential = {
        .account = "111111111111", .user = "ann", .access_key_id = "AKIA1", .created = "2026-11-21T22:00:00Z"};
    assert_false(seal_credential(ring, &credential, LATER, text, &fault)); /* no secret */
    assert_int_equal(fault.kind, FAULT_INVALID);
    assert_string_equal(text, "");
    assert_true(secret_set(&credential.secret_access_key, secret_text, strlen(secret_text)));
    assert_false(seal_credential(ring, &credential, 0, text, &fault));
    text_clip(credential.access_key_id, sizeof credential.access_key_id, "AK.IA");
    assert_false(seal_credential(ring, &credential, LATER, text, &fault));
    text_clip(credential.access_key_id, sizeof credential.access_key_id, "AKIA1");
    struct seal_ring *empty = seal_ring_open();
    assert_false(seal_credential(empty, &credential, LATER, text, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    seal_ring_close(empty);
    credential_close(&credential);
}

#define KEY_A "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="
#define KEY_B "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI="

static bool set_lines(const char *lines) {
    struct secret secret = {0};
    assert_true(secret_set(&secret, lines, strlen(lines)));
    bool set = seal_ring_set(ring, &secret, "keys", &fault);
    secret_close(&secret);
    return set;
}

static void lines_of_a_ring(void **state) {
    (void)state;
    assert_true(set_lines("# the new one\n\n2026-02:" KEY_B "\r\na:" KEY_A "\n"));
    assert_int_equal(seal_ring_count(ring), 2);
    static const struct {
        const char *lines;
        const char *where;
    } refused[] = {
        {"", "keys"},
        {"# only a comment\n", "keys"},
        {"a:" KEY_A "\nb\n", "keys:2"},
        {":" KEY_A, "keys:1"},
        {"a.b:" KEY_A, "keys:1"},
        {"seventeen-letters:" KEY_A, "keys:1"},
        {"a: " KEY_A, "keys:1"},
        {"a:YWFh", "keys:1"},
        {"a:" KEY_A "\n\na:" KEY_B, "keys:3"},
        {"a:" KEY_A "\nb:" KEY_A, "keys:2"},
    };
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        if (set_lines(refused[i].lines))
            fail_msg("taken: %s", refused[i].lines);
        assert_int_equal(fault.kind, FAULT_CONFIG);
        assert_string_equal(fault.where, refused[i].where);
        assert_null(strstr(fault.message, "YWFh")); /* no piece of a key */
        assert_int_equal(seal_ring_count(ring), 2); /* as before */
    }
}

static void more_keys_than_a_ring_holds(void **state) {
    (void)state;
    struct text lines;
    text_open(&lines, SEAL_RING_TEXT_MOST);
    for (int i = 0; i <= SEAL_RING_MOST; i++) {
        unsigned char key[AEAD_KEY_BYTES] = {(unsigned char)i};
        char encoded[BASE64_SIZE(sizeof key)];
        base64_write(BASE64_STANDARD, key, sizeof key, encoded);
        text_format(&lines, "k%d:%s\n", i, encoded);
    }
    assert_false(set_lines(lines.bytes));
    assert_string_equal(fault.where, "keys:17");
    text_close(&lines);
}

static void write_file(const char *path, const char *content) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static void a_file_is_read_anew_each_time(void **state) {
    (void)state;
    char path[] = "/tmp/keyturn-ring-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    write_file(path, "a:" KEY_A "\n");
    assert_true(seal_ring_read(ring, path, &fault));
    write_file(path, "b:" KEY_B "\na:" KEY_A "\n");
    assert_true(seal_ring_read(ring, path, &fault));
    assert_int_equal(seal_ring_count(ring), 2);
    write_file(path, "b:" KEY_B "\ntorn");
    assert_false(seal_ring_read(ring, path, &fault));
    remove(path);
    assert_false(seal_ring_read(ring, path, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_int_equal(seal_ring_count(ring), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_sealed_is_what_is_opened, begin, end),
        cmocka_unit_test_setup_teardown(another_implementation_seals_the_same_way, begin, end),
        cmocka_unit_test_setup_teardown(another_owner_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(its_time_ends, begin, end),
        cmocka_unit_test_setup_teardown(what_the_label_says_is_bound_too, begin, end),
        cmocka_unit_test_setup_teardown(no_bit_of_the_text_may_be_another, begin, end),
        cmocka_unit_test_setup_teardown(chance_texts_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(the_ring_is_turned, begin, end),
        cmocka_unit_test_setup_teardown(a_credential_that_is_none_is_not_sealed, begin, end),
        cmocka_unit_test_setup_teardown(lines_of_a_ring, begin, end),
        cmocka_unit_test_setup_teardown(more_keys_than_a_ring_holds, begin, end),
        cmocka_unit_test_setup_teardown(a_file_is_read_anew_each_time, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
