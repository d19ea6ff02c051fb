#include "authorize.h"

#include "clock.h"
#include "routes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool refuse_rate(struct call *call, int64_t wait_seconds) {
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%" PRId64, wait_seconds);
    call_problem(call, 429, "too_many_requests", "asked too often; again in %s s", seconds);
    web_header(call->response, "Retry-After", seconds);
    return false;
}

/* One answer for every way in which a key is no good. */
static bool refuse_key(struct call *call) {
    char from[WEB_PEER_SIZE];
    int64_t wait = 0;
    call_from(call, from);
    if (!rates_take(call->api->failures, from, clock_boot_ms(), &wait))
        return refuse_rate(call, wait);
    call_problem(call, 401, "unauthorized", "send a key of this server in the header X-API-Key");
    web_header(call->response, "WWW-Authenticate", "ApiKey realm=\"keyturn\"");
    return false;
}

static bool check_scope(struct call *call) {
    if (call->route->scope == ROUTE_ANY_KEY || api_key_has(&call->key, (enum api_scope)call->route->scope))
        return true;
    call_problem(call, 403, "missing_scope", "this key lacks the scope %s",
                 api_scope_name((enum api_scope)call->route->scope));
    return false;
}

/* What changes something costs AWS more than a look: it has a rate of its own. */
static bool check_request_rate(struct call *call) {
    int64_t wait = 0;
    return strcmp(call->route->method, "POST") != 0 ||
           rates_take(call->api->requests, call->key.id, clock_boot_ms(), &wait) || refuse_rate(call, wait);
}

bool authorize(struct call *call, bool again) {
    int64_t wait = 0;
    if (call->route->scope == ROUTE_OPEN)
        return true;
    const char *text = web_request_header(call->request, "X-API-Key");
    if (text == NULL ||
        api_keys_check(call->api->keys, text, strlen(text), clock_wall_ms() / 1000, &call->key) != API_KEY_ACCEPTED)
        return refuse_key(call);
    if (!again && !rates_take(call->api->rates, call->key.id, clock_boot_ms(), &wait))
        return refuse_rate(call, wait);
    return check_scope(call) && (again || check_request_rate(call));
}
