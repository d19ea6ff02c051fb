/* SESv2: one mail to one recipient. */
#ifndef KEYTURN_SESV2_H
#define KEYTURN_SESV2_H

#include "aws.h"

struct mail {
    const char *from;
    const char *to;
    const char *subject;
    const char *text;
    const char *html; /* NULL: text only */
};

/* SendEmail: one attempt on a fresh connection (SES has no idempotency token). FAULT_UNKNOWN: it may have been sent;
 * other faults: it was not. */
bool ses_send(struct aws *aws, const struct mail *mail, struct fault *fault) MUST_CHECK;

#endif
