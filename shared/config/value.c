#include "value.h"

#include "file.h"
#include "instant.h"
#include "policy.h"
#include "secret.h"
#include "steering.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *member(const struct setting *setting, void *base) {
    return (char *)base + setting->offset;
}

static const void *seen(const struct setting *setting, const void *base) {
    return (const char *)base + setting->offset;
}

static bool wrong(char why[WHY_SIZE], const char *text, const char *expected) {
    snprintf(why, WHY_SIZE, "'%.60s' is not %s", text, expected);
    return false;
}

static bool out_of_range(const struct setting *setting, int64_t value) {
    return value < setting->least || value > setting->most;
}

/* --- names out of a fixed list */

static bool name_index(const char *const *names, const char *name, int *index) {
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool wrong_name(char why[WHY_SIZE], const char *text, const char *const *names) {
    int used = snprintf(why, WHY_SIZE, "'%.60s' is none of:", text);
    for (size_t i = 0; names[i] != NULL && used < WHY_SIZE; i++)
        used += snprintf(why + used, WHY_SIZE - (size_t)used, "%s %s", i == 0 ? "" : ",", names[i]);
    return false;
}

static bool read_choice(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    return name_index(setting->names, text, member(setting, base)) || wrong_name(why, text, setting->names);
}

static void write_choice(const struct setting *setting, const void *base, size_t index, struct text *out) {
    (void)index;
    text_add(out, setting->names[*(const int *)seen(setting, base)]);
}

/* --- texts */

static bool check_text(const struct setting *setting, const char *text, size_t size, char why[WHY_SIZE]) {
    int index;
    if (steering_in(text))
        return wrong(why, "", "allowed to hold control characters or line ends");
    if (strlen(text) >= size) {
        snprintf(why, WHY_SIZE, "'%.40s...' is longer than %zu characters", text, size - 1);
        return false;
    }
    if (setting->names != NULL && !name_index(setting->names, text, &index))
        return wrong_name(why, text, setting->names);
    return setting->acceptable == NULL || setting->acceptable(text) || wrong(why, text, setting->expected);
}

static bool read_text(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    return check_text(setting, text, setting->size, why) && text_copy(member(setting, base), setting->size, text);
}

static void write_text(const struct setting *setting, const void *base, size_t index, struct text *out) {
    (void)index;
    text_add(out, seen(setting, base));
}

/* --- numbers */

static bool read_int(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    char expected[80];
    char *end;
    long long number = strtoll(text, &end, 10);
    snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)setting->least,
             (long long)setting->most);
    if (end == text || *end != '\0' || strlen(text) > 18 || out_of_range(setting, number))
        return wrong(why, text, expected);
    *(int64_t *)member(setting, base) = number;
    return true;
}

static void write_int(const struct setting *setting, const void *base, size_t index, struct text *out) {
    (void)index;
    text_format(out, "%lld", (long long)*(const int64_t *)seen(setting, base));
}

static bool read_bool(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    *(bool *)member(setting, base) = strcmp(text, "true") == 0;
    return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 || wrong(why, text, "true or false");
}

static void write_bool(const struct setting *setting, const void *base, size_t index, struct text *out) {
    (void)index;
    text_add(out, *(const bool *)seen(setting, base) ? "true" : "false");
}

static bool parse_seconds(const struct setting *setting, const char *text, int64_t *seconds, char why[WHY_SIZE]) {
    char least[DURATION_SIZE];
    char most[DURATION_SIZE];
    if (!duration_parse(text, seconds))
        return wrong(why, text, "a duration such as 45s, 30m, 12h, 76d or 1h30m");
    if (!out_of_range(setting, *seconds))
        return true;
    duration_text(setting->least, least);
    duration_text(setting->most, most);
    snprintf(why, WHY_SIZE, "'%.60s' is not between %s and %s", text, least, most);
    return false;
}

static bool read_duration(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    return parse_seconds(setting, text, member(setting, base), why);
}

static void add_duration(int64_t seconds, struct text *out) {
    char text[DURATION_SIZE];
    duration_text(seconds, text);
    text_add(out, text);
}

static void write_duration(const struct setting *setting, const void *base, size_t index, struct text *out) {
    (void)index;
    add_duration(*(const int64_t *)seen(setting, base), out);
}

/* --- shares and instants */

static bool read_percent(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    char *end;
    long number = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || strcmp(end, "%") != 0 || number > 100)
        return wrong(why, text, "a share from 0% to 100%, with its sign");
    *(int64_t *)member(setting, base) = number;
    return true;
}

static void write_percent(const struct setting *setting, const void *base, size_t index, struct text *out) {
    (void)index;
    text_format(out, "%lld%%", (long long)*(const int64_t *)seen(setting, base));
}

static bool read_instant(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    char whole[INSTANT_SIZE];
    bool date = strlen(text) == 10;
    snprintf(whole, sizeof whole, "%.20s%s", text, date ? "T00:00:00Z" : "");
    return (strlen(text) <= 20 && instant_parse_iso(whole, member(setting, base))) ||
           wrong(why, text, "a date such as 2026-12-01, or an instant such as 2026-12-01T06:00:00Z");
}

static void write_instant(const struct setting *setting, const void *base, size_t index, struct text *out) {
    char text[INSTANT_SIZE];
    int64_t instant = *(const int64_t *)seen(setting, base);
    (void)index;
    instant_iso(instant, text);
    text_add(out, instant != 0 ? text : "");
}

/* --- secrets */

static bool read_secret(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    struct secret *secret = member(setting, base);
    snprintf(why, WHY_SIZE, "longer than %d characters", SECRET_FILE_MAX);
    if (strlen(text) > SECRET_FILE_MAX)
        return false;
    secret_open(secret, SECRET_FILE_MAX);
    return secret_set(secret, text, strlen(text));
}

