/* Files made to hurt: each is refused, at once and in words, and nothing else happens. */
#include "scratch.h"

#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { MEGABYTE = 1024 * 1024 };

/* `head`, then `part` as often as it fits, then `tail`. */
struct hostile {
    const char *name;
    const char *head;
    const char *part;
    const char *tail;
    const char *expected;
};

static const struct hostile files[] = {
    {"lists in lists", "", "[", "", "nested deeper"},
    {"mappings in mappings", "", "{a: ", "", "nested deeper"},
    {"entries in entries", "", "- ", "", "nested deeper"},
    {"a million accounts", "accounts:\n", "- {}\n", "", "more values than any configuration has"},
    {"a list without end", "aws: {allow_http: [", "a, ", "a]}\n", "more values than any configuration has"},
    {"a value of a megabyte", "redis: {host: ", "x", "}\n", "is longer than 255 characters"},
    {"a secret of a megabyte", "redis: {password: ", "x", "}\n", "redis.password: longer than 4096"},
    {"a key of a megabyte", "? \"", "x", "\"\n: 1\n", "a key of more than 1,000 characters"},
    {"anchors only", "", "&", "", "this is not YAML"},
    {"tags only", "", "!!binary ", "", "this is not YAML"},
    {"colons only", "", ":", "", "this is not YAML"},
    {"directives only", "", "%YAML 1.1\n", "", "this is not YAML"},
    {"escapes only", "\"", "\\x41", "\"", "no settings in the file"},
    {"documents without end", "a: 1\n", "---\n", "", "a second document"},
    {"more than a megabyte", "", "#", "####################", "is larger than 1048576 bytes"},
};

static char *build(const struct hostile *file, size_t *length) {
    size_t head = strlen(file->head);
    size_t part = strlen(file->part);
    size_t tail = strlen(file->tail);
    size_t times = (MEGABYTE - head - (tail > 16 ? 0 : tail)) / part;
    char *bytes = mem_alloc(head + times * part + tail + 1);
    memcpy(bytes, file->head, head);
    for (size_t i = 0; i < times; i++)
        memcpy(bytes + head + i * part, file->part, part);
    memcpy(bytes + head + times * part, file->tail, tail);
    *length = head + times * part + tail;
    return bytes;
}

static void is_refused_in_words(void **state) {
    const struct hostile *file = *state;
    struct fault fault = {0};
    size_t length;
    char *bytes = build(file, &length);
    struct config *config = config_load(scratch_file(bytes, length), &fault);
    mem_free(bytes);
    scratch_clean();
    assert_null(config);
    assert_int_equal(fault.kind, FAULT_CONFIG);
    if (strstr(fault.message, file->expected) == NULL)
        fail_msg("%s: expected \"%s\" in \"%s\"", file->name, file->expected, fault.message);
}

static void aliases_never_multiply(void **state) {
    (void)state;
    struct fault fault = scratch_refused("a: &a [x, x, x, x, x, x, x, x]\n"
                                         "b: &b [*a, *a, *a, *a, *a, *a, *a, *a]\n"
                                         "c: &c [*b, *b, *b, *b, *b, *b, *b, *b]\n");
    assert_non_null(strstr(fault.message, "aliases"));
}

static void a_raw_zero_byte_is_refused(void **state) {
    static const char bytes[] = "redis: {host: a\0b}\n";
    struct fault fault = {0};
    (void)state;
    assert_null(config_load(scratch_file(bytes, sizeof bytes - 1), &fault));
    assert_non_null(strstr(fault.message, "control characters"));
}

static void more_keys_than_a_mapping_has_are_refused(void **state) {
    struct text yaml;
    (void)state;
    text_open(&yaml, MEGABYTE);
    for (int i = 0; i < 257; i++)
        text_format(&yaml, "k%d: 1\n", i);
    struct fault fault = scratch_refused(yaml.bytes);
    text_close(&yaml);
    assert_non_null(strstr(fault.message, "more values than any configuration has"));
}

/* Every file that a story accepts or refuses, cut off after each byte: whatever comes of it, nothing else happens. */
static void a_file_cut_anywhere_does_no_harm(void **state) {
    static const char yaml[] = "kafka: {properties: {linger.ms: '5'}}\n"
                               "accounts:\n  - id: \"111111111111\"\n    external_id: 'it''s'\n"
                               "policies:\n  - name: a\n    select: {accounts: [\"*\"]}\n    deliver: {mail: none}\n";
    (void)state;
    for (size_t length = 1; length < sizeof yaml; length++) {
        struct fault fault = {0};
        struct config *config = config_load(scratch_file(yaml, length), &fault);
        assert_true(config != NULL || fault.kind == FAULT_CONFIG);
        config_close(config);
    }
}

static void every_single_byte_changed_does_no_harm(void **state) {
    static const char yaml[] = "redis: {port: 1}\npolicies:\n- name: a\n  deliver: {mail: none}\n  warn_before: [1d]\n";
    static const char poison[] = "\x01\x80\xff[]{}:,-&*!|>'\"%@`#?\n\t ";
    char copy[sizeof yaml];
    (void)state;
    for (size_t i = 0; i < sizeof yaml - 1; i++) {
        for (size_t j = 0; j < sizeof poison - 1; j++) {
            struct fault fault = {0};
            memcpy(copy, yaml, sizeof yaml);
            copy[i] = poison[j];
            struct config *config = config_load(scratch_file(copy, sizeof yaml - 1), &fault);
            assert_true(config != NULL || fault.kind == FAULT_CONFIG);
            config_close(config);
        }
    }
}

static int clean(void **state) {
    (void)state;
    scratch_clean();
    return 0;
}

int main(void) {
    enum { OTHERS = 5 };
    struct CMUnitTest tests[COUNT_OF(files) + OTHERS] = {
        cmocka_unit_test(aliases_never_multiply),
        cmocka_unit_test(a_raw_zero_byte_is_refused),
        cmocka_unit_test(more_keys_than_a_mapping_has_are_refused),
        cmocka_unit_test(a_file_cut_anywhere_does_no_harm),
        cmocka_unit_test(every_single_byte_changed_does_no_harm),
    };
    for (size_t i = 0; i < COUNT_OF(files); i++)
        tests[OTHERS + i] =
            (struct CMUnitTest){files[i].name, is_refused_in_words, NULL, NULL, (void *)(uintptr_t)&files[i]};
    return cmocka_run_group_tests(tests, NULL, clean);
}
