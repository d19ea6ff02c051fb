/* How far the audit log has been passed on: kept in a file beside it, "<log>.position", on disk before anybody relies on it. The file is locked by who passes
 * on, so that of several processes with one log one does. */
#ifndef KEYTURN_AUDIT_PLACE_H
#define KEYTURN_AUDIT_PLACE_H

#include "fault.h"

enum { PLACE_HEAD = 256, PLACE_DIGEST = 65, PLACE_PATH = 1100 };

/* A file of the log, and where in it. The inode alone would not do: that of a file which was removed is given to another. */
struct audit_place {
    int64_t device;
    int64_t inode;
    int64_t modified; /* nanoseconds since 1970, when the place was kept */
    int64_t offset;   /* all before was passed on */
    char head
        [PLACE_DIGEST]; /* SHA-256 of the first bytes, as many as were passed on and PLACE_HEAD at most; hexadecimal */
};

/* Reads what is kept. *found: there is something. FAULT_CONFIG: it cannot be read. */
bool audit_place_read(const char *path, struct audit_place *place, bool *found, struct fault *fault) MUST_CHECK;

/* Keeps a place, whole and on disk, or leaves what was kept. FAULT_UNAVAILABLE with the system's reason. */
bool audit_place_write(const char *path, const struct audit_place *place, struct fault *fault) MUST_CHECK;

/* Opens "<path>.lock" and locks it until the descriptor is closed. -1: another process has it, or it cannot be made. */
int audit_place_lock(const char *path);

#endif
