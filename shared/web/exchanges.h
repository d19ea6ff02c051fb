/* The exchanges of a server that are between two requests: they are long, and so kept for the next one, up to a number. */
#ifndef KEYTURN_EXCHANGES_H
#define KEYTURN_EXCHANGES_H

#include "exchange.h"

struct exchanges;

/* With none kept yet. Closed by exchanges_close(). */
struct exchanges *exchanges_open(void);

/* When all were given back. NULL does nothing. */
void exchanges_close(struct exchanges *exchanges);

/* An empty one; to be given back. From any thread. */
struct exchange *exchanges_take(struct exchanges *exchanges);

/* Ends what is open of it, wipes it, and keeps or frees it. From any thread. */
void exchanges_give(struct exchanges *exchanges, struct exchange *exchange);

#endif
