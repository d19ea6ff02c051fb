#include "load.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { SECRET_NAME_MOST = 512 };

struct placeholder {
    const char *name; /* with its braces */
    const char *value;
};

/* Finds the placeholder that begins at `at`; NULL: unknown. */
static const struct placeholder *placeholder_at(const struct placeholder *known, const char *at) {
    for (; known->name != NULL; known++)
        if (text_starts(at, known->name))
            return known;
    return NULL;
}

static const struct placeholder names_only[] = {{"{account}", ""}, {"{user_id}", ""}, {"{user}", ""}, {NULL, NULL}};

bool secret_template_check(const char *template, char *why, size_t why_size) {
    for (const char *c = template; *c != '\0'; c++) {
        if (*c == '{' && placeholder_at(names_only, c) == NULL) {
            snprintf(why, why_size, "'%.*s' is no placeholder; there are {account}, {user_id} and {user}",
                     (int)strcspn(c, "}") + 1, c);
            return false;
        }
        if (*c == '{')
            c = strchr(c, '}');
        else if (!isalnum((unsigned char)*c) && strchr("/_+=.@-", *c) == NULL) {
            snprintf(why, why_size, "Secrets Manager allows no '%c' in a name; use letters, digits and / _ + = . @ -",
                     *c);
            return false;
        }
    }
    snprintf(why, why_size,
             "must hold {user_id}: names repeat after a user is deleted and made again, and two users must never share "
             "a secret");
    return text_matches(template, "*{user_id}*");
}

/* '_' begins an escape, so that no two values are spelled alike. */
static void add_escaped(struct text *name, const char *value) {
    for (const char *c = value; *c != '\0'; c++) {
        if (isalnum((unsigned char)*c) || strchr("+=.@-", *c) != NULL)
            text_append(name, c, 1);
        else
            text_format(name, "_%02x", (unsigned)(unsigned char)*c);
    }
}

static void fill(struct text *name, const char *template, const struct placeholder *values) {
    for (const char *c = template; *c != '\0'; c++) {
        const struct placeholder *found = *c == '{' ? placeholder_at(values, c) : NULL;
        if (found == NULL) {
            text_append(name, c, 1);
            continue;
        }
        add_escaped(name, found->value);
        c += strlen(found->name) - 1;
    }
}

/* Secrets Manager puts a hyphen and six characters behind a name to make its ARN, and cannot tell a name that ends like that from
 * an ARN's end. */
static bool ends_like_an_arn(const struct text *name) {
    if (name->length < 7 || name->bytes[name->length - 7] != '-')
        return false;
    for (size_t i = name->length - 6; i < name->length; i++)
        if (!isalnum((unsigned char)name->bytes[i]))
            return false;
    return true;
}

static void defuse(struct text *name) {
    char end[7];
    if (!ends_like_an_arn(name))
        return;
    memcpy(end, name->bytes + name->length - 6, sizeof end);
    name->length -= 7;
    text_format(name, "_2d%s", end);
}

bool config_secret_name(const struct config *config, const char *account, const char *user, const char *user_id,
                        char *name, size_t size, struct fault *fault) {
    const struct placeholder values[] = {
        {"{account}", account}, {"{user_id}", user_id}, {"{user}", user}, {NULL, NULL}};
    struct text filled;
    text_open(&filled, SECRET_NAME_MOST);
    fill(&filled, config->secrets.name, values);
    defuse(&filled);
    bool good = !filled.overflowed && filled.length > 0 && text_copy(name, size, filled.bytes);
    if (!good)
        fault_set(fault, FAULT_CONFIG, "secrets.name", "the secret's name of user %s does not fit %d characters", user,
                  SECRET_NAME_MOST);
    text_close(&filled);
    return good;
}
