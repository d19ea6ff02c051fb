#include "override.h"

#include "digest.h"
#include "instant.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 24 * 60 * 60, VALUE_SIZE = 65 };

static const char EXEMPT[] = "exempt";
static const char WINDOW[] = "window";

static const struct {
    const char *name;
    size_t offset;
} ages[OVERRIDE_AGES] = {
    [OVERRIDE_ROTATE_AFTER] = {"rotate_after", offsetof(struct policy, rotate_after)},
    [OVERRIDE_DEACTIVATE_AFTER] = {"deactivate_after", offsetof(struct policy, deactivate_after)},
    [OVERRIDE_DELETE_AFTER] = {"delete_after", offsetof(struct policy, delete_after)},
    [OVERRIDE_MIN_OVERLAP] = {"min_overlap", offsetof(struct policy, min_overlap)},
};

static int64_t *age_of(struct policy *policy, size_t age) {
    return (int64_t *)(void *)((char *)policy + ages[age].offset);
}

/* OVERRIDE_AGES: none of them. */
static size_t age_named(const char *name) {
    size_t age = 0;
    while (age < OVERRIDE_AGES && !text_equal(ages[age].name, name))
        age++;
    return age;
}

bool override_allowed(const struct policy *policy) {
    const struct policy_overrides *overrides = &policy->overrides;
    bool any = overrides->window > 0 || overrides->exempt;
    for (size_t i = 0; i < OVERRIDE_AGES; i++)
        any = any || overrides->ages[i].max > 0;
    return any;
}

/* --- reading tags -------------------------------------------------------------------------------------------------------- */

/* The days of "mon tue"; none named: none. */
static bool read_days(char *words, unsigned *days) {
    char *rest = words;
    for (const char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
        unsigned day = 0;
        while (calendar_day_names[day] != NULL && !text_equal(calendar_day_names[day], word))
            day++;
        if (calendar_day_names[day] == NULL)
            return false;
        *days |= 1U << day;
    }
    return true;
}

/* "mon tue 22:00-04:00", or the times alone for every day. IAM allows no commas in a tag's value. */
static bool read_window(const char *value, struct override *override) {
    char words[VALUE_SIZE];
    if (!text_copy(words, sizeof words, value))
        return false;
    char *blank = strrchr(words, ' ');
    char *from = blank == NULL ? words : blank + 1;
    char *to = strchr(from, '-');
    if (to == NULL)
        return false;
    *to++ = '\0';
    override->days = blank == NULL ? (1U << 7) - 1 : 0;
    if (blank != NULL) {
        *blank = '\0';
        if (!read_days(words, &override->days))
            return false;
    }
    override->windowed = calendar_parse_clock(from, &override->from) && calendar_parse_clock(to, &override->to);
    return override->windowed;
}

/* Anything but a clear `false` leaves the user alone. */
static bool read_exempt(const char *value, struct override *override) {
    override->exempt = !text_equal(value, "false");
    return !override->exempt || text_equal(value, "true");
}

static bool read_one(const char *name, const char *value, struct override *override) {
    size_t age = age_named(name);
    if (age < OVERRIDE_AGES)
        return override->given[age] = duration_parse(value, &override->ages[age]);
    if (text_equal(name, WINDOW))
        return read_window(value, override);
    return text_equal(name, EXEMPT) && read_exempt(value, override);
}

void override_read(const struct policy *policy, const char *const *keys, const char *const *values, size_t count,
                   struct override *override) {
    const char *prefix = policy->overrides.tag_prefix;
    *override = (struct override){0};
    if (!override_allowed(policy))
        return;
    for (size_t i = 0; i < count; i++) {
        const char *name = text_starts(keys[i], prefix) ? keys[i] + strlen(prefix) : NULL;
        if (name == NULL || read_one(name, values[i], override) || override->strange[0] != '\0')
            continue;
        text_clip(override->strange, sizeof override->strange, name[0] != '\0' ? name : " ");
    }
}

/* --- one line ------------------------------------------------------------------------------------------------------------ */

static void add(char line[OVERRIDE_SIZE], const char *word) {
    size_t used = strlen(line);
    snprintf(line + used, OVERRIDE_SIZE - used, "%s%s", used > 0 ? " " : "", word);
}

/* The strange name stands last: it may hold blanks. The whole fits: four ages of at most 36,525 days, a window, and a name. */
void override_spell(const struct override *override, char line[OVERRIDE_SIZE]) {
    char word[OVERRIDE_NAME_SIZE + 1];
    line[0] = '\0';
    for (size_t i = 0; i < OVERRIDE_AGES; i++) {
        snprintf(word, sizeof word, "%s=%" PRId64, ages[i].name, override->ages[i]);
        if (override->given[i])
            add(line, word);
    }
    snprintf(word, sizeof word, "window=%u/%" PRId64 "/%" PRId64, override->days, override->from, override->to);
    if (override->windowed)
        add(line, word);
    if (override->exempt)
        add(line, EXEMPT);
    snprintf(word, sizeof word, "?%s", override->strange);
    if (override->strange[0] != '\0')
        add(line, word);
}

static bool parse_number(const char *text, const char *ends, int64_t *number, const char **behind) {
    char *end;
    *number = strtoll(text, &end, 10);
    *behind = end;
    return end != text && *number >= 0 && strchr(ends, *end) != NULL;
}

