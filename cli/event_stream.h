/* Server-Sent Events (WHATWG HTML, 9.2.6), taken apart as the bytes come, cut anywhere. Pure but for its buffers, which it owns. */
#ifndef KEYTURN_EVENT_STREAM_H
#define KEYTURN_EVENT_STREAM_H

#include "text.h"

enum { EVENT_STREAM_LINE_MAX = 256 * 1024, EVENT_STREAM_ID_SIZE = 4097, EVENT_STREAM_NAME_SIZE = 64 };

/* One event; borrowed for the call. */
struct stream_event {
    const char *name; /* "message" where the server gave none */
    const char *data;
    const char *last_id; /* of this one, or of one before; empty: none yet */
};

struct event_stream {
    /* False ends the reading. */
    bool (*visit)(const struct stream_event *event, void *context);
    void *context;
    struct text line;
    struct text data;
    bool has_data;
    bool after_return; /* the last byte was '\r': a '\n' now is part of the same line end */
    char name[EVENT_STREAM_NAME_SIZE];
    char last_id[EVENT_STREAM_ID_SIZE]; /* survives event_stream_restart() */
};

void event_stream_open(struct event_stream *stream, bool (*visit)(const struct stream_event *event, void *context),
                       void *context);
void event_stream_close(struct event_stream *stream);

/* A connection ended: what was half read is forgotten. */
void event_stream_restart(struct event_stream *stream);

/* The next bytes. False: the visitor wants no more, or a line or an event is longer than EVENT_STREAM_LINE_MAX. */
bool event_stream_feed(struct event_stream *stream, const char *bytes, size_t length) MUST_CHECK;

#endif
