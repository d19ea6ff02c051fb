#include "event_stream.h"

#include <string.h>

void event_stream_open(struct event_stream *stream, bool (*visit)(const struct stream_event *event, void *context),
                       void *context) {
    *stream = (struct event_stream){.visit = visit, .context = context};
    text_open(&stream->line, EVENT_STREAM_LINE_MAX);
    text_open(&stream->data, EVENT_STREAM_LINE_MAX);
}

void event_stream_close(struct event_stream *stream) {
    text_close(&stream->line);
    text_close(&stream->data);
}

static void forget_event(struct event_stream *stream) {
    text_reset(&stream->data);
    stream->has_data = false;
    stream->name[0] = '\0';
}

void event_stream_restart(struct event_stream *stream) {
    text_reset(&stream->line);
    stream->after_return = false;
    forget_event(stream);
}

static bool tell(struct event_stream *stream) {
    const struct stream_event event = {.name = stream->name[0] != '\0' ? stream->name : "message",
                                       .data = stream->data.bytes,
                                       .last_id = stream->last_id};
    bool going = !stream->has_data || stream->visit(&event, stream->context);
    forget_event(stream);
    return going;
}

static bool take_field(struct event_stream *stream, const char *name, const char *value) {
    if (strcmp(name, "event") == 0)
        text_clip(stream->name, sizeof stream->name, value);
    if (strcmp(name, "id") == 0)
        return text_copy(stream->last_id, sizeof stream->last_id, value);
    if (strcmp(name, "data") != 0)
        return true;
    bool first = !stream->has_data;
    stream->has_data = true;
    return (first || text_add(&stream->data, "\n")) && text_add(&stream->data, value);
}

/* "name: value", "name:value", "name"; a line that begins with a colon is a comment, and an empty one ends the event. */
static bool take_line(struct event_stream *stream) {
    char *line = stream->line.bytes;
    char *colon = strchr(line, ':');
    if (line[0] == '\0')
        return tell(stream);
    if (colon == line)
        return true;
    const char *value = "";
    if (colon != NULL) {
        *colon = '\0';
        value = colon[1] == ' ' ? colon + 2 : colon + 1;
    }
    return take_field(stream, line, value);
}

static bool end_line(struct event_stream *stream) {
    bool going = take_line(stream);
    text_reset(&stream->line);
    return going;
}

static bool take_byte(struct event_stream *stream, char byte) {
    bool second = stream->after_return && byte == '\n';
    stream->after_return = byte == '\r';
    if (second)
        return true;
    return byte == '\n' || byte == '\r' ? end_line(stream) : text_append(&stream->line, &byte, 1);
}

bool event_stream_feed(struct event_stream *stream, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (!take_byte(stream, bytes[i]))
            return false;
    return true;
}
