#include "web.h"

#include "connections.h"
#include "listener.h"
#include "mem.h"

#include <microhttpd.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 2 };

struct web {
    struct MHD_Daemon *daemon;
    struct connections *connections;
    int descriptor;
    int port;
    const struct web_route *routes;
    size_t count;
    void *context;
};

static const struct web_limits usual = {
    .header_bytes = 16 * 1024,
    .connections = 256,
    .idle_seconds = 10,
    .request_ms = 30 * 1000,
};

static struct web_limits with_defaults(const struct web_limits *given) {
    struct web_limits limits = given != NULL ? *given : usual;
    if (limits.header_bytes == 0)
        limits.header_bytes = usual.header_bytes;
    if (limits.connections == 0)
        limits.connections = usual.connections;
    if (limits.idle_seconds == 0)
        limits.idle_seconds = usual.idle_seconds;
    if (limits.request_ms == 0)
        limits.request_ms = usual.request_ms;
    return limits;
}

static const struct web_route *find_route(const struct web *web, const char *path) {
    for (size_t i = 0; i < web->count; i++) {
        if (strcmp(web->routes[i].path, path) == 0)
            return &web->routes[i];
    }
    return NULL;
}

static bool only_reads(const char *method) {
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

static void refuse(struct web_response *response, int status, const char *sentence) {
    text_reset(&response->body);
    text_add(&response->body, sentence);
    response->status = status;
    response->content_type = "text/plain; charset=utf-8";
}

static void answer(const struct web *web, const struct web_request *request, struct web_response *response) {
    const struct web_route *route = find_route(web, request->path);
    if (route == NULL) {
        refuse(response, MHD_HTTP_NOT_FOUND, "not found\n");
    } else if (!only_reads(request->method)) {
        refuse(response, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    } else {
        route->answer(web->context, request, response);
        if (response->body.overflowed)
            refuse(response, MHD_HTTP_INTERNAL_SERVER_ERROR, "the answer is too long\n");
    }
}

static enum MHD_Result send_response(struct MHD_Connection *connection, const struct web_response *response) {
    struct MHD_Response *wire =
        MHD_create_response_from_buffer(response->body.length, response->body.bytes, MHD_RESPMEM_MUST_COPY);
    if (wire == NULL)
        return MHD_NO;
    MHD_add_response_header(wire, MHD_HTTP_HEADER_CONTENT_TYPE, response->content_type);
    MHD_add_response_header(wire, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(wire, "X-Content-Type-Options", "nosniff");
    if (response->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(wire, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    enum MHD_Result queued = MHD_queue_response(connection, (unsigned)response->status, wire);
    MHD_destroy_response(wire);
    return queued;
}

/* libmicrohttpd calls once when the headers are there, then for what there is of a body, then at its end. An answer at the first call
 * ends the connection without reading a body: right for methods that are refused anyway. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_length, void **state) {
    (void)version;
    (void)upload;
    bool first = *state == NULL;
    *state = context;
    if (first && only_reads(method))
        return MHD_YES;
    if (*upload_length > 0) {
        *upload_length = 0; /* the body of a GET means nothing */
        return MHD_YES;
    }
    struct web_request request = {.method = method, .path = url};
    struct web_response response = {.status = MHD_HTTP_OK, .content_type = "text/plain; charset=utf-8"};
    text_open(&response.body, WEB_BODY_CEILING);
    answer(context, &request, &response);
    enum MHD_Result sent = send_response(connection, &response);
    text_close(&response.body);
    return sent;
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

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode how) {
    (void)state;
    (void)how;
    struct web *web = context;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (info != NULL)
        connections_answered(web->connections, info->socket_context);
}

static bool start(struct web *web, const struct web_limits *limits) {
    web->connections = connections_open(limits->connections, limits->request_ms);
    if (web->connections == NULL)
        return false;
    web->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, on_request, web, MHD_OPTION_LISTEN_SOCKET,
        web->descriptor, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT,
        limits->connections, MHD_OPTION_CONNECTION_TIMEOUT, limits->idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        limits->header_bytes, MHD_OPTION_NOTIFY_CONNECTION, on_connection, web, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, web, MHD_OPTION_END);
    return web->daemon != NULL;
}

struct web *web_open(const char *listen, const struct web_route *routes, size_t count, void *context,
                     const struct web_limits *limits, struct fault *fault) {
    struct web *web = mem_zero(1, sizeof *web);
    web->descriptor = -1;
    web->routes = routes;
    web->count = count;
    web->context = context;
    struct web_limits bounds = with_defaults(limits);
    if (!listener_open(listen, &web->descriptor, &web->port, fault)) {
        mem_free(web);
        return NULL;
    }
    if (start(web, &bounds))
        return web;
    fault_set(fault, FAULT_UNAVAILABLE, "listen", "no threads or descriptors for a server on %s", listen);
    web_close(web);
    return NULL;
}

int web_port(const struct web *web) {
    return web->port;
}

void web_close(struct web *web) {
    if (web == NULL)
        return;
    if (web->daemon != NULL)
        MHD_stop_daemon(web->daemon); /* closes the descriptor too */
    else if (web->descriptor >= 0)
        close(web->descriptor);
    connections_close(web->connections);
    mem_free(web);
}
