/*     writer ──web_stream_write()──► [ buffer, at most `ceiling` ] ──read_on()──► connection
 *
 * A connection whose buffer is empty is suspended; the next write resumes it. Both happen under the stream's lock. A suspended connection
 * cannot be closed by the server below, so one that is resumed here is alive. */
#include "stream.h"

#include "clock.h"
#include "mem.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum { BLOCK = 16 * 1024, HEARTBEAT_SIZE = 32, SWEEP_MS = 100 };

struct web_stream {
    pthread_mutex_t lock;
    unsigned ends; /* that hold it: the writer's, the connection's */
    bool closed;   /* the writer let go, or the server ends: nothing more will come */
    bool gone;     /* the connection is, or it is to be dropped */
    bool sleeps;   /* the connection is suspended */
    struct MHD_Connection *connection;
    struct connections *connections;
    void *place;
    struct text buffer;
    size_t sent; /* of the buffer */
    char heartbeat[HEARTBEAT_SIZE];
    int64_t heartbeat_ms;
    int64_t wrote;           /* clock_boot_ms() of the last write */
    struct streams *streams; /* NULL: no connection has it yet */
    struct web_stream *before;
    struct web_stream *after;
};

struct streams {
    pthread_mutex_t lock; /* over the list; taken before a stream's own */
    pthread_cond_t ended;
    struct web_stream *first;
    bool ending;
    bool runs;
    pthread_t thread;
};

/* --- the writer's end */

struct web_stream *web_stream_open(struct web_response *response, size_t ceiling, const char *heartbeat,
                                   int64_t heartbeat_ms) {
    struct web_stream *stream = mem_zero(1, sizeof *stream);
    pthread_mutex_init(&stream->lock, NULL);
    text_open(&stream->buffer, ceiling);
    text_clip(stream->heartbeat, sizeof stream->heartbeat, heartbeat);
    stream->heartbeat_ms = heartbeat_ms;
    stream->wrote = clock_boot_ms();
    stream->ends = 2;
    response->stream = stream;
    return stream;
}

/* The lock is held. */
static void rouse(struct web_stream *stream) {
    if (!stream->sleeps)
        return;
    stream->sleeps = false;
    MHD_resume_connection(stream->connection);
}

static bool write_some(struct web_stream *stream, const void *bytes, size_t length) {
    pthread_mutex_lock(&stream->lock);
    bool fits = stream->buffer.length - stream->sent + length <= stream->buffer.ceiling;
    if (!stream->gone && !stream->closed && fits) {
        if (stream->buffer.length + length > stream->buffer.ceiling) {
            memmove(stream->buffer.bytes, stream->buffer.bytes + stream->sent, stream->buffer.length - stream->sent);
            stream->buffer.length -= stream->sent;
            stream->sent = 0;
        }
        text_append(&stream->buffer, bytes, length);
        stream->wrote = clock_boot_ms();
    }
    if (!stream->gone && !fits) {
        stream->gone = true;
        connections_drop(stream->connections, stream->place);
    }
    rouse(stream);
    bool lives = !stream->gone && !stream->closed;
    pthread_mutex_unlock(&stream->lock);
    return lives;
}

bool web_stream_write(struct web_stream *stream, const void *bytes, size_t length) {
    return write_some(stream, bytes, length);
}

size_t web_stream_room(struct web_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    size_t room = stream->buffer.ceiling - (stream->buffer.length - stream->sent);
    pthread_mutex_unlock(&stream->lock);
    return room;
}

bool web_stream_ended(struct web_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    bool ended = stream->gone || stream->closed;
    pthread_mutex_unlock(&stream->lock);
    return ended;
}

static void let_go(struct web_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    bool last = --stream->ends == 0;
    pthread_mutex_unlock(&stream->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&stream->lock);
    text_close(&stream->buffer);
    mem_free(stream);
}

void web_stream_close(struct web_stream *stream) {
    if (stream == NULL)
        return;
    pthread_mutex_lock(&stream->lock);
    stream->closed = true;
    rouse(stream);
    pthread_mutex_unlock(&stream->lock);
    let_go(stream);
}

/* --- the connection's end */

