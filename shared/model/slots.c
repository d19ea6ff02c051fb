#include "slots.h"

enum { DAY = 24 * 60 * 60, MONDAY = 3 /* days from a Monday to 1970-01-01 */ };

bool slots_may_last(int64_t every) {
    return every > 0 && (DAY % every == 0 || every % DAY == 0);
}

static int64_t floor_of(int64_t value, int64_t step) {
    int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

/* The local day on which the period of a local day begins. */
static int64_t first_day(const struct slots *slots, int64_t day) {
    return floor_of(day + MONDAY, slots->every / DAY) - MONDAY;
}

static int64_t instant_of(const struct slots *slots, int64_t day) {
    return zone_instant(&slots->zone, day * DAY + slots->at);
}

/* The day of a period's begin. Around a change of the clock the guess may be one off, in either direction. */
static int64_t day_of_begin(const struct slots *slots, int64_t instant) {
    int64_t days = slots->every / DAY;
    int64_t local = instant + zone_offset(&slots->zone, instant) - slots->at;
    int64_t day = first_day(slots, floor_of(local, DAY) / DAY);
    while (instant_of(slots, day) > instant)
        day -= days;
    while (instant_of(slots, day + days) <= instant)
        day += days;
    return day;
}

int64_t slots_begin(const struct slots *slots, int64_t instant) {
    if (slots->every < DAY)
        return floor_of(instant - slots->at, slots->every) + slots->at;
    return instant_of(slots, day_of_begin(slots, instant));
}

int64_t slots_end(const struct slots *slots, int64_t instant) {
    if (slots->every < DAY)
        return slots_begin(slots, instant) + slots->every;
    return instant_of(slots, day_of_begin(slots, instant) + slots->every / DAY);
}

int64_t slots_gather(const struct slots *slots) {
    int64_t part = slots->every / 8;
    return part < SLOTS_GATHER_MOST ? part : SLOTS_GATHER_MOST;
}
