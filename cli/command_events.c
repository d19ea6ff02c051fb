/* events: as they come, or those of one user so far. */
#include "api_path.h"
#include "api_users.h"
#include "clock.h"
#include "command.h"
#include "event_stream.h"
#include "shown.h"
#include "status_show.h"

#include <stdio.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096, FIRST_WAIT_MS = 1000, MOST_WAIT_MS = 30000 };

/* --- as they come -------------------------------------------------------------------------------------------------------- */

struct following {
    const struct options *options;
    struct event_stream stream;
    int64_t wait_ms; /* before the next connection */
    bool ours;       /* the reading was ended by this side: nobody takes the output */
};

static bool is_wanted(const struct options *options, const struct doc *event) {
    const char *user = doc_text(doc_at(event, "data.user"));
    return options->word_count < 2 || (user != NULL && text_equal(user, options->words[1]));
}

/* "2026-11-21T22:00:00Z  111111111111/anna  key.created  AKIA...  due". */
static void add_event(const struct doc *event, const char *type, struct text *out) {
    shown_at(out, "", event, "time");
    shown_at(out, "  ", event, "data.account");
    shown_at(out, "/", event, "data.user");
    text_add(out, "  ");
    shown_add(out, type);
    shown_at(out, "  ", event, "subject");
    shown_at(out, "  ", event, "data.reason");
    shown_at(out, "  ", event, "data.message");
    shown_at(out, ", by ", event, "data.actor");
    text_add(out, "\n");
}

static bool print_event(const struct options *options, const struct doc *event, const char *type) {
    struct fault fault;
    struct text out;
    text_open(&out, EVENT_STREAM_LINE_MAX);
    if (options->json)
        shown_doc_line(&out, event);
    else
        add_event(event, type, &out);
    bool printed = shown_print(&out, &fault);
    text_close(&out);
    return printed;
}

static bool take_event(const struct stream_event *event, void *context) {
    struct following *following = context;
    following->wait_ms = FIRST_WAIT_MS;
    if (text_equal(event->name, "gap")) {
        fputs("keyturn: some events were missed here\n", stderr);
        return true;
    }
    struct doc *cloud_event = doc_parse(event->data, strlen(event->data), "event", NULL);
    if (cloud_event != NULL && is_wanted(following->options, cloud_event))
        following->ours = !print_event(following->options, cloud_event, event->name);
    doc_close(cloud_event);
    return !following->ours;
}

static bool take_bytes(void *context, const char *bytes, size_t length) {
    struct following *following = context;
    return event_stream_feed(&following->stream, bytes, length);
}

static void add_path(const struct options *options, struct text *path) {
    text_add(path, "/events");
    api_path_parameter(path, "account", options->accounts.count > 0 ? options->accounts.items[0] : NULL);
    api_path_parameter(path, "type", options->type);
}

/* Whatever may have been the network's or the server's doing is tried again; but not what never worked. */
static bool may_return(const struct following *following, const struct fault *fault, bool worked) {
    bool passing = fault->kind == FAULT_UNKNOWN ||
                   (worked && (fault->kind == FAULT_TRANSIENT || fault->kind == FAULT_UNAVAILABLE ||
                               fault->kind == FAULT_THROTTLED));
    return passing && !following->ours;
}

static void wait_for_server(struct following *following, const char *why) {
    fprintf(stderr, "keyturn: %s; connecting again in %d s\n", why, (int)(following->wait_ms / 1000));
    clock_sleep_ms(following->wait_ms);
    following->wait_ms = 2 * following->wait_ms < MOST_WAIT_MS ? 2 * following->wait_ms : MOST_WAIT_MS;
}

/* Until something is wrong that will stay wrong. */
static void follow(struct following *following, struct api_client *client, const char *path, struct fault *fault) {
    bool worked = false;
    for (;;) {
        bool ended = api_stream(client, path, following->stream.last_id, take_bytes, following, fault);
        worked = worked || ended || fault->kind == FAULT_UNKNOWN;
        if (!ended && !may_return(following, fault, worked))
            return;
        wait_for_server(following, ended ? "the server ended the stream" : fault->message);
        event_stream_restart(&following->stream);
    }
}

static int follow_events(const struct options *options, struct api_client *client) {
    struct fault fault = {.kind = FAULT_NONE};
    struct following following = {.options = options, .wait_ms = FIRST_WAIT_MS};
    struct text path;
    text_open(&path, PATH_MAX_BYTES);
    add_path(options, &path);
    event_stream_open(&following.stream, take_event, &following);
    follow(&following, client, path.bytes, &fault);
    event_stream_close(&following.stream);
    text_close(&path);
    return command_fault(&fault);
}

/* --- so far -------------------------------------------------------------------------------------------------------------- */

static int show_history(const struct options *options, struct api_client *client) {
    struct fault fault = {.kind = FAULT_NONE};
    struct api_user found;
    struct text out;
    struct doc *user = api_user_named(client, options, options->words[1], &found, &fault)
                           ? api_user_read(client, &found, &fault)
                           : NULL;
    text_open(&out, SHOWN_MAX);
    if (user != NULL && options->json)
        shown_doc(&out, doc_at(user, "history"));
    else if (user != NULL)
        status_show_history(user, &out);
    bool told = user != NULL && shown_print(&out, &fault);
    text_close(&out);
    doc_close(user);
    return told ? EXIT_FINE : command_fault(&fault);
}

int events_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    if (options->word_count > 2 || options->accounts.count > 1)
        return command_refuse("events takes one USER and one --account");
    if (!options->follow && options->word_count < 2)
        return command_refuse("events needs a USER or --follow");
    if (!options->follow && options->type != NULL)
        return command_refuse("events takes --type with --follow only");
    struct api_client *client = api_open(options, &fault);
    int code =
        client != NULL ? (options->follow ? follow_events : show_history)(options, client) : command_fault(&fault);
    api_close(client);
    return code;
}
