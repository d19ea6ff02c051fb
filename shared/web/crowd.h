/* Requests that came in together, to be called together. A thread of the server has a crowd: who has read a whole request in one of its turns joins it
 * unanswered, and is asked again in the next turn, as libmicrohttpd asks whoever has no answer and is not suspended. The first who is asked again has
 * all of them called. So a crowd is never waited for: alone, a request is called at once. */
#ifndef KEYTURN_CROWD_H
#define KEYTURN_CROWD_H

#include "exchange.h"

struct crowds; /* of a server */

/* Without a crowd yet; each thread of the server brings its own. Closed by crowds_close(). */
struct crowds *crowds_open(void);

/* When the server's threads have ended. NULL does nothing. */
void crowds_close(struct crowds *crowds);

/* Its route is for one who comes with others: true when it joined this thread's crowd, and is asked again; false when it was called (`called`) now,
 * with all of the crowd. */
bool crowd_joins(struct crowds *crowds, struct exchange *exchange);

/* It is over before it was called. */
void crowd_leave(struct exchange *exchange);

#endif
