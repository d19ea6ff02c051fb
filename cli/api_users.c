#include "api_users.h"

#include "api_path.h"

#include <stdio.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096, NAMED_MAX = 256, PAGE = 1000, AFTER_SIZE = 257 };

struct api_filter api_filter_of(const struct options *options) {
    return (struct api_filter){.account = options->accounts.count > 0 ? options->accounts.items[0] : NULL,
                               .policy = options->policy,
                               .state = options->state};
}

bool api_user_of(const struct doc *item, struct api_user *user, struct fault *fault) {
    const char *account = doc_text(doc_at(item, "account"));
    const char *name = doc_text(doc_at(item, "user"));
    bool fine = account != NULL && name != NULL && text_copy(user->account, sizeof user->account, account) &&
                text_copy(user->name, sizeof user->name, name);
    return fine || fault_set(fault, FAULT_INVALID, "API", "a user without account or name");
}

void api_user_path(const struct api_user *user, const char *more, struct text *path) {
    text_add(path, "/accounts/");
    text_add_encoded(path, user->account, false);
    text_add(path, "/users/");
    text_add_encoded(path, user->name, false);
    text_add(path, more);
}

struct doc *api_user_read(struct api_client *client, const struct api_user *user, struct fault *fault) {
    struct text path;
    text_open(&path, PATH_MAX_BYTES);
    api_user_path(user, "", &path);
    struct doc *read = api_get(client, path.bytes, fault);
    text_close(&path);
    return read;
}

/* --- pages --------------------------------------------------------------------------------------------------------------- */

static struct doc *read_page(struct api_client *client, const struct api_filter *filter, const char *after,
                             struct fault *fault) {
    char limit[16];
    struct text path;
    snprintf(limit, sizeof limit, "%d", PAGE);
    text_open(&path, PATH_MAX_BYTES);
    text_add(&path, "/users");
    api_path_parameter(&path, "limit", limit);
    api_path_parameter(&path, "account", filter->account);
    api_path_parameter(&path, "policy", filter->policy);
    api_path_parameter(&path, "state", filter->state);
    api_path_parameter(&path, "user", filter->user);
    api_path_parameter(&path, "key_id", filter->key_id);
    api_path_parameter(&path, "after", after[0] != '\0' ? after : NULL);
    struct doc *page = api_get(client, path.bytes, fault);
    text_close(&path);
    return page;
}

/* Where the next page begins; empty after the last. */
static bool turn(const struct doc *page, char after[AFTER_SIZE], struct fault *fault) {
    const char *next = doc_text(doc_at(page, "next"));
    if (next != NULL && text_equal(next, after))
        return fault_set(fault, FAULT_INVALID, "API", "a page that leads to itself");
    return text_copy(after, AFTER_SIZE, next != NULL ? next : "") ||
           fault_set(fault, FAULT_INVALID, "API", "a page whose next is too long");
}

bool api_users_each(struct api_client *client, const struct api_filter *filter,
                    bool (*visit)(const struct doc *user, void *context, struct fault *fault), void *context,
                    struct fault *fault) {
    char after[AFTER_SIZE] = "";
    size_t seen = 0;
    bool going = true;
    do {
        struct doc *page = read_page(client, filter, after, fault);
        const struct doc *items = doc_at(page, "items");
        going = page != NULL;
        for (size_t i = 0; going && i < doc_count(items); i++)
            going = visit(doc_item(items, i), context, fault);
        seen += doc_count(items);
        going = going && turn(page, after, fault) &&
                (seen <= API_USERS_MAX || fault_set(fault, FAULT_INVALID, "API", "over %d users", API_USERS_MAX));
        doc_close(page);
    } while (going && after[0] != '\0');
    return going;
}

/* --- one of them --------------------------------------------------------------------------------------------------------- */

struct found {
    size_t count;
    struct api_user first;
    struct text accounts; /* of all, for a person */
};

static bool find(const struct doc *item, void *context, struct fault *fault) {
    struct found *found = context;
    struct api_user user;
    if (!api_user_of(item, &user, fault))
        return false;
    if (found->count == 0)
        found->first = user;
    text_format(&found->accounts, "%s%s", found->count > 0 ? ", " : "", user.account);
    found->count++;
    return true;
}

static bool judge(const struct found *found, const char *name, const char *nobody, struct api_user *user,
                  struct fault *fault) {
    *user = found->first;
    if (found->count == 0)
        return fault_set(fault, FAULT_GONE, name, "%s", nobody);
    return found->count == 1 ||
           fault_set(fault, FAULT_CONFLICT, name, "a user of several accounts (%s): --account says which",
                     found->accounts.bytes);
}

static bool find_one(struct api_client *client, const struct api_filter *filter, const char *name, const char *nobody,
                     struct api_user *user, struct fault *fault) {
    struct found found = {.count = 0};
    text_open(&found.accounts, NAMED_MAX);
    bool one = api_users_each(client, filter, find, &found, fault) && judge(&found, name, nobody, user, fault);
    text_close(&found.accounts);
    return one;
}

bool api_user_named(struct api_client *client, const struct options *options, const char *name, struct api_user *user,
                    struct fault *fault) {
    const struct api_filter filter = {.user = name};
    if (options->accounts.count == 0)
        return find_one(client, &filter, name, "there is no such user, or the API key may not see it", user, fault);
    return (text_copy(user->account, sizeof user->account, options->accounts.items[0]) &&
            text_copy(user->name, sizeof user->name, name)) ||
           fault_set(fault, FAULT_INVALID, name, "no user of an account can be called so");
}

bool api_user_of_key(struct api_client *client, const struct options *options, const char *key_id,
                     struct api_user *user, struct fault *fault) {
    const struct api_filter filter = {.key_id = key_id};
    if (options->users.count > 0)
        return api_user_named(client, options, options->users.items[0], user, fault);
    return find_one(client, &filter, key_id,
                    "nobody had this key at the last look; --user NAME and --account ID say whose it is", user, fault);
}
