/* Who asks, and may they? Before anything else is told. */
#ifndef KEYTURN_AUTHORIZE_H
#define KEYTURN_AUTHORIZE_H

#include "call.h"

/* Fills call->key from X-API-Key. False: the call is answered (401, 403, 429). `again`: the same request was let through before and is not
 * counted a second time. */
bool authorize(struct call *call, bool again) MUST_CHECK;

#endif
