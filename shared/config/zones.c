/* The calendar of a policy: its texts become numbers, its zone a table, once, when the configuration is read. */
#include "load.h"

#include "calendar.h"
#include "file.h"
#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 192, WHY_SIZE_OF_FILE = 256 };

static const char zone_folder[] = "/usr/share/zoneinfo";

static bool refuse(const struct source *source, const char *under, const char *key, const char *why,
                   struct fault *fault) {
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s%s", under, key);
    return lines_refuse(source->lines, lines_of(source->lines, path), fault, "%s: %s", path, why);
}

/* UTC needs no file, so that it works where no zones are installed. TZDIR, as everywhere, says where else they are. */
static bool read_zone(const char *name, struct zone *zone, char *why, size_t size) {
    char path[PATH_SIZE];
    struct fault fault;
    size_t length = 0;
    const char *folder = getenv("TZDIR");
    if (name[0] == '\0' || text_equal(name, "UTC"))
        return true;
    snprintf(path, sizeof path, "%.100s/%s", folder != NULL ? folder : zone_folder, name);
    char *bytes = mem_alloc(ZONE_FILE_MAX);
    bool read = file_read(path, bytes, ZONE_FILE_MAX, &length, why, size);
    if (read && !zone_parse((const unsigned char *)bytes, length, zone, &fault)) {
        snprintf(why, size, "%.100s: %.120s", path, fault.message);
        read = false;
    }
    mem_free(bytes);
    return read;
}

static bool load_window(const struct source *source, const char *under, struct policy *policy, struct fault *fault) {
    struct calendar *calendar = &policy->calendar;
    const struct policy_window *window = &policy->window;
    calendar->has_window = window->day_count > 0 || window->from[0] != '\0' || window->to[0] != '\0';
    if (!calendar->has_window)
        return true;
    if (!calendar_parse_clock(window->from, &calendar->from) || !calendar_parse_clock(window->to, &calendar->to))
        return refuse(source, under, "window", "needs `from` and `to`, as from: \"22:00\", to: \"04:00\"", fault);
    calendar->days = window->day_count == 0 ? (1U << 7) - 1 : 0;
    for (size_t i = 0; i < window->day_count; i++)
        for (unsigned day = 0; calendar_day_names[day] != NULL; day++)
            calendar->days |= text_equal(window->days[i], calendar_day_names[day]) ? 1U << day : 0;
    return true;
}

static bool load_blackouts(const struct source *source, const char *under, struct policy *policy, struct fault *fault) {
    struct calendar *calendar = &policy->calendar;
    for (size_t i = 0; i < policy->blackout_count; i++) {
        char key[32];
        snprintf(key, sizeof key, "blackouts[%zu]", i);
        if (!calendar_parse_blackout(policy->blackouts[i], &calendar->blackouts[i]))
            return refuse(source, under, key, "is not two dates, the later one last, as 2026-12-20/2027-01-03", fault);
        calendar->blackout_count = i + 1;
    }
    return true;
}

bool load_calendar(const struct source *source, const char *under, struct policy *policy, struct fault *fault) {
    char why[WHY_SIZE_OF_FILE];
    return load_window(source, under, policy, fault) && load_blackouts(source, under, policy, fault) &&
           (read_zone(policy->window.tz, &policy->calendar.zone, why, sizeof why) ||
            refuse(source, under, "window.tz", why, fault));
}

bool load_digest(const struct source *source, struct config *config, struct fault *fault) {
    char why[WHY_SIZE_OF_FILE];
    struct slots *slots = &config->notify.digest.slots;
    slots->every = config->notify.digest.every;
    if (!slots_may_last(slots->every))
        return refuse(source, "notify.", "digest_every", "is neither whole days nor a part that divides a day", fault);
    if (!calendar_parse_clock(config->notify.digest.at, &slots->at))
        return refuse(source, "notify.", "digest_at", "is not a time of day, as \"07:00\"", fault);
    return read_zone(config->notify.digest.tz, &slots->zone, why, sizeof why) ||
           refuse(source, "notify.", "digest_tz", why, fault);
}
