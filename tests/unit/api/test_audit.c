#include "audit.h"
#include "doc.h"
#include "flat.h"

#include "clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { THREADS = 4, EACH = 50, PATIENCE_MS = 60 * 1000 };

static char folder[] = "/tmp/keyturn-audit-XXXXXX";
static char path[64];
static char moved[64];

static int make_folder(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/audit", folder);
    snprintf(moved, sizeof moved, "%s/audit.1", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    unlink(moved);
    return rmdir(folder);
}

static int no_file(void **state) {
    (void)state;
    unlink(path);
    unlink(moved);
    return 0;
}

static size_t lines_of(const char *file) {
    FILE *stream = fopen(file, "r");
    char line[1024];
    size_t lines = 0;
    while (stream != NULL && fgets(line, sizeof line, stream) != NULL) {
        struct fault fault;
        struct doc *doc = doc_parse(line, strlen(line), "audit", &fault);
        assert_non_null(doc); /* each line is a whole record */
        doc_close(doc);
        lines++;
    }
    if (stream != NULL)
        fclose(stream);
    return lines;
}

static bool write_one(struct audit *audit, const char *user, struct fault *fault) {
    struct text line;
    struct flat record;
    text_open(&line, AUDIT_RECORD_CEILING);
    flat_open(&record, &line);
    flat_text(&record, "user", user);
    (void)!flat_close(&record); /* what does not fit is the log's to refuse */
    bool written = audit_write(audit, &line, fault);
    text_close(&line);
    return written;
}

static void records_are_in_the_file_when_they_are_said_to_be(void **state) {
    (void)state;
    for (int sync = AUDIT_SYNC_SECOND; sync <= AUDIT_SYNC_ALWAYS; sync++) {
        struct fault fault = {0};
        struct audit *audit = audit_open(path, (enum config_audit_sync)sync, &fault);
        size_t before = lines_of(path);
        assert_non_null(audit);
        assert_int_equal(audit_waits(audit), sync == AUDIT_SYNC_ALWAYS);
        assert_true(write_one(audit, "ann\nbob", &fault));
        assert_int_equal(lines_of(path), before + 1);
        audit_close(audit);
    }
    struct stat seen;
    assert_int_equal(stat(path, &seen), 0);
    assert_int_equal(seen.st_mode & 0777, 0600);
}

static void *write_many(void *argument) {
    struct fault fault;
    size_t written = 0;
    for (int i = 0; i < EACH; i++)
        written += write_one(argument, "ann", &fault);
    return (void *)written;
}

static void several_threads_lose_and_mix_nothing(void **state) {
    struct fault fault = {0};
    struct audit *audit = audit_open(path, AUDIT_SYNC_ALWAYS, &fault);
    pthread_t threads[THREADS];
    (void)state;
    assert_non_null(audit);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, audit), 0);
    for (int i = 0; i < THREADS; i++) {
        void *written = NULL;
        pthread_join(threads[i], &written);
        assert_int_equal((size_t)written, EACH);
    }
    assert_int_equal(lines_of(path), THREADS * EACH);
    audit_close(audit);
}

static void a_file_that_was_moved_away_is_made_anew(void **state) {
    struct fault fault = {0};
    struct audit *audit = audit_open(path, AUDIT_SYNC_SECOND, &fault);
    int64_t began = clock_boot_ms();
    (void)state;
    assert_true(write_one(audit, "ann", &fault));
    assert_int_equal(rename(path, moved), 0);
    while (access(path, F_OK) != 0) {
        assert_true(clock_boot_ms() - began < PATIENCE_MS);
        clock_sleep_ms(10);
    }
    assert_true(write_one(audit, "bob", &fault));
    assert_int_equal(lines_of(path), 1);
    assert_int_equal(lines_of(moved), 1);
    audit_close(audit);
}

/* Somebody is always just being answered: that must not keep the log in a file that is long gone. */
static void a_busy_log_follows_its_file_too(void **state) {
    (void)state;
    for (int sync = AUDIT_SYNC_SECOND; sync <= AUDIT_SYNC_ALWAYS; sync++) {
        struct fault fault = {0};
        struct audit *audit = audit_open(path, (enum config_audit_sync)sync, &fault);
        int64_t began = clock_boot_ms();
        assert_true(write_one(audit, "ann", &fault));
        assert_int_equal(rename(path, moved), 0);
        while (access(path, F_OK) != 0) {
            assert_true(clock_boot_ms() - began < PATIENCE_MS);
            assert_true(write_one(audit, "ann", &fault));
            clock_sleep_ms(10);
        }
        audit_close(audit);
    }
}

/* Nobody would ever find what went to a file that has no name any more. */
static void a_file_that_was_removed_is_replaced_before_the_next_record(void **state) {
    (void)state;
    for (int sync = AUDIT_SYNC_SECOND; sync <= AUDIT_SYNC_ALWAYS; sync++) {
        struct fault fault = {0};
        struct audit *audit = audit_open(path, (enum config_audit_sync)sync, &fault);
        assert_true(write_one(audit, "ann", &fault));
        assert_int_equal(unlink(path), 0);
        assert_true(write_one(audit, "bob", &fault));
        assert_int_equal(lines_of(path), 1);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(mkdir(path, 0700), 0); /* there can be no other */
        assert_false(write_one(audit, "eve", &fault));
        assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
        assert_int_equal(rmdir(path), 0);
        assert_true(write_one(audit, "eve", &fault));
        assert_int_equal(lines_of(path), 1);
        audit_close(audit);
    }
}

