#include "zone.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER = 44, /* bytes of each of the two headers */
    MINUTE = 60,
    HOUR = 60 * MINUTE,
    DAY = 24 * HOUR,
    RULE_SIZE = 256,
};

int64_t zone_days(int64_t year, int64_t month, int64_t day) {
    int64_t y = month <= 2 ? year - 1 : year; /* years that begin in March end with the leap day */
    int64_t days = 365 * y + y / 4 - y / 100 + y / 400;
    return days + (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1 - 719468;
}

static bool refuse(struct fault *fault, const char *why) {
    return fault_set(fault, FAULT_CONFIG, "time zone", "%s", why);
}

/* --- the table ----------------------------------------------------------------------------------------------------------- */

static void add_shift(struct zone *zone, int64_t at, int64_t offset) {
    if (at <= zone_days(ZONE_FROM_YEAR, 1, 1) * DAY)
        zone->first = offset;
    else if (zone->count < ZONE_SHIFTS)
        zone->shifts[zone->count++] = (struct zone_shift){at, offset};
}

int64_t zone_offset(const struct zone *zone, int64_t instant) {
    int64_t offset = zone->first;
    for (size_t i = 0; i < zone->count && zone->shifts[i].at <= instant; i++)
        offset = zone->shifts[i].offset;
    return offset;
}

int64_t zone_instant(const struct zone *zone, int64_t local) {
    int64_t before = zone_offset(zone, local - DAY);
    int64_t after = zone_offset(zone, local + DAY);
    if (zone_offset(zone, local - before) == before)
        return local - before;
    if (zone_offset(zone, local - after) == after)
        return local - after;
    return local - before;
}

/* --- the rule behind the table: "CET-1CEST,M3.5.0,M10.5.0/3" ------------------------------------------------------------- */

/* One of the two changes of a year. */
struct change {
    char kind; /* 'M', 'J', or 0 for a day counted from zero */
    long month, week, day;
    long time; /* local seconds of that day, in the offset before the change */
};

struct rule {
    long standard, summer; /* offsets */
    struct change begin, end;
};

static bool read_name(const char **at) {
    const char *start = *at;
    if (*start == '<') {
        const char *close = strchr(start, '>');
        *at = close != NULL ? close + 1 : start;
        return close != NULL;
    }
    while (isalpha((unsigned char)**at))
        (*at)++;
    return *at - start >= 3;
}

static bool read_number(const char **at, long most, long *number) {
    char *end;
    if (!isdigit((unsigned char)**at))
        return false;
    *number = strtol(*at, &end, 10);
    *at = end;
    return *number <= most;
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(const char **at, long *seconds) {
    static const long units[] = {HOUR, MINUTE, 1};
    long sign = **at == '-' ? -1 : 1;
    long part;
    *seconds = 0;
    if (**at == '-' || **at == '+')
        (*at)++;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (i > 0 && **at != ':')
            break;
        *at += i > 0 ? 1 : 0;
        if (!read_number(at, i == 0 ? 167 : 59, &part))
            return false;
        *seconds += part * units[i];
    }
    *seconds *= sign;
    return true;
}

static bool read_after(const char **at, char mark, long most, long *number) {
    return **at == mark && ((*at)++, read_number(at, most, number));
}

static bool read_change(const char **at, struct change *change) {
    bool well = *(*at)++ == ',';
    *change = (struct change){.time = 2 * HOUR};
    if (well && (**at == 'M' || **at == 'J'))
        change->kind = *(*at)++;
    if (well && change->kind == 'M')
        well = read_number(at, 12, &change->month) && change->month > 0 && read_after(at, '.', 5, &change->week) &&
               change->week > 0 && read_after(at, '.', 6, &change->day);
    else
        well = well && read_number(at, 365, &change->day);
    if (well && **at == '/') {
        (*at)++;
        well = read_time(at, &change->time);
    }
    return well;
}

static bool read_rule(const char *at, struct rule *rule) {
    long west;
    if (!read_name(&at) || !read_time(&at, &west))
        return false;
    rule->standard = rule->summer = -west;
    if (*at == '\0')
        return true;
    if (!read_name(&at))
        return false;
    rule->summer = rule->standard + HOUR;
    if (*at != ',' && *at != '\0') {
        if (!read_time(&at, &west))
            return false;
        rule->summer = -west;
    }
    return read_change(&at, &rule->begin) && read_change(&at, &rule->end) && *at == '\0';
}

static bool is_leap(int64_t year) {
    return zone_days(year + 1, 1, 1) - zone_days(year, 1, 1) == 366;
}

/* The fifth week is the last in which the month has that day. */
static int64_t day_of(const struct change *change, int64_t year) {
    if (change->kind == 'J') /* the 29th of February is never counted */
        return zone_days(year, 1, 1) + change->day - 1 + (is_leap(year) && change->day >= 60 ? 1 : 0);
    if (change->kind == 0)
        return zone_days(year, 1, 1) + change->day;
    int64_t first = zone_days(year, change->month, 1);
    int64_t next = change->month == 12 ? zone_days(year + 1, 1, 1) : zone_days(year, change->month + 1, 1);
    int64_t weekday = (first + 4) % 7; /* 1970-01-01 was a Thursday */
    int64_t day = first + (change->day - weekday + 7) % 7 + (change->week - 1) * 7;
    return day >= next ? day - 7 : day;
}

static void add_year(struct zone *zone, const struct rule *rule, int64_t year, int64_t after) {
    struct zone_shift begin = {day_of(&rule->begin, year) * DAY + rule->begin.time - rule->standard, rule->summer};
    struct zone_shift end = {day_of(&rule->end, year) * DAY + rule->end.time - rule->summer, rule->standard};
    const struct zone_shift *order[] = {begin.at < end.at ? &begin : &end, begin.at < end.at ? &end : &begin};
    for (size_t i = 0; i < COUNT_OF(order); i++)
        if (order[i]->at > after)
            add_shift(zone, order[i]->at, order[i]->offset);
}

static bool add_rule(struct zone *zone, const char *text, int64_t after, struct fault *fault) {
    struct rule rule = {0};
    if (!read_rule(text, &rule))
        return refuse(fault, "the rule at the end of the zone file cannot be understood");
    if (rule.standard == rule.summer)
        return true;
    for (int64_t year = ZONE_FROM_YEAR; year <= ZONE_TO_YEAR; year++)
        add_year(zone, &rule, year, after);
    return true;
}

/* --- the file ------------------------------------------------------------------------------------------------------------ */

struct block {
    const unsigned char *bytes; /* behind its header */
    size_t times, types, names, leaps, standard, utc;
};

static int64_t read_signed(const unsigned char *bytes, size_t size) {
    uint64_t number = (bytes[0] & 0x80U) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++)
        number = number << 8U | bytes[i];
    return (int64_t)number;
}

