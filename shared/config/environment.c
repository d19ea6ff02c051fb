#include "closest.h"
#include "load.h"
#include "value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

enum { NAME_SIZE = 128 };

static const struct setting_table *const table = &setting_tables[TABLE_CONFIG];

/* Lists and maps have no spelling that fits one variable; a shortened safety floor should be seen in the file. */
static bool overridable(const struct setting *setting) {
    return !setting_is_list(setting) && setting->kind != SETTING_MAP && !text_starts(setting->path, "unsafe_");
}

static void name_of(const struct setting *setting, char name[NAME_SIZE]) {
    struct text text;
    text_open(&text, NAME_SIZE - 1);
    setting_environment_name(setting, &text);
    text_clip(name, NAME_SIZE, text.bytes);
    text_close(&text);
}

static const struct setting *setting_named(const char *variable) {
    char name[NAME_SIZE];
    for (size_t i = 0; i < table->count; i++) {
        name_of(&table->rows[i], name);
        if (strcmp(name, variable) == 0)
            return &table->rows[i];
    }
    return NULL;
}

/* Does the variable begin like one of a section of the file? */
static bool of_a_section(const char *variable) {
    static const char *const lists[] = {"KEYTURN_ACCOUNTS", "KEYTURN_POLICIES", "KEYTURN_UNSAFE"};
    char name[NAME_SIZE];
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        if (text_starts(variable, lists[i]))
            return true;
    for (size_t i = 0; i < table->count; i++) {
        size_t length = sizeof "KEYTURN_" + strcspn(table->rows[i].path, ".");
        name_of(&table->rows[i], name);
        if (strncmp(variable, name, length) == 0)
            return true;
    }
    return false;
}

static bool refuse_unknown(const char *variable, struct fault *fault) {
    struct closest closest = closest_to(variable);
    char name[NAME_SIZE];
    for (size_t i = 0; i < table->count; i++) {
        name_of(&table->rows[i], name);
        if (overridable(&table->rows[i]))
            closest_offer(name, &closest);
    }
    if (closest.best[0] == '\0')
        return fault_set(fault, FAULT_CONFIG, "environment",
                         "%.100s: no setting can be overridden by this variable; set it in the file, or unset it",
                         variable);
    return fault_set(fault, FAULT_CONFIG, "environment",
                     "%.100s: no setting is overridden by this variable; did you mean %s?", variable, closest.best);
}

/* Of the command line, which asks the API: whoever exported them may start programs and check files too. */
static bool of_commands(const char *name) {
    static const char *const names[] = {"KEYTURN_API_URL", "KEYTURN_API_KEY", "KEYTURN_API_KEY_FILE"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool check_known(const char *variable, struct fault *fault) {
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(variable, "="), variable);
    if (!text_starts(name, "KEYTURN_") || of_commands(name) || !of_a_section(name))
        return true;
    const struct setting *setting = setting_named(name);
    return (setting != NULL && overridable(setting)) || refuse_unknown(name, fault);
}

static bool set_twice(size_t row) {
    char secret[NAME_SIZE];
    char file[NAME_SIZE];
    if (table->rows[row].kind != SETTING_SECRET_FILE)
        return false;
    name_of(&table->rows[row - 1], secret);
    name_of(&table->rows[row], file);
    return getenv(secret) != NULL && getenv(file) != NULL;
}

static bool override(struct config *config, size_t row, struct fault *fault) {
    char name[NAME_SIZE];
    char why[WHY_SIZE];
    name_of(&table->rows[row], name);
    const char *value = getenv(name);
    if (value == NULL)
        return true;
    if (set_twice(row))
        return fault_set(fault, FAULT_CONFIG, "environment", "%s: stands beside the secret itself; keep one of them",
                         name);
    return value_read(&table->rows[row], config, value, why) ||
           fault_set(fault, FAULT_CONFIG, "environment", "%s: %s", name, why);
}

bool apply_environment(struct config *config, struct fault *fault) {
    bool good = true;
    for (char **variable = environ; *variable != NULL && good; variable++)
        good = check_known(*variable, fault);
    for (size_t i = 0; i < table->count && good; i++)
        good = !overridable(&table->rows[i]) || override(config, i, fault);
    return good;
}
