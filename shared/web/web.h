/* An HTTP server: a table of routes on one address, with ceilings on everything a client may send or keep. Over libmicrohttpd, the only
 * place that knows it. It owns its threads and its socket; what the settings point to is borrowed. It never logs.
 *
 * A route is called when the whole request is there. It answers, or it asks to be called again: on a thread that may block, or at a wake or
 * a time (the connection then waits without holding a thread), or it opens a stream that is written to from then on. */
#ifndef KEYTURN_WEB_H
#define KEYTURN_WEB_H

#include "doc.h"
#include "fault.h"
#include "secret.h"
#include "text.h"

enum {
    WEB_BODY_CEILING = 64 * 1024 * 1024, /* of an answer */
    WEB_REQUEST_BODY = 64 * 1024,        /* of a request */
    WEB_TARGET_SIZE = 8 * 1024,          /* of the request line's path and query */
    WEB_QUERY_MAX = 16,                  /* parameters of a query */
    WEB_HEADERS = 12,                    /* that a route may set */
    WEB_HEADER_SIZE = 512,
    WEB_MEMORY = 1024,
    WEB_PEER_SIZE = 64,
    WEB_TOGETHER = 32, /* requests called at once */
};

struct web;
struct web_stream;

struct web_request {
    const char *method; /* "GET" or "HEAD" for a row of GET, else the row's */
    const char *path;   /* as it was sent, without the query, still percent-encoded; at most WEB_TARGET_SIZE */
    size_t route;       /* its row in the table; where none fits (for `done` alone) the number of rows */
    const char *peer;   /* the client's address, "127.0.0.1" */
    const char *body;   /* zero-terminated; of a request without one empty */
    size_t body_length;
    bool slow;    /* called on a thread that may block */
    bool expired; /* called because the time it waited for came, or the server ends: it is to answer now */
    void *
        memory; /* WEB_MEMORY bytes for the route, zero at first, kept from call to call of one request, wiped after it */
    const void *inside;
};

struct web_header {
    const char *name; /* a constant */
    char value[WEB_HEADER_SIZE];
};

/* What becomes of a call. */
enum web_when {
    WEB_NOW,    /* the response is the answer */
    WEB_SLOWLY, /* call again, on a thread that may block (not from one) */
    WEB_LATER, /* call again at the next web_wake(), and in `later_ms` at the latest; what was filled in is forgotten */
};

struct web_response {
    int status;               /* 200 unless the route changes it */
    const char *content_type; /* a constant */
    struct text
        body; /* open and empty, up to WEB_BODY_CEILING; the server closes and wipes it. Overflowed: 500 is sent */
    enum web_when when;
    int64_t later_ms;
    /* Of what waits and of slow threads, all requests of one lane together get a part only, so that no client takes them from the others: three
     * quarters of the slow threads and of their queue, half of the connections (beyond that who would wait is called as `expired`). 0: no lane. */
    uint64_t lane;
    struct web_stream *stream; /* of web_stream_open(): sent instead of the body */
    size_t header_count;
    struct web_header headers[WEB_HEADERS]; /* Cache-Control: no-store is sent unless the route sets another */
};

/* A request and the response to it. */
struct web_asked {
    const struct web_request *request;
    struct web_response *response;
};

/* A row: a method (NULL: GET; a row of GET answers HEAD too), a path whose parts may be parameters, and what answers it; NULL: `together` of the
 * settings. Called by the server's threads, several at once.
 *     {"/accounts/{account}/users/{user}", answer_user, NULL} */
struct web_route {
    const char *path;
    void (*answer)(void *context, const struct web_request *request, struct web_response *response);
    const char *method;
};

/* What a client may take. A member that is 0 has the value named. */
struct web_limits {
    size_t header_bytes;   /* request line and headers of one request: 8 KiB; more is 414 or 431 */
    unsigned connections;  /* at once: 256; more wait until one is over */
    unsigned per_address;  /* of these, of one client: all; more are hung up on */
    unsigned idle_seconds; /* without a byte in either direction: 10 */
    int64_t request_ms;    /* from connecting, or from the last answer, to the end of the next request: 30 s */
    unsigned slow_threads; /* for WEB_SLOWLY: 4 */
    unsigned slow_queue;   /* requests that wait for one of them: 256; more are 503 */
    int64_t drain_ms;      /* at the end: for those at work to end, then for the answers to be sent: 5 s */
};

