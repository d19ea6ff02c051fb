/* Policies that change while threads read them: each set stays valid until its successor was taken over and a minute has passed.
 * Owns the sets it read. One thread calls it. */
#ifndef KEYTURN_RELOAD_H
#define KEYTURN_RELOAD_H

#include "policy.h"

enum { RELOAD_KEEP_MS = 60 * 1000, RELOAD_KEPT_MAX = 8 };

struct reload_kept {
    struct policy_set *policies;
    int64_t retired; /* clock_boot_ms() */
};

/* Zeroed: nothing read yet. */
struct reload {
    struct policy_set *current;
    size_t count;
    struct reload_kept kept[RELOAD_KEPT_MAX];
};

/* Reads the policies of the file; the set is `reload`'s. NULL and the fault of config_load_policies(), or FAULT_LATE when too many sets
 * of the last minute are still kept: whoever reads them keeps the old one. Call reload_taken() once it is in force. */
struct policy_set *reload_read(struct reload *reload, const char *path, struct fault *fault);

/* `policies`, got from reload_read(), is in force: the one before it is given back in a minute. */
void reload_taken(struct reload *reload, struct policy_set *policies);

/* Frees every set. */
void reload_close(struct reload *reload);

#endif
