/* GET /openapi.json: docs/openapi.json as it was when this was built. */
#include "document_source.h"
#include "routes.h"

void document_answer(struct call *call) {
    call->response->status = 200;
    call->response->content_type = "application/json";
    text_add(&call->response->body, openapi_json);
}
