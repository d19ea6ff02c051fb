/* libmicrohttpd calls exchange_on_target() when it has a request line, exchange_on_request() when it has the headers, then for each piece of
 * a body, then once more at its end (and again after each suspension, until there is an answer), and exchange_on_completed() when the
 * request is over. An answer to the first call of exchange_on_request() closes the connection without reading a body: right for what is
 * refused anyway. */
#include "exchange.h"

#include "clock.h"
#include "response.h"
#include "routing.h"
#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { EXCESS_FACTOR = 4 }; /* of a body's ceiling: what is thrown away before the connection is closed */

void *exchange_place(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

/* --- its route */

static const struct web_route *route_of(const struct exchange *exchange) {
    return &exchange->web->settings.routes[exchange->request.route];
}

const char *exchange_path(const struct exchange *exchange) {
    return route_of(exchange)->path;
}

static void ask_route(struct exchange *const *exchanges, size_t count) {
    const struct web_settings *settings = &exchanges[0]->web->settings;
    const struct web_route *route = route_of(exchanges[0]);
    struct web_asked asked[WEB_TOGETHER];
    if (route->answer != NULL) {
        route->answer(settings->context, &exchanges[0]->request, &exchanges[0]->response);
        return;
    }
    for (size_t i = 0; i < count; i++)
        asked[i] = (struct web_asked){&exchanges[i]->request, &exchanges[i]->response};
    settings->together(settings->context, asked, count);
}

void exchange_call(struct exchange *const *exchanges, size_t count) {
    uint64_t wakes = waiting_wakes(exchanges[0]->web->waiting);
    for (size_t i = 0; i < count; i++)
        response_open(exchanges[i]);
    ask_route(exchanges, count);
    for (size_t i = 0; i < count; i++) {
        exchanges[i]->wakes = wakes;
        exchanges[i]->called = true;
        if (exchanges[i]->response.body.overflowed)
            response_refuse(exchanges[i], MHD_HTTP_INTERNAL_SERVER_ERROR, "too_long", "the answer is too long");
    }
}

/* --- the request line is there */

static void take_peer(struct exchange *exchange) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL)
        return;
    const struct sockaddr *address = info->client_addr;
    const void *bytes = address->sa_family == AF_INET6
                            ? (const void *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr
                            : (const void *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
    if (inet_ntop(address->sa_family, bytes, exchange->peer, sizeof exchange->peer) == NULL)
        exchange->peer[0] = '\0';
}

void *exchange_on_target(void *context, const char *target, struct MHD_Connection *connection) {
    struct web *web = context;
    struct exchange *exchange = exchanges_take(web->exchanges);
    exchange->web = web;
    exchange->connection = connection;
    exchange->began = clock_boot_ms();
    exchange->target_long = strlen(target) >= WEB_TARGET_SIZE;
    exchange->target_wrong = target_open(&exchange->target, exchange->target_long ? "/" : target);
    take_peer(exchange);
    exchange->request = (struct web_request){.method = "",
                                             .path = exchange->target.path,
                                             .route = web->settings.count,
                                             .peer = exchange->peer,
                                             .body = "",
                                             .memory = exchange->memory,
                                             .inside = exchange};
    atomic_fetch_add(&web->active, 1);
    return exchange;
}

/* --- then the headers */

static enum MHD_Result add_size(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
    size_t *size = context;
    (void)kind;
    *size += strlen(name) + (value != NULL ? strlen(value) : 0) + 4; /* ": " and the line's end */
    return MHD_YES;
}

static bool headers_too_large(const struct exchange *exchange) {
    size_t size = 0;
    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, add_size, &size);
    return size > exchange->web->settings.limits.header_bytes;
}

static bool body_announced_too_large(const struct exchange *exchange) {
    const char *length = web_request_header(&exchange->request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return length != NULL && (strlen(length) > 9 || strtol(length, NULL, 10) > WEB_REQUEST_BODY);
}

struct framing {
    size_t told; /* how often the length of the body is */
    bool strange;
};

static enum MHD_Result look_at_framing(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
    struct framing *framing = context;
    bool coding = strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
    (void)kind;
    framing->told += coding || strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0 ? 1 : 0;
    framing->strange = framing->strange || strpbrk(name, " \t") != NULL ||
                       (coding && (value == NULL || strcasecmp(value, "chunked") != 0));
    return MHD_YES;
}

/* A proxy before us may believe another header than we do, and take what follows for another request. */
static bool end_is_in_doubt(const struct exchange *exchange) {
    struct framing framing = {0};
    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, look_at_framing, &framing);
    return framing.strange || framing.told > 1;
}