static bool read_secret_file(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    return file_read_secret(text, SECRET_FILE_MAX, member(setting, base), why, WHY_SIZE);
}

static void write_secret(const struct setting *setting, const void *base, size_t index, struct text *out) {
    (void)index;
    text_add(out, secret_empty(seen(setting, base)) ? "" : "(set)");
}

static void write_nothing(const struct setting *setting, const void *base, size_t index, struct text *out) {
    (void)setting;
    (void)base;
    (void)index;
    (void)out;
}

/* --- two settings of a policy that are a word or a duration */

static bool read_delete_rule(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    struct policy *policy = base;
    (void)setting;
    policy->delete_rule = strcmp(text, "never") == 0           ? DELETE_NEVER
                          : strcmp(text, "next_rotation") == 0 ? DELETE_NEXT_ROTATION
                                                               : DELETE_AT_AGE;
    return policy->delete_rule != DELETE_AT_AGE || duration_parse(text, &policy->delete_after) ||
           wrong(why, text, "a duration such as 104d, next_rotation or never");
}

static void write_delete_rule(const struct setting *setting, const void *base, size_t index, struct text *out) {
    const struct policy *policy = base;
    (void)setting;
    (void)index;
    if (policy->delete_rule == DELETE_AT_AGE)
        add_duration(policy->delete_after, out);
    else
        text_add(out, policy->delete_rule == DELETE_NEVER ? "never" : "next_rotation");
}

static bool read_in_use(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    static const char gate[] = "old_idle:";
    struct policy *policy = base;
    (void)setting;
    policy->in_use_old_idle = 0;
    return strcmp(text, "none") == 0 ||
           (text_starts(text, gate) && duration_parse(text + sizeof gate - 1, &policy->in_use_old_idle) &&
            policy->in_use_old_idle > 0) ||
           wrong(why, text, "none, or old_idle: and a duration, as old_idle:24h");
}

static void write_in_use(const struct setting *setting, const void *base, size_t index, struct text *out) {
    const struct policy *policy = base;
    (void)setting;
    (void)index;
    text_add(out, policy->in_use_old_idle == 0 ? "none" : "old_idle:");
    if (policy->in_use_old_idle > 0)
        add_duration(policy->in_use_old_idle, out);
}

/* --- lists */

static size_t *list_count(const struct setting *setting, void *base) {
    return (size_t *)(void *)((char *)base + setting->count);
}

static bool has_room(const struct setting *setting, void *base, char why[WHY_SIZE]) {
    snprintf(why, WHY_SIZE, "more than %lld entries", (long long)setting->most);
    return *list_count(setting, base) < (size_t)setting->most;
}

static bool append_text(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    if (!has_room(setting, base, why) || !check_text(setting, text, setting->size, why))
        return false;
    if (*text == '\0')
        return wrong(why, text, "an entry; an empty one would match nothing or everything");
    size_t *count = list_count(setting, base);
    return text_copy((char *)member(setting, base) + (*count)++ * setting->size, setting->size, text);
}

static void write_list_text(const struct setting *setting, const void *base, size_t index, struct text *out) {
    text_add(out, (const char *)seen(setting, base) + index * setting->size);
}

static bool append_duration(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    struct setting any = *setting;
    any.least = 1;
    any.most = (int64_t)36525 * 24 * 60 * 60;
    size_t *count = list_count(setting, base);
    return has_room(setting, base, why) &&
           parse_seconds(&any, text, (int64_t *)member(setting, base) + (*count)++, why);
}

static void write_list_duration(const struct setting *setting, const void *base, size_t index, struct text *out) {
    add_duration(((const int64_t *)seen(setting, base))[index], out);
}

/* --- which of them */

static const struct {
    bool (*read)(const struct setting *, void *, const char *, char *);
    void (*write)(const struct setting *, const void *, size_t, struct text *);
} kinds[] = {
    [SETTING_TEXT] = {read_text, write_text},
    [SETTING_INT] = {read_int, write_int},
    [SETTING_BOOL] = {read_bool, write_bool},
    [SETTING_PERCENT] = {read_percent, write_percent},
    [SETTING_INSTANT] = {read_instant, write_instant},
    [SETTING_DURATION] = {read_duration, write_duration},
    [SETTING_CHOICE] = {read_choice, write_choice},
    [SETTING_SECRET] = {read_secret, write_secret},
    [SETTING_SECRET_FILE] = {read_secret_file, write_nothing},
    [SETTING_DELETE_RULE] = {read_delete_rule, write_delete_rule},
    [SETTING_IN_USE] = {read_in_use, write_in_use},
    [SETTING_TEXTS] = {append_text, write_list_text},
    [SETTING_DURATIONS] = {append_duration, write_list_duration},
};

bool value_read(const struct setting *setting, void *base, const char *text, char why[WHY_SIZE]) {
    return kinds[setting->kind].read(setting, base, text, why);
}

void value_write(const struct setting *setting, const void *base, size_t index, struct text *out) {
    kinds[setting->kind].write(setting, base, index, out);
}

void value_clear(const struct setting *setting, void *base) {
    if (setting_is_list(setting))
        *list_count(setting, base) = 0;
}

size_t value_count(const struct setting *setting, const void *base) {
    return setting_is_list(setting) ? *(const size_t *)(const void *)((const char *)base + setting->count) : 1;
}

bool value_empty(const struct setting *setting, const void *base) {
    struct text text;
    bool empty = value_count(setting, base) == 0;
    text_open(&text, CONFIG_VALUE_CEILING);
    if (!empty)
        value_write(setting, base, 0, &text);
    empty = text.length == 0 || strcmp(text.bytes, "0s") == 0;
    text_close(&text);
    return empty;
}
