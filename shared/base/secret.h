/* A secret: bytes in locked pages that are left out of core dumps, wiped when closed, and that nothing can print.
 * x_open/x_close own the pages. A zeroed struct is a closed, empty secret. */
#ifndef KEYTURN_SECRET_H
#define KEYTURN_SECRET_H

#include "base.h"

struct secret {
    char *bytes;     /* zero-terminated, so that text secrets can be handed to C libraries; NULL when closed */
    size_t length;   /* without the closing zero */
    size_t capacity; /* without the closing zero; what is beyond is never written to, and so never wiped */
};

/* Room for `capacity` bytes at least, empty. A secret that is open already is wiped, and its pages reused if they are large enough. */
void secret_open(struct secret *secret, size_t capacity);

/* Replaces the content. False if it does not fit into the pages there are (the secret is then empty). The source is left as it is. */
bool secret_set(struct secret *secret, const void *bytes, size_t length) MUST_CHECK;

/* Opens `copy` and fills it with the content of `secret`. */
void secret_copy(struct secret *copy, const struct secret *secret);

/* Equal content? Takes the same time wherever they differ. */
bool secret_equal(const struct secret *a, const struct secret *b);

/* Nothing in it? True of closed ones also. */
bool secret_empty(const struct secret *secret);

/* Wipes and gives back. Safe on closed secrets and on NULL. */
void secret_close(struct secret *secret);

#endif
