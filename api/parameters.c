#include "parameters.h"

#include "routes.h"
#include "steering.h"

#include <string.h>

#define DIGITS   "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define OF_NAMES CAPITALS "abcdefghijklmnopqrstuvwxyz" DIGITS "+=,.@_-"

enum { KEY_ID_LEAST = 16, KEY_ID_MOST = 128, POLICY_NAME_MOST = 64 };

static bool is_of(const char *text, const char *allowed, size_t least, size_t most) {
    size_t length = strspn(text, allowed);
    return length >= least && length <= most && text[length] == '\0';
}

bool parameters_is_user_name(const char *text) {
    return is_of(text, OF_NAMES, 1, USER_NAME_SIZE - 1);
}

static bool is_account(const char *text) {
    return is_of(text, DIGITS, ACCOUNT_SIZE - 1, ACCOUNT_SIZE - 1);
}

bool parameters_is_key_id(const char *text) {
    return is_of(text, CAPITALS DIGITS, KEY_ID_LEAST, KEY_ID_MOST);
}

/* Of UTF-8, as every parameter is: counted in characters. */
static bool is_policy_name(const char *text) {
    size_t count = 0;
    for (const char *at = text; *at != '\0'; at++)
        count += ((unsigned char)*at & 0xC0U) != 0x80U;
    return count >= 1 && count <= POLICY_NAME_MOST && !steering_in(text);
}

/* In the order of a list: an account, and a user in it. Neither need be there. */
static bool is_place(const char *text) {
    size_t length = strspn(text, OF_NAMES);
    return length >= 1 && length < ACCOUNT_SIZE &&
           (text[length] == '\0' || (text[length] == '/' && is_of(text + length + 1, OF_NAMES, 0, USER_NAME_SIZE - 1)));
}

static const struct form {
    const char *name;
    bool (*fits)(const char *text);
    const char *expected;
} forms[] = {
    {"account", is_account, "the twelve digits of an account"},
    {"user", parameters_is_user_name, "an IAM user's name"},
    {"key_id", parameters_is_key_id, "an access key id, whole"},
    {"policy", is_policy_name, "a policy's name"},
    {"after", is_place, "what `next` of the page before was"},
};

bool parameters_look_like(const char *name, const char *text) {
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        if (strcmp(forms[i].name, name) == 0)
            return forms[i].fits(text);
    return false;
}

bool parameters_fit(struct call *call) {
    if (web_query_unknown(call->request, call->route->query) != NULL) {
        call_problem(call, 400, "bad_parameter", "the query has an unknown parameter");
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        const char *text = web_query(call->request, forms[i].name);
        if (text != NULL && !forms[i].fits(text)) {
            call_bad_parameter(call, forms[i].name, forms[i].expected);
            return false;
        }
    }
    return true;
}
