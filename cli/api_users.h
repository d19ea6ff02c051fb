/* Users as the API knows them: found by name or by key, listed page by page. Owns nothing. */
#ifndef KEYTURN_API_USERS_H
#define KEYTURN_API_USERS_H

#include "api_client.h"

enum { API_USERS_MAX = 1000 * 1000 };

/* A user found. */
struct api_user {
    char account[ACCOUNT_SIZE];
    char name[USER_NAME_SIZE];
};

/* Which users; NULL: any. */
struct api_filter {
    const char *account;
    const char *policy;
    const char *state;
    const char *user;
    const char *key_id;
};

/* What --account, --policy and --state say. */
struct api_filter api_filter_of(const struct options *options);

/* By name: in the account of --account, else wherever there is one of that name. FAULT_GONE: nowhere; FAULT_CONFLICT: in several, which it names. */
bool api_user_named(struct api_client *client, const struct options *options, const char *name, struct api_user *user,
                    struct fault *fault) MUST_CHECK;

/* By the id of one of its keys: the user of --user and --account where both are given, which the server then checks, else whoever had the key at
 * the last look. FAULT_GONE: nobody, and what to do about it. */
bool api_user_of_key(struct api_client *client, const struct options *options, const char *key_id,
                     struct api_user *user, struct fault *fault) MUST_CHECK;

/* What GET /accounts/{account}/users/{user} says of it; the caller closes it. NULL and the fault. */
struct doc *api_user_read(struct api_client *client, const struct api_user *user, struct fault *fault);

/* Account and name of an item of /users. FAULT_INVALID if it has none. */
bool api_user_of(const struct doc *item, struct api_user *user, struct fault *fault) MUST_CHECK;

/* Appends "/accounts/<account>/users/<name>" and `more`. */
void api_user_path(const struct api_user *user, const char *more, struct text *path);

/* Visits each user ({"account","user",...}) that the filter leaves, page by page, until the visitor returns false (its fault is
 * then *fault). A page may be empty and not the last. FAULT_INVALID over API_USERS_MAX. */
bool api_users_each(struct api_client *client, const struct api_filter *filter,
                    bool (*visit)(const struct doc *user, void *context, struct fault *fault), void *context,
                    struct fault *fault) MUST_CHECK;

#endif
