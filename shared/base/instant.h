/* Instants: seconds since 1970-01-01T00:00:00Z in an int64_t, and the spellings AWS and CloudEvents use for them.
 * Also durations, as people write them in configuration: 30s 10m 2h 60d. */
#ifndef KEYTURN_INSTANT_H
#define KEYTURN_INSTANT_H

#include "base.h"

enum { INSTANT_SIZE = 32, DURATION_SIZE = 32 };

/* The answer's Date header (RFC 9110 IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT"). False if it is not one. */
bool instant_parse_http(const char *text, int64_t *instant) MUST_CHECK;

/* ISO 8601 with "Z" or an offset, fraction ignored ("2026-11-21T22:00:00Z", "...+00:00"). */
bool instant_parse_iso(const char *text, int64_t *instant) MUST_CHECK;

/* "2026-11-21T22:00:00Z". */
void instant_iso(int64_t instant, char text[INSTANT_SIZE]);

/* "20261121T220000Z", as X-Amz-Date wants it. */
void instant_amz(int64_t instant, char text[INSTANT_SIZE]);

/* "30s", "10m", "2h", "60d", or several ("1h30m"); plain "0" also. Seconds. False if it is none, or past 100 years. */
bool duration_parse(const char *text, int64_t *seconds) MUST_CHECK;

/* The shortest exact spelling: 5400 -> "1h30m". */
void duration_text(int64_t seconds, char text[DURATION_SIZE]);

#endif
