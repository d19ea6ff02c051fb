/* Where the command line's API key is: never in an argument. Owns nothing. */
#ifndef KEYTURN_CALLER_KEY_H
#define KEYTURN_CALLER_KEY_H

#include "fault.h"
#include "secret.h"

/* Fills `api_key`, closed before, which the caller closes: from KEYTURN_API_KEY, else the file that KEYTURN_API_KEY_FILE names, else
 * ~/.config/keyturn/key ($XDG_CONFIG_HOME in place of ~/.config), which nobody but its owner may read. White space around it is left
 * away. FAULT_CONFIG says what is missing or wrong, and what to do. */
bool caller_key_find(struct secret *api_key, struct fault *fault) MUST_CHECK;

#endif
