/* What the tags of one user ask of its policy, and the policy that follows for that user alone. A policy names the members that a tag may
 * set, and bounds for each; everything else is the operator's. Plain structs without pointers; pure: no I/O, no clock. */
#ifndef KEYTURN_OVERRIDE_H
#define KEYTURN_OVERRIDE_H

#include "policy.h"

enum { OVERRIDE_NAME_SIZE = 65, OVERRIDE_SIZE = 257 };

struct override {
    bool given[OVERRIDE_AGES];
    int64_t ages[OVERRIDE_AGES]; /* seconds */
    bool windowed;
    unsigned days; /* as struct calendar has them */
    int64_t from;
    int64_t to;
    bool exempt;                      /* asked for, or asked in a way nobody can read: in doubt a user is left alone */
    char strange[OVERRIDE_NAME_SIZE]; /* the first tag, without its prefix, that says nothing readable; empty: none */
};

/* May any tag set anything? */
bool override_allowed(const struct policy *policy);

/* Reads the tags that begin with the policy's prefix: `keys[i]` has `values[i]`. A policy that lets no tag set anything gives the empty
 * override. Bounds are not asked here. */
void override_read(const struct policy *policy, const char *const *keys, const char *const *values, size_t count,
                   struct override *override);

/* One line that says all of it ("rotate_after=60d exempt"), and back. Nothing asked for: the empty line. False, and the empty override: no
 * such line. */
void override_spell(const struct override *override, char line[OVERRIDE_SIZE]);
bool override_parse(const char *line, struct override *override) MUST_CHECK;

/* "rotate_after", ... */
const char *override_age_name(enum override_age age);

/* Does it ask for nothing? */
bool override_empty(const struct override *override);

/* The policy for this user: `own` is `policy` with what the tags set; its fingerprint changes with the tags, whether they are taken or not.
 * False, with a FAULT_CONFIG (`fault` may be NULL) whose message says why in one sentence: something is not readable, not allowed, out of bounds, or would be refused by
 * policy_check(); then nothing is taken but an allowed `exempt`. Both may not be the same struct. */
bool override_apply(const struct policy *policy, const struct override *override, struct policy *own,
                    struct fault *fault);

/* What the bounds themselves get wrong: a FAULT_CONFIG whose code is the setting to blame; `refused` of those that no tag can mend, the
 * others say that a value within the bounds works only beside other tags. How many there are. */
typedef void override_finding(bool refused, const struct fault *finding, void *context);
size_t override_check_all(const struct policy *policy, override_finding *visit, void *context);

/* The first of those that are refused. */
bool override_check(const struct policy *policy, struct fault *fault) MUST_CHECK;

#endif
