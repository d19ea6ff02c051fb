/* A listening TCP socket from "host:port". The caller owns the descriptor. */
#ifndef KEYTURN_LISTENER_H
#define KEYTURN_LISTENER_H

#include "fault.h"

enum { LISTENER_HOST_SIZE = 256 };

/* Takes "127.0.0.1:9100", "localhost:0" or "[::1]:9100" apart. FAULT_CONFIG says which part is wrong. */
bool listener_split(const char *listen, char host[LISTENER_HOST_SIZE], char port[6], struct fault *fault) MUST_CHECK;

/* Binds and listens; *descriptor is non-blocking and closed on exec, *port the one it got. FAULT_CONFIG with the system's reason. */
bool listener_open(const char *listen, int *descriptor, int *port, struct fault *fault) MUST_CHECK;

#endif