/* The file may not grow: writing fails, as on a full disk, and works again once there is room; what was cut short spoils no other line. */
static void what_cannot_be_written_is_refused(void **state) {
    struct fault fault = {0};
    struct audit *audit = audit_open(path, AUDIT_SYNC_SECOND, &fault);
    struct rlimit usual;
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_true(write_one(audit, "ann", &fault));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    struct rlimit tight = {.rlim_cur = 20, .rlim_max = usual.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    assert_false(write_one(audit, "bob", &fault));
    bool refused_again = !write_one(audit, "bob", &fault);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_true(refused_again);
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_true(write_one(audit, "eve", &fault));
    audit_close(audit);
    FILE *stream = fopen(path, "r");
    char line[256];
    char last[256] = "";
    while (fgets(line, sizeof line, stream) != NULL)
        memcpy(last, line, sizeof last);
    fclose(stream);
    assert_string_equal(last, "{\"user\":\"eve\"}\n");
}

/* Readiness asks: nobody may be sent here meanwhile, so it comes back without a record being asked for. */
static void whether_it_can_be_written_is_told_until_it_can_be_again(void **state) {
    (void)state;
    for (int sync = AUDIT_SYNC_SECOND; sync <= AUDIT_SYNC_ALWAYS; sync++) {
        struct fault fault = {0};
        struct audit *audit = audit_open(path, (enum config_audit_sync)sync, &fault);
        struct rlimit usual;
        signal(SIGXFSZ, SIG_IGN);
        assert_true(write_one(audit, "ann", &fault) && audit_check(audit, &fault));
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
        struct rlimit tight = {.rlim_cur = 20, .rlim_max = usual.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
        bool refused = !write_one(audit, "bob", &fault);
        bool told = !audit_check(audit, &fault) && !audit_check(audit, &fault);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
        assert_true(refused && told);
        assert_string_equal(fault.where, AUDIT_WHERE);
        assert_true(audit_check(audit, &fault) && audit_check(audit, &fault));
        assert_true(write_one(audit, "eve", &fault));
        audit_close(audit);
    }
}

static void add(struct text *lines, const char *user) {
    struct flat record;
    flat_open(&record, lines);
    flat_text(&record, "user", user);
    assert_true(flat_close(&record));
    text_append(lines, "\n", 1);
}

static void several_records_are_written_at_once(void **state) {
    (void)state;
    for (int sync = AUDIT_SYNC_SECOND; sync <= AUDIT_SYNC_ALWAYS; sync++) {
        struct fault fault = {0};
        struct text lines;
        struct audit *audit = audit_open(path, (enum config_audit_sync)sync, &fault);
        size_t before = lines_of(path);
        text_open(&lines, AUDIT_RECORD_CEILING);
        add(&lines, "ann");
        add(&lines, "bob");
        add(&lines, "eve");
        assert_true(audit_write_all(audit, &lines, 3, &fault));
        assert_int_equal(lines_of(path), before + 3);
        text_close(&lines);
        audit_close(audit);
    }
}

/* The disk is full in the middle of the second: none of them counts, and the next begins a line. */
static void records_cut_short_all_do_not_count(void **state) {
    struct fault fault = {0};
    struct audit *audit = audit_open(path, AUDIT_SYNC_SECOND, &fault);
    struct text lines;
    struct rlimit usual;
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    text_open(&lines, AUDIT_RECORD_CEILING);
    add(&lines, "ann");
    add(&lines, "bob");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    struct rlimit tight = {.rlim_cur = lines.length - 5, .rlim_max = usual.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    bool written = audit_write_all(audit, &lines, 2, &fault);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_false(written);
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_string_equal(fault.where, AUDIT_WHERE);
    assert_true(audit_write_all(audit, &lines, 2, &fault));
    audit_close(audit);
    char all[512] = "";
    FILE *stream = fopen(path, "r");
    (void)!fread(all, 1, sizeof all - 1, stream);
    fclose(stream);
    assert_non_null(strstr(all, "\n{\"user\":\"ann\"}\n{\"user\":\"bob\"}\n"));
    text_close(&lines);
}

static void a_log_that_cannot_be_opened_is_refused(void **state) {
    struct fault fault = {0};
    (void)state;
    assert_null(audit_open("/proc/there/is/no/such/folder", AUDIT_SYNC_SECOND, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
}

#define STORY(name) cmocka_unit_test_setup(name, no_file)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(records_are_in_the_file_when_they_are_said_to_be),
        STORY(several_threads_lose_and_mix_nothing),
        STORY(a_file_that_was_moved_away_is_made_anew),
        STORY(a_busy_log_follows_its_file_too),
        STORY(a_file_that_was_removed_is_replaced_before_the_next_record),
        STORY(what_cannot_be_written_is_refused),
        STORY(whether_it_can_be_written_is_told_until_it_can_be_again),
        STORY(several_records_are_written_at_once),
        STORY(records_cut_short_all_do_not_count),
        STORY(a_log_that_cannot_be_opened_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
