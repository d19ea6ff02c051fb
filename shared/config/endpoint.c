#include "endpoint.h"

#include "text.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum { HOST_SIZE = 512 };

/* Without scheme, port, path, brackets and a closing dot. */
static void host_of(const char *url, char host[HOST_SIZE]) {
    const char *begin = url + (text_starts(url, "https://") ? 8 : text_starts(url, "http://") ? 7 : 0);
    bool bracketed = *begin == '[';
    text_clip(host, HOST_SIZE, bracketed ? begin + 1 : begin);
    host[strcspn(host, bracketed ? "]" : ":/")] = '\0';
    size_t length = strlen(host);
    if (length > 1 && host[length - 1] == '.')
        host[length - 1] = '\0';
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

static bool ends_in(const char *host, const char *domain) {
    size_t host_length = strlen(host);
    size_t length = strlen(domain);
    return host_length >= length && strcasecmp(host + host_length - length, domain) == 0 &&
           (host_length == length || host[host_length - length - 1] == '.');
}

bool endpoint_is_amazon(const char *url) {
    char host[HOST_SIZE];
    host_of(url, host);
    return ends_in(host, "amazonaws.com") || ends_in(host, "amazonaws.com.cn") || ends_in(host, "api.aws");
}

bool endpoint_is_allowed(const char *url, const struct text_list *allowed) {
    char host[HOST_SIZE];
    if (text_starts(url, "https://"))
        return true;
    host_of(url, host);
    bool listed = is_loopback(host);
    for (size_t i = 0; i < allowed->count && !listed; i++)
        listed = strcasecmp(host, allowed->items[i]) == 0;
    return listed && !endpoint_is_amazon(url);
}

bool endpoint_is_here(const char *listen) {
    char host[HOST_SIZE];
    host_of(listen, host);
    return is_loopback(host);
}
