#include "form.h"

#include "mem.h"

#include <string.h>

static int digit(char c) {
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c | (c >= 'A' ? 0x20 : 0));
    return at == NULL ? -1 : (int)(at - digits);
}

/* Decodes in place: what is decoded is never longer. */
static bool decode(char *text) {
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '%') {
            *to++ = *from == '+' ? ' ' : *from;
            continue;
        }
        int high = digit(from[1]);
        int low = high < 0 ? -1 : digit(from[2]);
        if (low < 0)
            return false;
        *to++ = (char)(high * 16 + low);
        from += 2;
    }
    *to = '\0';
    return true;
}

static bool add(struct form *form, char *pair) {
    char *equals = strchr(pair, '=');
    if (equals == NULL || form->count == FORM_PAIRS)
        return false;
    *equals = '\0';
    form->names[form->count] = pair;
    form->values[form->count++] = equals + 1;
    return decode(pair) && decode(equals + 1);
}

bool form_open(struct form *form, const char *bytes, size_t length) {
    *form = (struct form){.bytes = mem_alloc(length + 1)};
    memcpy(form->bytes, bytes, length);
    form->bytes[length] = '\0';
    char *rest = NULL;
    for (char *pair = strtok_r(form->bytes, "&", &rest); pair != NULL; pair = strtok_r(NULL, "&", &rest))
        if (!add(form, pair))
            return false;
    return form->count > 0;
}

void form_close(struct form *form) {
    mem_free(form->bytes);
    *form = (struct form){0};
}

const char *form_value(const struct form *form, const char *name) {
    for (size_t i = 0; i < form->count; i++)
        if (strcmp(form->names[i], name) == 0)
            return form->values[i];
    return NULL;
}
