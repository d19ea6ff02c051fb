#include "members.h"

#include <string.h>

struct scan {
    const char *at;
    const char *end;
};

static void skip_blanks(struct scan *scan) {
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n'))
        scan->at++;
}

static bool take(struct scan *scan, char expected) {
    skip_blanks(scan);
    if (scan->at == scan->end || *scan->at != expected)
        return false;
    scan->at++;
    return true;
}

/* What stands for itself between quotes. */
static bool is_plain(char c) {
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7f && c != '"' && c != '\\';
}

static bool take_text(struct scan *scan, struct member_text *text) {
    if (!take(scan, '"'))
        return false;
    text->bytes = scan->at;
    while (scan->at < scan->end && is_plain(*scan->at))
        scan->at++;
    text->length = (size_t)(scan->at - text->bytes);
    return scan->at < scan->end && *scan->at++ == '"';
}

static bool same(const struct member_text *a, const char *bytes, size_t length) {
    return a->length == length && memcmp(a->bytes, bytes, length) == 0;
}

static bool is_named(const struct members *members, const struct member_text *name) {
    for (size_t i = 0; i < members->count; i++)
        if (same(&members->names[i], name->bytes, name->length))
            return true;
    return false;
}

static bool take_member(struct scan *scan, struct members *members) {
    struct member_text *name = &members->names[members->count];
    if (members->count == MEMBERS_MOST || !take_text(scan, name) || is_named(members, name) || !take(scan, ':') ||
        !take_text(scan, &members->texts[members->count]))
        return false;
    members->count++;
    return true;
}

/* An object of at least one member, all of them plain; anything else is for the parser. */
static bool take_object(struct scan *scan, struct members *members) {
    if (!take(scan, '{') || !take_member(scan, members))
        return false;
    while (take(scan, ','))
        if (!take_member(scan, members))
            return false;
    bool closed = take(scan, '}');
    skip_blanks(scan);
    return closed && scan->at == scan->end;
}

bool members_open(struct members *members, const char *bytes, size_t length, const char *where, struct fault *fault) {
    struct scan scan = {bytes, bytes + length};
    members->count = 0;
    members->doc = NULL;
    if (length <= DOC_MAX_BYTES && take_object(&scan, members))
        return true;
    members->count = 0;
    members->doc = doc_parse(bytes, length, where, fault);
    if (members->doc == NULL || doc_is_object(members->doc))
        return members->doc != NULL;
    members_close(members);
    return fault_set(fault, FAULT_INVALID, where, "it is no object");
}

bool members_text(const struct members *members, const char *name, struct member_text *text) {
    const char *parsed = members->doc != NULL ? doc_text(doc_member(members->doc, name)) : NULL;
    size_t length = strlen(name);
    *text = parsed != NULL ? (struct member_text){parsed, strlen(parsed)} : (struct member_text){"", 0};
    for (size_t i = 0; i < members->count; i++)
        if (same(&members->names[i], name, length)) {
            *text = members->texts[i];
            return true;
        }
    return parsed != NULL;
}

bool members_copy(const struct members *members, const char *name, char *to, size_t size) {
    struct member_text text;
    bool there = members_text(members, name, &text) && text.length < size;
    size_t length = there ? text.length : 0;
    memcpy(to, text.bytes, length);
    to[length] = '\0';
    return there;
}

void members_close(struct members *members) {
    doc_close(members->doc);
    members->doc = NULL;
}
