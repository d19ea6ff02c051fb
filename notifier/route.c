#include "route.h"

/* "Created" is told when the key is proven and current: a mail must never come before the key can be fetched. */
static const struct route routes[] = {
    {EVENT_KEY_ACTIVATED, LETTER_CREATED, TO_USER | TO_ADMIN, true},
    {EVENT_KEY_DEACTIVATED, LETTER_DEACTIVATED, TO_USER | TO_ADMIN, true},
    {EVENT_KEY_DELETED, LETTER_DELETED, TO_USER | TO_ADMIN, true},
    {EVENT_ROTATION_BLOCKED, LETTER_BLOCKED, TO_ADMIN, false},
    {EVENT_KEY_FOREIGN, LETTER_FOREIGN, TO_ADMIN, false},
};

static const char *const names[LETTER_COUNT] = {
#define X(kind, name) #name,
    LETTERS(X)
#undef X
};

const struct route *route_of(enum event_type type) {
    for (size_t i = 0; i < COUNT_OF(routes); i++) {
        if (routes[i].type == type)
            return &routes[i];
    }
    return NULL;
}

const char *letter_name(enum letter_kind kind) {
    return names[kind];
}
