#include "route.h"

#include "text.h"

/* "Created" is told when the key is proven and current: a mail must never come before the key can be fetched. */
static const struct route routes[] = {
    {EVENT_KEY_ACTIVATED, NULL, LETTER_CREATED, TO_USER | TO_ADMIN, true},
    {EVENT_KEY_DEACTIVATED, NULL, LETTER_DEACTIVATED, TO_USER | TO_ADMIN, true},
    {EVENT_KEY_DELETED, NULL, LETTER_DELETED, TO_USER | TO_ADMIN, true},
    {EVENT_ROTATION_DUE_SOON, "pre_notice", LETTER_DUE_SOON, TO_USER | TO_ADMIN, true},
    {EVENT_ROTATION_DUE_SOON, "notify_only", LETTER_SERVICE_DUE, TO_USER | TO_ADMIN, true},
    {EVENT_USER_OVERDUE, NULL, LETTER_OVERDUE, TO_USER | TO_ADMIN, true},
    {EVENT_ROTATION_SKIPPED, "two_active", LETTER_SKIPPED, TO_USER | TO_ADMIN, true},
    {EVENT_ROTATION_BLOCKED, NULL, LETTER_BLOCKED, TO_ADMIN, false},
    {EVENT_KEY_FOREIGN, "current_dead", LETTER_DEAD_KEY, TO_ADMIN, false},
    {EVENT_KEY_FOREIGN, NULL, LETTER_FOREIGN, TO_ADMIN, false},
    {EVENT_ACCOUNT_BRAKED, NULL, LETTER_BRAKED, TO_ADMIN, false},
    {EVENT_ACCOUNT_PAUSED, NULL, LETTER_PAUSED, TO_ADMIN, false},
    {EVENT_ACCOUNT_RESUMED, NULL, LETTER_RESUMED, TO_ADMIN, false},
};

static const char *const names[LETTER_COUNT] = {
#define X(kind, name) #name,
    LETTERS(X)
#undef X
};

const struct route *route_of(enum event_type type, const char *reason) {
    for (size_t i = 0; i < COUNT_OF(routes); i++) {
        if (routes[i].type == type && (routes[i].reason == NULL || text_equal(routes[i].reason, reason)))
            return &routes[i];
    }
    return NULL;
}

bool route_is_notice(enum event_type type) {
    return type == EVENT_ROTATION_DUE_SOON || type == EVENT_USER_OVERDUE;
}

const char *letter_name(enum letter_kind kind) {
    return names[kind];
}
