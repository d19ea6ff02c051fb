#include "audit_trail.h"

#include "text.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { BYTES = 4096 };

static char folder[] = "/tmp/keyturn-trail-XXXXXX";
static const char *const names[] = {"log", "log.1", "log.2", "log.3.gz", "log.position", "log.position.lock"};

static const char *path_of(const char *name) {
    static char path[4][96];
    static size_t turn;
    turn = (turn + 1) % COUNT_OF(path);
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

static int no_files(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unlink(path_of(names[i]));
    return 0;
}

static void append(const char *name, const char *text) {
    FILE *file = fopen(path_of(name), "a");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void rotate(const char *from, const char *to) {
    assert_int_equal(rename(path_of(from), path_of(to)), 0);
}

/* The order of files is that of their last change; the clock of a file system is too coarse for a test that is fast. */
static void changed_at(const char *name, time_t seconds) {
    const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    assert_int_equal(utimensat(AT_FDCWD, path_of(name), times, 0), 0);
}

static struct audit_trail *open_trail(void) {
    struct fault fault;
    bool lost = true;
    struct audit_trail *trail = audit_trail_open(path_of("log"), &lost, &fault);
    assert_non_null(trail);
    assert_false(lost);
    return trail;
}

static void assert_next_lines(struct audit_trail *trail, const char *wanted) {
    char bytes[BYTES + 1];
    size_t length = audit_trail_read(trail, bytes, BYTES);
    bytes[length] = '\0';
    assert_string_equal(bytes, wanted);
}

static void pass_on(struct audit_trail *trail, const char *wanted) {
    struct fault fault;
    assert_next_lines(trail, wanted);
    assert_true(audit_trail_advance(trail, strlen(wanted), &fault));
}

static bool go_on(struct audit_trail *trail) {
    struct fault fault;
    bool moved = false;
    assert_true(audit_trail_next(trail, &moved, &fault));
    return moved;
}

static void it_goes_on_where_it_was_after_a_restart(void **state) {
    (void)state;
    append("log", "one\ntwo\n");
    struct audit_trail *trail = open_trail();
    pass_on(trail, "one\ntwo\n");
    append("log", "three\n");
    assert_int_equal(audit_trail_behind(trail), 6);
    assert_next_lines(trail, "three\n"); /* read, not passed on: a crash */
    audit_trail_close(trail);
    trail = open_trail();
    pass_on(trail, "three\n");
    assert_int_equal(audit_trail_behind(trail), 0);
    audit_trail_close(trail);
}

static void half_a_line_is_waited_for(void **state) {
    (void)state;
    append("log", "one\ntw");
    struct audit_trail *trail = open_trail();
    pass_on(trail, "one\n");
    assert_next_lines(trail, "");
    append("log", "o\n");
    pass_on(trail, "two\n");
    audit_trail_close(trail);
}

static void files_moved_away_are_read_to_their_end_in_order(void **state) {
    (void)state;
    append("log", "one\n");
    changed_at("log", 500);
    struct audit_trail *trail = open_trail();
    append("log", "two\n");
    rotate("log", "log.2");
    changed_at("log.2", 1000);
    append("log.1", "three\n");
    changed_at("log.1", 2000);
    append("log.3.gz", "packed\n");
    append("log", "four\n");
    assert_int_equal(audit_trail_behind(trail), 8 + 6 + 5);
    pass_on(trail, "one\ntwo\n");
    assert_true(go_on(trail));
    pass_on(trail, "three\n");
    assert_true(go_on(trail));
    pass_on(trail, "four\n");
    assert_false(go_on(trail));
    audit_trail_close(trail);
}

static void rotations_while_nobody_reads_lose_nothing(void **state) {
    (void)state;
    append("log", "one\ntwo\n");
    struct audit_trail *trail = open_trail();
    struct fault fault;
    assert_true(audit_trail_advance(trail, 4, &fault));
    audit_trail_close(trail);
    rotate("log", "log.1");
    changed_at("log.1", 1000);
    append("log", "three\n");
    trail = open_trail();
    pass_on(trail, "two\n");
    assert_true(go_on(trail));
    pass_on(trail, "three\n");
    audit_trail_close(trail);
}

static void a_file_that_is_gone_is_told_of(void **state) {
    struct fault fault;
    bool lost = false;
    (void)state;
    append("log", "one\n");
    struct audit_trail *trail = open_trail();
    pass_on(trail, "one\n");
    audit_trail_close(trail);
    unlink(path_of("log"));
    append("log", "another file, whatever its inode\n");
    trail = audit_trail_open(path_of("log"), &lost, &fault);
    assert_non_null(trail);
    assert_true(lost);
    pass_on(trail, "another file, whatever its inode\n");
    audit_trail_close(trail);
}

static void one_that_is_emptied_in_place_begins_again(void **state) {
    (void)state;
    append("log", "one\ntwo\n");
    struct audit_trail *trail = open_trail();
    pass_on(trail, "one\ntwo\n");
    assert_int_equal(truncate(path_of("log"), 0), 0);
    append("log", "x\n");
    pass_on(trail, "x\n");
    audit_trail_close(trail);
}

static void only_one_process_passes_a_log_on(void **state) {
    struct fault fault;
    bool lost = false;
    (void)state;
    append("log", "one\n");
    struct audit_trail *trail = open_trail();
    assert_null(audit_trail_open(path_of("log"), &lost, &fault));
    assert_int_equal(fault.kind, FAULT_CONFLICT);
    audit_trail_close(trail);
    audit_trail_close(open_trail());
}

static void what_is_no_file_is_refused(void **state) {
    struct fault fault;
    bool lost = false;
    (void)state;
    assert_null(audit_trail_open("/dev/null", &lost, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    append("log", "one\n");
    append("log.position", "{}");
    assert_null(audit_trail_open(path_of("log"), &lost, &fault));
    assert_int_equal(fault.kind, FAULT_INVALID);
}

int main(void) {
#define STORY(story) cmocka_unit_test_setup_teardown(story, no_files, no_files)
    const struct CMUnitTest tests[] = {
        STORY(it_goes_on_where_it_was_after_a_restart),
        STORY(half_a_line_is_waited_for),
        STORY(files_moved_away_are_read_to_their_end_in_order),
        STORY(rotations_while_nobody_reads_lose_nothing),
        STORY(a_file_that_is_gone_is_told_of),
        STORY(one_that_is_emptied_in_place_begins_again),
        STORY(only_one_process_passes_a_log_on),
        STORY(what_is_no_file_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
