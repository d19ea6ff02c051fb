/* What a Redis that is taken may lose all the same: said aloud in the log, by every program that keeps something there which must last. */
#ifndef KEYTURN_REDIS_DOUBTS_H
#define KEYTURN_REDIS_DOUBTS_H

#include "store.h"

/* One warning for each of store_doubts(), naming the place and the mend. */
void redis_doubts_say(struct store *store);

#endif
