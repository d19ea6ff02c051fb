/* What a process that holds secrets must be before it reads the first. Owns nothing. */
#ifndef KEYTURN_PROCESS_H
#define KEYTURN_PROCESS_H

#include "fault.h"

/* No core dumps and no debugger of the same user; a closed pipe is an error of write(), not a death. FAULT_UNAVAILABLE
 * if the system refuses. */
bool process_harden(struct fault *fault) MUST_CHECK;

#endif
