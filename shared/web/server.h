/* What a server consists of, for the files of this library; the public face is web.h. */
#ifndef KEYTURN_SERVER_H
#define KEYTURN_SERVER_H

#include "connections.h"
#include "crowd.h"
#include "exchanges.h"
#include "stream.h"
#include "waiting.h"
#include "web.h"

#include <microhttpd.h>
#include <stdatomic.h>

struct web {
    struct MHD_Daemon *daemon; /* NULL: it did not start */
    struct connections *connections;
    struct waiting *waiting;
    struct streams *streams;
    struct crowds *crowds;
    struct exchanges *exchanges;
    int descriptor; /* listens; -1: none */
    int port;
    struct web_settings settings; /* with every limit filled in */
    atomic_size_t active;         /* requests that are not over */
};

#endif
