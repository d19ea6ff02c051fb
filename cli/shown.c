#include "shown.h"

#include "instant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ASCII's, and those from U+0080 to U+009F, which some terminals obey too. */
static size_t control_length(const char *at) {
    unsigned char first = (unsigned char)at[0];
    unsigned char second = first != '\0' ? (unsigned char)at[1] : 0;
    if (first < ' ' || first == 0x7f)
        return 1;
    return first == 0xc2 && second >= 0x80 && second <= 0x9f ? 2 : 0;
}

void shown_add(struct text *out, const char *string) {
    while (*string != '\0') {
        size_t length = control_length(string);
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

void shown_doc(struct text *out, const struct doc *doc) {
    out->overflowed |= !doc_print_pretty(doc, out) || !text_add(out, "\n");
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
