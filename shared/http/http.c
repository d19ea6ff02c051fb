/* One easy handle a client, reset before each call: its connections, name cache and TLS sessions stay. */
#include "http.h"

#include "answer.h"
#include "mem.h"
#include "trust.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_TIMEOUT_MS = 3000, TIMEOUT_MS = 15000, HEADER_LINE_CEILING = 64 * 1024 };

struct http_client {
    CURL *curl;
    char error[CURL_ERROR_SIZE];
    bool may_have_sent; /* a connection stood and the request was about to be written to it */
    const struct http_request *request;
    struct text *body;
    bool refused; /* the request's `take` wants no more */
};

/* libcurl's memory is ours, so that its copies of headers and bodies are wiped when it frees them. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

static void begin(void) {
    global_result = curl_global_init_mem(CURL_GLOBAL_DEFAULT, mem_alloc, mem_free, mem_grow, mem_copy, mem_zero);
}

struct http_client *http_open(struct fault *fault) {
    pthread_once(&once, begin);
    if (global_result != CURLE_OK) {
        fault_set(fault, FAULT_CONFIG, "http", "libcurl does not start: %s", curl_easy_strerror(global_result));
        return NULL;
    }
    if (!trust_load(curl_version_info(CURLVERSION_NOW)->cainfo, fault))
        return NULL;
    struct http_client *client = mem_zero(1, sizeof *client);
    client->curl = curl_easy_init();
    if (client->curl != NULL)
        return client;
    mem_free(client);
    fault_set(fault, FAULT_CONFIG, "http", "libcurl gives no handle");
    return NULL;
}

void http_close(struct http_client *client) {
    if (client == NULL)
        return;
    curl_easy_cleanup(client->curl);
    mem_free(client);
}

void http_response_open(struct http_response *response) {
    *response = (struct http_response){0};
    text_open(&response->body, HTTP_DEFAULT_BODY_CEILING);
}

void http_response_close(struct http_response *response) {
    text_close(&response->body);
    *response = (struct http_response){0};
}

static bool is_streamed(const struct http_client *client) {
    long status = 0;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    return client->request->take != NULL && status >= 200 && status < 300;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    struct http_client *client = context;
    size_t length = size * count;
    if (!is_streamed(client))
        return text_append(client->body, bytes, length) ? length : 0;
    client->refused = !client->request->take(client->request->take_context, bytes, length);
    return client->refused ? 0 : length;
}

static CURLcode share_trust(CURL *curl, void *ssl_context, void *unused) {
    (void)curl;
    (void)unused;
    trust_share(ssl_context);
    return CURLE_OK;
}

/* Called when the connection stands, before the first byte of the request: without this call nothing was sent, also where
 * libcurl tried a dead kept connection first and failed to make another. */
static int about_to_send(void *client, char *to, char *from, int to_port, int from_port) {
    (void)to;
    (void)from;
    (void)to_port;
    (void)from_port;
    ((struct http_client *)client)->may_have_sent = true;
    return CURL_PREREQFUNC_OK;
}

/* Called while bytes move, and every second while none do. */
static int go_on(void *given_up, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up) {
    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    return atomic_load((const atomic_bool *)given_up) ? 1 : 0;
}

static const char *https_proxy(void) {
    const char *proxy = getenv("https_proxy");
    return proxy != NULL ? proxy : getenv("HTTPS_PROXY");
}

static void set_patience(CURL *curl, const struct http_request *request) {
    long timeout_ms = (long)(request->timeout_ms > 0 ? request->timeout_ms : TIMEOUT_MS);
    if (request->given_up != NULL) {
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, go_on);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)(uintptr_t)request->given_up);
    }
    if (request->take == NULL) {
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
        return;
    }
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (timeout_ms + 999) / 1000);
}

