/* Has a file another content? Looked at every now and then, by following its name: so a symbolic link that is turned to another file (as
 * Kubernetes does with a ConfigMap) is seen like a file that is written anew. Belongs to one thread. */
#ifndef KEYTURN_WATCH_H
#define KEYTURN_WATCH_H

#include "base.h"

struct watch;

/* What is there now counts as known. The path is copied. */
struct watch *watch_open(const char *path);

/* One look. True when the file is another than the known one, or is not there any more, and was the same in the look before: so what is still being
 * written is waited for. It is known then. A file of the same content is no other. */
bool watch_changed(struct watch *watch);

/* What is there now is known: it was read for another reason. */
void watch_known(struct watch *watch);

/* NULL does nothing. */
void watch_close(struct watch *watch);

#endif
