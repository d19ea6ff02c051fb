#include "api_path.h"

#include <string.h>

void api_path_parameter(struct text *path, const char *name, const char *value) {
    if (value == NULL)
        return;
    text_format(path, "%c%s=", strchr(path->bytes, '?') == NULL ? '?' : '&', name);
    text_add_encoded(path, value, false);
}
