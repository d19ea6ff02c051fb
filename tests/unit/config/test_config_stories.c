/* Each file in refused/ is a story of a configuration that must not start anything; its first line says on which line it is refused and
 * with which words. Each file in accepted/ loads. */
#include "scratch.h"

#include "mem.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STORIES_MOST = 256, PATH_SIZE = 512 };

/* "# expect: 12: rotate_after" */
static int read_expectation(const char *path, char *phrase, size_t size) {
    char line[512];
    int number = 0;
    int at = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    assert_int_equal(sscanf(line, "# expect: %d: %n", &number, &at), 1);
    assert_true(at > 0);
    snprintf(phrase, size, "%s", line + at);
    return number;
}

static void is_refused(void **state) {
    struct fault fault = {0};
    char phrase[512];
    char where[64];
    const char *path = *state;
    int line = read_expectation(path, phrase, sizeof phrase);
    struct config *config = config_load(path, &fault);
    snprintf(where, sizeof where, "%.48s:%d", strrchr(path, '/') + 1, line);
    assert_null(config);
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_string_equal(fault.where, where);
    if (strstr(fault.message, phrase) == NULL)
        fail_msg("expected \"%s\" in \"%s\"", phrase, fault.message);
}

static void is_accepted(void **state) {
    struct fault fault = {0};
    struct config *config = config_load(*state, &fault);
    if (config == NULL)
        fail_msg("%s: %s", fault.where, fault.message);
    config_close(config);
}

static int is_story(const struct dirent *entry) {
    return text_matches(entry->d_name, "*.yaml");
}

static size_t add_stories(const char *folder, CMUnitTestFunction judge, struct CMUnitTest *tests, size_t count) {
    struct dirent **entries;
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", TEST_DATA, folder);
    int found = scandir(path, &entries, is_story, alphasort);
    for (int i = 0; i < found && count < STORIES_MOST; i++) {
        snprintf(path, sizeof path, "%s/%s/%.200s", TEST_DATA, folder, entries[i]->d_name);
        char *kept = mem_copy(path);
        tests[count++] = (struct CMUnitTest){kept + sizeof TEST_DATA, judge, NULL, NULL, kept};
        free(entries[i]);
    }
    if (found >= 0)
        free(entries);
    return count;
}

int main(void) {
    static struct CMUnitTest tests[STORIES_MOST];
    size_t refused = add_stories("refused", is_refused, tests, 0);
    size_t count = add_stories("accepted", is_accepted, tests, refused);
    if (refused < 100 || count < refused + 20 || count == STORIES_MOST) {
        fprintf(stderr, "%zu refused and %zu accepted stories are not what is in the folders\n", refused,
                count - refused);
        return 1;
    }
    int failed = _cmocka_run_group_tests("stories", tests, count, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        mem_free(tests[i].initial_state);
    return failed;
}
