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
    char bytes[8192];
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_one_line_of_json_whatever_it_holds),
        cmocka_unit_test(a_record_steers_no_terminal_and_loses_nothing),
        cmocka_unit_test(a_fault_is_told_whole),
        cmocka_unit_test(lines_below_the_level_are_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
