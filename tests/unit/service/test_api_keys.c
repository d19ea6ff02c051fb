/* API keys in a file: taken into force without a restart, and changed by several at once without losing anything. */
#include "api_keys.h"

#include "mem.h"
#include "text.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW = 1795298400, WRITERS = 3, CHANGES = 4 };

static char folder[64];
static struct api_keys_home home;
static struct api_keys *keys;
static struct fault fault;

static int begin(void **state) {
    (void)state;
    strcpy(folder, "/tmp/keyturn-keys-XXXXXX");
    assert_non_null(mkdtemp(folder));
    home = (struct api_keys_home){0};
    snprintf(home.file, sizeof home.file, "%s/api-keys.json", folder);
    keys = api_keys_open(&home);
    return 0;
}

static int end(void **state) {
    char lock[sizeof home.file + 8];
    (void)state;
    api_keys_close(keys);
    snprintf(lock, sizeof lock, "%s.lock", home.file);
    unlink(home.file);
    unlink(lock);
    return rmdir(folder); /* nothing else was left behind */
}

static bool add(struct api_key_set *set, void *context, struct fault *why) {
    return api_key_add(set, context, why);
}

static bool take_out(struct api_key_set *set, void *context, struct fault *why) {
    return api_key_remove(set, context) || fault_set(why, FAULT_GONE, "story", "no such key");
}

static struct api_key make(const char *name, struct secret *text) {
    struct api_key key;
    api_key_make(&key, text);
    text_clip(key.name, sizeof key.name, name);
    key.scopes = 1U << SCOPE_METRICS;
    key.created = NOW;
    return key;
}

static bool refresh(void) {
    bool changed;
    if (!api_keys_refresh(keys, NULL, &changed, &fault))
        fail_msg("%s: %s", fault.where, fault.message);
    return changed;
}

static enum api_key_verdict check(const struct secret *text) {
    struct api_key key;
    return api_keys_check(keys, text->bytes, text->length, NOW, &key);
}

