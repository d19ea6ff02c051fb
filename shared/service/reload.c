#include "reload.h"

#include "clock.h"
#include "config.h"
#include "mem.h"

static void drop_old(struct reload *reload) {
    size_t left = 0;
    for (size_t i = 0; i < reload->count; i++) {
        if (clock_boot_ms() - reload->kept[i].retired >= RELOAD_KEEP_MS)
            mem_free(reload->kept[i].policies);
        else
            reload->kept[left++] = reload->kept[i];
    }
    reload->count = left;
}

struct policy_set *reload_read(struct reload *reload, const char *path, struct fault *fault) {
    drop_old(reload);
    if (reload->count == RELOAD_KEPT_MAX) {
        fault_set(fault, FAULT_LATE, "reload", "%d reloads within a minute: try again in one", RELOAD_KEPT_MAX);
        return NULL;
    }
    struct policy_set *policies = mem_zero(1, sizeof *policies);
    if (config_load_policies(path, policies, fault))
        return policies;
    mem_free(policies);
    return NULL;
}

void reload_taken(struct reload *reload, struct policy_set *policies) {
    if (reload->current != NULL)
        reload->kept[reload->count++] = (struct reload_kept){reload->current, clock_boot_ms()};
    reload->current = policies;
}

void reload_close(struct reload *reload) {
    for (size_t i = 0; i < reload->count; i++)
        mem_free(reload->kept[i].policies);
    mem_free(reload->current);
    *reload = (struct reload){0};
}
