/* libmicrohttpd calls on_target() when it has a request line, on_request() when it has the headers, then for each piece of a body, then
 * once more at its end (and again after each suspension, until there is an answer), and on_completed() when the request is over. An
 * answer to the first call of on_request() closes the connection without reading a body: right for what is refused anyway. */
#include "web.h"

#include "clock.h"
#include "connections.h"
#include "exchange.h"
#include "listener.h"
#include "mem.h"
#include "stream.h"
#include "waiting.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    THREADS = 2,
    POOL_FACTOR =
        3, /* libmicrohttpd's room for a request, in header_bytes: what is too large for us still gets our answer */
    EXCESS_FACTOR = 4, /* of a body's ceiling: what is thrown away before the connection is closed */
    DRAIN_MS = 5000,
    DRAIN_STEP_MS = 5,
    ALLOW_SIZE = 128,
};

struct web {
    struct MHD_Daemon *daemon;
    struct connections *connections;
    struct waiting *waiting;
    struct streams *streams;
    int descriptor;
    int port;
    struct web_settings settings;
    atomic_size_t active; /* requests that are not over */
};

static const struct web_limits usual = {
    .header_bytes = 16 * 1024,
    .connections = 256,
    .idle_seconds = 10,
    .request_ms = 30 * 1000,
    .slow_threads = 4,
    .slow_queue = 256,
};

static struct web_limits with_defaults(struct web_limits limits) {
    if (limits.header_bytes == 0)
        limits.header_bytes = usual.header_bytes;
    if (limits.connections == 0)
        limits.connections = usual.connections;
    if (limits.idle_seconds == 0)
        limits.idle_seconds = usual.idle_seconds;
    if (limits.request_ms == 0)
        limits.request_ms = usual.request_ms;
    if (limits.slow_threads == 0)
        limits.slow_threads = usual.slow_threads;
    if (limits.slow_queue == 0)
        limits.slow_queue = usual.slow_queue;
    return limits;
}

static void *place_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

/* --- the response of an exchange */

static void open_response(struct exchange *exchange) {
    struct web_response *response = &exchange->response;
    if (exchange->open)
        text_close(&response->body);
    response->status = MHD_HTTP_OK;
    response->content_type = "text/plain; charset=utf-8";
    response->header_count = 0;
    response->when = WEB_NOW;
    response->later_ms = 0;
    response->lane = 0;
    response->stream = NULL;
    text_open(&response->body, WEB_BODY_CEILING);
    exchange->open = true;
}

/* An error of the server's own. */
static void refuse(struct exchange *exchange, int status, const char *code, const char *sentence) {
    struct web_response *response = &exchange->response;
    if (exchange->web->settings.problems) {
        web_problem(response, status, code, sentence);
        return;
    }
    text_reset(&response->body);
    text_format(&response->body, "%s\n", sentence);
    response->status = status;
    response->content_type = "text/plain; charset=utf-8";
}

const char *exchange_path(const struct exchange *exchange) {
    return exchange->web->settings.routes[exchange->request.route].path;
}

void exchange_call(struct exchange *exchange) {
    const struct web_settings *settings = &exchange->web->settings;
    open_response(exchange);
    settings->routes[exchange->request.route].answer(settings->context, &exchange->request, &exchange->response);
    if (exchange->response.body.overflowed)
        refuse(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, "too_long", "the answer is too long");
}

static void wipe_body(void *bytes) {
    mem_free(bytes);
}

/* The bytes of the body become libmicrohttpd's, which gives them back to be wiped. */
static struct MHD_Response *wire_of_body(struct exchange *exchange) {
    struct text *body = &exchange->response.body;
    struct MHD_Response *wire =
        MHD_create_response_from_buffer_with_free_callback_cls(body->length, body->bytes, wipe_body, body->bytes);
    if (wire == NULL)
        text_close(body);
    *body = (struct text){0};
    exchange->open = false;
    return wire;
}

