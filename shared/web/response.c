#include "response.h"

#include "mem.h"
#include "server.h"

#include <string.h>

void response_open(struct exchange *exchange) {
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

void response_refuse(struct exchange *exchange, int status, const char *code, const char *sentence) {
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
    void *place = exchange_place(exchange->connection);
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

enum MHD_Result response_send(struct exchange *exchange) {
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

enum MHD_Result response_send_refusal(struct exchange *exchange, int status, const char *code, const char *sentence) {
    response_open(exchange);
    response_refuse(exchange, status, code, sentence);
    return response_send(exchange);
}

/* --- what a route sets */

static bool is_visible(const char *value) {
    for (const unsigned char *c = (const unsigned char *)value; *c != 0; c++)
        if (*c < 0x20 || *c == 0x7f)
            return false;
    return true;
}

bool web_header(struct web_response *response, const char *name, const char *value) {
    if (response->header_count == WEB_HEADERS || !is_visible(value))
        return false;
    struct web_header *header = &response->headers[response->header_count];
    header->name = name;
    if (!text_copy(header->value, sizeof header->value, value))
        return false;
    response->header_count++;
    return true;
}
