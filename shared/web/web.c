/* The life of a server: its settings, its daemon, its end. What it does for a request is in exchange.c. */
#include "web.h"

#include "clock.h"
#include "exchange.h"
#include "listener.h"
#include "mem.h"
#include "server.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum {
    THREADS = 2,
    /* libmicrohttpd's room for a request, in header_bytes: what is too large for us still gets our answer. All of it is emptied for each request. */
    POOL_FACTOR = 3,
    DRAIN_STEP_MS = 5,
};

static const struct web_limits usual = {
    .header_bytes = 8 * 1024,
    .connections = 256,
    .idle_seconds = 10,
    .request_ms = 30 * 1000,
    .slow_threads = 4,
    .slow_queue = 256,
    .drain_ms = 5000,
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
    if (limits.drain_ms == 0)
        limits.drain_ms = usual.drain_ms;
    return limits;
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
        0, NULL, NULL, exchange_on_request, web, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
        MHD_OPTION_LISTEN_SOCKET, web->descriptor, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
        MHD_OPTION_CONNECTION_LIMIT, limits->connections, MHD_OPTION_CONNECTION_TIMEOUT, limits->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits->header_bytes * POOL_FACTOR, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, web, MHD_OPTION_NOTIFY_COMPLETED, exchange_on_completed, web, MHD_OPTION_URI_LOG_CALLBACK,
        exchange_on_target, web, MHD_OPTION_UNESCAPE_CALLBACK, leave_as_it_is, NULL, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        limits->per_address, MHD_OPTION_ARRAY, tls ? security : none, MHD_OPTION_END);
}

static bool start(struct web *web) {
    const struct web_limits *limits = &web->settings.limits;
    web->connections = connections_open(limits->connections, limits->request_ms);
    if (web->connections == NULL)
        return false;
    web->waiting = waiting_open(limits->slow_threads, limits->slow_queue, limits->connections);
    web->streams = streams_open();
    web->crowds = crowds_open();
    web->exchanges = exchanges_open();
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
    const struct web_settings *settings = &web->settings;
    MHD_quiesce_daemon(web->daemon); /* the descriptor is ours again */
    waiting_end(web->waiting, settings->limits.drain_ms, settings->give_up, settings->context);
    streams_end(web->streams);
    int64_t until = clock_boot_ms() + settings->limits.drain_ms;
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
    crowds_close(web->crowds);
    exchanges_close(web->exchanges);
    mem_free(web);
}
