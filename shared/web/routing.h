/* Which row of the table answers a request. */
#ifndef KEYTURN_ROUTING_H
#define KEYTURN_ROUTING_H

#include "exchange.h"

/* Sets request.route to the first row whose path and method fit, and returns MHD_YES. If there is none, sends the refusal (404, or 405 with
 * the methods of the rows whose path fits) and returns what libmicrohttpd said to it. */
enum MHD_Result routing_choose(struct exchange *exchange);

#endif
