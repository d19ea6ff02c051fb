/* Reads the audit log from where it was passed on to, over its rotations: a file that was moved away ("audit.jsonl.1", "audit.jsonl-20261231") is read to its
 * end, then the one after it, by the time of their last change. Compressed ones are not read. One thread. */
#ifndef KEYTURN_AUDIT_TRAIL_H
#define KEYTURN_AUDIT_TRAIL_H

#include "audit_place.h"

#include <sys/stat.h>

struct audit_trail;

/* Finds the file and the place where to go on; without a place kept, the beginning of the file at `path`. *lost: the file that was being read is gone,
 * and what had not been passed on of it with it. NULL: FAULT_CONFLICT another process passes this log on, FAULT_CONFIG it is no regular file. */
struct audit_trail *audit_trail_open(const char *path, bool *lost, struct fault *fault);

/* Whole lines from the place on, at most `most` bytes into `bytes`; how many. 0: there is none now. */
size_t audit_trail_read(struct audit_trail *trail, char *bytes, size_t most);

/* So many bytes were passed on: the place is behind them, and kept. FAULT_UNAVAILABLE: it could not be kept, so that they may be passed on again. */
bool audit_trail_advance(struct audit_trail *trail, size_t length, struct fault *fault) MUST_CHECK;

/* The file read now. */
void audit_trail_file(const struct audit_trail *trail, struct stat *file);

/* This file is complete and read: goes on to the next one, if there is one. *moved: there was. */
bool audit_trail_next(struct audit_trail *trail, bool *moved, struct fault *fault) MUST_CHECK;

/* Bytes that were not passed on, of this file and those after it. */
int64_t audit_trail_behind(const struct audit_trail *trail);

/* NULL does nothing. */
void audit_trail_close(struct audit_trail *trail);

#endif
