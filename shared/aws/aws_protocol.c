/* The two protocols: forms answered by XML (IAM, STS), JSON answered by JSON (Secrets Manager, SESv2). */
#include "aws_call.h"

#include "doc.h"
#include "xml.h"

#include <stdio.h>
#include <string.h>

enum { FORM_CEILING = 256 * 1024, REQUEST_CEILING = 1024 * 1024, NAME_SIZE = 128 };

void aws_form_open(struct text *form, const char *operation, const char *version) {
    text_open(form, FORM_CEILING);
    text_add(form, "Action=");
    text_add_encoded(form, operation, false);
    aws_form_add(form, "Version", version);
}

void aws_form_add(struct text *form, const char *name, const char *value) {
    text_add(form, "&");
    text_add_encoded(form, name, false);
    text_add(form, "=");
    text_add_encoded(form, value, false);
}

/* What was read is wiped from the answer: from then on secrets are in the tree alone, which is wiped when closed. */
static struct xml *read_root(struct aws *aws, struct aws_call *call, struct fault *fault) {
    char name[NAME_SIZE];
    struct fault reason = {0};
    struct xml *root = xml_parse(aws->response.body.bytes, aws->response.body.length, call->operation, &reason);
    text_reset(&aws->response.body);
    if (root == NULL) {
        aws_call_unreadable(call, fault, reason.message);
        return NULL;
    }
    snprintf(name, sizeof name, "%sResponse", call->operation);
    if (strcmp(xml_name(root), name) == 0)
        return root;
    xml_close(root);
    aws_call_unreadable(call, fault, "it is the answer to something else");
    return NULL;
}

static bool is_whole(const struct text *body, const struct aws_call *call, struct fault *fault) {
    return !body->overflowed ||
           fault_set(fault, FAULT_INVALID, call->operation, "the request is longer than %zu bytes", body->ceiling);
}

struct xml *aws_call_query(struct aws *aws, struct aws_call *call, const struct text *form, struct fault *fault) {
    call->content_type = "application/x-www-form-urlencoded; charset=utf-8";
    call->body = form;
    bool sent = is_whole(form, call, fault) && aws_call_send(aws, call, fault);
    return sent ? read_root(aws, call, fault) : NULL;
}

static struct doc *read_object(struct aws *aws, struct aws_call *call, struct fault *fault) {
    struct fault reason = {0};
    struct text *body = &aws->response.body;
    if (strspn(body->bytes, " \t\r\n") == body->length)
        return doc_object();
    struct doc *doc = doc_parse(body->bytes, body->length, call->operation, &reason);
    text_reset(body);
    if (doc_is_object(doc))
        return doc;
    aws_call_unreadable(call, fault, doc == NULL ? reason.message : "it is no JSON object");
    doc_close(doc);
    return NULL;
}

struct doc *aws_call_json(struct aws *aws, struct aws_call *call, const struct doc *request, struct fault *fault) {
    struct text body;
    text_open(&body, REQUEST_CEILING);
    call->body = &body;
    (void)!doc_print(request, &body);
    bool sent = is_whole(&body, call, fault) && aws_call_send(aws, call, fault);
    struct doc *doc = sent ? read_object(aws, call, fault) : NULL;
    text_close(&body);
    call->body = NULL;
    return doc;
}
