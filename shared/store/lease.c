#include "lease.h"

#include "operation.h"
#include "random.h"

bool lease_take(struct store *store, const char *account, const char *user, int64_t milliseconds,
                char token[LEASE_TOKEN_SIZE], bool *got, int64_t *left_ms, struct fault *fault) {
    struct command command;
    int64_t left = 0;
    *got = false;
    *left_ms = 0;
    random_hex(token, LEASE_TOKEN_SIZE - 1);
    operation_begin_script(&command, SCRIPT_lease_take);
    operation_key(store, &command, "lease", account, user);
    command_add(&command, token);
    command_add_number(&command, milliseconds);
    if (!operation_number(store, &command, SCRIPT_lease_take, &left, fault))
        return false;
    *got = left < 0;
    *left_ms = left < 0 ? 0 : left;
    return true;
}

bool lease_release(struct store *store, const char *account, const char *user, const char *token, struct fault *fault) {
    struct command command;
    operation_begin_script(&command, SCRIPT_lease_release);
    operation_key(store, &command, "lease", account, user);
    command_add(&command, token);
    return operation_number(store, &command, SCRIPT_lease_release, NULL, fault);
}
