#include "flat.h"

#include "doc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void flat_open(struct flat *flat, struct text *out) {
    *flat = (struct flat){.out = out};
    text_append(out, "{", 1);
}

/* What stands for itself between quotes. */
static bool is_plain(const char *value, size_t length) {
    unsigned strange = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)value[i];
        strange |= (unsigned)(c < 0x20) | (unsigned)(c >= 0x7f) | (unsigned)(c == '"') | (unsigned)(c == '\\');
    }
    return strange == 0;
}

static void add_plain(struct text *out, const char *value, size_t length) {
    char *at = text_extend(out, length + 2);
    if (at == NULL)
        return;
    *at++ = '"';
    memcpy(at, value, length);
    at[length] = '"';
}

static void add_value(struct text *out, const char *value) {
    size_t length = strlen(value);
    if (is_plain(value, length))
        add_plain(out, value, length);
    else if (!doc_print_text(value, out))
        out->overflowed = true;
}

static void add_name(struct flat *flat, const char *name) {
    if (flat->count++ > 0)
        text_append(flat->out, ",", 1);
    add_value(flat->out, name);
    text_append(flat->out, ":", 1);
}

void flat_text(struct flat *flat, const char *name, const char *value) {
    if (value == NULL)
        return;
    add_name(flat, name);
    add_value(flat->out, value);
}

void flat_int(struct flat *flat, const char *name, int64_t value) {
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    add_name(flat, name);
    text_add(flat->out, digits);
}

void flat_bool(struct flat *flat, const char *name, bool value) {
    add_name(flat, name);
    text_add(flat->out, value ? "true" : "false");
}

void flat_json(struct flat *flat, const char *name, const char *json, size_t length) {
    add_name(flat, name);
    text_append(flat->out, json, length);
}

bool flat_close(struct flat *flat) {
    return text_append(flat->out, "}", 1) && !flat->out->overflowed;
}
