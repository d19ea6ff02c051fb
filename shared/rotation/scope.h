/* Which policy a user is under, and what its own tags ask of it: of a user that IAM showed whole. Pure. */
#ifndef KEYTURN_SCOPE_H
#define KEYTURN_SCOPE_H

#include "iam_read.h"
#include "override.h"

/* The first policy that selects the user, or NULL; borrowed from the set. Not to be asked of a user that is `truncated`. */
const struct policy *scope_policy(const struct policy_set *policies, const char *account, const struct iam_user *user);

/* The policy that would select the user, were the tags it requires there (policy.h); or NULL; borrowed likewise. */
const struct policy *scope_missed_by_tags(const struct policy_set *policies, const char *account,
                                          const struct iam_user *user);

/* What the user's tags ask of that policy. */
void scope_override(const struct policy *policy, const struct iam_user *user, struct override *override);

#endif
