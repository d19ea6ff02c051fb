#include "port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint16_t wanted;

void port_want(uint16_t port) {
    wanted = port;
}

/* libc's bind() is a bare system call, so the replacement makes that call itself. */
static int kernel_bind(int fd, const struct sockaddr *address, socklen_t length) {
    return (int)syscall(SYS_bind, fd, address, length);
}

/* A server restarted on its old port must not wait for connections of the last one to be forgotten: SO_REUSEADDR. */
static int bind_reusing(int fd, const struct sockaddr_in *address) {
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    return kernel_bind(fd, (const struct sockaddr *)address, sizeof *address);
}

int port_probe(uint16_t port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    int error = bind_reusing(fd, &address) == 0 ? 0 : errno;
    close(fd);
    return error;
}

/* Has the symbol name "bind", but not glibc's prototype, whose argument is a transparent union under _GNU_SOURCE. */
int bind_in_front(int fd, const struct sockaddr *address, socklen_t length) __asm__("bind");

int bind_in_front(int fd, const struct sockaddr *address, socklen_t length) {
    struct sockaddr_in inet;
    if (wanted == 0 || length != sizeof inet || address->sa_family != AF_INET)
        return kernel_bind(fd, address, length);
    memcpy(&inet, address, sizeof inet);
    if (inet.sin_port != 0)
        return kernel_bind(fd, address, length);
    inet.sin_port = htons(wanted);
    wanted = 0;
    return bind_reusing(fd, &inet);
}
