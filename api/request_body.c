#include "request_body.h"

#include "steering.h"
#include "text.h"

#include <string.h>
#include <strings.h>

static bool says_json(const struct call *call) {
    static const char json[] = "application/json";
    const char *type = web_request_header(call->request, "Content-Type");
    size_t length = sizeof json - 1;
    return type != NULL && strncasecmp(type, json, length) == 0 && strchr(" \t;", type[length]) != NULL;
}

static bool is_reason(const char *name, const struct doc *value, void *context) {
    (void)value;
    (void)context;
    return strcmp(name, "reason") == 0;
}

/* Characters of UTF-8, which the parser has checked. */
static size_t count_characters(const char *text) {
    size_t count = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != 0; at++)
        count += (*at & 0xc0) != 0x80 ? 1 : 0;
    return count;
}

static bool refuse(struct call *call, const char *detail) {
    call_problem(call, 400, "bad_body", "%s", detail);
    return false;
}

static bool take_reason(struct call *call, const struct doc *doc, struct request_body *body) {
    const char *reason = doc_text(doc_member(doc, "reason"));
    if (!doc_is_object(doc) || !doc_each(doc, is_reason, NULL))
        return refuse(call, "the body must be a JSON object whose only member is `reason`");
    if (reason == NULL || reason[0] == '\0' || steering_in(reason) ||
        count_characters(reason) > REQUEST_REASON_CHARACTERS || !text_copy(body->reason, sizeof body->reason, reason))
        return refuse(call,
                      "`reason` must be a text of 1 to 200 characters, none of them a control or format character");
    return true;
}

bool request_body_read(struct call *call, struct request_body *body) {
    struct fault fault;
    if (!says_json(call)) {
        call_problem(call, 415, "not_json", "send Content-Type: application/json");
        return false;
    }
    struct doc *doc = doc_parse(call->request->body, call->request->body_length, "body", &fault);
    if (doc == NULL)
        return refuse(call, fault.message);
    bool taken = take_reason(call, doc, body);
    doc_close(doc);
    return taken;
}
