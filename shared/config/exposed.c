#include "file.h"
#include "load.h"

#include <stdio.h>
#include <stdlib.h>

static void look_at(struct config *config, const char *path) {
    if (path != NULL && config->warning[0] == '\0' && file_is_public(path))
        snprintf(config->warning, sizeof config->warning,
                 "the file %.150s holds a secret and can be read by everybody on this machine; chmod 0600 it", path);
}

static void look_at_row(const struct source *source, struct config *config, size_t row) {
    const struct setting *setting = &setting_tables[TABLE_CONFIG].rows[row];
    struct text name;
    if (setting->kind != SETTING_SECRET_FILE && (setting->flags & SETTING_NAMES_SECRETS) == 0)
        return;
    text_open(&name, 128);
    setting_environment_name(setting, &name);
    const char *override = getenv(name.bytes);
    look_at(config, override != NULL ? override : source->file->settings[row].text);
    text_close(&name);
}

/* The file itself, where a secret stands in it. */
static void look_at_values(const struct source *source, struct config *config) {
    for (size_t i = 0; i < setting_tables[TABLE_CONFIG].count; i++)
        if (setting_tables[TABLE_CONFIG].rows[i].kind == SETTING_SECRET && source->file->settings[i].text != NULL)
            look_at(config, source->lines->file);
}

static void look_at_properties(const struct source *source, struct config *config) {
    const struct lines *lines = source->lines;
    const struct line_node *map = lines_find(lines, "kafka.properties");
    for (size_t i = 1; i < lines->count && map != NULL; i++) {
        const struct line_node *node = &lines->nodes[i];
        if (&lines->nodes[node->parent] != map)
            continue;
        if (property_is_secret(node->key))
            look_at(config, text_matches(node->key, "*_file") ? node->value : lines->file);
    }
}

void warn_of_public_files(const struct source *source, struct config *config) {
    for (size_t i = 0; i < setting_tables[TABLE_CONFIG].count; i++)
        look_at_row(source, config, i);
    look_at_values(source, config);
    look_at_properties(source, config);
}
