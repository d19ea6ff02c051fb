#include "doc.h"
#include "health.h"
#include "mem.h"

struct metrics_server {
    struct web *web;
    struct health *health;
};

static void answer_metrics(void *context, const struct web_request *request, struct web_response *response) {
    (void)context;
    (void)request;
    response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_print(&response->body);
}

static void answer_healthz(void *context, const struct web_request *request, struct web_response *response) {
    (void)context;
    (void)request;
    response->content_type = "application/json";
    struct doc *doc = doc_object();
    doc_set_text(doc, "status", "healthy");
    if (!doc_print(doc, &response->body))
        response->status = 500;
    doc_close(doc);
}

static void answer_readyz(void *context, const struct web_request *request, struct web_response *response) {
    (void)request;
    struct metrics_server *server = context;
    response->content_type = "application/json";
    response->status = health_ready(server->health, &response->body) ? 200 : 503;
}

static const struct web_route routes[] = {
    {"/metrics", answer_metrics, NULL},
    {"/healthz", answer_healthz, NULL},
    {"/readyz", answer_readyz, NULL},
};

struct metrics_server *metrics_server_open(const char *listen, const struct health_check *checks, size_t count,
                                           struct fault *fault) {
    struct metrics_server *server = mem_zero(1, sizeof *server);
    server->health = health_open(checks, count);
    const struct web_settings settings = {
        .listen = listen, .routes = routes, .count = COUNT_OF(routes), .context = server};
    server->web = web_open(&settings, fault);
    if (server->web != NULL)
        return server;
    metrics_server_close(server);
    return NULL;
}

int metrics_server_port(const struct metrics_server *server) {
    return web_port(server->web);
}

void metrics_server_close(struct metrics_server *server) {
    if (server == NULL)
        return;
    web_close(server->web);
    health_close(server->health);
    mem_free(server);
}
