/* Paths of the API with their queries. Owns nothing. */
#ifndef KEYTURN_API_PATH_H
#define KEYTURN_API_PATH_H

#include "text.h"

/* Appends "?name=value", or "&name=value" behind another parameter, the value encoded; nothing for NULL. */
void api_path_parameter(struct text *path, const char *name, const char *value);

#endif
