#include "shown.h"

#include "instant.h"
#include "steering.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void shown_add(struct text *out, const char *string) {
    while (*string != '\0') {
        size_t length = steering_at(string, NULL);
        text_append(out, length > 0 ? "?" : string, 1);
        string += length > 0 ? length : 1;
    }
}

void shown_at(struct text *out, const char *before, const struct doc *doc, const char *path) {
    const char *found = doc_text(doc_at(doc, path));
    if (found == NULL || found[0] == '\0')
        return;
    text_add(out, before);
    shown_add(out, found);
}

/* The line breaks of an indented document are its own; those of its strings are escaped already. */
static void add_json(struct text *out, const char *json) {
    while (*json != '\0') {
        uint32_t code = 0;
        size_t length = *json == '\n' ? 0 : steering_at(json, &code);
        if (length > 0)
            text_format(out, "\\u%04x", (unsigned)code);
        else
            text_append(out, json, 1);
        json += length > 0 ? length : 1;
    }
    text_add(out, "\n");
}

static void add_doc(struct text *out, const struct doc *doc, bool (*print)(const struct doc *doc, struct text *out)) {
    struct text json;
    text_open(&json, SHOWN_MAX);
    if (print(doc, &json))
        add_json(out, json.bytes);
    else
        out->overflowed = true;
    text_close(&json);
}

void shown_doc(struct text *out, const struct doc *doc) {
    add_doc(out, doc, doc_print_pretty);
}

void shown_doc_line(struct text *out, const struct doc *doc) {
    add_doc(out, doc, doc_print);
}

bool shown_instant(const struct doc *doc, const char *path, int64_t *instant) {
    const char *found = doc_text(doc_at(doc, path));
    return found != NULL && instant_parse_iso(found, instant);
}

bool shown_in_color(const char *color) {
    const char *none = getenv("NO_COLOR");
    if (color == NULL || text_equal(color, "auto"))
        return isatty(STDOUT_FILENO) == 1 && (none == NULL || none[0] == '\0');
    return text_equal(color, "always");
}

bool shown_print(const struct text *out, struct fault *fault) {
    bool whole = !out->overflowed && fputs(out->bytes, stdout) >= 0 && fflush(stdout) == 0;
    return whole || fault_set(fault, FAULT_INVALID, "output", "it could not be written whole");
}
