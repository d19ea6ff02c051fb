#include "metrics.h"
#include "routes.h"

static void say_healthy(struct call *call) {
    struct doc *doc = doc_object();
    doc_set_text(doc, "status", "healthy");
    call_answer(call, 200, doc, NULL);
}

void health_answer(struct call *call) {
    say_healthy(call);
}

void health_live(struct call *call) {
    say_healthy(call);
}

/* Its checks ask Redis and Kafka, which may take their time. */
void health_readiness(struct call *call) {
    if (!call_slowly(call))
        return;
    call->response->content_type = "application/json";
    call->response->status = health_ready(call->api->health, &call->response->body) ? 200 : 503;
}

void health_metrics(struct call *call) {
    call->response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_print(&call->response->body);
}
