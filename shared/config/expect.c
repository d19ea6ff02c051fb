#include "settings.h"

#include <stdio.h>
#include <string.h>

enum { PATTERN_SIZE = 128 };

static void full_pattern(const struct setting_table *table, const struct setting *setting, char pattern[PATTERN_SIZE]) {
    snprintf(pattern, PATTERN_SIZE, "%s%s", table->prefix, setting->path);
}

static enum line_kind kind_of(const struct setting *setting) {
    return setting_is_list(setting) ? LINE_LIST : setting->kind == SETTING_MAP ? LINE_MAPPING : LINE_SCALAR;
}

/* What is left of `pattern` behind `prefix`, if that ends where a key or an index begins. */
static const char *behind(const char *pattern, const char *prefix) {
    size_t length = strlen(prefix);
    if (length == 0)
        return pattern;
    return strncmp(pattern, prefix, length) == 0 && strchr(".[", pattern[length]) != NULL && pattern[length] != '\0'
               ? pattern + length
               : NULL;
}

static bool expects(const struct setting *setting, const char *pattern, const char *wanted, enum line_kind *kind) {
    const char *rest = behind(pattern, wanted);
    if (strcmp(pattern, wanted) == 0)
        *kind = kind_of(setting);
    else if (rest != NULL)
        *kind = *rest == '[' ? LINE_LIST : LINE_MAPPING;
    else if (setting_is_list(setting) && behind(wanted, pattern) != NULL && strcmp(behind(wanted, pattern), "[]") == 0)
        *kind = LINE_SCALAR;
    else
        return false;
    return true;
}

/* Walks every row of every table; the first for which `meets` holds, or NULL. */
static const struct setting *first_row(const char *wanted, enum line_kind *kind) {
    char pattern[PATTERN_SIZE];
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        const struct setting_table *table = &setting_tables[t];
        for (size_t i = 0; i < table->count; i++) {
            full_pattern(table, &table->rows[i], pattern);
            if (expects(&table->rows[i], pattern, wanted, kind))
                return &table->rows[i];
        }
    }
    return NULL;
}

bool settings_expect(const char *pattern, enum line_kind *kind) {
    return first_row(pattern, kind) != NULL;
}

bool settings_free_map(const char *pattern) {
    enum line_kind kind;
    const struct setting *row = *pattern == '\0' ? NULL : first_row(pattern, &kind);
    return row != NULL && row->kind == SETTING_MAP && strcmp(row->path, pattern) == 0;
}

/* The next key of a full pattern behind `under`, or false. */
static bool next_key(const char *full, const char *under, char key[PATTERN_SIZE]) {
    const char *rest = behind(full, under);
    if (rest == NULL)
        return false;
    rest += *rest == '.' ? 1 : 0;
    size_t length = strcspn(rest, ".[");
    if (length == 0)
        return false;
    memcpy(key, rest, length);
    key[length] = '\0';
    return true;
}

void settings_keys(const char *pattern, void (*visit)(const char *key, void *context), void *context) {
    char full[PATTERN_SIZE];
    char key[PATTERN_SIZE];
    char last[PATTERN_SIZE] = "";
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        const struct setting_table *table = &setting_tables[t];
        for (size_t i = 0; i < table->count; i++) {
            full_pattern(table, &table->rows[i], full);
            if (!next_key(full, pattern, key) || strcmp(key, last) == 0)
                continue;
            memcpy(last, key, sizeof last);
            visit(key, context);
        }
    }
}
