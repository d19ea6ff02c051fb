/* A time zone as a table of offsets, read from a compiled zone file (RFC 8536) once. Afterwards everything is pure: no environment, no
 * tzset(), nothing shared between threads. Plain struct, no pointers. */
#ifndef KEYTURN_ZONE_H
#define KEYTURN_ZONE_H

#include "base.h"
#include "fault.h"

enum {
    ZONE_SHIFTS = 128,
    ZONE_FROM_YEAR = 2020, /* the table's first and last year; later ones keep the last offset */
    ZONE_TO_YEAR = 2065,
    ZONE_FILE_MAX = 64 * 1024,
};

/* From `at` on, local time is `offset` seconds ahead of UTC. */
struct zone_shift {
    int64_t at;
    int64_t offset;
};

/* All zero: UTC. */
struct zone {
    int64_t first; /* the offset before the first shift */
    size_t count;
    struct zone_shift shifts[ZONE_SHIFTS]; /* growing */
};

/* From the bytes of a zone file of version 2 or later. FAULT_CONFIG says what is wrong with it. */
bool zone_parse(const unsigned char *bytes, size_t length, struct zone *zone, struct fault *fault) MUST_CHECK;

/* Seconds local time is ahead of UTC at that instant. */
int64_t zone_offset(const struct zone *zone, int64_t instant);

/* The instant of a local time, given as seconds since 1970-01-01 00:00 local. Of a time that comes twice the first; of one that is left out the
 * instant that is as long after the gap's begin. */
int64_t zone_instant(const struct zone *zone, int64_t local);

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
int64_t zone_days(int64_t year, int64_t month, int64_t day);

#endif
