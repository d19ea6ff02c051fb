/* What there is to say about the policies of a file: all of it at once, for whoever writes one. Plain structs. */
#ifndef KEYTURN_CONFIG_FINDINGS_H
#define KEYTURN_CONFIG_FINDINGS_H

#include "config.h"

enum { FINDINGS_MAX = 256 };

struct finding {
    bool refused;                  /* no program takes a file with this; else it is allowed, but worth knowing */
    char policy[POLICY_NAME_SIZE]; /* empty: the file as a whole */
    struct fault fault;            /* where: "file:line"; message: setting and reason */
};

struct findings {
    size_t policy_count;
    size_t refused; /* all of them, also those past FINDINGS_MAX */
    size_t count;
    struct finding items[FINDINGS_MAX];
};

/* Reads only `policies` (and unsafe_test_clock) of the file, and goes on after each thing it finds. A file that cannot be read, or is not
 * YAML, is one finding. */
void config_find(const char *path, struct findings *findings);

/* Adds one; past FINDINGS_MAX it is only counted. */
void findings_add(struct findings *findings, bool refused, const char *policy, const struct fault *fault);

#endif
