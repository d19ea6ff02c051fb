/* The parts of config_load(), in the order it calls them. Each takes what the file says (lines, raw_file) into the configuration.
 * All: false and FAULT_CONFIG naming file and line, or the environment variable. */
#ifndef KEYTURN_CONFIG_LOAD_H
#define KEYTURN_CONFIG_LOAD_H

#include "findings.h"
#include "schema.h"

/* A file at hand. */
struct source {
    const struct lines *lines;
    const struct raw_file *file;
};

/* Puts the defaults of a table's rows into the struct at `base`; rows without one are left. */
void apply_defaults(enum setting_tables which, void *base);

/* Puts what the file says for a table into the struct at `base`; `under` is where its rows stand ("", "accounts[3]."). Missing required
 * ones are refused. */
bool apply_file(const struct source *source, enum setting_tables which, const char *under, const struct raw_value *raw,
                void *base, struct fault *fault) MUST_CHECK;

/* Overrides by KEYTURN_<SECTION>_<KEY>; a variable of a section that is no setting is refused with the closest name. */
bool apply_environment(struct config *config, struct fault *fault) MUST_CHECK;

/* kafka.properties and secrets.tags. */
bool load_properties(const struct source *source, struct config *config, struct fault *fault) MUST_CHECK;

/* accounts. Twice the same, or a role of another account, is refused. */
bool load_accounts(const struct source *source, struct config *config, struct fault *fault) MUST_CHECK;

/* One of them, finished but its arithmetic not checked: policies->policies[index], and the count behind it. */
bool read_policy(const struct source *source, size_t index, int64_t floor, struct policy_set *policies,
                 struct fault *fault) MUST_CHECK;

/* Everything that is wrong with the policies, and what is allowed but worth knowing. */
void find_in_policies(const struct source *source, int64_t floor, struct findings *findings);

/* policies, each with `floor` (0: the safety floor), finished and checked. */
bool load_policies(const struct source *source, int64_t floor, struct policy_set *policies,
                   struct fault *fault) MUST_CHECK;

/* What no single setting shows: settings that need or exclude each other. */
bool check_together(const struct source *source, const struct config *config, struct fault *fault) MUST_CHECK;

/* Puts a sentence into config->warning if a file that holds a secret can be read by everybody on this machine. */
void warn_of_public_files(const struct source *source, struct config *config);

/* Is the template of secrets.name usable? `why` otherwise. */
bool secret_template_check(const char *template, char *why, size_t why_size) MUST_CHECK;

/* May this kafka property be shown? */
bool property_is_secret(const char *name);

/* What notify.digest_every, _at and _tz mean, with the table of its time zone. Of a configuration whose scalars are all read. */
bool load_digest(const struct source *source, struct config *config, struct fault *fault) MUST_CHECK;

/* What the window and the blackouts of a policy mean, with the table of its time zone. */
bool load_calendar(const struct source *source, const char *under, struct policy *policy,
                   struct fault *fault) MUST_CHECK;

#endif
