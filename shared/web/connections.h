/* The open connections of a server, and since when each owes a request. libmicrohttpd only ends silent connections: a client that
 * sends a byte now and then would keep its place for ever, so those past their time are shut down here.
 * Owns a thread; the sockets stay the server's, which sees the shutdown as the client's end and closes them. */
#ifndef KEYTURN_CONNECTIONS_H
#define KEYTURN_CONNECTIONS_H

#include "base.h"

struct connections;

/* Begins to watch; `request_ms` is what a connection has for each request. */
struct connections *connections_open(size_t most, int64_t request_ms);

/* Ends the watching thread and frees. Only when no connection is left. NULL does nothing. */
void connections_close(struct connections *connections);

/* A socket was accepted; its place, or NULL when all are taken. */
void *connections_add(struct connections *connections, int socket);

/* Its request was answered: its time begins again. NULL does nothing. */
void connections_answered(struct connections *connections, void *place);

/* Its request is there, and the answer is the server's to make: it owes nothing until that was given. NULL does nothing. */
void connections_hold(struct connections *connections, void *place);

/* Shuts it down; the server sees that as the client's end. NULL does nothing. */
void connections_drop(struct connections *connections, void *place);

/* It is about to be closed. NULL does nothing. */
void connections_remove(struct connections *connections, void *place);

#endif
