/* What is kept of an answer's head. */
#ifndef KEYTURN_ANSWER_H
#define KEYTURN_ANSWER_H

#include "http.h"

/* Fills status, date, request_id, error_type and retry_after from the transfer that a CURL handle has just finished. */
void answer_head(void *curl, struct http_response *response);

#endif
