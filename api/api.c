#include "api.h"

#include "authorize.h"
#include "call.h"
#include "digest.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "parameters.h"
#include "routes.h"

#include <stdio.h>
#include <string.h>

/* What is kept of a request from call to call: who asked, for the line when it is over, and the route's own. */
struct kept {
    bool admitted;
    bool counted;
    char key_id[API_KEY_ID_SIZE];
    char key_name[API_KEY_NAME_SIZE];
    char from[WEB_PEER_SIZE];
    char scratch[CALL_SCRATCH] __attribute__((aligned(16)));
};

_Static_assert(sizeof(struct kept) <= WEB_MEMORY, "the memory of a request");

void api_answer(void *context, const struct web_request *request, struct web_response *response) {
    struct api *api = context;
    struct kept *kept = request->memory;
    struct call call = {.api = api,
                        .route = &routes[request->route],
                        .request = request,
                        .response = response,
                        .scratch = kept->scratch,
                        .counted = &kept->counted};
    call_from(&call, kept->from);
    if (!authorize(&call, kept->admitted))
        return;
    kept->admitted = true;
    response->lane = call.key.id[0] != '\0' ? digest_number(call.key.id) : 0;
    memcpy(kept->key_id, call.key.id, sizeof kept->key_id);
    memcpy(kept->key_name, call.key.name, sizeof kept->key_name);
    if (!parameters_fit(&call))
        return;
    call.bench = bench_take(api->benches);
    call.route->answer(&call);
    bench_give(api->benches, call.bench);
}

/* A parameter of the path, for the log: never what may be a key that somebody put into the wrong place. */
static const char *shown(const struct web_request *request, const char *name) {
    const char *value = request->route < route_count ? web_parameter(request, name) : NULL;
    return value == NULL || strlen(value) >= USER_NAME_SIZE || text_starts(value, "keyturn_") ? NULL : value;
}

void api_done(void *context, const struct web_request *request, int status, double seconds) {
    const struct kept *kept = request->memory;
    const struct route *route = request->route < route_count ? &routes[request->route] : NULL;
    const char *path = route != NULL ? route->path : "none";
    bool quiet = route != NULL && route->scope == ROUTE_OPEN && status == 200;
    char code[16];
    char milliseconds[32];
    (void)context;
    snprintf(code, sizeof code, "%d", status);
    snprintf(milliseconds, sizeof milliseconds, "%.1f", seconds * 1000.0);
    metric_add(METRIC_API_REQUESTS, 1, path, code, NULL);
    metric_observe(METRIC_API_DURATION, seconds, path, NULL);
    log_line(quiet ? LOG_DEBUG : LOG_INFO, "request", "method", route != NULL ? route->method : NULL, "route", path,
             "status", code, "ms", milliseconds, "account", shown(request, "account"), "user", shown(request, "user"),
             "key", kept->key_id[0] != '\0' ? kept->key_id : NULL, "key_name",
             kept->key_name[0] != '\0' ? kept->key_name : NULL, "from",
             kept->from[0] != '\0' ? kept->from : request->peer, NULL);
}

struct web_route *api_web_routes(void) {
    struct web_route *rows = mem_zero(route_count, sizeof *rows);
    for (size_t i = 0; i < route_count; i++)
        rows[i] = (struct web_route){routes[i].path, api_answer, routes[i].method};
    return rows;
}
