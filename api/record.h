/* The audit record of a call: who asked for what, when and from where. Written before what it tells of happens. */
#ifndef KEYTURN_RECORD_H
#define KEYTURN_RECORD_H

#include "call.h"
#include "flat.h"

struct record {
    struct flat members; /* more of them are the caller's to add */
    struct text line;
};

/* Begins a record with id, time, action (`what` "user" and `verb` "rotate" make "user.rotate"), the asking key's id and name, the address, and
 * account and user (NULL: left out). Ended by record_write(). */
void record_open(struct record *record, const struct call *call, const char *what, const char *verb,
                 const char *account, const char *user);

/* Appends it to the audit log, and closes it. False: it could not be written, and the call is answered; what it tells of must not
 * happen. */
bool record_write(struct call *call, struct record *record) MUST_CHECK;

/* The same for what happens only when the answer leaves: it is appended with the records of the calls answered together, and where it could not be
 * written the answer is another one. False: it is too long, and the call is answered. */
bool record_with_answer(struct call *call, struct record *record) MUST_CHECK;

/* Appends what record_with_answer() was given for these calls, before any answer of them leaves. */
void record_write_all(struct call *calls, size_t count);

#endif
