/* When an operator allows changes: a maintenance window that comes again each week, and blackouts. Pure: a plain struct without pointers,
 * no I/O, no clock. */
#ifndef KEYTURN_CALENDAR_H
#define KEYTURN_CALENDAR_H

#include "zone.h"

enum {
    BLACKOUT_MAX = 16,
    BLACKOUT_SIZE = 24, /* "2026-12-20/2027-01-03" */
    CLOCK_SIZE = 6,     /* "22:00" */
    DAY_NAME_SIZE = 12, /* "mon", and room to say that "wednesday" is none */
    ZONE_NAME_SIZE = 64,
};

/* In days since 1970-01-01, local, the last one included. */
struct blackout {
    int64_t from;
    int64_t to;
};

/* All zero: always. */
struct calendar {
    bool has_window;
    unsigned days; /* bit 0: it begins on Mondays ... 6: on Sundays */
    int64_t from;  /* local seconds of the day on which it begins */
    int64_t to;    /* of the same day, or where that is not later of the next */
    size_t blackout_count;
    struct blackout blackouts[BLACKOUT_MAX];
    struct zone zone;
};

extern const char *const calendar_day_names[]; /* mon ... sun, closed by NULL */

/* "22:00", from 00:00 to 24:00, to seconds. */
bool calendar_parse_clock(const char *text, int64_t *seconds) MUST_CHECK;

/* "2026-12-20/2027-01-03", two dates that exist, the second not before the first. */
bool calendar_parse_blackout(const char *text, struct blackout *blackout) MUST_CHECK;

/* The first instant from `at` on at which changes are allowed: `at` itself, if they are then. INT64_MAX: never again. */
int64_t calendar_opens(const struct calendar *calendar, int64_t at);

#endif
