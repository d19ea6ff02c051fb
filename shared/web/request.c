/* What a route asks of a request. */
#include "exchange.h"

#include <string.h>
#include <strings.h>

const char *web_parameter(const struct web_request *request, const char *name) {
    const struct exchange *exchange = request->inside;
    return target_part(&exchange->target, exchange_path(exchange), name);
}

const char *web_query(const struct web_request *request, const char *name) {
    return target_query(&((const struct exchange *)request->inside)->target, name);
}

static bool is_listed(const char *names, const char *name) {
    size_t length = strlen(name);
    for (const char *at = names; *at != '\0' && length > 0;) {
        size_t one = strcspn(at, " ");
        if (one == length && memcmp(at, name, length) == 0)
            return true;
        at += one + strspn(at + one, " ");
    }
    return false;
}

const char *web_query_unknown(const struct web_request *request, const char *known) {
    const struct target *target = &((const struct exchange *)request->inside)->target;
    for (size_t i = 0; i < target->pair_count; i++)
        if (!is_listed(known, target->pairs[i].name))
            return target->pairs[i].name;
    return NULL;
}

const char *web_request_header(const struct web_request *request, const char *name) {
    const struct exchange *exchange = request->inside;
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

struct search {
    const char *name;
    const char *last;
};

static enum MHD_Result look_at(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
    struct search *search = context;
    (void)kind;
    if (strcasecmp(name, search->name) == 0)
        search->last = value != NULL ? value : "";
    return MHD_YES;
}

const char *web_request_header_last(const struct web_request *request, const char *name) {
    const struct exchange *exchange = request->inside;
    struct search search = {name, NULL};
    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, look_at, &search);
    return search.last;
}
