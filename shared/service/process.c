#include "process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

bool process_harden(struct fault *fault) {
    const struct rlimit none = {0, 0};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &none) == 0 &&
        sigaction(SIGPIPE, &ignore, NULL) == 0)
        return true;
    return fault_set(fault, FAULT_UNAVAILABLE, "process", "cannot switch core dumps off: %s", strerror(errno));
}
