#include "api.h"

#include "authorize.h"
#include "call.h"
#include "digest.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "parameters.h"
#include "record.h"
#include "routes.h"

#include <inttypes.h>
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
_Static_assert((int)WEB_TOGETHER <= (int)CACHE_ROW, "a row of the cache for all that are called together");

/* Who asks, and may they? False: they are answered. */
static bool admit(struct call *call) {
    struct kept *kept = call->request->memory;
    call->scratch = kept->scratch;
    call->counted = &kept->counted;
    call_from(call, kept->from);
    if (!authorize(call, kept->admitted))
        return false;
    kept->admitted = true;
    call->response->lane = call->key.id[0] != '\0' ? digest_number(call->key.id) : 0;
    memcpy(kept->key_id, call->key.id, sizeof kept->key_id);
    memcpy(kept->key_name, call->key.name, sizeof kept->key_name);
    return parameters_fit(call);
}

/* Redis being down is told to those who ask it then. */
static void read_ahead(struct bench *bench, struct call *calls, const bool *admitted, size_t count) {
    struct cache_row *row = &bench->ahead;
    struct fault ignored;
    for (size_t i = 0; i < count; i++) {
        const struct route *route = calls[i].route;
        if (admitted[i] && route->ahead != NULL && route->ahead(&calls[i], &row->users[row->count]))
            calls[i].ahead = row->count++;
    }
    if (row->count == 0 || cache_read_row(bench->store, row, &ignored))
        return;
    for (size_t i = 0; i < count; i++)
        calls[i].ahead = CALL_NOT_AHEAD;
}

void api_answer_together(void *context, const struct web_asked *asked, size_t count) {
    struct api *api = context;
    struct call calls[WEB_TOGETHER];
    bool admitted[WEB_TOGETHER];
    struct bench *bench = bench_take(api->benches);
    for (size_t i = 0; i < count; i++) {
        calls[i] = (struct call){.api = api,
                                 .route = &routes[asked[i].request->route],
                                 .request = asked[i].request,
                                 .response = asked[i].response,
                                 .bench = bench,
                                 .ahead = CALL_NOT_AHEAD};
        admitted[i] = admit(&calls[i]);
    }
    read_ahead(bench, calls, admitted, count);
    for (size_t i = 0; i < count; i++)
        if (admitted[i])
            calls[i].route->answer(&calls[i]);
    record_write_all(calls, count);
    cache_close_row(&bench->ahead);
    bench_give(api->benches, bench);
}

void api_answer(void *context, const struct web_request *request, struct web_response *response) {
    api_answer_together(context, &(struct web_asked){request, response}, 1);
}

/* A parameter of the path, for the log: only what looks like one, and never what may be a key that somebody put into the wrong place. */
static const char *shown(const struct web_request *request, const char *name) {
    const char *value = request->route < route_count ? web_parameter(request, name) : NULL;
    return value != NULL && parameters_look_like(name, value) && !text_starts(value, "keyturn_") ? value : NULL;
}

void api_done(void *context, const struct web_request *request, int status, double seconds) {
    const struct kept *kept = request->memory;
    const struct route *route = request->route < route_count ? &routes[request->route] : NULL;
    const char *path = route != NULL ? route->path : "none";
    bool quiet = route != NULL && route->scope == ROUTE_OPEN && status == 200;
    char code[16];
    char milliseconds[32];
    (void)context;
    int64_t tenths = (int64_t)(seconds * 10000.0 + 0.5);
    snprintf(code, sizeof code, "%d", status);
    snprintf(milliseconds, sizeof milliseconds, "%" PRId64 ".%d", tenths / 10, (int)(tenths % 10));
    metric_add(METRIC_API_REQUESTS, 1, path, code, NULL);
    metric_observe(METRIC_API_DURATION, seconds, path, NULL);
    log_line_late(quiet ? LOG_DEBUG : LOG_INFO, "request", "method", route != NULL ? route->method : NULL, "route",
                  path, "status", code, "ms", milliseconds, "account", shown(request, "account"), "user",
                  shown(request, "user"), "key", kept->key_id[0] != '\0' ? kept->key_id : NULL, "key_name",
                  kept->key_name[0] != '\0' ? kept->key_name : NULL, "from",
                  kept->from[0] != '\0' ? kept->from : request->peer, NULL);
}

void api_give_up(void *context) {
    const struct api *api = context;
    log_line(LOG_WARN, "calls of AWS that are still on their way are given up", NULL);
    aws_environment_give_up(api->aws);
}

struct web_route *api_web_routes(void) {
    struct web_route *rows = mem_zero(route_count, sizeof *rows);
    for (size_t i = 0; i < route_count; i++)
        rows[i] = (struct web_route){routes[i].path, routes[i].ahead == NULL ? api_answer : NULL, routes[i].method};
    return rows;
}
