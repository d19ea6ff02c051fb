/* Reading IAM. Calls are made in the session's account; each may be repeated and is, within its attempts. */
#ifndef KEYTURN_IAM_READ_H
#define KEYTURN_IAM_READ_H

#include "aws.h"
#include "keyring.h"
#include "policy.h"

enum {
    IAM_USER_GROUPS = 16,
    IAM_USER_TAGS = 50,
    IAM_GROUP_NAME_SIZE = 129,
    IAM_TAG_VALUE_SIZE = 257,
    IAM_TAG_KEY_SIZE = 129,
    IAM_MARKER_SIZE = 1024
};

struct iam_key {
    char id[KEY_ID_SIZE];
    enum key_status status;
    int64_t created;
};

struct iam_key_list {
    size_t count;
    struct iam_key keys[KEYRING_MAX];
    bool truncated; /* IsTruncated, or more than fit */
};

struct iam_tag {
    char key[IAM_TAG_KEY_SIZE];
    char value[IAM_TAG_VALUE_SIZE];
};

/* A user as GetUser or GetAccountAuthorizationDetails shows it. */
struct iam_user {
    char name[USER_NAME_SIZE];
    char id[USER_ID_SIZE];
    char path[USER_PATH_SIZE];
    char arn[ARN_SIZE];
    int64_t created;
    size_t group_count;
    char groups[IAM_USER_GROUPS][IAM_GROUP_NAME_SIZE];
    size_t tag_count;
    struct iam_tag tags[IAM_USER_TAGS];
    bool truncated; /* more groups or tags than fit: the user is left alone, loudly */
};

/* The mail address of a user by the policy's recipient tags: the first of them that says something, else "". Borrowed from the user. */
const char *iam_user_recipient(const struct iam_user *user, const struct policy *policy);

/* ListAccessKeys of a user. FAULT_GONE if the user does not exist. */
bool iam_list_access_keys(struct aws *aws, const char *user, struct iam_key_list *list, struct fault *fault) MUST_CHECK;

/* GetUser and its tags (no groups). FAULT_GONE if it does not exist. */
bool iam_get_user(struct aws *aws, const char *name, struct iam_user *user, struct fault *fault) MUST_CHECK;

/* ListGroupsForUser, all pages, into user->groups. */
bool iam_list_groups_for_user(struct aws *aws, const char *name, struct iam_user *user, struct fault *fault) MUST_CHECK;

/* GetAccessKeyLastUsed. `last_used` is 0 if never. The user the key belongs to goes to `owner` (USER_NAME_SIZE). */
bool iam_get_access_key_last_used(struct aws *aws, const char *key_id, char owner[USER_NAME_SIZE], int64_t *last_used,
                                  struct fault *fault) MUST_CHECK;

/* One page of GetAccountAuthorizationDetails with Filter=User: calls `visit` for each user until it returns false (then the
 * result is false, FAULT_STOPPED). `marker` (IAM_MARKER_SIZE) is empty for the first page and holds the next page's afterwards;
 * empty again = that was the last. */
bool iam_account_users_page(struct aws *aws, char marker[IAM_MARKER_SIZE],
                            bool (*visit)(const struct iam_user *user, void *context), void *context,
                            struct fault *fault) MUST_CHECK;

#endif
