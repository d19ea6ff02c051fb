#include "scratch.h"

#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { KEPT = 4 };

static char paths[KEPT][64];
static size_t used;

const char *scratch_file(const char *content, size_t length) {
    char *path = paths[used++ % KEPT];
    if (*path != '\0')
        unlink(path);
    snprintf(path, sizeof paths[0], "/tmp/keyturn-story-XXXXXX");
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    length = length == 0 ? strlen(content) : length;
    assert_int_equal(write(descriptor, content, length), (ssize_t)length);
    close(descriptor);
    return path;
}

void scratch_clean(void) {
    for (size_t i = 0; i < KEPT; i++) {
        if (paths[i][0] != '\0')
            unlink(paths[i]);
        paths[i][0] = '\0';
    }
}

struct config *scratch_load(const char *content) {
    struct fault fault;
    struct config *config = config_load(scratch_file(content, 0), &fault);
    if (config == NULL)
        fail_msg("%s: %s", fault.where, fault.message);
    return config;
}

struct fault scratch_refused(const char *content) {
    struct fault fault = {0};
    struct config *config = config_load(scratch_file(content, 0), &fault);
    assert_null(config);
    assert_int_equal(fault.kind, FAULT_CONFIG);
    return fault;
}
