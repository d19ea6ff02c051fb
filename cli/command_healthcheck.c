/* healthcheck: does the program of this configuration live? For containers, whose image has no other client. */
#include "command.h"
#include "config.h"
#include "http.h"
#include "shown.h"

#include <stdio.h>
#include <string.h>

enum { URL_SIZE = CONFIG_LISTEN_SIZE + 32, CALL_MS = 3000 };

/* An address that means every interface is asked on loopback. */
static const struct {
    const char *listens;
    const char *asked;
} everywhere[] = {{"0.0.0.0:", "127.0.0.1:"}, {"[::]:", "[::1]:"}};

static bool url_of(const char *listen, char url[URL_SIZE], struct fault *fault) {
    const char *port = strrchr(listen, ':');
    const char *host = "";
    if (port == NULL || text_equal(port, ":0"))
        return fault_set(fault, FAULT_CONFIG, "metrics.listen", "\"%s\" names no port that could be asked", listen);
    for (size_t i = 0; i < COUNT_OF(everywhere); i++)
        if (text_starts(listen, everywhere[i].listens))
            host = everywhere[i].asked;
    snprintf(url, URL_SIZE, "http://%s%s/healthz", host, host[0] != '\0' ? port + 1 : listen);
    return true;
}

/* The address is this machine's own, so plain http goes nowhere. */
static bool ask(const char *url, struct fault *fault) {
    const struct http_request request = {.method = "GET", .url = url, .timeout_ms = CALL_MS};
    struct http_response response;
    struct http_client *client = http_open(fault);
    if (client == NULL)
        return false;
    http_response_open(&response);
    bool well = http_call(client, &request, &response, fault) &&
                (response.status == 200 ||
                 fault_set(fault, FAULT_UNAVAILABLE, "healthcheck", "%s answers %d", url, response.status));
    http_response_close(&response);
    http_close(client);
    return well;
}

static bool tell(const struct options *options, struct fault *fault) {
    struct doc *doc = doc_object();
    struct text out;
    text_open(&out, SHOWN_MAX);
    doc_set_text(doc, "status", "healthy");
    if (options->json)
        shown_doc(&out, doc);
    else
        text_add(&out, "healthy\n");
    bool told = shown_print(&out, fault);
    text_close(&out);
    doc_close(doc);
    return told;
}

int healthcheck_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    char url[URL_SIZE];
    struct config *config = config_load(options->config, &fault);
    if (config == NULL)
        return command_fault(&fault);
    bool well = url_of(config->metrics.listen, url, &fault) && ask(url, &fault);
    config_close(config);
    well = well && tell(options, &fault);
    return well ? EXIT_FINE : command_fault(&fault);
}
