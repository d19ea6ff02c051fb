#include "scope.h"

/* What a selection is judged by; it borrows from the user and the two arrays. */
static struct policy_subject subject_of(const char *account, const struct iam_user *user,
                                        const char *groups[IAM_USER_GROUPS], const char *tags[IAM_USER_TAGS]) {
    for (size_t i = 0; i < user->group_count; i++)
        groups[i] = user->groups[i];
    for (size_t i = 0; i < user->tag_count; i++)
        tags[i] = user->tags[i].key;
    return (struct policy_subject){
        .account = account,
        .name = user->name,
        .path = user->path,
        .groups = groups,
        .group_count = user->group_count,
        .tag_keys = tags,
        .tag_count = user->tag_count,
    };
}

const struct policy *scope_policy(const struct policy_set *policies, const char *account, const struct iam_user *user) {
    const char *groups[IAM_USER_GROUPS];
    const char *tags[IAM_USER_TAGS];
    const struct policy_subject subject = subject_of(account, user, groups, tags);
    return policy_match(policies, &subject);
}

const struct policy *scope_missed_by_tags(const struct policy_set *policies, const char *account,
                                          const struct iam_user *user) {
    const char *groups[IAM_USER_GROUPS];
    const char *tags[IAM_USER_TAGS];
    const struct policy_subject subject = subject_of(account, user, groups, tags);
    return policy_missed_by_tags(policies, &subject);
}

void scope_override(const struct policy *policy, const struct iam_user *user, struct override *override) {
    const char *keys[IAM_USER_TAGS];
    const char *values[IAM_USER_TAGS];
    for (size_t i = 0; i < user->tag_count; i++) {
        keys[i] = user->tags[i].key;
        values[i] = user->tags[i].value;
    }
    override_read(policy, keys, values, user->tag_count, override);
}
