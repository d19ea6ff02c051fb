/* The clock of these tests, in place of shared/base's: it goes on by itself, and jumps where a test (or a sleep) says so. */
#ifndef KEYTURN_TEST_CLOCK_H
#define KEYTURN_TEST_CLOCK_H

#include "clock.h"

/* Lets that many milliseconds pass at once. */
void test_clock_pass(int64_t milliseconds);

/* Sets this host's wall clock wrong by that many seconds; CLOCK_BOOTTIME is not touched. */
void test_clock_skew(int64_t seconds);

/* How long was slept since the last call of this. */
int64_t test_clock_slept(void);

/* Has `then` called after each reading of CLOCK_BOOTTIME, by whoever read it; NULL: nothing any more. */
void test_clock_when_read(void (*then)(void));

#endif
