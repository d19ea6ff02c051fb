#include "load.h"
#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 160 };

/* A default that its own row refuses is a defect, found by the first test that loads anything. */
void apply_defaults(enum setting_tables which, void *base) {
    const struct setting_table *table = &setting_tables[which];
    char why[WHY_SIZE];
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].fallback != NULL && !value_read(&table->rows[i], base, table->rows[i].fallback, why))
            abort();
}

static bool refuse_value(const struct lines *lines, const char *path, const char *why, struct fault *fault) {
    return lines_refuse(lines, lines_of(lines, path), fault, "%s: %s", path, why);
}

static bool apply_list(const struct source *source, const struct setting *setting, const char *path,
                       const struct raw_value *raw, void *base, struct fault *fault) {
    char entry[PATH_SIZE + 16];
    char why[WHY_SIZE];
    if (lines_find(source->lines, path) != NULL)
        value_clear(setting, base);
    for (unsigned i = 0; i < raw->item_count; i++) {
        snprintf(entry, sizeof entry, "%s[%u]", path, i);
        if (!value_read(setting, base, raw->items[i], why))
            return refuse_value(source->lines, entry, why, fault);
    }
    return true;
}

static bool apply_row(const struct source *source, const struct setting *setting, const char *path,
                      const struct raw_value *raw, void *base, struct fault *fault) {
    char why[WHY_SIZE];
    if (setting_is_list(setting))
        return apply_list(source, setting, path, raw, base, fault);
    if (raw->text != NULL)
        return value_read(setting, base, raw->text, why) || refuse_value(source->lines, path, why, fault);
    return (setting->flags & SETTING_REQUIRED) == 0 || refuse_value(source->lines, path, "is missing", fault);
}

/* A secret and the file it stands in, side by side in the table: which of the two counts would be anybody's guess. */
static bool given_twice(const struct setting_table *table, const struct raw_value *raw, size_t row) {
    return table->rows[row].kind == SETTING_SECRET_FILE && raw[row].text != NULL && raw[row - 1].text != NULL;
}

bool apply_file(const struct source *source, enum setting_tables which, const char *under, const struct raw_value *raw,
                void *base, struct fault *fault) {
    const struct setting_table *table = &setting_tables[which];
    char path[PATH_SIZE];
    bool good = true;
    for (size_t i = 0; i < table->count && good; i++) {
        snprintf(path, sizeof path, "%s%s", under, table->rows[i].path);
        if (given_twice(table, raw, i))
            return refuse_value(source->lines, path, "stands beside the secret itself; keep one of them", fault);
        good = apply_row(source, &table->rows[i], path, &raw[i], base, fault);
    }
    return good;
}
