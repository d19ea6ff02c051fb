#include "vocabulary.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    const char *sentence;
} steps[STEP_COUNT] = {
#define X(step, name, sentence) {name, sentence},
    STEPS(X)
#undef X
};

static const struct {
    const char *name;
    const char *sentence;
} reasons[REASON_COUNT] = {
#define X(reason, name, sentence) {name, sentence},
    REASONS(X)
#undef X
};

static const char *const event_types[EVENT_TYPE_COUNT] = {
#define X(type, name) name,
    EVENT_TYPES(X)
#undef X
};

const char *const job_reason_names[] = {
#define X(reason, name) name,
    JOB_REASONS(X)
#undef X
        NULL};

const char *step_name(enum step step) {
    return steps[step].name;
}

const char *step_sentence(enum step step) {
    return steps[step].sentence;
}

const char *reason_name(enum reason reason) {
    return reasons[reason].name;
}

const char *reason_sentence(enum reason reason) {
    return reasons[reason].sentence;
}

const char *event_type_name(enum event_type type) {
    return event_types[type];
}

bool event_type_parse(const char *full, enum event_type *type) {
    char expected[64];
    for (size_t i = 0; i < EVENT_TYPE_COUNT; i++) {
        snprintf(expected, sizeof expected, "io.keyturn.%s.v1", event_types[i]);
        if (strcmp(full, expected) == 0) {
            *type = (enum event_type)i;
            return true;
        }
    }
    return false;
}
