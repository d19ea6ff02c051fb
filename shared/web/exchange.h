/* One request on its way to its answer: what the files of this library hand each other. Taken when a request line is there, given back
 * when the request is over; between the two it belongs to the thread that handles it, or to `waiting` while its connection is suspended. */
#ifndef KEYTURN_EXCHANGE_H
#define KEYTURN_EXCHANGE_H

#include "target.h"
#include "web.h"

#include <microhttpd.h>

enum exchange_wait { WAITS_NOT, WAITS_FOR_WAKE, WAITS_FOR_THREAD };

struct exchange {
    struct web *web;
    struct MHD_Connection *connection;
    struct web_request request;
    struct target target;
    const char *target_wrong; /* why the target is none; NULL: it is one */
    bool target_long;
    bool begun;          /* the headers were looked at */
    bool too_large;      /* the body; the rest of it is thrown away */
    bool open;           /* response.body is */
    bool waited;         /* its connection was suspended at least once */
    bool answered;       /* by a slow thread: what is in `response` is to be sent */
    bool called;         /* what is in `response` is what the route said, and nothing came of it yet */
    uint64_t wakes;      /* waiting_wakes() before it was called */
    struct crowd *crowd; /* that it is in; NULL: none */
    int status;          /* sent; 0: none yet */
    int64_t began;       /* clock_boot_ms() */
    struct text body;    /* of the request; closed until some of it comes */
    char peer[WEB_PEER_SIZE];

    /* while it waits; guarded by waiting's lock */
    enum exchange_wait waits;
    int64_t until;
    uint64_t lane;
    struct exchange *before;
    struct exchange *after;

    /* what is too long to be emptied each time: opened member by member, wiped as far as it was used */
    struct web_response response;
    char memory[WEB_MEMORY] __attribute__((aligned(16)));
};

/* The template of its route. Only where a route fits. */
const char *exchange_path(const struct exchange *exchange);

/* Calls the route, each with an empty response; several are of routes that are answered together. They are `called` then. An answer that
 * grew too long becomes a 500. */
void exchange_call(struct exchange *const *exchanges, size_t count);

/* What connections_add() returned for a connection; NULL: nothing. */
void *exchange_place(struct MHD_Connection *connection);

/* What libmicrohttpd calls, with the server as context, in this order: MHD_OPTION_URI_LOG_CALLBACK, the handler of requests,
 * MHD_OPTION_NOTIFY_COMPLETED. The first takes an exchange, the last gives it back. */
void *exchange_on_target(void *context, const char *target, struct MHD_Connection *connection);
enum MHD_Result exchange_on_request(void *context, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload, size_t *upload_length,
                                    void **state);
void exchange_on_completed(void *context, struct MHD_Connection *connection, void **state,
                           enum MHD_RequestTerminationCode how);

#endif
