#include "calendar.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 24 * 60 * 60, WEEK = 7 };

const char *const calendar_day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

/* --- reading */

bool calendar_parse_clock(const char *text, int64_t *seconds) {
    int hour = 0;
    int minute = 0;
    int used = 0;
    if (strlen(text) != CLOCK_SIZE - 1 || sscanf(text, "%2d:%2d%n", &hour, &minute, &used) != 2 || used != 5)
        return false;
    *seconds = (hour * 60 + minute) * 60;
    return text[0] >= '0' && text[0] <= '2' && text[3] >= '0' && minute >= 0 && minute < 60 && *seconds <= DAY;
}

static bool parse_date(const char *text, int64_t *day) {
    int year = 0;
    int month = 0;
    int date = 0;
    int used = 0;
    for (size_t i = 0; i < 10; i++)
        if ((i == 4 || i == 7) != (text[i] == '-') || text[i] == '\0')
            return false;
    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &date, &used) != 3 || used != 10 || year < 1970)
        return false;
    if (month < 1 || month > 12 || date < 1)
        return false;
    *day = zone_days(year, month, date);
    return *day < (month == 12 ? zone_days(year + 1, 1, 1) : zone_days(year, month + 1, 1));
}

bool calendar_parse_blackout(const char *text, struct blackout *blackout) {
    return strlen(text) == 21 && text[10] == '/' && parse_date(text, &blackout->from) &&
           parse_date(text + 11, &blackout->to) && blackout->from <= blackout->to;
}

/* --- asking */

static int64_t local_day(const struct calendar *calendar, int64_t instant) {
    int64_t local = instant + zone_offset(&calendar->zone, instant);
    return (local - (local % DAY + DAY) % DAY) / DAY;
}

/* The window that begins on that local day, if one does: is it open at the instant, or when does it open? */
static int64_t opens_on(const struct calendar *calendar, int64_t day, int64_t at) {
    unsigned weekday = (unsigned)(((day + 3) % WEEK + WEEK) % WEEK);
    if ((calendar->days >> weekday & 1U) == 0)
        return INT64_MAX;
    int64_t last = calendar->to > calendar->from ? day : day + 1;
    int64_t opens = zone_instant(&calendar->zone, day * DAY + calendar->from);
    int64_t closes = zone_instant(&calendar->zone, last * DAY + calendar->to);
    return closes <= at || closes <= opens ? INT64_MAX : opens > at ? opens : at;
}

static int64_t window_opens(const struct calendar *calendar, int64_t at) {
    int64_t today = local_day(calendar, at);
    int64_t first = INT64_MAX;
    for (int64_t day = today - 1; day <= today + WEEK + 1 && calendar->has_window; day++) {
        int64_t opens = opens_on(calendar, day, at);
        first = opens < first ? opens : first;
    }
    return calendar->has_window ? first : at;
}

/* The end of a blackout the instant lies in; of none: the instant. */
static int64_t after_blackouts(const struct calendar *calendar, int64_t at) {
    int64_t end = at;
    for (size_t i = 0; i < calendar->blackout_count; i++) {
        const struct blackout *blackout = &calendar->blackouts[i];
        int64_t day = local_day(calendar, at);
        if (day < blackout->from || day > blackout->to)
            continue;
        int64_t over = zone_instant(&calendar->zone, (blackout->to + 1) * DAY);
        end = over > end ? over : end;
    }
    return end;
}

int64_t calendar_opens(const struct calendar *calendar, int64_t at) {
    bool always = !calendar->has_window && calendar->blackout_count == 0;
    if (always || at < 0 || at > zone_days(9999, 1, 1) * DAY) /* a ring may hold anything */
        return at;
    for (size_t i = 0; i <= 2 * BLACKOUT_MAX; i++) {
        int64_t opens = window_opens(calendar, at);
        if (opens == INT64_MAX)
            return INT64_MAX;
        at = after_blackouts(calendar, opens);
        if (at == opens)
            return at;
    }
    return INT64_MAX;
}
