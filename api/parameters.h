/* The parameters of queries that more than one route knows: what each must look like, as docs/openapi.json says. */
#ifndef KEYTURN_API_PARAMETERS_H
#define KEYTURN_API_PARAMETERS_H

#include "call.h"

/* True if the query has no other parameters than its route's, and each that is described here (account, user, key_id, policy, after) looks
 * as it must. Else the response is the problem 400 that names it. */
bool parameters_fit(struct call *call) MUST_CHECK;

/* Does a text look as the parameter of that name must, one of those above? */
bool parameters_look_like(const char *name, const char *text) MUST_CHECK;

/* True if a text may be an IAM user's name. */
bool parameters_is_user_name(const char *text) MUST_CHECK;

/* True if a text may be an access key's id: 16 to 128 capitals and digits. */
bool parameters_is_key_id(const char *text) MUST_CHECK;

#endif