static void write_file(const char *content) {
    FILE *file = fopen(home.file, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static void keys_come_and_go_without_a_restart(void **state) {
    (void)state;
    struct secret text = {0};
    struct api_key key = make("one", &text);
    struct stat about;
    assert_true(api_keys_refresh(keys, NULL, NULL, &fault)); /* no file is no keys */
    assert_int_equal(check(&text), API_KEY_UNKNOWN);
    assert_true(api_keys_change(&home, NULL, add, &key, &fault));
    assert_int_equal(check(&text), API_KEY_UNKNOWN); /* not yet */
    assert_true(refresh());
    assert_int_equal(check(&text), API_KEY_ACCEPTED);
    assert_int_equal(api_keys_count(keys), 1);
    assert_false(refresh()); /* nothing new */
    assert_int_equal(stat(home.file, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_true(api_keys_change(&home, NULL, take_out, key.id, &fault));
    assert_true(refresh());
    assert_int_equal(check(&text), API_KEY_UNKNOWN);
    secret_close(&text);
}

/* A stream goes on by the key it began with, as long as that is in force: not by another that has got its id. */
static void a_key_is_held_as_long_as_it_is_the_same(void **state) {
    (void)state;
    struct secret text = {0};
    struct api_key key = make("one", &text);
    struct api_key held = key;
    struct api_key other = make("another", &text);
    key.scopes = 1U << SCOPE_METRICS | 1U << SCOPE_ROTATE;
    key.expires = NOW + 10;
    assert_true(api_keys_change(&home, NULL, add, &key, &fault));
    assert_true(refresh());
    assert_true(api_keys_hold(keys, &held, NOW + 9));
    assert_true(api_key_has(&held, SCOPE_ROTATE)); /* as it is now */
    assert_false(api_keys_hold(keys, &held, NOW + 10));
    text_clip(other.id, sizeof other.id, key.id);
    assert_true(api_keys_change(&home, NULL, take_out, key.id, &fault));
    assert_true(refresh());
    assert_false(api_keys_hold(keys, &held, NOW));
    assert_true(api_keys_change(&home, NULL, add, &other, &fault));
    assert_true(refresh());
    assert_false(api_keys_hold(keys, &held, NOW));
    assert_true(api_keys_hold(keys, &other, NOW));
    secret_close(&text);
}

static void a_torn_file_leaves_the_keys_in_force(void **state) {
    (void)state;
    struct secret text = {0};
    struct api_key key = make("one", &text);
    bool changed = true;
    assert_true(api_keys_change(&home, NULL, add, &key, &fault));
    assert_true(refresh());
    write_file("{\"version\":1,\"keys\":[{");
    assert_false(api_keys_refresh(keys, NULL, &changed, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_false(changed);
    assert_int_equal(check(&text), API_KEY_ACCEPTED);
    assert_false(api_keys_refresh(keys, NULL, NULL, &fault));      /* said again as long as it is so */
    assert_false(api_keys_change(&home, NULL, add, &key, &fault)); /* and never overwritten */
    write_file("{\"version\":1,\"keys\":[]}");
    assert_true(refresh());
    assert_int_equal(check(&text), API_KEY_UNKNOWN);
    secret_close(&text);
}

static void a_file_that_is_gone_takes_no_key_away(void **state) {
    (void)state;
    struct secret text = {0};
    struct api_key key = make("one", &text);
    assert_true(api_keys_change(&home, NULL, add, &key, &fault));
    assert_true(refresh());
    assert_int_equal(unlink(home.file), 0);
    assert_false(api_keys_refresh(keys, NULL, NULL, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_int_equal(check(&text), API_KEY_ACCEPTED);
    write_file("");
    assert_false(api_keys_refresh(keys, NULL, NULL, &fault));
    assert_int_equal(check(&text), API_KEY_ACCEPTED);
    secret_close(&text);
}

static void a_change_that_is_refused_writes_nothing(void **state) {
    (void)state;
    assert_false(api_keys_change(&home, NULL, take_out, (void *)"none", &fault));
    assert_int_equal(fault.kind, FAULT_GONE);
    assert_int_not_equal(access(home.file, F_OK), 0);
}

static void a_home_that_is_nowhere(void **state) {
    (void)state;
    struct api_keys_home nowhere = {0};
    struct api_key_set *set = mem_zero(1, sizeof *set);
    assert_false(api_keys_read(&nowhere, NULL, set, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    text_clip(nowhere.file, sizeof nowhere.file, "/nowhere/at/all/keys.json");
    assert_true(api_keys_read(&nowhere, NULL, set, &fault));
    assert_int_equal(set->count, 0);
    assert_false(api_keys_change(&nowhere, NULL, take_out, (void *)"x", &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    mem_free(set);
}

/* Each writer makes keys and takes every second one back. */
static void *write_on(void *context) {
    const int *writer = context;
    static _Atomic int failures;
    struct fault why;
    for (int i = 0; i < CHANGES; i++) {
        struct secret text = {0};
        char name[32];
        snprintf(name, sizeof name, "writer %d key %d", *writer, i);
        struct api_key key = make(name, &text);
        failures += !api_keys_change(&home, NULL, add, &key, &why);
        failures += i % 2 == 1 && !api_keys_change(&home, NULL, take_out, key.id, &why);
        secret_close(&text);
    }
    return failures > 0 ? &failures : NULL;
}

static void several_writers_lose_nothing(void **state) {
    (void)state;
    pthread_t threads[WRITERS];
    int numbers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, write_on, &numbers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    assert_true(refresh());
    assert_int_equal(api_keys_count(keys), WRITERS * CHANGES / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_come_and_go_without_a_restart, begin, end),
        cmocka_unit_test_setup_teardown(a_key_is_held_as_long_as_it_is_the_same, begin, end),
        cmocka_unit_test_setup_teardown(a_torn_file_leaves_the_keys_in_force, begin, end),
        cmocka_unit_test_setup_teardown(a_file_that_is_gone_takes_no_key_away, begin, end),
        cmocka_unit_test_setup_teardown(a_change_that_is_refused_writes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_home_that_is_nowhere, begin, end),
        cmocka_unit_test_setup_teardown(several_writers_lose_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