static bool read_header(const unsigned char *bytes, size_t length, struct block *block) {
    if (length < HEADER || memcmp(bytes, "TZif", 4) != 0 || bytes[4] < '2')
        return false;
    size_t counts[6];
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        int64_t count = read_signed(bytes + 20 + 4 * i, 4);
        if (count < 0 || count > ZONE_FILE_MAX)
            return false;
        counts[i] = (size_t)count;
    }
    *block = (struct block){bytes + HEADER, counts[3], counts[4], counts[5], counts[2], counts[1], counts[0]};
    return block->types > 0;
}

/* `word`: 4 bytes a time in the first block, 8 in the second. */
static size_t size_of(const struct block *block, size_t word) {
    return block->times * (word + 1) + block->types * 6 + block->names + block->leaps * (word + 4) + block->standard +
           block->utc;
}

static bool add_times(struct zone *zone, const struct block *block, int64_t *last) {
    const unsigned char *kinds = block->bytes + 8 * block->times;
    const unsigned char *types = kinds + block->times;
    zone->first = read_signed(types, 4);
    *last = INT64_MIN;
    for (size_t i = 0; i < block->times; i++) {
        int64_t at = read_signed(block->bytes + 8 * i, 8);
        if (kinds[i] >= block->types || at < *last)
            return false;
        if (at < zone_days(ZONE_TO_YEAR + 1, 1, 1) * DAY)
            add_shift(zone, at, read_signed(types + (size_t)6 * kinds[i], 4));
        *last = at;
    }
    return true;
}

/* "\n<rule>\n" */
static bool read_footer(const unsigned char *bytes, size_t length, char rule[RULE_SIZE]) {
    const unsigned char *end = length > 1 && bytes[0] == '\n' ? memchr(bytes + 1, '\n', length - 1) : NULL;
    if (end == NULL || end - bytes > RULE_SIZE)
        return false;
    size_t size = (size_t)(end - bytes) - 1;
    memcpy(rule, bytes + 1, size);
    rule[size] = '\0';
    return memchr(rule, '\0', size) == NULL;
}

bool zone_parse(const unsigned char *bytes, size_t length, struct zone *zone, struct fault *fault) {
    struct block old;
    struct block block;
    char rule[RULE_SIZE];
    int64_t last;
    *zone = (struct zone){0};
    if (!read_header(bytes, length, &old))
        return refuse(fault, "not a zone file of version 2 or later");
    size_t skip = HEADER + size_of(&old, 4);
    if (skip > length || !read_header(bytes + skip, length - skip, &block))
        return refuse(fault, "the zone file ends too early");
    skip += HEADER + size_of(&block, 8);
    if (skip > length || !add_times(zone, &block, &last) || !read_footer(bytes + skip, length - skip, rule))
        return refuse(fault, "the zone file ends too early, or is damaged");
    return rule[0] == '\0' || add_rule(zone, rule, last, fault);
}
