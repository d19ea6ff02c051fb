#include "forwarded.h"

#include <arpa/inet.h>
#include <string.h>

/* Where the address ends that begins at *at, which moves behind a bracket. */
static size_t length_of(const char **at) {
    size_t length = strcspn(*at, " \t");
    const char *colon = memchr(*at, ':', length);
    if (**at == '[')
        return strcspn(++*at, "]");
    bool port = colon != NULL && memchr(colon + 1, ':', length - (size_t)(colon + 1 - *at)) == NULL;
    return port ? (size_t)(colon - *at) : length;
}

bool forwarded_address(const char *header, char address[WEB_PEER_SIZE]) {
    unsigned char bytes[sizeof(struct in6_addr)];
    char found[WEB_PEER_SIZE];
    const char *comma = strrchr(header, ',');
    const char *at = comma != NULL ? comma + 1 : header;
    at += strspn(at, " \t");
    size_t length = length_of(&at);
    if (length == 0 || length >= sizeof found)
        return false;
    memcpy(found, at, length);
    found[length] = '\0';
    if (inet_pton(AF_INET, found, bytes) != 1 && inet_pton(AF_INET6, found, bytes) != 1)
        return false;
    memcpy(address, found, length + 1);
    return true;
}
