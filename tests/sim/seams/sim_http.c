/* http.h of a simulated run: every host is the simulated AWS, and an answer takes its time. */
#include "http.h"
#include "mem.h"
#include "random.h"
#include "seams.h"

#include <string.h>

enum { BODY_CEILING = 32 * 1024 * 1024, LOST_AFTER_MS = 15 * 1000, UNSENT_AFTER_MS = 3 * 1000 };

struct http_client {
    struct world_answer answer;
};

struct http_client *http_open(struct fault *fault) {
    (void)fault;
    struct http_client *client = mem_zero(1, sizeof *client);
    text_open(&client->answer.body, BODY_CEILING);
    return client;
}

void http_close(struct http_client *client) {
    if (client != NULL)
        text_close(&client->answer.body);
    mem_free(client);
}

void http_response_open(struct http_response *response) {
    *response = (struct http_response){0};
    text_open(&response->body, BODY_CEILING);
}

void http_response_close(struct http_response *response) {
    text_close(&response->body);
}

bool http_url_allowed(const char *url, const char *const *allowed, struct fault *fault) {
    (void)allowed;
    return text_starts(url, "https://") || fault_set(fault, FAULT_CONFIG, "url", "only https is simulated");
}

/* https://host/path */
static const char *path_of(const char *url) {
    const char *host = strchr(url, ':');
    const char *slash = host == NULL || !text_starts(host, "://") ? NULL : strchr(host + 3, '/');
    return slash == NULL ? "/" : slash;
}

static void take(const struct world_answer *answer, struct http_response *response) {
    response->status = answer->status;
    response->date = answer->date;
    response->retry_after = 0;
    text_clip(response->request_id, sizeof response->request_id, answer->request_id);
    text_clip(response->error_type, sizeof response->error_type, answer->error_type);
    text_append(&response->body, answer->body.bytes, answer->body.length);
}

/* Half of the time a call takes is on its way there, half on its way back: the world is asked in between. */
bool http_call(struct http_client *client, const struct http_request *request, struct http_response *response,
               struct fault *fault) {
    struct world_header headers[HTTP_MAX_HEADERS];
    for (size_t i = 0; i < request->header_count; i++)
        headers[i] = (struct world_header){request->headers[i].name, request->headers[i].value};
    int64_t way_ms = SEAMS_AWS_LEAST_MS / 2 + (int64_t)random_below(SEAMS_AWS_LEAST_MS);
    text_reset(&response->body);
    response->status = 0;
    response->date = 0;
    seams_pass(way_ms);
    text_reset(&client->answer.body);
    const struct world_request asked = {.path = path_of(request->url),
                                        .headers = headers,
                                        .header_count = request->header_count,
                                        .body = request->body,
                                        .body_length = request->body_length,
                                        .now = seams.now_ms / 1000};
    world_answer(seams.world, &asked, &client->answer);
    if (client->answer.fate == WORLD_FATE_UNSENT || client->answer.fate == WORLD_FATE_LOST) {
        bool unsent = client->answer.fate == WORLD_FATE_UNSENT;
        seams_pass(unsent ? UNSENT_AFTER_MS : LOST_AFTER_MS);
        return fault_set(fault, unsent ? FAULT_TRANSIENT : FAULT_UNKNOWN, "http", "no answer");
    }
    seams_pass(way_ms);
    take(&client->answer, response);
    return true;
}
