#include "calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { HOUR = 3600, DAY = 24 * HOUR };
enum { MON = 1, TUE = 2, SAT = 32, SUN = 64, EVERY_DAY = 127 };

static struct zone berlin(void) {
    static unsigned char bytes[ZONE_FILE_MAX];
    struct zone zone;
    struct fault fault;
    FILE *file = fopen("/usr/share/zoneinfo/Europe/Berlin", "rb");
    if (file == NULL)
        fail_msg("install tzdata");
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(zone_parse(bytes, length, &zone, &fault));
    return zone;
}

/* "2026-11-23 22:00", UTC. */
static int64_t instant(const char *text) {
    int year, month, day, hour, minute;
    assert_int_equal(sscanf(text, "%d-%d-%d %d:%d", &year, &month, &day, &hour, &minute), 5);
    return zone_days(year, month, day) * DAY + hour * HOUR + minute * 60;
}

/* 2026-11-23 is a Monday. Berlin is an hour ahead of UTC then, two in summer. */
static const struct {
    const char *story;
    bool in_berlin;
    unsigned days;
    int from, to; /* hours */
    const char *blackout;
    const char *at;
    const char *opens; /* NULL: it is open */
} rows[] = {
    {"within", false, MON, 8, 10, NULL, "2026-11-23 09:00", NULL},
    {"at its begin", false, MON, 8, 10, NULL, "2026-11-23 08:00", NULL},
    {"a minute before", false, MON, 8, 10, NULL, "2026-11-23 07:59", "2026-11-23 08:00"},
    {"at its end it is over", false, MON, 8, 10, NULL, "2026-11-23 10:00", "2026-11-30 08:00"},
    {"another day", false, MON, 8, 10, NULL, "2026-11-24 09:00", "2026-11-30 08:00"},
    {"the next of two days", false, MON | TUE, 8, 10, NULL, "2026-11-23 11:00", "2026-11-24 08:00"},
    {"over midnight, before it", false, MON, 22, 4, NULL, "2026-11-23 23:00", NULL},
    {"over midnight, after it", false, MON, 22, 4, NULL, "2026-11-24 03:59", NULL},
    {"over midnight, over", false, MON, 22, 4, NULL, "2026-11-24 04:00", "2026-11-30 22:00"},
    {"over midnight from Sunday", false, SUN, 22, 4, NULL, "2026-11-23 01:00", NULL},
    {"the same times are a whole day", false, SAT, 6, 6, NULL, "2026-11-29 05:59", NULL},
    {"in its zone", true, MON, 22, 4, NULL, "2026-11-23 20:59", "2026-11-23 21:00"},
    {"in its zone in summer", true, MON, 22, 4, NULL, "2026-07-20 19:59", "2026-07-20 20:00"},
    {"a night an hour shorter", true, SAT, 22, 4, NULL, "2026-03-29 01:59", NULL},
    {"a night an hour shorter, over", true, SAT, 22, 4, NULL, "2026-03-29 02:00", "2026-04-04 20:00"},
    {"a night an hour longer", true, SAT, 22, 4, NULL, "2026-10-25 02:59", NULL},
    {"a window of the hour that is left out", true, SUN, 2, 3, NULL, "2026-03-28 12:00", "2026-04-05 00:00"},
    {"a blackout without a window", false, 0, 0, 0, "2026-12-20/2027-01-03", "2026-12-25 00:00", "2027-01-04 00:00"},
    {"its first second", false, 0, 0, 0, "2026-12-20/2027-01-03", "2026-12-20 00:00", "2027-01-04 00:00"},
    {"a minute before a blackout", false, 0, 0, 0, "2026-12-20/2027-01-03", "2026-12-19 23:59", NULL},
    {"after it", false, 0, 0, 0, "2026-12-20/2027-01-03", "2027-01-04 00:00", NULL},
    {"one day in its zone", true, 0, 0, 0, "2026-12-24/2026-12-24", "2026-12-23 23:00", "2026-12-24 23:00"},
    {"a window in a blackout", false, EVERY_DAY, 22, 4, "2026-12-20/2027-01-03", "2026-12-20 23:00",
     "2027-01-04 00:00"},
    {"a window that a blackout begins in", false, MON, 22, 4, "2026-11-24/2026-11-24", "2026-11-24 01:00",
     "2026-11-30 22:00"},
    {"the next window is blacked out", false, MON, 8, 10, "2026-11-30/2026-11-30", "2026-11-24 00:00",
     "2026-12-07 08:00"},
};

