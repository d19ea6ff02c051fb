/* The audit record of a call: who asked for what, when and from where. Written before what it tells of happens. */
#ifndef KEYTURN_RECORD_H
#define KEYTURN_RECORD_H

#include "call.h"

/* A record with id, time, action (`what` "user" and `verb` "rotate" make "user.rotate"), the asking key's id and name, the address, and account and user (NULL:
 * left out). More members are the caller's to set. */
struct doc *record_open(const struct call *call, const char *what, const char *verb, const char *account,
                        const char *user);

/* Appends it to the audit log, and closes it. False: it could not be written, and the call is answered; what it tells of must not
 * happen. */
bool record_write(struct call *call, struct doc *record) MUST_CHECK;

#endif
