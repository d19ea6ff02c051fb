/* Templates, as little logic as Mustache at its smallest: {{name}}; {{#name}}...{{/name}} where the value is not empty;
 * {{^name}}...{{/name}} where it is. Sections do not nest; a section tag alone on its line takes the line with it. Owns
 * nothing. */
#ifndef KEYTURN_RENDER_H
#define KEYTURN_RENDER_H

#include "fault.h"
#include "text.h"

struct render_value {
    const char *name;
    const char *value;
};

enum render_form { RENDER_TEXT, RENDER_HTML /* values are escaped */ };

/* Appends the filled template to an open text. FAULT_INVALID names a value that is not there, or a tag that is never closed. */
bool render(const char *source, const struct render_value *values, size_t count, enum render_form form,
            struct text *out, struct fault *fault) MUST_CHECK;

#endif
