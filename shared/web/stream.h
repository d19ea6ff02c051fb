/* Streams: bytes that one thread writes and a connection sends, with a ceiling between them. A stream has two ends, the writer's and the
 * connection's, and is freed when both let go; the server knows all of them, for heartbeats and for its own end. */
#ifndef KEYTURN_STREAM_H
#define KEYTURN_STREAM_H

#include "connections.h"
#include "web.h"

#include <microhttpd.h>

struct streams;

/* Begins, without a thread: it is made with the first stream. */
struct streams *streams_open(void);

/* The connection takes its end of the stream: what MHD_queue_response() is to be given, or NULL. `place` is the connection's in
 * `connections`, by which it is shut down when it falls behind. */
struct MHD_Response *streams_send(struct streams *streams, struct web_stream *stream, struct MHD_Connection *connection,
                                  struct connections *connections, void *place);

/* The connection's end of a stream that is not sent after all. */
void streams_forget(struct web_stream *stream);

/* Ends all streams, when what is written is sent; returns when heartbeats have ended. */
void streams_end(struct streams *streams);

/* When no connection is left. NULL does nothing. */
void streams_close(struct streams *streams);

#endif
