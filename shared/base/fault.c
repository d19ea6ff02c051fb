#include "fault.h"

#include "steering.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t wait;
    int64_t most;
    const char *sentence;
} kinds[FAULT_KIND_COUNT] = {
#define X(kind, name, wait, most, sentence) {name, wait, most, sentence},
    FAULT_KINDS(X)
#undef X
};

bool fault_set(struct fault *fault, enum fault_kind kind, const char *where, const char *format, ...) {
    if (fault == NULL)
        return false;
    memset(fault, 0, sizeof *fault);
    fault->kind = kind;
    snprintf(fault->where, sizeof fault->where, "%s", where);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault->message, sizeof fault->message, format, arguments);
    va_end(arguments);
    steering_mask(fault->message); /* often a server's own words */
    return false;
}

const char *fault_name(enum fault_kind kind) {
    return kinds[kind].name;
}

const char *fault_sentence(enum fault_kind kind) {
    return kinds[kind].sentence;
}

int64_t fault_wait(enum fault_kind kind, unsigned attempt, int64_t unsafe_floor) {
    int64_t wait = kinds[kind].wait;
    for (unsigned i = 0; i < attempt && wait < kinds[kind].most; i++)
        wait *= 2;
    if (wait > kinds[kind].most)
        wait = kinds[kind].most;
    if (unsafe_floor > 0 && wait > unsafe_floor)
        wait = unsafe_floor;
    return wait > 0 ? wait : 1;
}
