/* SESv2: SendEmail to one address. */
#include "call.h"

#include <string.h>

bool ses_call(struct world_call *call) {
    const struct doc *to = doc_item(doc_member(doc_member(call->doc, "Destination"), "ToAddresses"), 0);
    const struct doc *simple = doc_member(doc_member(call->doc, "Content"), "Simple");
    const char *subject = doc_text(doc_member(doc_member(simple, "Subject"), "Data"));
    const char *text = doc_text(doc_member(doc_member(doc_member(simple, "Body"), "Text"), "Data"));
    if (strcmp(call->action, "/v2/email/outbound-emails") != 0)
        return call_refuse(call, 404, "NotFoundException", "that path is not known here");
    if (doc_text(to) == NULL || subject == NULL || text == NULL || call_value(call, "FromEmailAddress") == NULL)
        return call_refuse(call, 400, "BadRequestException", "a mail needs a sender, an address, a subject and a text");
    const struct world_change change = {.account = call->world->operator_account,
                                        .mail = doc_text(to),
                                        .action = "SendEmail",
                                        .what = subject,
                                        .value = text};
    call_changed(call, &change);
    struct doc *doc = doc_object();
    doc_set_text(doc, "MessageId", call->answer->request_id);
    call_answer_json(call, doc);
    return true;
}
