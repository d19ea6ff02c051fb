#include "reload.h"

#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char good[] = "policies:\n"
                           "  - name: %s\n"
                           "    select: {name_prefix: [test-]}\n"
                           "    rotate_after: 76d\n"
                           "    deactivate_after: 90d\n"
                           "    delete_after: 104d\n";

struct fixture {
    char path[64];
    struct reload reload;
    struct fault fault;
};

static void write_file(const struct fixture *fixture, const char *format, const char *name) {
    FILE *file = fopen(fixture->path, "w");
    assert_non_null(file);
    char line[400];
    snprintf(line, sizeof line, format, name);
    fputs(line, file);
    fclose(file);
}

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    snprintf(fixture->path, sizeof fixture->path, "/tmp/keyturn-reload-XXXXXX");
    int made = mkstemp(fixture->path);
    close(made);
    *state = fixture;
    return made >= 0 ? 0 : -1;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    reload_close(&fixture->reload);
    unlink(fixture->path);
    free(fixture);
    return 0;
}

static void the_set_before_stays_readable_after_its_successor(void **state) {
    struct fixture *fixture = *state;
    write_file(fixture, good, "first");
    struct policy_set *first = reload_read(&fixture->reload, fixture->path, &fixture->fault);
    assert_non_null(first);
    reload_taken(&fixture->reload, first);
    write_file(fixture, good, "second");
    struct policy_set *second = reload_read(&fixture->reload, fixture->path, &fixture->fault);
    assert_non_null(second);
    reload_taken(&fixture->reload, second);
    assert_string_equal(first->policies[0].name, "first");
    assert_string_equal(second->policies[0].name, "second");
}

static void a_wrong_file_gives_its_line_and_changes_nothing(void **state) {
    struct fixture *fixture = *state;
    write_file(fixture, good, "first");
    struct policy_set *first = reload_read(&fixture->reload, fixture->path, &fixture->fault);
    reload_taken(&fixture->reload, first);
    write_file(fixture, "policies:\n  - name: %s\n    rotate_after: 3 parsecs\n", "broken");
    assert_null(reload_read(&fixture->reload, fixture->path, &fixture->fault));
    assert_int_equal(fixture->fault.kind, FAULT_CONFIG);
    assert_non_null(strstr(fixture->fault.where, ":3"));
    assert_ptr_equal(fixture->reload.current, first);
    assert_string_equal(first->policies[0].name, "first");
}

static void a_storm_of_reloads_has_a_ceiling(void **state) {
    struct fixture *fixture = *state;
    size_t taken = 0;
    write_file(fixture, good, "again");
    for (int i = 0; i < 50; i++) {
        struct policy_set *policies = reload_read(&fixture->reload, fixture->path, &fixture->fault);
        if (policies == NULL)
            continue;
        reload_taken(&fixture->reload, policies);
        taken++;
    }
    assert_int_equal(taken, RELOAD_KEPT_MAX + 1);
    assert_int_equal(fixture->fault.kind, FAULT_LATE);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STORY(the_set_before_stays_readable_after_its_successor),
        STORY(a_wrong_file_gives_its_line_and_changes_nothing),
        STORY(a_storm_of_reloads_has_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
