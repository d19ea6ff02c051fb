#include "listener.h"

#include "text.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128, PORT_DIGITS = 5, PORT_MAX = 65535 };

static bool is_port(const char *text) {
    size_t length = strspn(text, "0123456789");
    if (length == 0 || length > PORT_DIGITS || text[length] != '\0')
        return false;
    int port = 0;
    for (const char *c = text; *c != '\0'; c++)
        port = port * 10 + (*c - '0');
    return port <= PORT_MAX;
}

bool listener_split(const char *listen, char host[LISTENER_HOST_SIZE], char port[6], struct fault *fault) {
    const char *colon = strrchr(listen, ':');
    if (colon == NULL)
        return fault_set(fault, FAULT_CONFIG, "listen", "\"%s\" names no port: write host:port", listen);
    if (!is_port(colon + 1))
        return fault_set(fault, FAULT_CONFIG, "listen", "\"%s\" has no port of 0 to 65535 after its last colon",
                         listen);
    const char *begin = listen;
    size_t length = (size_t)(colon - listen);
    bool bracketed = length >= 2 && begin[0] == '[' && begin[length - 1] == ']';
    if (bracketed) {
        begin++;
        length -= 2;
    }
    if (length == 0)
        return fault_set(fault, FAULT_CONFIG, "listen", "\"%s\" names no host: 0.0.0.0 listens on every address",
                         listen);
    if (!bracketed && memchr(begin, ':', length) != NULL)
        return fault_set(fault, FAULT_CONFIG, "listen", "\"%s\": write an IPv6 address in brackets, [::1]:9100",
                         listen);
    if (length >= LISTENER_HOST_SIZE)
        return fault_set(fault, FAULT_CONFIG, "listen", "the host name is longer than 255 characters");
    memcpy(host, begin, length);
    host[length] = '\0';
    return text_copy(port, 6, colon + 1);
}

/* Binds one of the addresses a name has; the errno of what failed otherwise. */
static int bind_one(const struct addrinfo *address, int *descriptor) {
    int one = 1;
    int made = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made >= 0 && setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
        bind(made, address->ai_addr, address->ai_addrlen) == 0 && listen(made, BACKLOG) == 0) {
        *descriptor = made;
        return 0;
    }
    int failed = errno;
    if (made >= 0)
        close(made);
    return failed;
}

static int port_of(int descriptor) {
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } bound = {0};
    socklen_t length = sizeof bound;
    if (getsockname(descriptor, &bound.any, &length) != 0)
        return 0;
    return ntohs(bound.any.sa_family == AF_INET6 ? bound.six.sin6_port : bound.four.sin_port);
}

bool listener_open(const char *listen, int *descriptor, int *port, struct fault *fault) {
    char host[LISTENER_HOST_SIZE];
    char service[6];
    if (!listener_split(listen, host, service, fault))
        return false;
    struct addrinfo *found = NULL;
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    int unknown = getaddrinfo(host, service, &wanted, &found);
    if (unknown != 0)
        return fault_set(fault, FAULT_CONFIG, "listen", "\"%s\" is no host of this machine: %s", host,
                         gai_strerror(unknown));
    int failed = EADDRNOTAVAIL;
    for (const struct addrinfo *each = found; each != NULL && failed != 0; each = each->ai_next)
        failed = bind_one(each, descriptor);
    freeaddrinfo(found);
    if (failed != 0)
        return fault_set(fault, FAULT_CONFIG, "listen", "cannot listen on %s: %s", listen, strerror(failed));
    *port = port_of(*descriptor);
    return true;
}
