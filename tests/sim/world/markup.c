#include "markup.h"

#include "instant.h"

#include <string.h>

void markup_begin(struct text *out, const char *name) {
    text_add(out, "<");
    text_add(out, name);
    text_add(out, ">");
}

void markup_end(struct text *out, const char *name) {
    text_add(out, "</");
    text_add(out, name);
    text_add(out, ">");
}

static const char *escape_of(char c) {
    switch (c) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    default: return NULL;
    }
}

void markup_leaf(struct text *out, const char *name, const char *value) {
    markup_begin(out, name);
    for (; *value != '\0'; value++) {
        const char *escape = escape_of(*value);
        text_append(out, escape != NULL ? escape : value, escape != NULL ? strlen(escape) : 1);
    }
    markup_end(out, name);
}

void markup_instant(struct text *out, const char *name, int64_t instant) {
    char iso[INSTANT_SIZE];
    instant_iso(instant, iso);
    markup_leaf(out, name, iso);
}
