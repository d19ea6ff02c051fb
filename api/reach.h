/* Which accounts could be used when they were used last. Shared by all threads. */
#ifndef KEYTURN_REACH_H
#define KEYTURN_REACH_H

#include "config.h"

struct reach;

/* The configuration is borrowed. */
struct reach *reach_open(const struct config *config);
void reach_close(struct reach *reach);

/* The account's role or our credentials worked, or were refused. */
void reach_note(struct reach *reach, const char *account, bool reached);

/* Was every account that was tried refused? One alone must not make the others unready. */
bool reach_none(const struct reach *reach);

#endif
