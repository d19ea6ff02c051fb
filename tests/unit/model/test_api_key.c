/* Keys to the API: who is let in, what they may see, and what a list of them may say. */
#include "api_key.h"
#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1795298400 };

static struct api_key_set *set;
static struct fault fault;

static int begin(void **state) {
    (void)state;
    set = mem_zero(1, sizeof *set);
    return 0;
}

static int end(void **state) {
    (void)state;
    mem_free(set);
    return 0;
}

static void add_pattern(struct api_patterns *patterns, const char *pattern) {
    assert_true(text_copy(patterns->items[patterns->count++], API_KEY_PATTERN_SIZE, pattern));
}

/* Adds a key of that name that may everything; `text` is what its holder has. */
static struct api_key *add(const char *name, struct secret *text) {
    struct api_key key;
    api_key_make(&key, text);
    assert_true(text_copy(key.name, sizeof key.name, name));
    key.scopes = (1U << SCOPE_COUNT) - 1;
    key.created = NOW;
    add_pattern(&key.accounts, "*");
    add_pattern(&key.users, "*");
    assert_true(api_key_add(set, &key, &fault));
    return &set->keys[set->count - 1];
}

static enum api_key_verdict find(const char *text, const struct api_key **key) {
    return api_key_find(set, text, strlen(text), NOW, key);
}

static void its_holder_is_known_by_it(void **state) {
    (void)state;
    struct secret texts[3] = {0};
    const char *const names[] = {"one", "two", "three"};
    const struct api_key *found;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        add(names[i], &texts[i]);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_int_equal(find(texts[i].bytes, &found), API_KEY_ACCEPTED);
        assert_string_equal(found->name, names[i]);
        assert_int_equal(texts[i].length, API_KEY_TEXT_SIZE - 1);
        assert_memory_equal(texts[i].bytes, "keyturn_", 8);
        assert_memory_equal(texts[i].bytes + 8, found->id, strlen(found->id));
        secret_close(&texts[i]);
    }
}

