/* One attempt of a call: endpoint, signature, transfer, verdict. */
#ifndef KEYTURN_AWS_ATTEMPT_H
#define KEYTURN_AWS_ATTEMPT_H

#include "aws_call.h"

/* Signed by the credentials `by`, dated `signed_at`, whenever it is sent. True: a 2xx answer is in the session's response.
 * False: the fault of this attempt; call->ambiguous is set where it may have been applied all the same. */
bool aws_attempt(struct aws *aws, struct aws_call *call, const struct credentials *by, int64_t signed_at,
                 struct fault *fault) MUST_CHECK;

#endif