static ssize_t read_on(void *context, uint64_t position, char *to, size_t most) {
    struct web_stream *stream = context;
    (void)position;
    pthread_mutex_lock(&stream->lock);
    size_t there = stream->buffer.length - stream->sent;
    ssize_t result = (ssize_t)(there < most ? there : most);
    if (stream->gone) {
        result = MHD_CONTENT_READER_END_WITH_ERROR;
    } else if (result > 0) {
        memcpy(to, stream->buffer.bytes + stream->sent, (size_t)result);
        stream->sent += (size_t)result;
        if (stream->sent == stream->buffer.length) {
            text_reset(&stream->buffer);
            stream->sent = 0;
        }
    } else if (stream->closed) {
        result = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        MHD_suspend_connection(stream->connection);
        stream->sleeps = true;
    }
    pthread_mutex_unlock(&stream->lock);
    return result;
}

static void take_out(struct web_stream *stream) {
    struct streams *streams = stream->streams;
    pthread_mutex_lock(&streams->lock);
    *(stream->before != NULL ? &stream->before->after : &streams->first) = stream->after;
    if (stream->after != NULL)
        stream->after->before = stream->before;
    pthread_mutex_unlock(&streams->lock);
}

void streams_forget(struct web_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    stream->gone = true;
    pthread_mutex_unlock(&stream->lock);
    let_go(stream);
}

static void on_end(void *context) {
    struct web_stream *stream = context;
    take_out(stream);
    streams_forget(stream);
}

/* --- heartbeats */

static void beat(struct web_stream *stream, int64_t now) {
    pthread_mutex_lock(&stream->lock);
    bool due = stream->heartbeat[0] != '\0' && now - stream->wrote >= stream->heartbeat_ms;
    bool idle = stream->buffer.length == stream->sent;
    pthread_mutex_unlock(&stream->lock);
    if (due && idle)
        (void)!write_some(stream, stream->heartbeat, strlen(stream->heartbeat));
}

static void *keep_beating(void *argument) {
    struct streams *streams = argument;
    pthread_mutex_lock(&streams->lock);
    while (!streams->ending) {
        struct timespec when;
        int64_t now = clock_boot_ms();
        for (struct web_stream *each = streams->first; each != NULL; each = each->after)
            beat(each, now);
        clock_gettime(CLOCK_MONOTONIC, &when);
        when.tv_nsec += (int64_t)SWEEP_MS * 1000000;
        when.tv_sec += when.tv_nsec / 1000000000;
        when.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&streams->ended, &streams->lock, &when);
    }
    pthread_mutex_unlock(&streams->lock);
    return NULL;
}

struct streams *streams_open(void) {
    struct streams *streams = mem_zero(1, sizeof *streams);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&streams->lock, NULL);
    pthread_cond_init(&streams->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return streams;
}

struct MHD_Response *streams_send(struct streams *streams, struct web_stream *stream, struct MHD_Connection *connection,
                                  struct connections *connections, void *place) {
    pthread_mutex_lock(&stream->lock); /* its writer may be at work already */
    stream->connection = connection;
    stream->connections = connections;
    stream->place = place;
    pthread_mutex_unlock(&stream->lock);
    stream->streams = streams;
    pthread_mutex_lock(&streams->lock);
    if (!streams->runs && !streams->ending)
        streams->runs = pthread_create(&streams->thread, NULL, keep_beating, streams) == 0;
    stream->after = streams->first;
    if (stream->after != NULL)
        stream->after->before = stream;
    streams->first = stream;
    bool refused = streams->ending || !streams->runs;
    pthread_mutex_unlock(&streams->lock);
    struct MHD_Response *wire =
        refused ? NULL : MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_on, stream, on_end);
    if (wire == NULL)
        on_end(stream);
    return wire;
}

void streams_end(struct streams *streams) {
    pthread_mutex_lock(&streams->lock);
    streams->ending = true;
    for (struct web_stream *each = streams->first; each != NULL; each = each->after) {
        pthread_mutex_lock(&each->lock);
        each->closed = true;
        rouse(each);
        pthread_mutex_unlock(&each->lock);
    }
    pthread_cond_broadcast(&streams->ended);
    bool runs = streams->runs; /* whoever comes from now on finds it ending, and starts nothing */
    pthread_mutex_unlock(&streams->lock);
    if (runs)
        pthread_join(streams->thread, NULL);
}

void streams_close(struct streams *streams) {
    if (streams == NULL)
        return;
    pthread_cond_destroy(&streams->ended);
    pthread_mutex_destroy(&streams->lock);
    mem_free(streams);
}
