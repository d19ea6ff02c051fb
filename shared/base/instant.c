#include "instant.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

bool instant_parse_http(const char *text, int64_t *instant) {
    struct tm parts = {0};
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == NULL || *end != '\0')
        return false;
    *instant = (int64_t)timegm(&parts);
    return true;
}

/* "Z", "+hh:mm" or "-hhmm": how many seconds local time is ahead of UTC. */
static bool parse_offset(const char *text, int64_t *offset) {
    int hours;
    int minutes;
    char sign;
    char rest;
    if (strcmp(text, "Z") == 0) {
        *offset = 0;
        return true;
    }
    if (sscanf(text, "%c%2d:%2d%c", &sign, &hours, &minutes, &rest) != 3 &&
        sscanf(text, "%c%2d%2d%c", &sign, &hours, &minutes, &rest) != 3)
        return false;
    if ((sign != '+' && sign != '-') || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *offset = (int64_t)(hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return true;
}

bool instant_parse_iso(const char *text, int64_t *instant) {
    struct tm parts = {0};
    int64_t offset;
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
    if (end == NULL)
        return false;
    if (*end == '.')
        end += 1 + strspn(end + 1, "0123456789");
    if (!parse_offset(end, &offset))
        return false;
    *instant = (int64_t)timegm(&parts) - offset;
    return true;
}

/* With zeros before it up to `width`. */
static char *put(char *to, int number, int width) {
    if (width > 1 || number > 9)
        to = put(to, number / 10, width - 1);
    *to = (char)('0' + number % 10);
    return to + 1;
}

/* By hand, since strftime() costs more than all that is written around a time. `dash` and `colon` may be empty. */
static void spell(int64_t instant, const char *dash, const char *colon, char text[INSTANT_SIZE]) {
    time_t seconds = (time_t)instant;
    struct tm parts = {0};
    gmtime_r(&seconds, &parts);
    int year = parts.tm_year + 1900;
    char *at = put(text, year > 0 ? year : 0, 4);
    at = put(stpcpy(at, dash), parts.tm_mon + 1, 2);
    at = put(stpcpy(at, dash), parts.tm_mday, 2);
    *at++ = 'T';
    at = put(at, parts.tm_hour, 2);
    at = put(stpcpy(at, colon), parts.tm_min, 2);
    at = put(stpcpy(at, colon), parts.tm_sec, 2);
    stpcpy(at, "Z");
}

void instant_iso(int64_t instant, char text[INSTANT_SIZE]) {
    spell(instant, "-", ":", text);
}

void instant_amz(int64_t instant, char text[INSTANT_SIZE]) {
    spell(instant, "", "", text);
}

static const struct {
    char letter;
    int64_t seconds;
} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

static int64_t unit_seconds(char letter) {
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (units[i].letter == letter)
            return units[i].seconds;
    return 0;
}

bool duration_parse(const char *text, int64_t *seconds) {
    const int64_t most = (int64_t)36525 * 86400;
    int64_t total = 0;
    if (strcmp(text, "0") == 0) {
        *seconds = 0;
        return true;
    }
    if (*text == '\0')
        return false;
    while (*text != '\0') {
        int64_t number = 0;
        size_t digits = strspn(text, "0123456789");
        int64_t unit = unit_seconds(text[digits]);
        if (digits == 0 || digits > 10 || unit == 0)
            return false;
        for (size_t i = 0; i < digits; i++)
            number = number * 10 + (text[i] - '0');
        if (number > most / unit)
            return false;
        total += number * unit;
        text += digits + 1;
    }
    *seconds = total;
    return total <= most;
}

void duration_text(int64_t seconds, char text[DURATION_SIZE]) {
    size_t used = 0;
    if (seconds <= 0)
        snprintf(text, DURATION_SIZE, "0s");
    for (size_t i = 0; i < COUNT_OF(units) && seconds > 0; i++) {
        int64_t count = seconds / units[i].seconds;
        if (count > 0 && used < DURATION_SIZE)
            used += (size_t)snprintf(text + used, DURATION_SIZE - used, "%lld%c", (long long)count, units[i].letter);
        seconds %= units[i].seconds;
    }
}
