#include "target.h"

#include "mem.h"

#include <string.h>

static const char not_a_path[] = "the target must be a path that begins with '/'";
static const char bad_escape[] = "'%' must be followed by two hexadecimal digits";
static const char bad_bytes[] = "the target must be UTF-8 without control characters, percent-encoded";
static const char slash_in_part[] = "a part of the path must not hold an encoded '/'";
static const char too_many_parts[] = "the path has too many parts";
static const char too_many_pairs[] = "the query has too many parameters";
static const char named_twice[] = "a parameter of the query is given twice";

static int hex(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* The length of a well-formed UTF-8 sequence of two to four bytes at `at` (RFC 3629: shortest form, no surrogates), or 0. */
static size_t sequence_at(const unsigned char *at) {
    static const struct {
        unsigned char first, last, second_least, second_most;
        size_t length;
    } forms[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if (at[0] < forms[i].first || at[0] > forms[i].last)
            continue;
        if (at[1] < forms[i].second_least || at[1] > forms[i].second_most)
            return 0;
        for (size_t more = 2; more < forms[i].length; more++)
            if ((at[more] & 0xc0) != 0x80)
                return 0;
        return forms[i].length;
    }
    return 0;
}

static bool is_text(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    while (*at != 0) {
        size_t length = *at < 0x80 ? (size_t)(*at >= 0x20 && *at != 0x7f) : sequence_at(at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

/* Decodes in place. NULL, or what is wrong. */
static const char *decode(char *text, bool plus_is_blank) {
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '%') {
            *to++ = plus_is_blank && *from == '+' ? ' ' : *from;
            continue;
        }
        int high = hex(from[1]);
        int low = high < 0 ? -1 : hex(from[2]);
        if (low < 0)
            return bad_escape;
        if (high == 0 && low == 0)
            return bad_bytes;
        *to++ = (char)(high * 16 + low);
        from += 2;
    }
    *to = '\0';
    return is_text(text) ? NULL : bad_bytes;
}

/* What stands unencoded must be visible ASCII; '#' has no business in a request. */
static bool is_visible(const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c != 0; c++)
        if (*c <= 0x20 || *c >= 0x7f || *c == '#')
            return false;
    return true;
}

static const char *take_path(struct target *target, char *path) {
    for (char *part = path; part != NULL;) {
        char *slash = strchr(part, '/');
        if (slash != NULL)
            *slash = '\0';
        if (target->part_count == TARGET_PARTS)
            return too_many_parts;
        const char *wrong = decode(part, false);
        if (wrong != NULL)
            return wrong;
        if (strchr(part, '/') != NULL)
            return slash_in_part;
        target->parts[target->part_count++] = part;
        part = slash != NULL ? slash + 1 : NULL;
    }
    return NULL;
}

static const char *take_pair(struct target *target, char *pair) {
    char *equals = strchr(pair, '=');
    char *value = equals != NULL ? equals + 1 : pair + strlen(pair);
    if (equals != NULL)
        *equals = '\0';
    if (target->pair_count == TARGET_PAIRS)
        return too_many_pairs;
    const char *wrong = decode(pair, true);
    if (wrong == NULL && equals != NULL)
        wrong = decode(value, true);
    if (wrong == NULL && target_query(target, pair) != NULL)
        wrong = named_twice;
    if (wrong == NULL)
        target->pairs[target->pair_count++] = (struct target_pair){pair, value};
    return wrong;
}

static const char *take_query(struct target *target, char *query) {
    const char *wrong = NULL;
    for (char *pair = query; pair != NULL && wrong == NULL;) {
        char *next = strchr(pair, '&');
        if (next != NULL)
            *next++ = '\0';
        if (*pair != '\0')
            wrong = take_pair(target, pair);
        pair = next;
    }
    return wrong;
}

const char *target_open(struct target *target, const char *text) {
    *target = (struct target){.path = mem_copy(text), .room = mem_copy(text)};
    target->path[strcspn(text, "?")] = '\0';
    if (text[0] != '/')
        return not_a_path;
    if (!is_visible(text))
        return bad_bytes;
    char *query = strchr(target->room, '?');
    if (query != NULL)
        *query++ = '\0';
    const char *wrong = take_path(target, target->room + 1);
    return wrong != NULL || query == NULL ? wrong : take_query(target, query);
}

void target_close(struct target *target) {
    mem_free(target->path);
    mem_free(target->room);
    *target = (struct target){0};
}

/* The next part of a template, without its slash: its length; *at moves to the part after it, or becomes NULL. */
static size_t template_part(const char **at, const char **part) {
    *part = *at + 1;
    size_t length = strcspn(*part, "/");
    *at = (*part)[length] == '/' ? *part + length : NULL;
    return length;
}

bool target_fits(const struct target *target, const char *template) {
    const char *at = template;
    size_t i = 0;
    for (; at != NULL && i < target->part_count; i++) {
        const char *part = NULL;
        size_t length = template_part(&at, &part);
        const char *given = target->parts[i];
        bool fits = part[0] == '{' ? given[0] != '\0' : strlen(given) == length && memcmp(given, part, length) == 0;
        if (!fits)
            return false;
    }
    return at == NULL && i == target->part_count;
}

const char *target_part(const struct target *target, const char *template, const char *name) {
    const char *at = template;
    for (size_t i = 0; at != NULL && i < target->part_count; i++) {
        const char *part = NULL;
        size_t length = template_part(&at, &part);
        if (part[0] == '{' && length == strlen(name) + 2 && memcmp(part + 1, name, length - 2) == 0)
            return target->parts[i];
    }
    return NULL;
}

const char *target_query(const struct target *target, const char *name) {
    for (size_t i = 0; i < target->pair_count; i++)
        if (strcmp(target->pairs[i].name, name) == 0)
            return target->pairs[i].value;
    return NULL;
}
