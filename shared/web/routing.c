#include "routing.h"

#include "response.h"
#include "server.h"

#include <stdio.h>
#include <string.h>

enum { ALLOW_SIZE = 128 };

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
static bool find(struct exchange *exchange, struct text *allowed) {
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

static enum MHD_Result refuse(struct exchange *exchange, const struct text *allowed) {
    char sentence[ALLOW_SIZE + 32];
    if (allowed->length == 0)
        return response_send_refusal(exchange, MHD_HTTP_NOT_FOUND, "not_found", "not found");
    response_open(exchange);
    web_header(&exchange->response, MHD_HTTP_HEADER_ALLOW, allowed->bytes);
    snprintf(sentence, sizeof sentence, "only %s", allowed->bytes);
    response_refuse(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", sentence);
    return response_send(exchange);
}

enum MHD_Result routing_choose(struct exchange *exchange) {
    struct text allowed;
    text_open(&allowed, ALLOW_SIZE);
    enum MHD_Result result = find(exchange, &allowed) ? MHD_YES : refuse(exchange, &allowed);
    text_close(&allowed);
    return result;
}
