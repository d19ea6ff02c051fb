/* How times are spelled for people. Owns nothing. */
#ifndef KEYTURN_SPELL_H
#define KEYTURN_SPELL_H

#include "base.h"

enum { SPELL_SIZE = 48, SPELL_WHEN_SIZE = 3 * SPELL_SIZE };

/* "2026-11-21 22:00Z"; an instant no clock reaches is "never". */
void spell_instant(int64_t instant, char text[SPELL_SIZE]);

/* Seconds in their two largest units, the smaller rounded: "13d22h", "5m", "7s"; a negative span as its opposite. */
void spell_span(int64_t seconds, char text[SPELL_SIZE]);

/* "2026-11-21 22:00Z (in 13d22h)", "... (now)", "... (2h ago)". */
void spell_when(int64_t instant, int64_t now, char text[SPELL_WHEN_SIZE]);

#endif
