/* A file that is watched: what counts as another, and when. Each look is one call; no story waits. */
#include "file_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static char path[128];
static struct file_watch *watch;

static void in_folder(const char *name, char full[128]) {
    snprintf(full, 128, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *content) {
    char full[128];
    in_folder(name, full);
    FILE *file = fopen(full, "we");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void turn_link(const char *to) {
    char next[128];
    in_folder("next", next);
    assert_int_equal(symlink(to, next), 0);
    assert_int_equal(rename(next, path), 0);
}

static int begin(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/keyturn-watch-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    in_folder("config", path);
    write_file("one", "mode: plan\n");
    turn_link("one");
    watch = file_watch_open(path);
    return 0;
}

static int end(void **state) {
    (void)state;
    static const char *const names[] = {"one", "two", "config"};
    char full[128];
    file_watch_close(watch);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        in_folder(names[i], full);
        (void)unlink(full);
    }
    return rmdir(folder);
}

static void looks_until(bool changed) {
    assert_false(file_watch_changed(watch)); /* seen, and waited for */
    assert_int_equal(file_watch_changed(watch), changed);
    assert_false(file_watch_changed(watch));
}

static void one_that_stays_as_it_was_is_no_other(void **state) {
    (void)state;
    looks_until(false);
}

static void one_that_is_written_anew_is_seen_when_it_rests(void **state) {
    (void)state;
    write_file("one", "mode: ");
    assert_false(file_watch_changed(watch));
    write_file("one", "mode: apply\n");
    looks_until(true);
}

/* As Kubernetes swaps a ConfigMap: the name stays, what it leads to is another. */
static void a_link_that_is_turned_is_seen(void **state) {
    (void)state;
    write_file("two", "mode: next\n");
    turn_link("two");
    looks_until(true);
}

static void the_same_content_in_another_file_is_no_other(void **state) {
    (void)state;
    write_file("two", "mode: plan\n");
    turn_link("two");
    looks_until(false);
}

static void one_that_is_gone_and_comes_back_is_seen_both_times(void **state) {
    (void)state;
    assert_int_equal(unlink(path), 0);
    looks_until(true);
    turn_link("one");
    looks_until(true);
}

static void what_was_read_for_another_reason_is_known(void **state) {
    (void)state;
    write_file("one", "mode: apply\n");
    file_watch_known(watch);
    looks_until(false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_that_stays_as_it_was_is_no_other, begin, end),
        cmocka_unit_test_setup_teardown(one_that_is_written_anew_is_seen_when_it_rests, begin, end),
        cmocka_unit_test_setup_teardown(a_link_that_is_turned_is_seen, begin, end),
        cmocka_unit_test_setup_teardown(the_same_content_in_another_file_is_no_other, begin, end),
        cmocka_unit_test_setup_teardown(one_that_is_gone_and_comes_back_is_seen_both_times, begin, end),
        cmocka_unit_test_setup_teardown(what_was_read_for_another_reason_is_known, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
