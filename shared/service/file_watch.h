/* Has a file another content? Looked at every now and then, by following its name: so a symbolic link that is turned to another file (as
 * Kubernetes does with a ConfigMap) is seen like a file that is written anew. Belongs to one thread. */
#ifndef KEYTURN_FILE_WATCH_H
#define KEYTURN_FILE_WATCH_H

#include "base.h"

struct file_watch;

/* What is there now counts as known. The path is copied. */
struct file_watch *file_watch_open(const char *path);

/* One look. True when the file is another than the known one, or is not there any more, and was the same in the look before: so what is still being
 * written is waited for. It is known then. A file of the same content is no other. */
bool file_watch_changed(struct file_watch *watch);

/* What is there now is known: it was read for another reason. */
void file_watch_known(struct file_watch *watch);

/* NULL does nothing. */
void file_watch_close(struct file_watch *watch);

#endif
