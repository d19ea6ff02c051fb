/* A process that holds secrets leaves no copy of its memory behind. Told in a child, since there is no way back. */
#include "process.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { FINE = 40, REFUSED, DUMPS, LIMIT_OPEN, WRITTEN };

static int hardened(void) {
    struct fault fault;
    struct rlimit core;
    int ends[2];
    if (!process_harden(&fault) || pipe(ends) != 0)
        return REFUSED;
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
        return DUMPS;
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0)
        return LIMIT_OPEN;
    close(ends[0]);
    return write(ends[1], "", 1) == -1 && errno == EPIPE ? FINE : WRITTEN;
}

static void it_dumps_no_core_and_outlives_a_closed_pipe(void **state) {
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(hardened());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), FINE);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(it_dumps_no_core_and_outlives_a_closed_pipe),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
