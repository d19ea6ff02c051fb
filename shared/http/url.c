/* Which URLs may be asked. Parsed by libcurl itself, so that what is judged here is what is called later. */
#include "http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

enum { HOST_SIZE = 256, SCHEME_SIZE = 16 };

struct parts {
    char scheme[SCHEME_SIZE];
    char host[HOST_SIZE]; /* without brackets or a closing dot */
    bool extra;           /* a user, a query or a fragment: no endpoint has them */
};

static bool part(CURLU *url, CURLUPart which, char *to, size_t size) {
    char *value = NULL;
    bool there = curl_url_get(url, which, &value, 0) == CURLUE_OK && value != NULL;
    bool fits = there && text_copy(to, size, value);
    curl_free(value);
    return fits;
}

static bool has(CURLU *url, CURLUPart which) {
    char *value = NULL;
    bool there = curl_url_get(url, which, &value, 0) == CURLUE_OK;
    curl_free(value);
    return there;
}

static void strip_host(char *host) {
    size_t length = strlen(host);
    if (length > 1 && host[0] == '[' && host[length - 1] == ']') {
        memmove(host, host + 1, length - 2);
        host[length - 2] = '\0';
    } else if (length > 1 && host[length - 1] == '.') {
        host[length - 1] = '\0';
    }
}

static bool split(const char *text, struct parts *parts) {
    CURLU *url = curl_url();
    bool parsed = url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
                  part(url, CURLUPART_SCHEME, parts->scheme, sizeof parts->scheme) &&
                  part(url, CURLUPART_HOST, parts->host, sizeof parts->host);
    if (parsed) {
        strip_host(parts->host);
        parts->extra = has(url, CURLUPART_USER) || has(url, CURLUPART_PASSWORD) || has(url, CURLUPART_QUERY) ||
                       has(url, CURLUPART_FRAGMENT);
    }
    curl_url_cleanup(url);
    return parsed;
}

static bool is_loopback(const char *host) {
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, host, &four) == 1)
        return (ntohl(four.s_addr) >> 24) == 127;
    if (inet_pton(AF_INET6, host, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six);
    return strcasecmp(host, "localhost") == 0;
}

static bool is_in(const char *host, const char *const *allowed) {
    for (; allowed != NULL && *allowed != NULL; allowed++)
        if (strcasecmp(host, *allowed) == 0)
            return true;
    return false;
}

static bool ends_in(const char *host, const char *domain) {
    size_t host_length = strlen(host);
    size_t length = strlen(domain);
    if (host_length < length || strcasecmp(host + host_length - length, domain) != 0)
        return false;
    return host_length == length || host[host_length - length - 1] == '.';
}

static bool is_amazon(const char *host) {
    return ends_in(host, "amazonaws.com") || ends_in(host, "amazonaws.com.cn") || ends_in(host, "api.aws");
}

bool http_url_allowed(const char *url, const char *const *allowed, struct fault *fault) {
    struct parts parts = {0};
    if (!split(url, &parts))
        return fault_set(fault, FAULT_CONFIG, "url", "\"%s\" is not an absolute URL", url);
    if (parts.extra)
        return fault_set(fault, FAULT_CONFIG, "url", "an endpoint has no user, query or fragment: %s://%s",
                         parts.scheme, parts.host);
    if (strcmp(parts.scheme, "https") == 0)
        return true;
    if (strcmp(parts.scheme, "http") != 0)
        return fault_set(fault, FAULT_CONFIG, "url", "\"%s\" is neither https nor http", url);
    if (is_amazon(parts.host))
        return fault_set(fault, FAULT_CONFIG, "url", "AWS is only asked by https: \"%s\"", url);
    if (is_loopback(parts.host) || is_in(parts.host, allowed))
        return true;
    return fault_set(fault, FAULT_CONFIG, "url",
                     "plain http is allowed to loopback and to hosts named in allow_http only: \"%s\"", url);
}
