#include "spell.h"

#include "instant.h"
#include "text.h"

#include <stdio.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static const int64_t LAST_YEAR = 253402300799; /* the end of the year 9999 */

void spell_instant(int64_t instant, char text[SPELL_SIZE]) {
    char iso[INSTANT_SIZE];
    if (instant > LAST_YEAR) {
        text_clip(text, SPELL_SIZE, "never");
        return;
    }
    instant_iso(instant, iso);
    snprintf(text, SPELL_SIZE, "%.10s %.5sZ", iso, iso + 11);
}

static const struct {
    int64_t seconds;
    const char *letter;
} units[] = {{DAY, "d"}, {HOUR, "h"}, {MINUTE, "m"}, {1, "s"}};

void spell_span(int64_t seconds, char text[SPELL_SIZE]) {
    int64_t left = seconds < 0 ? -seconds : seconds;
    size_t first = 0;
    while (first + 1 < COUNT_OF(units) && left < units[first].seconds)
        first++;
    if (first + 1 < COUNT_OF(units))
        left += units[first + 1].seconds / 2;
    int64_t whole = left / units[first].seconds;
    int64_t rest = first + 1 < COUNT_OF(units) ? left % units[first].seconds / units[first + 1].seconds : 0;
    if (rest > 0)
        snprintf(text, SPELL_SIZE, "%lld%s%lld%s", (long long)whole, units[first].letter, (long long)rest,
                 units[first + 1].letter);
    else
        snprintf(text, SPELL_SIZE, "%lld%s", (long long)whole, units[first].letter);
}

void spell_when(int64_t instant, int64_t now, char text[SPELL_WHEN_SIZE]) {
    char date[SPELL_SIZE];
    char span[SPELL_SIZE];
    spell_instant(instant, date);
    spell_span(instant - now, span);
    if (instant > LAST_YEAR)
        text_clip(text, SPELL_SIZE, date);
    else if (instant == now)
        snprintf(text, SPELL_WHEN_SIZE, "%s (now)", date);
    else
        snprintf(text, SPELL_WHEN_SIZE, "%s (%s%s%s)", date, instant > now ? "in " : "", span,
                 instant > now ? "" : " ago");
}
