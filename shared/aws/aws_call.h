/* One call: signed, sent, its answer judged, repeated where that is harmless. The answer's body is in the session afterwards.
 * A call is a plain struct of its caller; it owns nothing. */
#ifndef KEYTURN_AWS_CALL_H
#define KEYTURN_AWS_CALL_H

#include "aws_session.h"

struct doc;
struct xml;

struct aws_call {
    enum aws_service service;
    const char *operation;                 /* "ListAccessKeys" */
    const char *path;                      /* NULL: "/" */
    const char *region;                    /* NULL: the session's */
    const struct credentials *credentials; /* NULL: the session's; given ones are never refreshed */
    bool own;              /* the program's own credentials, whatever the account; and no part of a look */
    bool changes;          /* allowed only while the look is fresh */
    bool once;             /* sent once, on a fresh connection: no answer, or none that is definite, is FAULT_UNKNOWN */
    int64_t attempts;      /* 0: the environment's */
    int64_t retry_seconds; /* no further attempt when the look is older; 0: any age its freshness allows */
    int64_t timeout_ms;    /* of each attempt; 0: http's own */
    size_t body_ceiling;   /* 0: HTTP_DEFAULT_BODY_CEILING */
    const char *content_type;
    const char *target;      /* X-Amz-Target, or NULL */
    const struct text *body; /* borrowed */
    bool ambiguous;          /* set: some attempt may have been applied although it brought no success */
};

/* Sends it. True: a 2xx answer is in the session's response. False: AWS's error by its kind; FAULT_TRANSIENT where there was
 * no answer to a call that is harmless to repeat; FAULT_LATE. */
bool aws_call_send(struct aws *aws, struct aws_call *call, struct fault *fault) MUST_CHECK;

/* A success whose body is not what it must be: FAULT_INVALID, or FAULT_UNKNOWN for a call made once. Always false. */
bool aws_call_unreadable(struct aws_call *call, struct fault *fault, const char *what);

/* Begins a form of the Query protocol: Action and Version. The caller closes it. */
void aws_form_open(struct text *form, const char *operation, const char *version);

/* Adds a parameter, percent-encoded. */
void aws_form_add(struct text *form, const char *name, const char *value);

/* Sends a form and reads the answer: the root, an <OperationResponse>, to be closed by the caller. NULL and the fault
 * otherwise. */
struct xml *aws_call_query(struct aws *aws, struct aws_call *call, const struct text *form, struct fault *fault);

/* Sends a JSON object and reads the answer, an object, to be closed by the caller; an empty answer is an empty object.
 * NULL and the fault otherwise. */
struct doc *aws_call_json(struct aws *aws, struct aws_call *call, const struct doc *request, struct fault *fault);

#endif