static enum MHD_Result begin(struct exchange *exchange, const char *method) {
    exchange->begun = true;
    exchange->request.method = method;
    if (exchange->target_long)
        return response_send_refusal(exchange, MHD_HTTP_URI_TOO_LONG, "uri_too_long",
                                     "the path and query are too long");
    if (headers_too_large(exchange))
        return response_send_refusal(exchange, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large",
                                     "the headers are too large");
    if (end_is_in_doubt(exchange))
        return response_send_refusal(exchange, MHD_HTTP_BAD_REQUEST, "bad_request",
                                     "where the body ends must be told once: by Content-Length, or as chunked");
    if (exchange->target_wrong != NULL)
        return response_send_refusal(exchange, MHD_HTTP_BAD_REQUEST, "bad_target", exchange->target_wrong);
    enum MHD_Result result = routing_choose(exchange);
    if (exchange->status == 0 && body_announced_too_large(exchange))
        result = response_send_refusal(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "body_too_large", "the body is too large");
    return result;
}

/* --- then its body */

static enum MHD_Result take_body(struct exchange *exchange, const char *upload, size_t *length) {
    bool reads = strcmp(exchange->request.method, "GET") == 0 || strcmp(exchange->request.method, "HEAD") == 0;
    exchange->request.body_length += *length;
    if (exchange->request.body_length > (size_t)WEB_REQUEST_BODY * EXCESS_FACTOR)
        return MHD_NO;
    exchange->too_large = exchange->request.body_length > WEB_REQUEST_BODY;
    if (exchange->body.bytes == NULL)
        text_open(&exchange->body, WEB_REQUEST_BODY);
    if (!exchange->too_large && !reads) /* the body of a GET means nothing */
        text_append(&exchange->body, upload, *length);
    *length = 0;
    return MHD_YES;
}

/* --- then the answer */

/* True when the route was called; else it will be, with others. */
static bool call_route(struct exchange *exchange) {
    if (route_of(exchange)->answer == NULL && !exchange->called && crowd_joins(exchange->web->crowds, exchange))
        return false;
    if (!exchange->called)
        exchange_call(&exchange, 1);
    exchange->called = false;
    return true;
}

static enum MHD_Result answer(struct exchange *exchange) {
    struct waiting *waiting = exchange->web->waiting;
    while (call_route(exchange)) {
        enum web_when when = exchange->response.when;
        if (when == WEB_NOW || (when == WEB_LATER && exchange->request.expired))
            return response_send(exchange);
        exchange->waited = true;
        connections_hold(exchange->web->connections, exchange_place(exchange->connection));
        if (when == WEB_LATER && waiting_later(waiting, exchange, exchange->wakes))
            return MHD_YES;
        if (when == WEB_SLOWLY && waiting_slowly(waiting, exchange))
            return MHD_YES;
        connections_answered(exchange->web->connections, exchange_place(exchange->connection));
        if (when == WEB_SLOWLY)
            return response_send_refusal(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
                                         "too much waits already; try again");
    }
    return MHD_YES;
}

static enum MHD_Result finish(struct exchange *exchange) {
    if (exchange->answered)
        return response_send(exchange);
    if (exchange->too_large)
        return response_send_refusal(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "body_too_large", "the body is too large");
    exchange->request.body = exchange->body.bytes != NULL ? exchange->body.bytes : "";
    exchange->request.body_length = exchange->body.length;
    return answer(exchange);
}

enum MHD_Result exchange_on_request(void *context, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload, size_t *upload_length,
                                    void **state) {
    struct exchange *exchange = *state;
    const struct web *web = context;
    (void)url;
    (void)version;
    if (exchange == NULL)
        return MHD_NO;
    if (!exchange->begun)
        return begin(exchange, method);
    if (*upload_length > 0)
        return take_body(exchange, upload, upload_length);
    if (exchange->waited)
        connections_answered(web->connections, exchange_place(connection)); /* its time goes on with the answer */
    return finish(exchange);
}

/* --- the end */

void exchange_on_completed(void *context, struct MHD_Connection *connection, void **state,
                           enum MHD_RequestTerminationCode how) {
    struct web *web = context;
    struct exchange *exchange = *state;
    (void)how;
    connections_answered(web->connections, exchange_place(connection));
    if (exchange == NULL)
        return;
    *state = NULL;
    if (web->settings.done != NULL)
        web->settings.done(web->settings.context, &exchange->request, exchange->status,
                           (double)(clock_boot_ms() - exchange->began) / 1000.0);
    crowd_leave(exchange);
    exchanges_give(web->exchanges, exchange);
    atomic_fetch_sub(&web->active, 1);
}
