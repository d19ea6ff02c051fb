#include "sesv2.h"

#include "aws_call.h"
#include "doc.h"

/* {"Data": text, "Charset": "UTF-8"} */
static struct doc *content(const char *text) {
    struct doc *doc = doc_object();
    doc_set_text(doc, "Data", text);
    doc_set_text(doc, "Charset", "UTF-8");
    return doc;
}

static struct doc *simple(const struct mail *mail) {
    struct doc *body = doc_object();
    struct doc *doc = doc_object();
    doc_set(body, "Text", content(mail->text));
    if (mail->html != NULL)
        doc_set(body, "Html", content(mail->html));
    doc_set(doc, "Subject", content(mail->subject));
    doc_set(doc, "Body", body);
    return doc;
}

/* Source: docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
static struct doc *request(const struct mail *mail) {
    struct doc *recipients = doc_array();
    struct doc *destination = doc_object();
    struct doc *contents = doc_object();
    struct doc *doc = doc_object();
    doc_add_text(recipients, mail->to);
    doc_set(destination, "ToAddresses", recipients);
    doc_set(contents, "Simple", simple(mail));
    doc_set_text(doc, "FromEmailAddress", mail->from);
    doc_set(doc, "Destination", destination);
    doc_set(doc, "Content", contents);
    return doc;
}

bool ses_send(struct aws *aws, const struct mail *mail, struct fault *fault) {
    struct aws_call call = {.service = AWS_SES,
                            .operation = "SendEmail",
                            .path = "/v2/email/outbound-emails",
                            .content_type = "application/json",
                            .once = true};
    struct doc *asked = request(mail);
    struct doc *answer = aws_call_json(aws, &call, asked, fault);
    bool sent = answer != NULL && (doc_text(doc_member(answer, "MessageId")) != NULL ||
                                   aws_call_unreadable(&call, fault, "it names no message"));
    doc_close(answer);
    doc_close(asked);
    return sent;
}
