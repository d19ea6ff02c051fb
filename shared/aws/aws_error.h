/* What an answer of AWS says went wrong, and the one table from AWS's words to our kinds of fault. Pure. */
#ifndef KEYTURN_AWS_ERROR_H
#define KEYTURN_AWS_ERROR_H

#include "aws.h"

/* How far AWS and the signer may be apart before a refused signature is blamed on the clock: AWS takes 5 minutes. */
enum { AWS_SKEW_SECONDS = 4 * 60 };

/* Whose protocol the document follows. */
enum aws_error_shape {
    AWS_ERROR_OTHER, /* anything that names a code: what stands between here and AWS may write it too */
    AWS_ERROR_QUERY, /* <ErrorResponse> with <Error> and its <Code>: IAM, STS */
    AWS_ERROR_JSON   /* "__type", or the header x-amzn-ErrorType: Secrets Manager, SESv2 */
};

struct aws_error {
    enum aws_error_shape shape;
    char code[64]; /* "NoSuchEntity"; empty if the answer names none */
    char message
        [384]; /* its first line only: refused signatures are followed by the whole request, session token included */
};

/* Reads the error document of an answer, XML or JSON whatever was asked for, or its x-amzn-ErrorType header.
 * False if there is none: then something between here and AWS answered. */
bool aws_error_read(const struct http_response *response, struct aws_error *error) MUST_CHECK;

/* Did the service itself write it: is it of the shape that this service's errors have? */
bool aws_error_is_genuine(enum aws_service service, const struct aws_error *error);

/* The kind of an error code from a service; FAULT_NONE if the table does not know it. */
enum fault_kind aws_error_kind(enum aws_service service, const char *code);

/* The kind of an answer that is no success: by its code, else by its status. FAULT_GONE only by the code of a
 * genuine document. `signed_at` is what X-Amz-Date said. */
enum fault_kind aws_error_classify(enum aws_service service, const struct http_response *response,
                                   const struct aws_error *error, int64_t signed_at);

#endif
