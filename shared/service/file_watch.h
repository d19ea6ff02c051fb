/* Tells when the content of a file changed. The file is found by its name at each look: so a symbolic link that is turned to another file (as
 * Kubernetes does with a ConfigMap) is seen as well as a file that is written anew. Belongs to one thread. */
#ifndef KEYTURN_FILE_WATCH_H
#define KEYTURN_FILE_WATCH_H

#include "base.h"

struct file_watch;

/* Begins to watch; what the file holds now counts as known. The path is copied. */
struct file_watch *file_watch_open(const char *path);

/* One look. True when the file differs from what is known, or is gone, and was found so by the look before too: a file that is still being
 * written is given time to be finished. What was found is then known. Only the content counts, not the time or the inode. */
bool file_watch_changed(struct file_watch *watch);

/* What the file holds now is known: the caller has just read it for a reason of its own. */
void file_watch_known(struct file_watch *watch);

/* NULL does nothing. */
void file_watch_close(struct file_watch *watch);

#endif
