#include "reach.h"

#include "mem.h"

#include <stdatomic.h>
#include <string.h>

enum { NOT_TRIED, REACHED, REFUSED };

struct reach {
    const struct config *config;
    atomic_int *last; /* one an account, in the configuration's order */
};

struct reach *reach_open(const struct config *config) {
    struct reach *reach = mem_zero(1, sizeof *reach);
    reach->config = config;
    reach->last = mem_zero(config->account_count + 1, sizeof *reach->last);
    return reach;
}

void reach_close(struct reach *reach) {
    if (reach == NULL)
        return;
    mem_free(reach->last);
    mem_free(reach);
}

void reach_note(struct reach *reach, const char *account, bool reached) {
    for (size_t i = 0; i < reach->config->account_count; i++)
        if (strcmp(reach->config->accounts[i].id, account) == 0)
            atomic_store(&reach->last[i], reached ? REACHED : REFUSED);
}

bool reach_none(const struct reach *reach) {
    size_t refused = 0;
    for (size_t i = 0; i < reach->config->account_count; i++) {
        int last = atomic_load(&reach->last[i]);
        if (last == REACHED)
            return false;
        refused += last == REFUSED ? 1 : 0;
    }
    return refused > 0;
}
