#include "configuration.h"

#include "mem.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool append(FILE *to, const char *path) {
    size_t length = 0;
    char *bytes = scenario_read_file(path, &length);
    bool written = bytes != NULL && fwrite(bytes, 1, length, to) == length && fputc('\n', to) != EOF;
    mem_free(bytes);
    return written;
}

static bool put_together(const char *base, const char *policies, const char *path, struct fault *fault) {
    FILE *file = fopen(path, "w");
    bool written = file != NULL && append(file, base) && append(file, policies);
    if (file != NULL && fclose(file) != 0)
        written = false;
    return written ||
           fault_set(fault, FAULT_CONFIG, "configuration", "%.200s and %.200s cannot be put together", base, policies);
}

struct config *configuration_load(const char *base, const char *policies, bool apply, struct fault *fault) {
    char path[] = "/tmp/keyturn-sim-XXXXXX";
    int file = mkstemp(path);
    if (file < 0) {
        fault_set(fault, FAULT_CONFIG, "configuration", "no temporary file can be made");
        return NULL;
    }
    close(file);
    struct config *config = put_together(base, policies, path, fault) ? config_load(path, fault) : NULL;
    unlink(path);
    for (size_t i = 0; apply && config != NULL && i < config->policies.count; i++)
        config->policies.policies[i].mode = MODE_APPLY;
    return config;
}
