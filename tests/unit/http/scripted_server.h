/* A server on loopback that answers each request by the next step of a script, and remembers what it was sent.
 * Opened and closed by the test; the steps are borrowed and must outlive it. */
#ifndef KEYTURN_TEST_SCRIPTED_SERVER_H
#define KEYTURN_TEST_SCRIPTED_SERVER_H

#include "base.h"

struct scripted_server;

enum scripted_end {
    SCRIPTED_KEEP,  /* leave the connection open */
    SCRIPTED_CLOSE, /* close it */
    SCRIPTED_RESET, /* close it by a reset */
    SCRIPTED_GONE,  /* close it, and take no further one */
    SCRIPTED_HOLD,  /* leave the client waiting until the server is closed */
};

struct scripted_step {
    const char *head; /* "HTTP/1.1 200 OK\r\nDate: ...\r\n", without Content-Length; NULL: send nothing */
    const char *body;
    enum scripted_end end;
    long more; /* bytes that Content-Length announces beyond the body */
};

/* Starts it. Requests beyond the last step are answered by the last step again. */
struct scripted_server *scripted_open(const struct scripted_step *steps, size_t count);

/* Stops it. */
void scripted_close(struct scripted_server *server);

/* "http://127.0.0.1:12345" */
const char *scripted_url(const struct scripted_server *server);

/* How many requests came so far; the i-th of them whole, head and body; and the connection it came on, counted from 1. */
size_t scripted_requests(struct scripted_server *server);
const char *scripted_request(struct scripted_server *server, size_t index);
size_t scripted_connection(struct scripted_server *server, size_t index);

#endif
