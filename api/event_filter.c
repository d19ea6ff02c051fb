#include "event_filter.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

enum { FULL_TYPE_SIZE = 96 };

static bool read_type(const char *type, struct event_filter *filter) {
    char full[FULL_TYPE_SIZE];
    enum event_type found;
    int length = snprintf(full, sizeof full, "io.keyturn.%s.v1", type);
    if (length < 0 || length >= (int)sizeof full || !event_type_parse(full, &found))
        return false;
    filter->type = (int)found;
    return true;
}

bool event_filter_read(const char *account, const char *type, struct event_filter *filter, const char **wrong) {
    *filter = (struct event_filter){.type = EVENT_TYPE_ANY};
    if (account != NULL && (strlen(account) != ACCOUNT_SIZE - 1 || strspn(account, "0123456789") != ACCOUNT_SIZE - 1)) {
        *wrong = "account";
        return false;
    }
    if (type != NULL && !read_type(type, filter)) {
        *wrong = "type";
        return false;
    }
    text_clip(filter->account, sizeof filter->account, account != NULL ? account : "");
    return true;
}

bool event_filter_lets(const struct event_filter *filter, const struct api_key *key, enum event_type type,
                       const char *account, const char *user) {
    if (filter->type != EVENT_TYPE_ANY && filter->type != (int)type)
        return false;
    if (filter->account[0] != '\0' && !text_equal(filter->account, account))
        return false;
    return user[0] == '\0' ? api_key_sees_account(key, account) : api_key_sees_user(key, account, user);
}
