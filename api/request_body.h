/* The body of a request that changes something: {"reason": "..."}, and nothing else. */
#ifndef KEYTURN_REQUEST_BODY_H
#define KEYTURN_REQUEST_BODY_H

#include "call.h"

enum { REQUEST_REASON_SIZE = 801, REQUEST_REASON_CHARACTERS = 200 };

struct request_body {
    char reason[REQUEST_REASON_SIZE]; /* 1 to 200 characters of UTF-8, none of control */
};

/* False: the call is answered, 415 where it says that it is no JSON, else 400 that names what is wrong. */
bool request_body_read(struct call *call, struct request_body *body) MUST_CHECK;

#endif