static bool parse_window(const char *text, struct override *override) {
    int64_t days = 0;
    const char *rest;
    override->windowed = parse_number(text, "/", &days, &rest) && *rest == '/' && days > 0 && days < 1 << 7 &&
                         parse_number(rest + 1, "/", &override->from, &rest) && *rest == '/' &&
                         parse_number(rest + 1, "", &override->to, &rest) && override->from <= DAY &&
                         override->to <= DAY;
    override->days = (unsigned)days;
    return override->windowed;
}

static bool parse_word(char *word, struct override *override) {
    char *value = strchr(word, '=');
    const char *rest;
    if (value == NULL)
        return override->exempt = text_equal(word, EXEMPT);
    *value++ = '\0';
    size_t age = age_named(word);
    if (age < OVERRIDE_AGES)
        return override->given[age] = parse_number(value, "", &override->ages[age], &rest);
    return text_equal(word, WINDOW) && parse_window(value, override);
}

bool override_parse(const char *line, struct override *override) {
    char words[OVERRIDE_SIZE];
    char *rest = words;
    bool good = text_copy(words, sizeof words, line);
    *override = (struct override){0};
    while (good && rest != NULL && *rest != '\0') {
        if (*rest == '?') {
            text_clip(override->strange, sizeof override->strange, rest + 1);
            break;
        }
        good = parse_word(strsep(&rest, " "), override);
    }
    if (!good)
        *override = (struct override){0};
    return good;
}

const char *override_age_name(enum override_age age) {
    return ages[age].name;
}

bool override_empty(const struct override *override) {
    char line[OVERRIDE_SIZE];
    override_spell(override, line);
    return line[0] == '\0';
}

/* --- the policy of one user ---------------------------------------------------------------------------------------------- */

static bool not_allowed(const struct policy *policy, const char *name, struct fault *fault) {
    return fault_set(fault, FAULT_CONFIG, policy->name, "the policy lets no tag set %s", name);
}

static bool is_known(const char *name) {
    return age_named(name) < OVERRIDE_AGES || text_equal(name, WINDOW) || text_equal(name, EXEMPT);
}

static bool all_readable(const struct policy *policy, const struct override *override, struct fault *fault) {
    if (override->strange[0] == '\0')
        return true;
    return fault_set(fault, FAULT_CONFIG, policy->name, "the tag %s%s %s", policy->overrides.tag_prefix,
                     override->strange,
                     is_known(override->strange) ? "has a value that cannot be read" : "names nothing that can be set");
}

static bool in_bounds(const struct policy *policy, size_t age, int64_t asked, struct fault *fault) {
    const struct override_bounds *bounds = &policy->overrides.ages[age];
    char wanted[DURATION_SIZE];
    char min[DURATION_SIZE];
    char max[DURATION_SIZE];
    if (bounds->max == 0)
        return not_allowed(policy, ages[age].name, fault);
    if (asked >= bounds->min && asked <= bounds->max)
        return true;
    duration_text(asked, wanted);
    duration_text(bounds->min, min);
    duration_text(bounds->max, max);
    return fault_set(fault, FAULT_CONFIG, policy->name, "%s %s is not between %s and %s", ages[age].name, wanted, min,
                     max);
}

static bool window_is_long_enough(const struct policy *policy, const struct override *override, struct fault *fault) {
    char least[DURATION_SIZE];
    int64_t length = override->to - override->from + (override->to > override->from ? 0 : DAY);
    if (policy->overrides.window == 0)
        return not_allowed(policy, WINDOW, fault);
    duration_text(policy->overrides.window, least);
    return length >= policy->overrides.window ||
           fault_set(fault, FAULT_CONFIG, policy->name, "the window is shorter than %s", least);
}

static bool is_allowed(const struct policy *policy, const struct override *override, struct fault *fault) {
    if (!all_readable(policy, override, fault))
        return false;
    for (size_t i = 0; i < OVERRIDE_AGES; i++)
        if (override->given[i] && !in_bounds(policy, i, override->ages[i], fault))
            return false;
    if (override->windowed && !window_is_long_enough(policy, override, fault))
        return false;
    return !override->exempt || policy->overrides.exempt || not_allowed(policy, EXEMPT, fault);
}

static void take_ages(const struct override *override, struct policy *own) {
    for (size_t i = 0; i < OVERRIDE_AGES; i++)
        if (override->given[i])
            *age_of(own, i) = override->ages[i];
    own->overlap_given = own->overlap_given || override->given[OVERRIDE_MIN_OVERLAP];
    if (!own->overlap_given)
        own->min_overlap = policy_overlap(own);
}

static void take_window(const struct override *override, struct policy *own) {
    if (!override->windowed)
        return;
    own->calendar.has_window = true;
    own->calendar.days = override->days;
    own->calendar.from = override->from;
    own->calendar.to = override->to;
}

static void mark(const struct policy *policy, const struct override *override, struct policy *own) {
    char line[OVERRIDE_SIZE];
    char both[OVERRIDE_SIZE + FINGERPRINT_SIZE];
    override_spell(override, line);
    own->exempt = override->exempt && policy->overrides.exempt;
    if (line[0] == '\0')
        return;
    snprintf(both, sizeof both, "%s %s", policy->fingerprint, line);
    snprintf(own->fingerprint, sizeof own->fingerprint, "%016llx", (unsigned long long)digest_number(both));
}

bool override_apply(const struct policy *policy, const struct override *override, struct policy *own,
                    struct fault *fault) {
    bool taken = is_allowed(policy, override, fault);
    *own = *policy;
    if (taken && !override_empty(override)) {
        take_ages(override, own);
        take_window(override, own);
        taken = policy_check(own, fault);
    }
    if (!taken)
        *own = *policy;
    mark(policy, override, own);
    return taken;
}
