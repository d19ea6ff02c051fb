/* The local audit log: one JSON object a line, appended before what it tells of happens. Shared by all threads.
 * A file that is moved away (rotated) is made anew within a second. Owns the file and the thread that has it put on disk. */
#ifndef KEYTURN_AUDIT_H
#define KEYTURN_AUDIT_H

#include "config.h"
#include "text.h"

#include <sys/stat.h>

enum { AUDIT_RECORD_CEILING = 8 * 1024 };

/* The `where` of a fault that is the log's own. */
#define AUDIT_WHERE "audit"

struct audit;

/* Opens or makes the file (0600). FAULT_CONFIG if it cannot be. */
struct audit *audit_open(const char *path, enum config_audit_sync sync, struct fault *fault);
void audit_close(struct audit *audit);

/* Does audit_write() wait for the disk? Then it is for threads that may block. */
bool audit_waits(const struct audit *audit);

/* Does it write to this very file? What it does not write to any more is complete. */
bool audit_writes_to(struct audit *audit, const struct stat *file);

/* Appends a record: a line without its end, which it is given. True when it is written: with AUDIT_SYNC_SECOND to the file, whose disk follows within a second (a crash of the program
 * loses nothing, one of the machine at most that second); with AUDIT_SYNC_ALWAYS to the disk. FAULT_UNAVAILABLE: it is not, or an earlier one
 * could not be put on disk; what it tells of must not happen. */
bool audit_write(struct audit *audit, struct text *line, struct fault *fault) MUST_CHECK;

/* The same for so many records at once, each with its end: all are written, or none counts. */
bool audit_write_all(struct audit *audit, const struct text *lines, size_t count, struct fault *fault) MUST_CHECK;

/* Can records be written? What the last one met stands (FAULT_UNAVAILABLE) until a write goes well again, which this tries itself with an
 * empty line: nobody may be asking for records meanwhile. What was written and could not be put on disk is tried again every second by the
 * log itself. */
bool audit_check(struct audit *audit, struct fault *fault) MUST_CHECK;

#endif
