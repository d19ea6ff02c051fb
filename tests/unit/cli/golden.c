#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void golden_compare(const char *name, const char *text) {
    static char wanted[64 * 1024];
    char path[512];
    snprintf(path, sizeof path, "%s/golden/%s", TEST_DATA, name);
    FILE *file = fopen(path, "rb");
    size_t length = file != NULL ? fread(wanted, 1, sizeof wanted - 1, file) : 0;
    wanted[length] = '\0';
    if (file != NULL)
        fclose(file);
    if (strcmp(wanted, text) == 0)
        return;
    fputs(text, stdout); /* longer than a failure's message may be */
    fflush(stdout);
    fail_msg("that is not what %s holds", path);
}
