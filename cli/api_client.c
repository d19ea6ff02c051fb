#include "api_client.h"

#include "api_problem.h"
#include "caller_key.h"
#include "clock.h"
#include "mem.h"
#include "secret.h"

#include <stdlib.h>
#include <string.h>

enum {
    URL_MAX = 16 * 1024,
    BASE_SIZE = 1024,
    CALL_MS = 90 * 1000, /* a look asks AWS, and a server may wait for a place */
    QUIET_MS = 90 * 1000,
    PATIENCE_MS = 30 * 1000,
};

static const char DEFAULT_URL[] = "http://127.0.0.1:8000";

struct api_client {
    struct http_client *http;
    struct http_response response;
    struct secret api_key;
    char base[BASE_SIZE]; /* without a closing slash */
};

static const char *url_of(const struct options *options) {
    const char *url = options->api != NULL ? options->api : getenv("KEYTURN_API_URL");
    return url != NULL && url[0] != '\0' ? url : DEFAULT_URL;
}

static bool set_base(struct api_client *client, const struct options *options, struct fault *fault) {
    const char *url = url_of(options);
    if (!http_url_allowed(url, NULL, fault))
        return false;
    if (!text_copy(client->base, sizeof client->base, url))
        return fault_set(fault, FAULT_CONFIG, "API", "the URL is too long");
    for (size_t length = strlen(client->base); length > 0 && client->base[length - 1] == '/'; length--)
        client->base[length - 1] = '\0';
    return true;
}

struct api_client *api_open(const struct options *options, struct fault *fault) {
    struct api_client *client = mem_zero(1, sizeof *client);
    http_response_open(&client->response);
    bool opened = set_base(client, options, fault) && caller_key_find(&client->api_key, fault);
    if (opened)
        client->http = http_open(fault);
    if (client->http != NULL)
        return client;
    api_close(client);
    return NULL;
}

void api_close(struct api_client *client) {
    if (client == NULL)
        return;
    http_close(client->http);
    http_response_close(&client->response);
    secret_close(&client->api_key);
    mem_free(client);
}

static void add_header(struct http_request *request, const char *name, const char *value) {
    request->headers[request->header_count++] = (struct http_header){name, value};
}

/* One call; what did not come is told with the place it was looked for. */
static bool call_once(struct api_client *client, const char *path, struct http_request *request, struct fault *fault) {
    struct fault why = {.kind = FAULT_NONE};
    struct text url;
    text_open(&url, URL_MAX);
    text_add(&url, client->base);
    text_add(&url, path);
    request->url = url.bytes;
    request->body_ceiling = API_BODY_MAX;
    bool answered = !url.overflowed && http_call(client->http, request, &client->response, &why);
    if (url.overflowed)
        (void)fault_set(fault, FAULT_INVALID, "API", "the path is too long");
    else if (!answered)
        (void)fault_set(fault, why.kind, "API", "%s: %s", client->base, why.message);
    text_close(&url);
    return answered;
}

static bool may_come_back(const struct api_client *client, bool reads, int64_t began_ms, int64_t *wait_ms) {
    int status = client->response.status;
    int64_t after = client->response.retry_after;
    *wait_ms = 1000 * (after > 0 ? after : 1);
    return (status == 429 || (reads && status == 503)) && clock_boot_ms() - began_ms + *wait_ms <= PATIENCE_MS;
}

static bool call(struct api_client *client, const char *path, struct http_request *request, struct fault *fault) {
    int64_t began_ms = clock_boot_ms();
    int64_t wait_ms = 0;
    add_header(request, "X-API-Key", client->api_key.bytes);
    for (;;) {
        if (!call_once(client, path, request, fault))
            return false;
        if (!may_come_back(client, request->body == NULL && request->take == NULL, began_ms, &wait_ms))
            return api_problem_none(&client->response, fault);
        clock_sleep_ms(wait_ms);
    }
}

static struct doc *document(struct api_client *client, struct fault *fault) {
    return doc_parse(client->response.body.bytes, client->response.body.length, "API", fault);
}

struct doc *api_get(struct api_client *client, const char *path, struct fault *fault) {
    struct http_request request = {.method = "GET", .timeout_ms = CALL_MS};
    return call(client, path, &request, fault) ? document(client, fault) : NULL;
}

bool api_get_bytes(struct api_client *client, const char *path, struct text *out, struct fault *fault) {
    struct http_request request = {.method = "GET", .timeout_ms = CALL_MS};
    text_reset(out);
    return call(client, path, &request, fault) &&
           (text_append(out, client->response.body.bytes, client->response.body.length) ||
            fault_set(fault, FAULT_INVALID, "API", "the answer is too long"));
}

struct doc *api_post(struct api_client *client, const char *path, const char *reason, struct fault *fault) {
    struct http_request request = {.method = "POST", .timeout_ms = CALL_MS, .fresh_connection = true};
    struct doc *asked = doc_object();
    struct text body;
    text_open(&body, API_BODY_MAX);
    doc_set_text(asked, "reason", reason);
    add_header(&request, "Content-Type", "application/json");
    bool printed = doc_print(asked, &body) || fault_set(fault, FAULT_INVALID, "API", "the reason is too long");
    request.body = body.bytes;
    request.body_length = body.length;
    struct doc *answer = printed && call(client, path, &request, fault) ? document(client, fault) : NULL;
    text_close(&body);
    doc_close(asked);
    return answer;
}

bool api_stream(struct api_client *client, const char *path, const char *last_id,
                bool (*take)(void *context, const char *bytes, size_t length), void *context, struct fault *fault) {
    struct http_request request = {.method = "GET", .timeout_ms = QUIET_MS, .take = take, .take_context = context};
    add_header(&request, "Accept", "text/event-stream");
    if (last_id[0] != '\0')
        add_header(&request, "Last-Event-ID", last_id);
    return call(client, path, &request, fault);
}
