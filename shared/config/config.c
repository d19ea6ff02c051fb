#include "config.h"

#include "file.h"
#include "load.h"
#include "mem.h"
#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1024 * 1024 };

static const char default_path[] = "/etc/keyturn/keyturn.yaml";
static const char name_another[] = "; name another by --config FILE or KEYTURN_CONFIG";

/* What one reading of a file needs, and gives back at its end. */
struct reading {
    char *bytes;
    size_t length;
    struct lines lines;
    struct schema *schema;
    struct source source;
};

/* `hint` follows the reason where the file itself cannot be read. */
static bool reading_open(struct reading *reading, const char *path, const char *hint, struct fault *fault) {
    char why[WHY_SIZE];
    *reading = (struct reading){.bytes = mem_alloc(FILE_MOST)};
    if (!file_read(path, reading->bytes, FILE_MOST, &reading->length, why, sizeof why))
        return fault_set(fault, FAULT_CONFIG, "configuration", "%s%s", why, hint);
    if (!lines_open(&reading->lines, path, reading->bytes, reading->length, fault))
        return false;
    reading->schema = schema_open(&reading->lines, reading->bytes, reading->length, fault);
    if (reading->schema == NULL)
        return false;
    reading->source = (struct source){&reading->lines, schema_file(reading->schema)};
    return true;
}

static void reading_close(struct reading *reading) {
    schema_close(reading->schema);
    lines_close(&reading->lines);
    mem_free(reading->bytes);
}

static bool fill(struct config *config, const struct source *source, struct fault *fault) {
    apply_defaults(TABLE_CONFIG, config);
    return apply_file(source, TABLE_CONFIG, "", source->file->settings, config, fault) &&
           apply_environment(config, fault) && load_properties(source, config, fault) &&
           load_digest(source, config, fault) && load_accounts(source, config, fault) &&
           load_policies(source, config->unsafe_test_clock_floor, &config->policies, fault) &&
           check_together(source, config, fault);
}

const char *config_path(const char *path) {
    const char *environment = getenv("KEYTURN_CONFIG");
    return path != NULL ? path : environment != NULL && *environment != '\0' ? environment : default_path;
}

struct config *config_load(const char *path, struct fault *fault) {
    struct config *config = mem_zero(1, sizeof *config);
    struct reading reading;
    path = config_path(path);
    bool good = reading_open(&reading, path, name_another, fault) && fill(config, &reading.source, fault);
    if (good)
        warn_of_public_files(&reading.source, config);
    reading_close(&reading);
    text_clip(config->path, sizeof config->path, path);
    if (good)
        return config;
    config_close(config);
    return NULL;
}

void config_close(struct config *config) {
    if (config == NULL)
        return;
    secret_close(&config->redis.password);
    secret_close(&config->api.private_key);
    secret_close(&config->api.sealing_keys);
    mem_free(config->accounts);
    mem_free(config);
}

bool config_load_policies(const char *path, struct policy_set *policies, struct fault *fault) {
    struct config *config = mem_zero(1, sizeof *config);
    struct reading reading;
    bool good = reading_open(&reading, config_path(path), name_another, fault) &&
                apply_file(&reading.source, TABLE_CONFIG, "", reading.source.file->settings, config, fault) &&
                load_policies(&reading.source, config->unsafe_test_clock_floor, policies, fault);
    reading_close(&reading);
    config_close(config);
    return good;
}

struct config *config_load_policy_file(const char *path, struct fault *fault) {
    struct config *config = mem_zero(1, sizeof *config);
    struct reading reading;
    apply_defaults(TABLE_CONFIG, config);
    text_clip(config->path, sizeof config->path, path);
    bool good = reading_open(&reading, path, "", fault) &&
                apply_file(&reading.source, TABLE_CONFIG, "", reading.source.file->settings, config, fault) &&
                load_policies(&reading.source, config->unsafe_test_clock_floor, &config->policies, fault);
    reading_close(&reading);
    if (good)
        return config;
    config_close(config);
    return NULL;
}

void config_find(const char *path, struct findings *findings) {
    struct config *config = mem_zero(1, sizeof *config);
    struct reading reading;
    struct fault fault;
    *findings = (struct findings){0};
    if (reading_open(&reading, path, "", &fault) &&
        apply_file(&reading.source, TABLE_CONFIG, "", reading.source.file->settings, config, &fault))
        find_in_policies(&reading.source, config->unsafe_test_clock_floor, findings);
    else
        findings_add(findings, true, "", &fault);
    reading_close(&reading);
    config_close(config);
}
