#include "folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static void need(bool there, const char *path) {
    if (there)
        return;
    perror(path);
    abort();
}

void folder_each(const char *folder, void (*visit)(const char *path, const char *name, void *context), void *context) {
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    need(count >= 0, folder);
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            visit(path, entries[i]->d_name, context);
        free(entries[i]);
    }
    free(entries);
}

void folder_read(const char *path, struct text *text) {
    char part[4096];
    size_t length;
    FILE *file = fopen(path, "r");
    need(file != NULL, path);
    text_open(text, 64 * 1024 * 1024);
    while ((length = fread(part, 1, sizeof part, file)) > 0)
        text_append(text, part, length);
    fclose(file);
}
