/* What happened to one user, as far as the ring holds it. */
#ifndef KEYTURN_HISTORY_H
#define KEYTURN_HISTORY_H

#include "doc.h"
#include "event_ring.h"

/* An array of entries as docs/openapi.json has them, newest first, at most `most`; an event told twice is one. The caller closes it. */
struct doc *history_of(const struct event_ring *ring, const char *account, const char *user, size_t most);

#endif
