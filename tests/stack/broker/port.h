/* The port the mock cluster listens on. librdkafka always asks the kernel for any free one; this program's own bind()
 * stands in front of libc's and asks for the wanted one instead. */
#ifndef BROKER_PORT_H
#define BROKER_PORT_H

#include <stdint.h>

/* The next IPv4 bind() to "any port" in this process asks for this port; 0 leaves it as it is. Call it before the mock
 * cluster is made, from the thread that makes it. */
void port_want(uint16_t port);

/* Whether 127.0.0.1:port can be listened on now: 0, or the errno that says why not. Ask before making the mock cluster,
 * which aborts the process when it cannot bind (librdkafka 2.0.2). */
int port_probe(uint16_t port);

#endif