static struct MHD_Response *wire_of_stream(struct exchange *exchange) {
    struct connections *connections = exchange->web->connections;
    void *place = place_of(exchange->connection);
    connections_hold(connections, place);
    return streams_send(exchange->web->streams, exchange->response.stream, exchange->connection, connections, place);
}

static void add_headers(const struct web_response *response, struct MHD_Response *wire) {
    bool caching = false;
    MHD_add_response_header(wire, MHD_HTTP_HEADER_CONTENT_TYPE, response->content_type);
    MHD_add_response_header(wire, "X-Content-Type-Options", "nosniff");
    for (size_t i = 0; i < response->header_count; i++) {
        MHD_add_response_header(wire, response->headers[i].name, response->headers[i].value);
        caching = caching || strcmp(response->headers[i].name, MHD_HTTP_HEADER_CACHE_CONTROL) == 0;
    }
    if (!caching)
        MHD_add_response_header(wire, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

static enum MHD_Result send_response(struct exchange *exchange) {
    struct web_response *response = &exchange->response;
    struct MHD_Response *wire = response->stream != NULL ? wire_of_stream(exchange) : wire_of_body(exchange);
    response->stream = NULL;
    if (wire == NULL)
        return MHD_NO;
    add_headers(response, wire);
    exchange->status = response->status;
    enum MHD_Result queued = MHD_queue_response(exchange->connection, (unsigned)response->status, wire);
    MHD_destroy_response(wire);
    return queued;
}

static enum MHD_Result send_refusal(struct exchange *exchange, int status, const char *code, const char *sentence) {
    open_response(exchange);
    refuse(exchange, status, code, sentence);
    return send_response(exchange);
}

/* --- which route */

static bool method_fits(const struct web_route *route, const char *method) {
    const char *own = route->method != NULL ? route->method : "GET";
    return strcmp(own, method) == 0 || (strcmp(own, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

static void add_method(struct text *allowed, const char *method) {
    text_format(allowed, "%s%s", allowed->length > 0 ? ", " : "", method);
}

static void add_methods(struct text *allowed, const struct web_route *route) {
    add_method(allowed, route->method != NULL ? route->method : "GET");
    if (route->method == NULL || strcmp(route->method, "GET") == 0)
        add_method(allowed, "HEAD");
}

/* True if a row fits; else `allowed` are the methods of those whose path does. */
static bool find_route(struct exchange *exchange, struct text *allowed) {
    const struct web_settings *settings = &exchange->web->settings;
    for (size_t i = 0; i < settings->count; i++) {
        if (!target_fits(&exchange->target, settings->routes[i].path))
            continue;
        if (method_fits(&settings->routes[i], exchange->request.method)) {
            exchange->request.route = i;
            return true;
        }
        add_methods(allowed, &settings->routes[i]);
    }
    return false;
}

static enum MHD_Result refuse_route(struct exchange *exchange, const struct text *allowed) {
    char sentence[ALLOW_SIZE + 32];
    if (allowed->length == 0)
        return send_refusal(exchange, MHD_HTTP_NOT_FOUND, "not_found", "not found");
    open_response(exchange);
    web_header(&exchange->response, MHD_HTTP_HEADER_ALLOW, allowed->bytes);
    snprintf(sentence, sizeof sentence, "only %s", allowed->bytes);
    refuse(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", sentence);
    return send_response(exchange);
}

/* --- the first call: the headers are there */

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

/* A proxy before us may believe the other one, and take what follows for another request. */
static bool length_is_told_twice(const struct exchange *exchange) {
    return web_request_header(&exchange->request, MHD_HTTP_HEADER_CONTENT_LENGTH) != NULL &&
           web_request_header(&exchange->request, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
}

static enum MHD_Result begin(struct exchange *exchange, const char *method) {
    struct text allowed;
    exchange->begun = true;
    exchange->request.method = method;
    if (exchange->target_long)
        return send_refusal(exchange, MHD_HTTP_URI_TOO_LONG, "uri_too_long", "the path and query are too long");
    if (headers_too_large(exchange))
        return send_refusal(exchange, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large",
                            "the headers are too large");
    if (length_is_told_twice(exchange))
        return send_refusal(exchange, MHD_HTTP_BAD_REQUEST, "bad_request",
                            "Content-Length and Transfer-Encoding cannot both be there");
    if (exchange->target_wrong != NULL)
        return send_refusal(exchange, MHD_HTTP_BAD_REQUEST, "bad_target", exchange->target_wrong);
    text_open(&allowed, ALLOW_SIZE);
    enum MHD_Result result = find_route(exchange, &allowed) ? MHD_YES : refuse_route(exchange, &allowed);
    text_close(&allowed);
    if (exchange->status == 0 && body_announced_too_large(exchange))
        result = send_refusal(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "body_too_large", "the body is too large");
    return result;
}

/* --- then its body */

static enum MHD_Result take_body(struct exchange *exchange, const char *upload, size_t *length) {
    bool reads = strcmp(exchange->request.method, "GET") == 0 || strcmp(exchange->request.method, "HEAD") == 0;
    exchange->request.body_length += *length;
    if (exchange->request.body_length > (size_t)WEB_REQUEST_BODY * EXCESS_FACTOR)
        return MHD_NO;
    exchange->too_large = exchange->request.body_length > WEB_REQUEST_BODY;
    if (!exchange->too_large && !reads) /* the body of a GET means nothing */
        text_append(&exchange->body, upload, *length);
    *length = 0;
    return MHD_YES;
}

/* --- then the answer */

static enum MHD_Result answer(struct exchange *exchange) {
    struct waiting *waiting = exchange->web->waiting;
    for (;;) {
        uint64_t wakes = waiting_wakes(waiting);
        exchange_call(exchange);
        enum web_when when = exchange->response.when;
        if (when == WEB_NOW || (when == WEB_LATER && exchange->request.expired))
            return send_response(exchange);
        exchange->waited = true;
        connections_hold(exchange->web->connections, place_of(exchange->connection));
        if (when == WEB_LATER && waiting_later(waiting, exchange, wakes))
            return MHD_YES;
        if (when == WEB_SLOWLY && waiting_slowly(waiting, exchange))
            return MHD_YES;
        connections_answered(exchange->web->connections, place_of(exchange->connection));
        if (when == WEB_SLOWLY)
            return send_refusal(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "too much waits already; try again");
    }
}

static enum MHD_Result finish(struct exchange *exchange) {
    if (exchange->answered)
        return send_response(exchange);
    if (exchange->too_large)
        return send_refusal(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "body_too_large", "the body is too large");
    exchange->request.body = exchange->body.bytes;
    exchange->request.body_length = exchange->body.length;
    return answer(exchange);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_length, void **state) {
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
        connections_answered(web->connections, place_of(connection)); /* its time goes on with the answer */
    return finish(exchange);
}

/* --- the life of an exchange */

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

static void *on_target(void *context, const char *target, struct MHD_Connection *connection) {
    struct web *web = context;
    struct exchange *exchange = mem_zero(1, sizeof *exchange);
    exchange->web = web;
    exchange->connection = connection;
    exchange->began = clock_boot_ms();
    exchange->target_long = strlen(target) >= WEB_TARGET_SIZE;
    exchange->target_wrong = target_open(&exchange->target, exchange->target_long ? "/" : target);
    text_open(&exchange->body, WEB_REQUEST_BODY);
    take_peer(exchange);
    exchange->request = (struct web_request){.method = "",
                                             .path = exchange->target.path,
                                             .route = web->settings.count,
                                             .peer = exchange->peer,
                                             .body = exchange->body.bytes,
                                             .memory = exchange->memory,
                                             .inside = exchange};
    atomic_fetch_add(&web->active, 1);
    return exchange;
}

static void close_exchange(struct exchange *exchange) {
    if (exchange->response.stream != NULL)
        streams_forget(exchange->response.stream);
    if (exchange->open)
        text_close(&exchange->response.body);
    text_close(&exchange->body);
    target_close(&exchange->target);
    mem_free(exchange);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode how) {
    struct web *web = context;
    struct exchange *exchange = *state;
    (void)how;
    connections_answered(web->connections, place_of(connection));
    if (exchange == NULL)
        return;
    *state = NULL;
    if (web->settings.done != NULL)
        web->settings.done(web->settings.context, &exchange->request, exchange->status,
                           (double)(clock_boot_ms() - exchange->began) / 1000.0);
    close_exchange(exchange);
    atomic_fetch_sub(&web->active, 1);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **place,
                          enum MHD_ConnectionNotificationCode what) {
    struct web *web = context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        connections_remove(web->connections, *place);
        return;
    }
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *place = info != NULL ? connections_add(web->connections, info->connect_fd) : NULL;
}

/* --- the server */

/* Paths and queries are decoded here, strictly; libmicrohttpd is to leave what it sees as it is. */
static size_t leave_as_it_is(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

static void say_nothing(void *context, const char *format, va_list arguments) {
    (void)context;
    (void)format;
    (void)arguments;
}

static struct MHD_Daemon *start_daemon(struct web *web) {
    const struct web_settings *settings = &web->settings;
    const struct web_limits *limits = &settings->limits;
    bool tls = settings->certificate != NULL;
    const struct MHD_OptionItem security[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)settings->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, tls ? settings->private_key->bytes : NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
            (tls ? (unsigned)MHD_USE_TLS : 0),
        0, NULL, NULL, on_request, web, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET,
        web->descriptor, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT,
        limits->connections, MHD_OPTION_CONNECTION_TIMEOUT, limits->idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        limits->header_bytes * POOL_FACTOR, MHD_OPTION_NOTIFY_CONNECTION, on_connection, web,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, web, MHD_OPTION_URI_LOG_CALLBACK, on_target, web,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_as_it_is, NULL, MHD_OPTION_ARRAY, tls ? security : none, MHD_OPTION_END);
}

static bool start(struct web *web) {
    const struct web_limits *limits = &web->settings.limits;
    web->connections = connections_open(limits->connections, limits->request_ms);
    if (web->connections == NULL)
        return false;
    web->waiting = waiting_open(limits->slow_threads, limits->slow_queue, limits->connections);
    web->streams = streams_open();
    web->daemon = start_daemon(web);
    return web->daemon != NULL;
}

struct web *web_open(const struct web_settings *settings, struct fault *fault) {
    struct web *web = mem_zero(1, sizeof *web);
    web->descriptor = -1;
    web->settings = *settings;
    web->settings.limits = with_defaults(settings->limits);
    if (!listener_open(settings->listen, &web->descriptor, &web->port, fault)) {
        mem_free(web);
        return NULL;
    }
    if (start(web))
        return web;
    if (settings->certificate != NULL)
        fault_set(fault, FAULT_CONFIG, "listen",
                  "no server with TLS on %s: do the certificate and its private key (PEM) belong together?",
                  settings->listen);
    else
        fault_set(fault, FAULT_UNAVAILABLE, "listen", "no threads or descriptors for a server on %s", settings->listen);
    web_close(web);
    return NULL;
}

int web_port(const struct web *web) {
    return web->port;
}

void web_wake(struct web *web) {
    waiting_wake(web->waiting);
}

/* No more connections; what waits is answered, what runs may end. */
static void drain(struct web *web) {
    int64_t until = clock_boot_ms() + DRAIN_MS;
    MHD_quiesce_daemon(web->daemon); /* the descriptor is ours again */
    waiting_end(web->waiting);
    streams_end(web->streams);
    while (atomic_load(&web->active) > 0 && clock_boot_ms() < until)
        clock_sleep_ms(DRAIN_STEP_MS);
}

void web_close(struct web *web) {
    if (web == NULL)
        return;
    if (web->daemon != NULL) {
        drain(web);
        MHD_stop_daemon(web->daemon);
    }
    if (web->descriptor >= 0)
        close(web->descriptor);
    connections_close(web->connections);
    waiting_close(web->waiting);
    streams_close(web->streams);
    mem_free(web);
}
