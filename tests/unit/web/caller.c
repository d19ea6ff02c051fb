#include "caller.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

void caller_open(struct caller *caller, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = CALLER_PATIENCE_S};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    caller->length = 0;
    caller->heard[0] = '\0';
    caller->descriptor = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(caller->descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(caller->descriptor, (struct sockaddr *)&address, sizeof address), 0);
}

void caller_close(struct caller *caller) {
    close(caller->descriptor);
}

void caller_say(const struct caller *caller, const char *words) {
    (void)!send(caller->descriptor, words, strlen(words), MSG_NOSIGNAL);
}

/* False at the end. Silence for the time of our patience is a failure. */
static bool hear_some(struct caller *caller) {
    assert_true(caller->length < CALLER_ROOM - 1);
    ssize_t got = recv(caller->descriptor, caller->heard + caller->length, CALLER_ROOM - 1 - caller->length, 0);
    if (got < 0)
        assert_int_equal(errno, ECONNRESET);
    if (got <= 0)
        return false;
    caller->length += (size_t)got;
    caller->heard[caller->length] = '\0';
    return true;
}

void caller_hear_all(struct caller *caller) {
    while (hear_some(caller))
        continue;
}

bool caller_hear(struct caller *caller, const char *words) {
    while (!caller_heard(caller, words))
        if (!hear_some(caller))
            return false;
    return true;
}

void caller_ask(struct caller *caller, int port, const char *words) {
    caller_open(caller, port);
    caller_say(caller, words);
    caller_hear_all(caller);
    caller_close(caller);
}

bool caller_heard(const struct caller *caller, const char *words) {
    return strstr(caller->heard, words) != NULL;
}
