/* Readiness: the checks of a program, asked at most once a second however many ask, and never by two at once.
 * Borrows the checks. Reads no dependency itself. */
#ifndef KEYTURN_HEALTH_H
#define KEYTURN_HEALTH_H

#include "metrics.h"

enum { HEALTH_MAX = 16, HEALTH_KEEP_MS = 1000 };

struct health;

/* Copies at most HEALTH_MAX rows; what they point to must outlive it. */
struct health *health_open(const struct health_check *checks, size_t count);
void health_close(struct health *health);

/* True if every check passed when it was last asked; asks again if that is over a second ago. While another thread asks, the answer
 * before it is given. Appends {"status":"ready|not_ready","checks":{name:{"ready":...,"fault":...,"reason":...}}} to an open text. */
bool health_ready(struct health *health, struct text *out);

#endif