static struct calendar calendar_of(size_t row) {
    struct calendar calendar = {.days = rows[row].days, .has_window = rows[row].days != 0};
    calendar.from = rows[row].from * HOUR;
    calendar.to = rows[row].to * HOUR;
    if (rows[row].in_berlin)
        calendar.zone = berlin();
    if (rows[row].blackout != NULL)
        assert_true(calendar_parse_blackout(rows[row].blackout, &calendar.blackouts[calendar.blackout_count++]));
    return calendar;
}

static void when_changes_are_allowed(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct calendar calendar = calendar_of(i);
        int64_t at = instant(rows[i].at);
        int64_t expected = rows[i].opens != NULL ? instant(rows[i].opens) : at;
        if (calendar_opens(&calendar, at) != expected)
            fail_msg("%s: %lld s off", rows[i].story, (long long)(calendar_opens(&calendar, at) - expected));
        assert_int_equal(calendar_opens(&calendar, expected), expected);
    }
}

/* The next opening is one, and there is none before it: minute by minute over two weeks around a change of the clocks. */
static void nothing_opens_before_the_next_opening(void **state) {
    (void)state;
    struct calendar calendar = {
        .has_window = true, .days = SAT | TUE, .from = 22 * HOUR, .to = 4 * HOUR, .zone = berlin()};
    int64_t end = instant("2026-11-05 00:00");
    int64_t promised = 0;
    for (int64_t at = instant("2026-10-20 00:00"); at < end; at += 60) {
        int64_t opens = calendar_opens(&calendar, at);
        assert_true(opens >= at);
        assert_true(promised == 0 || opens == at || opens == promised);
        promised = opens == at ? 0 : opens;
    }
}

static void a_calendar_may_never_open(void **state) {
    (void)state;
    struct calendar calendar = {.has_window = true};
    assert_true(calendar_opens(&calendar, instant("2026-11-23 00:00")) == INT64_MAX);
    struct calendar always = {0};
    assert_true(calendar_opens(&always, INT64_MAX) == INT64_MAX);
    assert_true(calendar_opens(&calendar, INT64_MIN) == INT64_MIN);
}

static void times_and_dates_as_they_are_written(void **state) {
    (void)state;
    static const char *const bad_clocks[] = {"", "2:00", "24:01", "12:60", "12-00", "+1:00", "12:+1", "12:00 "};
    static const char *const bad_spans[] = {"",
                                            "2026-12-20",
                                            "2026-12-20/2026-12-19",
                                            "2026-02-29/2026-03-01",
                                            "2026-13-01/2026-13-02",
                                            "2026-12-00/2026-12-02",
                                            "2026-12-20 2026-12-21",
                                            "2026-1-001/2026-12-21"};
    int64_t seconds = 0;
    struct blackout blackout;
    assert_true(calendar_parse_clock("22:30", &seconds));
    assert_int_equal(seconds, 22 * HOUR + 1800);
    assert_true(calendar_parse_clock("24:00", &seconds));
    assert_true(calendar_parse_blackout("2028-02-29/2028-02-29", &blackout));
    for (size_t i = 0; i < COUNT_OF(bad_clocks); i++)
        assert_false(calendar_parse_clock(bad_clocks[i], &seconds));
    for (size_t i = 0; i < COUNT_OF(bad_spans); i++)
        assert_false(calendar_parse_blackout(bad_spans[i], &blackout));
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(when_changes_are_allowed),
        cmocka_unit_test(nothing_opens_before_the_next_opening),
        cmocka_unit_test(a_calendar_may_never_open),
        cmocka_unit_test(times_and_dates_as_they_are_written),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
