/* Cases kept as files, one story each. */
#ifndef KEYTURN_TEST_FOLDER_H
#define KEYTURN_TEST_FOLDER_H

#include "text.h"

/* Calls `visit` for every file of a folder, by name; ends the program if there is no such folder. */
void folder_each(const char *folder, void (*visit)(const char *path, const char *name, void *context), void *context);

/* Opens `text` with the whole of a file. */
void folder_read(const char *path, struct text *text);

#endif
