/* What the API answers when it does not do what was asked (application/problem+json), as a fault for a person. Owns nothing. */
#ifndef KEYTURN_API_PROBLEM_H
#define KEYTURN_API_PROBLEM_H

#include "fault.h"
#include "http.h"

/* True of an answer with a status below 300. Else the fault: its kind by the status, code the problem's type without its prefix, the message
 * title, detail, the open request where one is named, and what to do where that is known. An answer that is no problem is told by its status. */
bool api_problem_none(const struct http_response *response, struct fault *fault) MUST_CHECK;

#endif
