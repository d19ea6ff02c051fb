/* The table of a zone against the C library's own reading of the same file. The library needs the environment and tzset() for it; so this
 * test has no threads. */
#include "zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { HOUR = 3600, DAY = 24 * HOUR };

static const char *const names[] = {
    "Europe/Berlin", "America/New_York",  "Australia/Lord_Howe", "Asia/Kolkata",   "America/Santiago",
    "Pacific/Apia",  "Africa/Casablanca", "Europe/Dublin",       "Asia/Jerusalem", "UTC"};

static size_t read_zone(const char *name, unsigned char bytes[ZONE_FILE_MAX]) {
    char path[256];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s: install tzdata", path);
    size_t length = fread(bytes, 1, ZONE_FILE_MAX, file);
    fclose(file);
    return length;
}

static struct zone load(const char *name) {
    static unsigned char bytes[ZONE_FILE_MAX];
    struct zone zone;
    struct fault fault;
    if (!zone_parse(bytes, read_zone(name, bytes), &zone, &fault))
        fail_msg("%s: %s", name, fault.message);
    return zone;
}

static int64_t offset_by_libc(int64_t instant) {
    time_t time = (time_t)instant;
    struct tm local;
    assert_non_null(localtime_r(&time, &local));
    return local.tm_gmtoff;
}

static void same(const struct zone *zone, const char *name, int64_t instant) {
    if (zone_offset(zone, instant) != offset_by_libc(instant))
        fail_msg("%s at %lld: %lld, not %lld", name, (long long)instant, (long long)zone_offset(zone, instant),
                 (long long)offset_by_libc(instant));
}

static void every_offset_is_the_one_the_c_library_finds(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct zone zone = load(names[i]);
        setenv("TZ", names[i], 1);
        tzset();
        for (int64_t at = zone_days(2020, 1, 2) * DAY; at < zone_days(2060, 1, 1) * DAY; at += 7 * HOUR)
            same(&zone, names[i], at);
        for (size_t j = 0; j < zone.count; j++) {
            same(&zone, names[i], zone.shifts[j].at - 1);
            same(&zone, names[i], zone.shifts[j].at);
        }
    }
}

/* Europe/Berlin: at 2026-03-29 01:00 UTC from 02:00 to 03:00, at 2026-10-25 01:00 UTC from 03:00 back to 02:00. */
static void local_times_left_out_and_local_times_twice(void **state) {
    (void)state;
    struct zone zone = load("Europe/Berlin");
    int64_t spring = zone_days(2026, 3, 29) * DAY;
    int64_t autumn = zone_days(2026, 10, 25) * DAY;
    assert_int_equal(zone_instant(&zone, spring + HOUR), spring);
    assert_int_equal(zone_instant(&zone, spring + 2 * HOUR), spring + HOUR);
    assert_int_equal(zone_instant(&zone, spring + 2 * HOUR + 1800), spring + HOUR + 1800);
    assert_int_equal(zone_instant(&zone, spring + 3 * HOUR), spring + HOUR);
    assert_int_equal(zone_instant(&zone, autumn + 2 * HOUR + 1800), autumn + 1800);
    assert_int_equal(zone_instant(&zone, autumn + 3 * HOUR), autumn + 2 * HOUR);
}

static void days_are_counted_as_the_c_library_counts_them(void **state) {
    (void)state;
    for (int year = 1970; year < 2110; year++)
        for (int month = 1; month <= 12; month++) {
            struct tm date = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = 28};
            assert_int_equal(zone_days(year, month, 28), timegm(&date) / DAY);
        }
}

/* Cut off anywhere, or with any byte of its structure changed, a file is refused or read; nothing else happens. */
static void damaged_files_do_no_harm(void **state) {
    (void)state;
    static unsigned char bytes[ZONE_FILE_MAX];
    size_t length = read_zone("Europe/Berlin", bytes);
    struct zone zone;
    struct fault fault;
    for (size_t cut = 0; cut < length; cut++) {
        unsigned char *exact = malloc(cut + 1);
        memcpy(exact, bytes, cut);
        assert_false(zone_parse(exact, cut, &zone, &fault));
        assert_int_equal(fault.kind, FAULT_CONFIG);
        free(exact);
    }
    for (size_t at = 0; at < length; at++) {
        unsigned char before = bytes[at];
        bytes[at] = (unsigned char)(before ^ 0xff);
        if (zone_parse(bytes, length, &zone, &fault))
            assert_true(zone.count <= ZONE_SHIFTS);
        bytes[at] = before;
    }
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(every_offset_is_the_one_the_c_library_finds),
        cmocka_unit_test(local_times_left_out_and_local_times_twice),
        cmocka_unit_test(days_are_counted_as_the_c_library_counts_them),
        cmocka_unit_test(damaged_files_do_no_harm),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
