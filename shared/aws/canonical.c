#include "canonical.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Pairs in their final spelling, sorted. The bytes hold name, zero, value, zero...; pointers are made when all are in,
 * since the bytes move as they grow. */
struct spelled {
    struct text bytes;
    size_t count;
    struct sigv4_pair pairs[SIGV4_MAX_PAIRS];
};

typedef bool (*spelling)(struct text *out, const char *text);

static bool percent_encoded(struct text *out, const char *text) {
    return text_add_encoded(out, text, false);
}

static bool lower_case(struct text *out, const char *text) {
    bool fits = true;
    for (; fits && *text != '\0'; text++) {
        char lower = (char)tolower((unsigned char)*text);
        fits = text_append(out, &lower, 1);
    }
    return fits;
}

static bool squeezed(struct text *out, const char *text) {
    static const char space[] = " \t\r\n\v\f";
    bool fits = true;
    bool first = true;
    for (text += strspn(text, space); fits && *text != '\0'; text += strspn(text, space)) {
        size_t word = strcspn(text, space);
        fits = (first || text_add(out, " ")) && text_append(out, text, word);
        first = false;
        text += word;
    }
    return fits;
}

static int by_name_then_value(const void *left, const void *right) {
    const struct sigv4_pair *a = left;
    const struct sigv4_pair *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->value, b->value);
}

static void point(struct spelled *spelled) {
    const char *at = spelled->bytes.bytes;
    for (size_t i = 0; i < spelled->count; i++) {
        spelled->pairs[i].name = at;
        at += strlen(at) + 1;
        spelled->pairs[i].value = at;
        at += strlen(at) + 1;
    }
    qsort(spelled->pairs, spelled->count, sizeof spelled->pairs[0], by_name_then_value);
}

static bool spell(struct spelled *spelled, const struct sigv4_pair *pairs, size_t count, spelling name,
                  spelling value) {
    bool fits = count <= SIGV4_MAX_PAIRS;
    spelled->count = count;
    for (size_t i = 0; fits && i < count; i++)
        fits = name(&spelled->bytes, pairs[i].name) && text_append(&spelled->bytes, "", 1) &&
               value(&spelled->bytes, pairs[i].value) && text_append(&spelled->bytes, "", 1);
    if (fits)
        point(spelled);
    return fits;
}

bool canonical_query(const struct sigv4_pair *pairs, size_t count, struct text *out) {
    struct spelled spelled;
    text_open(&spelled.bytes, SIGV4_CEILING);
    bool fits = spell(&spelled, pairs, count, percent_encoded, percent_encoded);
    for (size_t i = 0; fits && i < count; i++)
        fits = (i == 0 || text_add(out, "&")) && text_add(out, spelled.pairs[i].name) && text_add(out, "=") &&
               text_add(out, spelled.pairs[i].value);
    text_close(&spelled.bytes);
    return fits;
}

bool canonical_headers(const struct sigv4_pair *pairs, size_t count, struct text *lines, struct text *names) {
    struct spelled spelled;
    text_open(&spelled.bytes, SIGV4_CEILING);
    bool fits = spell(&spelled, pairs, count, lower_case, squeezed);
    for (size_t i = 0; fits && i < count; i++)
        fits = text_add(lines, spelled.pairs[i].name) && text_add(lines, ":") &&
               text_add(lines, spelled.pairs[i].value) && text_add(lines, "\n") && (i == 0 || text_add(names, ";")) &&
               text_add(names, spelled.pairs[i].name);
    text_close(&spelled.bytes);
    return fits;
}

/* Takes the last segment off again: what ".." asks for. */
static void drop_segment(struct text *path) {
    while (path->length > 0 && path->bytes[path->length - 1] != '/')
        path->length--;
    if (path->length > 0)
        path->length--;
    path->bytes[path->length] = '\0';
}

/* Segments are kept with the slash before them: "/a/b". */
static bool add_segment(struct text *path, const char *segment, size_t length) {
    if (length == 0 || (length == 1 && segment[0] == '.'))
        return true;
    if (length == 2 && segment[0] == '.' && segment[1] == '.') {
        drop_segment(path);
        return true;
    }
    return text_add(path, "/") && text_append(path, segment, length);
}

bool canonical_path(const char *path, struct text *out) {
    struct text plain;
    bool fits = true;
    size_t length = strlen(path);
    text_open(&plain, SIGV4_CEILING);
    for (const char *at = path; fits && *at != '\0';) {
        at += strspn(at, "/");
        size_t segment = strcspn(at, "/");
        fits = add_segment(&plain, at, segment);
        at += segment;
    }
    bool closing_slash = plain.length == 0 || (length > 0 && path[length - 1] == '/');
    fits = fits && (!closing_slash || text_add(&plain, "/")) && text_add_encoded(out, plain.bytes, true);
    text_close(&plain);
    return fits;
}
