/* A small HTTP server: a table of routes on one address, with ceilings. Over libmicrohttpd, the only place that knows it. */
#ifndef KEYTURN_WEB_H
#define KEYTURN_WEB_H

#include "fault.h"
#include "text.h"

struct web_request {
    const char *method;
    const char *path;
};

struct web_response {
    int status;
    const char *content_type; /* a constant */
    struct text body;
};

/* A row: an exact path (GET and HEAD only for now) and what answers it. Called by the server's threads. */
struct web_route {
    const char *path;
    void (*answer)(void *context, const struct web_request *request, struct web_response *response);
};

struct web;

/* Listens on "host:port" (port 0: any) and answers by the table; the table and context must outlive it. Unknown paths 404, other methods 405.
 * FAULT_CONFIG when the address cannot be bound. */
struct web *web_open(const char *listen, const struct web_route *routes, size_t count, void *context,
                     struct fault *fault);

/* The port listened on. */
int web_port(const struct web *web);

/* Stops listening, ends its threads and frees it. NULL does nothing. */
void web_close(struct web *web);

#endif
