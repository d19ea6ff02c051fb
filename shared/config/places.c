#include "lines.h"

#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATH_CEILING = 1024, WHERE_NAME = 48 };

/* The file's own name, cut to leave room for the line number in the fault's `where`. */
static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool lines_refuse(const struct lines *lines, int line, struct fault *fault, const char *format, ...) {
    char where[sizeof fault->where];
    char message[sizeof fault->message];
    va_list arguments;
    snprintf(where, sizeof where, "%.*s:%d", WHERE_NAME, base_name(lines->file), line);
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return fault_set(fault, FAULT_CONFIG, where, "%s", message);
}

const struct line_node *lines_find(const struct lines *lines, const char *path) {
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(lines->nodes[i].path, path) == 0)
            return &lines->nodes[i];
    return NULL;
}

int lines_of(const struct lines *lines, const char *path) {
    char part[PATH_CEILING];
    text_clip(part, sizeof part, path);
    for (;;) {
        const struct line_node *node = lines_find(lines, part);
        if (node != NULL)
            return node->line;
        char *dot = strrchr(part, '.');
        char *bracket = strrchr(part, '[');
        char *end = dot > bracket ? dot : bracket;
        if (end == NULL)
            return 1;
        *end = '\0';
    }
}