struct web_settings {
    const char *listen; /* "host:port"; port 0: any */
    const struct web_route *routes;
    size_t count;
    void *context;
    struct web_limits limits;
    bool problems;                    /* the server's own errors as application/problem+json (RFC 9457) */
    const char *certificate;          /* PEM, the chain; NULL: no TLS */
    const struct secret *private_key; /* PEM */
    /* Answers the rows without an `answer`: all requests that a thread of the server read in one turn, at most WEB_TOGETHER, so that what they need is fetched, and
     * what they leave behind is written, once for all of them. On a slow thread always one. May be NULL where every row has an `answer`. */
    void (*together)(void *context, const struct web_asked *asked, size_t count);
    /* Called once a request, when it is over; status 0: it ended without an answer. May be NULL. */
    void (*done)(void *context, const struct web_request *request, int status, double seconds);
    /* Called by web_close(), once at most, where what is at work on slow threads took longer than it may: it is to end soon after that. May be
     * NULL: it is waited for. */
    void (*give_up)(void *context);
};

/* Listens and answers by the table; what the settings point to must outlive it, they themselves are copied. Unknown paths are 404, other
 * methods 405, a target that is none 400. FAULT_CONFIG when the address is none or cannot be bound, or TLS cannot be had. */
struct web *web_open(const struct web_settings *settings, struct fault *fault);

/* The port listened on. */
int web_port(const struct web *web);

/* Calls the routes again that answer later. From any thread. */
void web_wake(struct web *web);

/* Stops listening, has what waits answered (limits.drain_ms, then `give_up`), ends its threads and frees it. NULL does nothing. */
void web_close(struct web *web);

/* --- what a route asks of a request */

/* A parameter of the path, decoded: UTF-8 without control characters and '/', at least one byte. NULL: the row has none of that name.
 * Borrowed. */
const char *web_parameter(const struct web_request *request, const char *name);

/* A parameter of the query, decoded likewise but that '/' is allowed and it may be empty; NULL: not there. Borrowed. */
const char *web_query(const struct web_request *request, const char *name);

/* The first name in the query that is none of `known` (names separated by blanks), or NULL. Borrowed. */
const char *web_query_unknown(const struct web_request *request, const char *known);

/* A request header, whatever the case of its name; NULL: not there. Borrowed. */
const char *web_request_header(const struct web_request *request, const char *name);

/* The same; where it was sent in several lines the last of them, which is the one that was added last on the way here. */
const char *web_request_header_last(const struct web_request *request, const char *name);

/* --- what it says in a response */

/* Sets a header; `name` is a constant. Beyond WEB_HEADERS, or a value with a control character or of WEB_HEADER_SIZE: it is left out, false. */
bool web_header(struct web_response *response, const char *name, const char *value);

/* Makes the response an RFC 9457 problem, whatever it was: {"type":"urn:keyturn:problem:<code>","title":...,"status":...,"detail":...}.
 * `code` are lower-case letters and '_'; the title is that of the status. */
void web_problem(struct web_response *response, int status, const char *code, const char *detail);

/* ... with one more member of that kind, which is closed. A NULL `member`: none. */
void web_problem_with(struct web_response *response, int status, const char *code, const char *detail, const char *name,
                      struct doc *member);

/* --- streams */

/* Makes the response a stream, which ends when the client goes, or fell `ceiling` bytes behind, or web_stream_close() was called and all is
 * sent, or the server ends. `heartbeat` is sent when nothing else was for `heartbeat_ms`. The caller owns one end of it. */
struct web_stream *web_stream_open(struct web_response *response, size_t ceiling, const char *heartbeat,
                                   int64_t heartbeat_ms);

/* Sends some more, from any thread; never waits. False: the stream has ended, close it. */
bool web_stream_write(struct web_stream *stream, const void *bytes, size_t length) MUST_CHECK;

/* How many bytes may be written now without falling behind; only the writer makes it less. */
size_t web_stream_room(struct web_stream *stream);

/* Has it ended? Learnt from the client at the next heartbeat at the latest. */
bool web_stream_ended(struct web_stream *stream);

/* Lets go of the caller's end; what was written is still sent. NULL does nothing. */
void web_stream_close(struct web_stream *stream);

#endif
