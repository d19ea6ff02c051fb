#include "api_users.h"

#include <stdio.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096, NAMED_MAX = 256, PAGE = 1000, AFTER_SIZE = 257 };

static void add_parameter(struct text *path, const char *name, const char *value) {
    if (value == NULL)
        return;
    text_format(path, "%c%s=", strchr(path->bytes, '?') == NULL ? '?' : '&', name);
    text_add_encoded(path, value, false);
}

static const char *account_of(const struct options *options) {
    return options->accounts.count > 0 ? options->accounts.items[0] : NULL;
}

static bool take_user(const struct doc *item, struct api_user *user, struct fault *fault) {
    const char *account = doc_text(doc_at(item, "account"));
    const char *name = doc_text(doc_at(item, "user"));
    bool fine = account != NULL && name != NULL && text_copy(user->account, sizeof user->account, account) &&
                text_copy(user->name, sizeof user->name, name);
    return fine || fault_set(fault, FAULT_INVALID, "API", "a user without account or name");
}

/* The documents of /users with one parameter; NULL and the fault. */
static struct doc *ask_for(struct api_client *client, const char *parameter, const char *value, struct fault *fault) {
    struct text path;
    text_open(&path, PATH_MAX_BYTES);
    text_add(&path, "/users");
    add_parameter(&path, parameter, value);
    struct doc *page = api_get(client, path.bytes, fault);
    text_close(&path);
    return page;
}

static bool several(const struct doc *items, const char *name, struct fault *fault) {
    struct text accounts;
    text_open(&accounts, NAMED_MAX);
    for (size_t i = 0; i < doc_count(items); i++) {
        const char *account = doc_text(doc_at(doc_item(items, i), "account"));
        text_format(&accounts, "%s%s", i > 0 ? ", " : "", account != NULL ? account : "?");
    }
    (void)fault_set(fault, FAULT_CONFLICT, name, "a user of several accounts (%s): --account says which",
                    accounts.bytes);
    text_close(&accounts);
    return false;
}

bool api_user_named(struct api_client *client, const struct options *options, const char *name, struct api_user *user,
                    struct fault *fault) {
    const char *account = account_of(options);
    if (account != NULL)
        return (text_copy(user->account, sizeof user->account, account) &&
                text_copy(user->name, sizeof user->name, name)) ||
               fault_set(fault, FAULT_INVALID, name, "no user of an account can be called so");
    struct doc *page = ask_for(client, "user", name, fault);
    const struct doc *items = doc_at(page, "items");
    bool found = false;
    if (page != NULL && doc_count(items) > 1)
        found = several(items, name, fault);
    else if (page != NULL)
        found = doc_count(items) == 1
                    ? take_user(doc_item(items, 0), user, fault)
                    : fault_set(fault, FAULT_GONE, name, "there is no such user, or the API key may not see it");
    doc_close(page);
    return found;
}

bool api_user_of_key(struct api_client *client, const struct options *options, const char *key_id,
                     struct api_user *user, struct fault *fault) {
    if (options->users.count > 0)
        return api_user_named(client, options, options->users.items[0], user, fault);
    struct doc *page = ask_for(client, "key_id", key_id, fault);
    const struct doc *first = doc_item(doc_at(page, "items"), 0);
    bool found =
        page != NULL &&
        (first != NULL
             ? take_user(first, user, fault)
             : fault_set(fault, FAULT_GONE, key_id,
                         "nobody had this key at the last look; --user NAME and --account ID say whose it is"));
    doc_close(page);
    return found;
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

static struct doc *read_page(struct api_client *client, const struct options *options, const char *after,
                             struct fault *fault) {
    char limit[16];
    struct text path;
    snprintf(limit, sizeof limit, "%d", PAGE);
    text_open(&path, PATH_MAX_BYTES);
    text_add(&path, "/users");
    add_parameter(&path, "limit", limit);
    add_parameter(&path, "account", account_of(options));
    add_parameter(&path, "policy", options->policy);
    add_parameter(&path, "state", options->state);
    add_parameter(&path, "after", after[0] != '\0' ? after : NULL);
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

bool api_users_each(struct api_client *client, const struct options *options,
                    bool (*visit)(const struct doc *user, void *context, struct fault *fault), void *context,
                    struct fault *fault) {
    char after[AFTER_SIZE] = "";
    size_t seen = 0;
    bool going = true;
    do {
        struct doc *page = read_page(client, options, after, fault);
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