static void no_bit_of_a_key_may_be_another(void **state) {
    (void)state;
    struct secret text = {0};
    const struct api_key *found;
    add("one", &text);
    for (size_t bit = 0; bit < 8 * text.length; bit++) {
        text.bytes[bit / 8] = (char)(text.bytes[bit / 8] ^ 1 << bit % 8);
        assert_int_not_equal(api_key_find(set, text.bytes, text.length, NOW, &found), API_KEY_ACCEPTED);
        assert_null(found);
        text.bytes[bit / 8] = (char)(text.bytes[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t length = 0; length < text.length; length++)
        assert_int_equal(api_key_find(set, text.bytes, length, NOW, &found), API_KEY_MALFORMED);
    assert_int_equal(find(text.bytes, &found), API_KEY_ACCEPTED);
    secret_close(&text);
}

static void what_is_no_key_and_what_is_not_ours(void **state) {
    (void)state;
    struct secret mine = {0};
    struct secret other = {0};
    struct api_key stranger;
    const struct api_key *found;
    add("one", &mine);
    api_key_make(&stranger, &other);
    assert_int_equal(find(other.bytes, &found), API_KEY_UNKNOWN);
    memcpy(other.bytes, mine.bytes, 21); /* our id, and another secret */
    assert_int_equal(find(other.bytes, &found), API_KEY_UNKNOWN);
    assert_int_equal(find("", &found), API_KEY_MALFORMED);
    assert_int_equal(find("keyturn_", &found), API_KEY_MALFORMED);
    set->count = 0;
    assert_int_equal(find(mine.bytes, &found), API_KEY_UNKNOWN);
    secret_close(&mine);
    secret_close(&other);
}

static void a_key_has_its_time(void **state) {
    (void)state;
    struct secret text = {0};
    const struct api_key *found;
    add("one", &text)->expires = NOW + 1;
    assert_int_equal(find(text.bytes, &found), API_KEY_ACCEPTED);
    set->keys[0].expires = NOW;
    assert_int_equal(find(text.bytes, &found), API_KEY_EXPIRED);
    assert_string_equal(found->name, "one"); /* for the log */
    secret_close(&text);
}

static void each_scope_is_given_by_its_name(void **state) {
    (void)state;
    struct api_key key = {.scopes = 1U << SCOPE_ADMIN};
    enum api_scope scope;
    assert_true(api_key_has(&key, SCOPE_ADMIN));
    assert_false(api_key_has(&key, SCOPE_CREDENTIALS_READ));
    assert_true(api_scope_parse("credentials:read", &scope));
    assert_int_equal(scope, SCOPE_CREDENTIALS_READ);
    assert_false(api_scope_parse("Admin", &scope));
    assert_false(api_scope_parse("", &scope));
    assert_false(api_scope_parse(NULL, &scope));
}

static void patterns_say_what_may_be_seen(void **state) {
    (void)state;
    static const struct {
        const char *accounts;
        const char *users;
        const char *account;
        const char *user;
        bool seen;
    } rows[] = {
        {"*", "*", "111111111111", "ann", true},
        {"111111111111", "*", "111111111111", "ann", true},
        {"111111111111", "*", "111111111112", "ann", false},
        {"11111111*", "ci-*", "111111112222", "ci-deploy", true},
        {"11111111*", "ci-*", "111111112222", "deploy-ci-", false},
        {"*", "ann", "111111111111", "Ann", true}, /* IAM knows them as one */
        {"*", "CI-*", "111111111111", "ci-x", true},
        {"*", "ann", "111111111111", "annika", false},
        {"*", "a?n", "111111111111", "ann", true},
        {"*", "a?n", "111111111111", "an", false},
        {"*", "*@example.com", "111111111111", "ann@example.com", true},
        {"*", "*@example.com", "111111111111", "ann@example.com.evil", false},
        {"*", "*", "111111111111", "", false},
        {"*", "*", "", "ann", false},
        {NULL, "*", "111111111111", "ann", false},
        {"*", NULL, "111111111111", "ann", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct api_key key = {0};
        if (rows[i].accounts != NULL)
            add_pattern(&key.accounts, rows[i].accounts);
        if (rows[i].users != NULL)
            add_pattern(&key.users, rows[i].users);
        if (api_key_sees_user(&key, rows[i].account, rows[i].user) != rows[i].seen)
            fail_msg("row %zu", i);
    }
}

static void any_of_several_patterns(void **state) {
    (void)state;
    struct api_key key = {0};
    add_pattern(&key.accounts, "111111111111");
    add_pattern(&key.accounts, "222222222222");
    add_pattern(&key.users, "ann");
    assert_true(api_key_sees_account(&key, "222222222222"));
    assert_false(api_key_sees_account(&key, "333333333333"));
    assert_false(api_key_sees_all_of(&key, "111111111111"));
    add_pattern(&key.accounts, "*");
    assert_false(api_key_sees_all_of(&key, "111111111111"));
    add_pattern(&key.users, "**");
    assert_true(api_key_sees_all_of(&key, "111111111111"));
}

static void names_and_ids_are_there_once(void **state) {
    (void)state;
    struct secret text = {0};
    struct api_key again = *add("one", &text);
    assert_false(api_key_add(set, &again, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    strcpy(again.name, "two");
    assert_false(api_key_add(set, &again, &fault));
    assert_non_null(api_key_by_id(set, again.id));
    assert_true(api_key_remove(set, again.id));
    assert_false(api_key_remove(set, again.id));
    assert_int_equal(set->count, 0);
    assert_true(api_key_add(set, &again, &fault));
    secret_close(&text);
}

static void a_set_is_never_larger_than_it_may_be(void **state) {
    (void)state;
    struct api_key key = {0};
    for (size_t i = 0; i <= API_KEYS_MOST; i++) {
        snprintf(key.id, sizeof key.id, "%012zx", i);
        snprintf(key.name, sizeof key.name, "key %zu", i);
        assert_true(api_key_add(set, &key, &fault) == (i < API_KEYS_MOST));
    }
    assert_int_equal(fault.kind, FAULT_CONFIG);
}

static void a_list_is_read_as_it_was_written(void **state) {
    (void)state;
    struct text out;
    struct secret texts[2] = {0};
    struct api_key_set *back = mem_zero(1, sizeof *back);
    const struct api_key *found;
    add("one", &texts[0])->expires = NOW + 100;
    add("two", &texts[1])->scopes = 1U << SCOPE_METRICS;
    set->keys[1].users.count = 0;
    add_pattern(&set->keys[1].users, "ci-*");
    text_open(&out, API_KEYS_JSON_MOST);
    assert_true(api_key_print_set(set, &out));
    assert_true(api_key_read_set(out.bytes, out.length, "list", back, &fault));
    assert_int_equal(back->count, 2);
    assert_memory_equal(back->keys, set->keys, 2 * sizeof set->keys[0]);
    assert_null(strstr(out.bytes, texts[0].bytes + 21)); /* the hash, not the key */
    assert_int_equal(api_key_find(back, texts[1].bytes, texts[1].length, NOW, &found), API_KEY_ACCEPTED);
    for (size_t i = 0; i < 2; i++)
        secret_close(&texts[i]);
    text_close(&out);
    mem_free(back);
}

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID   "\"id\":\"0123456789ab\","
#define REST             \
    "\"sha256\":\"" HASH \
    "\",\"scopes\":[\"rotate\"],\"accounts\":[\"*\"],\"users\":[\"*\"],\"created\":\"2026-11-21T22:00:00Z\""
#define KEY(x) "{\"version\":1,\"keys\":[{" x "}]}"

static void lists_that_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *json;
        const char *said;
    } wrong[] = {
        {"", ""},
        {"{", ""},
        {"[]", "version 1"},
        {"{\"keys\":[]}", "version 1"},
        {"{\"version\":2,\"keys\":[]}", "version 1"},
        {"{\"version\":1,\"keys\":{}}", "version 1"},
        {"{\"version\":1,\"keys\":[7]}", ""},
        {KEY(ID REST), "name"},
        {KEY("\"id\":\"0123456789AB\",\"name\":\"n\"," REST), "12 hexadecimal"},
        {KEY("\"id\":\"01\",\"name\":\"n\"," REST), "12 hexadecimal"},
        {KEY(ID "\"name\":\"n\",\"scopes\":[],\"accounts\":[],\"users\":[],\"created\":\"2026-11-21T22:00:00Z\""),
         "SHA-256"},
        {KEY(ID "\"name\":\"\"," REST), "name"},
        {KEY(ID "\"name\":\"n\\u202e\"," REST), "not shown"},
        {KEY(ID "\"name\":\"n\",\"may\":\"everything\"," REST), "not known"},
        {KEY(ID "\"name\":\"n\",\"expires\":\"soon\"," REST), "expires"},
        {KEY(ID "\"name\":\"n\",\"sha256\":\"" HASH
                "\",\"scopes\":[\"root\"],\"accounts\":[],\"users\":[],\"created\":\"2026-11-21T22:00:00Z\""),
         "scopes"},
        {KEY(ID "\"name\":\"n\",\"sha256\":\"" HASH
                "\",\"scopes\":[],\"accounts\":\"*\",\"users\":[],\"created\":\"2026-11-21T22:00:00Z\""),
         "patterns"},
        {KEY(ID "\"name\":\"n\",\"sha256\":\"" HASH
                "\",\"scopes\":[],\"accounts\":[\"a/b\"],\"users\":[],\"created\":\"2026-11-21T22:00:00Z\""),
         "patterns"},
        {"{\"version\":1,\"keys\":[{" ID "\"name\":\"n\"," REST "},{" ID "\"name\":\"n\"," REST "}]}", "already"},
    };
    assert_true(
        api_key_read_set(KEY(ID "\"name\":\"n\"," REST), strlen(KEY(ID "\"name\":\"n\"," REST)), "list", set, &fault));
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        fault = (struct fault){0};
        if (api_key_read_set(wrong[i].json, strlen(wrong[i].json), "list", set, &fault))
            fail_msg("taken: %s", wrong[i].json);
        assert_int_equal(fault.kind, FAULT_CONFIG);
        assert_int_equal(set->count, 0);
        if (strstr(fault.message, wrong[i].said) == NULL)
            fail_msg("%s: %s", wrong[i].json, fault.message);
        assert_null(strstr(fault.message, "0123456789abcdef")); /* no hash in a log */
    }
}

static void what_may_be_a_pattern(void **state) {
    (void)state;
    assert_true(api_pattern_fits("*"));
    assert_true(api_pattern_fits("ci-?@x,y=+.z_*"));
    assert_false(api_pattern_fits(""));
    assert_false(api_pattern_fits("a b"));
    assert_false(api_pattern_fits("a/b"));
    assert_false(api_pattern_fits("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")); /* 65 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_holder_is_known_by_it, begin, end),
        cmocka_unit_test_setup_teardown(no_bit_of_a_key_may_be_another, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_key_and_what_is_not_ours, begin, end),
        cmocka_unit_test_setup_teardown(a_key_has_its_time, begin, end),
        cmocka_unit_test_setup_teardown(each_scope_is_given_by_its_name, begin, end),
        cmocka_unit_test_setup_teardown(patterns_say_what_may_be_seen, begin, end),
        cmocka_unit_test_setup_teardown(any_of_several_patterns, begin, end),
        cmocka_unit_test_setup_teardown(names_and_ids_are_there_once, begin, end),
        cmocka_unit_test_setup_teardown(a_set_is_never_larger_than_it_may_be, begin, end),
        cmocka_unit_test_setup_teardown(a_list_is_read_as_it_was_written, begin, end),
        cmocka_unit_test_setup_teardown(lists_that_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(what_may_be_a_pattern, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
