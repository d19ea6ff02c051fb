/* HTTP to the world, as one of the five seams: one call, one answer. Over libcurl, the only place that knows it.
 * A client belongs to one thread and keeps its connections alive; all clients share one store of trusted certificates. */
#ifndef KEYTURN_HTTP_H
#define KEYTURN_HTTP_H

#include "fault.h"
#include "text.h"

#include <stdatomic.h>

enum {
    HTTP_MAX_HEADERS = 16,
    HTTP_REQUEST_ID_SIZE = 80,
    HTTP_ERROR_TYPE_SIZE = 128,
    HTTP_DEFAULT_BODY_CEILING = 8 * 1024 * 1024
};

struct http_client;

struct http_header {
    const char *name;
    const char *value;
};

struct http_request {
    const char *method;
    const char *url; /* absolute; https, or http where the caller has allowed the host */
    size_t header_count;
    struct http_header headers[HTTP_MAX_HEADERS];
    const char *body; /* NULL: none */
    size_t body_length;
    /* For calls that must not be sent twice: libcurl resends a POST by itself when a reused connection dies. */
    bool fresh_connection;
    int64_t connect_timeout_ms; /* 0: 3 s */
    int64_t timeout_ms;         /* 0: 15 s, whole call */
    size_t body_ceiling;        /* 0: HTTP_DEFAULT_BODY_CEILING */
    /* Takes the body of a 2xx answer as it comes, piece by piece, and `body` stays empty; false ends the call (FAULT_STOPPED).
     * Then timeout_ms bounds the time without a byte (rounded up to seconds), not the whole call. NULL: `body` keeps it. */
    bool (*take)(void *context, const char *bytes, size_t length);
    void *take_context;
    /* Set by any thread: nobody waits for the answer any longer, and the call ends within a second or so, as one without an answer. May be
     * NULL. Borrowed. */
    const atomic_bool *given_up;
};

struct http_response {
    int status;
    int64_t date;                          /* the Date header, Unix seconds; 0 if there was none */
    char request_id[HTTP_REQUEST_ID_SIZE]; /* x-amzn-RequestId, or empty */
    char error_type[HTTP_ERROR_TYPE_SIZE]; /* x-amzn-ErrorType: where REST-JSON services name an error; or empty */
    int64_t retry_after;                   /* seconds; 0 if not said */
    struct text body;                      /* wiped when closed */
};

/* A client for this thread. The first call of a process loads the trusted certificates. FAULT_CONFIG if it cannot. */
struct http_client *http_open(struct fault *fault);
void http_close(struct http_client *client);

/* An empty response to be filled again and again. */
void http_response_open(struct http_response *response);
void http_response_close(struct http_response *response);

/* Sends the request and waits for the whole answer; any status is an answer. No redirect is followed, no proxy of the
 * environment other than HTTPS_PROXY/NO_PROXY is used.
 * False: no answer. FAULT_TRANSIENT when nothing was sent (resolution, connection, handshake), FAULT_UNKNOWN when the request
 * may have arrived (timeout, reset, cut answer, body above its ceiling). */
bool http_call(struct http_client *client, const struct http_request *request, struct http_response *response,
               struct fault *fault) MUST_CHECK;

/* May this URL be asked? https always; http only to loopback hosts and those in `allowed` (exact names, closed by NULL;
 * may be NULL), and never to an amazonaws host. FAULT_CONFIG says why not. */
bool http_url_allowed(const char *url, const char *const *allowed, struct fault *fault) MUST_CHECK;

#endif
