#include "doc.h"
#include "log.h"
#include "steering.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Runs `write` with stderr going to a file and gives back what it wrote. */
static struct text captured(void (*write_lines)(void)) {
    static char bytes[1024 * 1024];
    struct text text;
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);
    assert_non_null(file);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    write_lines();
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    text_open(&text, sizeof bytes);
    text_append(&text, bytes, fread(bytes, 1, sizeof bytes, file));
    fclose(file);
    return text;
}

static void nasty_line(void) {
    log_line(LOG_INFO, "said \"so\"\n", "user", "al\\ice\t\"x\"", "empty", NULL, "last", "1", NULL);
}

static void a_record_is_one_line_of_json_whatever_it_holds(void **state) {
    (void)state;
    struct fault fault;
    struct text line = captured(nasty_line);
    assert_ptr_equal(strchr(line.bytes, '\n'), line.bytes + line.length - 1);
    struct doc *record = doc_parse(line.bytes, line.length, "log", &fault);
    assert_non_null(record);
    assert_string_equal(doc_text(doc_at(record, "message")), "said \"so\"\n");
    assert_string_equal(doc_text(doc_at(record, "user")), "al\\ice\t\"x\"");
    assert_string_equal(doc_text(doc_at(record, "last")), "1");
    assert_null(doc_at(record, "empty"));
    doc_close(record);
    text_close(&line);
}

static void steering_line(void) {
    struct fault fault;
    fault_set(&fault, FAULT_DENIED, "GetUser", "no\x1b[2J\xe2\x80\xae");
    log_fault(LOG_INFO, "said", &fault, "user",
              "al\xc2\x9b\xe2\x80\xae"
              "ice\x7f",
              NULL);
}

static void a_record_steers_no_terminal_and_loses_nothing(void **state) {
    (void)state;
    struct fault fault;
    struct text line = captured(steering_line);
    for (const char *at = line.bytes; *at != '\n'; at++)
        assert_int_equal(steering_at(at, NULL), 0);
    struct doc *record = doc_parse(line.bytes, line.length, "log", &fault);
    assert_non_null(record);
    assert_string_equal(doc_text(doc_at(record, "user")), "al\xc2\x9b\xe2\x80\xae"
                                                          "ice\x7f");
    assert_string_equal(doc_text(doc_at(record, "reason")), "no?[2J?");
    doc_close(record);
    text_close(&line);
}

static void fault_line(void) {
    struct fault fault;
    fault_set(&fault, FAULT_THROTTLED, "ListUsers", "Rate exceeded");
    log_fault(LOG_WARN, "look failed", &fault, "user", "alice", NULL);
}

static void a_fault_is_told_whole(void **state) {
    (void)state;
    struct text line = captured(fault_line);
    struct doc *record = doc_parse(line.bytes, line.length, "log", NULL);
    assert_string_equal(doc_text(doc_at(record, "fault")), "throttled");
    assert_string_equal(doc_text(doc_at(record, "where")), "ListUsers");
    assert_string_equal(doc_text(doc_at(record, "reason")), "Rate exceeded");
    assert_string_equal(doc_text(doc_at(record, "level")), "warn");
    doc_close(record);
    text_close(&line);
}

static void quiet_lines(void) {
    log_begin("test", LOG_WARN);
    log_line(LOG_INFO, "not this", NULL);
    log_line(LOG_ERROR, "but this", NULL);
    log_begin("test", LOG_INFO);
}

static void lines_below_the_level_are_not_written(void **state) {
    (void)state;
    struct text lines = captured(quiet_lines);
    assert_null(strstr(lines.bytes, "not this"));
    assert_non_null(strstr(lines.bytes, "but this"));
    text_close(&lines);
}

static void late_lines(void) {
    log_line_late(LOG_INFO, "first", "number", "1", NULL);
    log_line_late(LOG_DEBUG, "not this", NULL);
    log_line_late(LOG_INFO, "second", NULL);
    log_line(LOG_INFO, "third", NULL);
    log_line_late(LOG_INFO, "fourth", NULL);
    log_flush();
    log_flush();
}

static void late_lines_keep_their_place(void **state) {
    static const char *const messages[] = {"first", "second", "third", "fourth"};
    (void)state;
    struct text lines = captured(late_lines);
    const char *at = lines.bytes;
    for (size_t i = 0; i < COUNT_OF(messages); i++) {
        const char *end = strchr(at, '\n');
        assert_non_null(end);
        struct doc *record = doc_parse(at, (size_t)(end - at), "log", NULL);
        assert_string_equal(doc_text(doc_at(record, "message")), messages[i]);
        doc_close(record);
        at = end + 1;
    }
    assert_string_equal(at, "");
    text_close(&lines);
}

static void unflushed_lines(void) {
    log_line_late(LOG_INFO, "waits", NULL);
    fflush(stderr);
}

static void a_late_line_waits_for_the_flush(void **state) {
    (void)state;
    struct text before = captured(unflushed_lines);
    assert_string_equal(before.bytes, "");
    struct text after = captured(log_flush);
    assert_non_null(strstr(after.bytes, "\"waits\""));
    text_close(&before);
    text_close(&after);
}

enum { CROWD = 2000 };

static void crowd_of_late_lines(void) {
    char number[16];
    for (int i = 0; i < CROWD; i++) {
        snprintf(number, sizeof number, "%d", i);
        log_line_late(LOG_INFO, "one of many", "number", number, NULL);
    }
    log_flush();
}

/* More than may wait. */
static void no_late_line_is_lost(void **state) {
    static struct text lines;
    int seen = 0;
    (void)state;
    lines = captured(crowd_of_late_lines);
    for (const char *at = lines.bytes; (at = strchr(at, '\n')) != NULL; at++)
        seen++;
    assert_int_equal(seen, CROWD);
    text_close(&lines);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_one_line_of_json_whatever_it_holds),
        cmocka_unit_test(a_record_steers_no_terminal_and_loses_nothing),
        cmocka_unit_test(a_fault_is_told_whole),
        cmocka_unit_test(lines_below_the_level_are_not_written),
        cmocka_unit_test(late_lines_keep_their_place),
        cmocka_unit_test(a_late_line_waits_for_the_flush),
        cmocka_unit_test(no_late_line_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
