/* GET /events: Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
#include "events.h"
#include "routes.h"

#include <stdio.h>
#include <string.h>

static const char RETRY_SECONDS[] = "5";

static void refuse(struct call *call, enum events_verdict verdict) {
    static const char *const sentences[] = {
        [EVENTS_NOT_READ_YET] = "the events topic has not been reached yet",
        [EVENTS_TOO_MANY] = "this server has as many streams as it takes",
        [EVENTS_TOO_MANY_OF_KEY] = "this key has as many streams as one may have",
        [EVENTS_ENDING] = "this server ends; ask another one",
    };
    if (verdict == EVENTS_TOO_MANY_OF_KEY)
        call_problem(call, 429, "too_many_requests", "%s", sentences[verdict]);
    else
        call_problem(call, 503, "unavailable", "%s", sentences[verdict]);
    web_header(call->response, "Retry-After", RETRY_SECONDS);
}

/* The header of a client that comes again; an empty one is none. */
static bool read_last(const struct call *call, struct offset_vector *from, bool *given) {
    const char *last = web_request_header(call->request, "Last-Event-ID");
    *given = last != NULL && last[0] != '\0';
    return !*given || offset_vector_parse(last, from);
}

void events_answer(struct call *call) {
    struct event_filter filter;
    struct offset_vector from;
    const char *wrong = NULL;
    bool given = false;
    if (!event_filter_read(web_query(call->request, "account"), web_query(call->request, "type"), &filter, &wrong)) {
        call_bad_parameter(call, wrong, strcmp(wrong, "type") == 0 ? "a type such as key.created" : "12 digits");
        return;
    }
    if (!read_last(call, &from, &given)) {
        call_problem(call, 400, "bad_parameter", "Last-Event-ID is no id of this stream, such as 3:17,5:2");
        return;
    }
    bool head = strcmp(call->request->method, "HEAD") == 0;
    call->response->content_type = "text/event-stream";
    enum events_verdict verdict =
        head ? events_judge(call->api->events, &call->key)
             : events_follow(call->api->events, &call->key, &filter, given ? &from : NULL, call->response);
    if (verdict != EVENTS_STREAM)
        refuse(call, verdict);
    else
        web_header(call->response, "X-Accel-Buffering", "no"); /* nginx would keep events back */
}
