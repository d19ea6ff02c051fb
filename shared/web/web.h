/* A small HTTP server: a table of routes on one address, with ceilings. Over libmicrohttpd, the only place that knows it.
 * It owns its threads and its socket; routes and context are borrowed. It never logs and never reads a request's body. */
#ifndef KEYTURN_WEB_H
#define KEYTURN_WEB_H

#include "fault.h"
#include "text.h"

enum { WEB_BODY_CEILING = 64 * 1024 * 1024 };

struct web_request {
    const char *method; /* "GET" or "HEAD" */
    const char *path;   /* without the query, unescaped */
};

struct web_response {
    int status;               /* 200 unless the route changes it */
    const char *content_type; /* a constant */
    struct text body; /* open and empty, up to WEB_BODY_CEILING; the server closes it. Overflowed: 500 is sent */
};

/* A row: an exact path (GET and HEAD only for now) and what answers it. Called by the server's threads. */
struct web_route {
    const char *path;
    void (*answer)(void *context, const struct web_request *request, struct web_response *response);
};

/* What a client may take. A member that is 0 has the value named. */
struct web_limits {
    size_t header_bytes;   /* request line and headers of one request: 16 KiB; more is 414 or 431 */
    unsigned connections;  /* at once: 256; more wait until one is over */
    unsigned idle_seconds; /* without a byte in either direction: 10 */
    int64_t request_ms;    /* from connecting, or from the last answer, to the end of the next one: 30 s */
};

struct web;

/* Listens on "host:port" (port 0: any) and answers by the table; the table and context must outlive it. Unknown paths 404, other methods 405.
 * FAULT_CONFIG when the address is none or cannot be bound. `limits` is copied; NULL: the values named there. */
struct web *web_open(const char *listen, const struct web_route *routes, size_t count, void *context,
                     const struct web_limits *limits, struct fault *fault);

/* The port listened on. */
int web_port(const struct web *web);

/* Stops listening, ends its threads and frees it. NULL does nothing. */
void web_close(struct web *web);

#endif