static void set_transport(struct http_client *client, const struct http_request *request) {
    CURL *curl = client->curl;
    const char *proxy = text_starts(request->url, "https:") ? https_proxy() : NULL;
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->error);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(curl, CURLOPT_PROXY_CAINFO, NULL);
    curl_easy_setopt(curl, CURLOPT_PROXY_CAPATH, NULL);
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, share_trust);
    curl_easy_setopt(curl, CURLOPT_PROXY, proxy != NULL ? proxy : "");
    curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(request->connect_timeout_ms > 0 ? request->connect_timeout_ms : CONNECT_TIMEOUT_MS));
    set_patience(curl, request);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, request->fresh_connection ? 1L : 0L);
}

static void set_request(struct http_client *client, const struct http_request *request, struct curl_slist *headers,
                        struct text *body) {
    CURL *curl = client->curl;
    client->request = request;
    client->body = body;
    client->refused = false;
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (request->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, about_to_send);
    curl_easy_setopt(curl, CURLOPT_PREREQDATA, client);
}

/* libcurl copies each line; ours is wiped, and so are the copies. */
static bool add_header(struct curl_slist **list, struct text *line, const char *name, const char *value) {
    text_reset(line);
    if (!text_add(line, name) || !text_add(line, ": ") || !text_add(line, value))
        return false;
    *list = curl_slist_append(*list, line->bytes);
    return true;
}

static bool is_one_line(const char *text) {
    return strpbrk(text, "\r\n") == NULL;
}

static bool build_headers(const struct http_request *request, struct curl_slist **list, struct fault *fault) {
    struct text line;
    bool built = true;
    text_open(&line, HEADER_LINE_CEILING);
    for (size_t i = 0; built && i < request->header_count; i++)
        built = is_one_line(request->headers[i].name) && is_one_line(request->headers[i].value) &&
                add_header(list, &line, request->headers[i].name, request->headers[i].value);
    text_close(&line);
    /* Else libcurl asks first whether a large body is welcome, and waits for the answer. */
    *list = curl_slist_append(*list, "Expect:");
    return built || fault_set(fault, FAULT_INVALID, "http", "a header is too long or holds a line break");
}

static void empty(struct http_response *response, size_t ceiling) {
    struct text body = response->body;
    *response = (struct http_response){.body = body};
    text_reset(&response->body);
    response->body.ceiling = ceiling > 0 ? ceiling : HTTP_DEFAULT_BODY_CEILING;
}

static bool no_answer(const struct http_client *client, CURLcode result, const struct http_response *response,
                      struct fault *fault) {
    const char *reason = client->error[0] != '\0' ? client->error : curl_easy_strerror(result);
    if (result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL)
        return fault_set(fault, FAULT_INVALID, "http", "%s", reason);
    if (client->refused)
        return fault_set(fault, FAULT_STOPPED, "http", "the answer was not wanted any longer");
    if (result == CURLE_ABORTED_BY_CALLBACK)
        reason = "nobody waits for the answer any longer";
    if (response->body.overflowed)
        return fault_set(fault, FAULT_UNKNOWN, "http", "the answer is longer than the %zu bytes allowed",
                         response->body.ceiling);
    return fault_set(fault, client->may_have_sent ? FAULT_UNKNOWN : FAULT_TRANSIENT, "http", "%s", reason);
}

bool http_call(struct http_client *client, const struct http_request *request, struct http_response *response,
               struct fault *fault) {
    struct curl_slist *headers = NULL;
    CURLcode result = CURLE_OK;
    empty(response, request->body_ceiling);
    bool built = build_headers(request, &headers, fault);
    if (built) {
        client->may_have_sent = false;
        client->error[0] = '\0';
        curl_easy_reset(client->curl);
        set_transport(client, request);
        set_request(client, request, headers, &response->body);
        result = curl_easy_perform(client->curl);
        answer_head(client->curl, response);
    }
    curl_slist_free_all(headers);
    return built && (result == CURLE_OK || no_answer(client, result, response, fault));
}
