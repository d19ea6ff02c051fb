/* The texts of a JSON object, read where they stand: for what is read so often that a tree (doc.h) costs too much. What flat.h writes is read without
 * a tree; an object with escapes, inner values or words beyond ASCII is read by doc_parse(), and nobody can tell the difference.
 * Borrows the bytes. members_open/members_close own the rest. */
#ifndef KEYTURN_MEMBERS_H
#define KEYTURN_MEMBERS_H

#include "doc.h"

enum { MEMBERS_MOST = 16 };

struct member_text {
    const char *bytes; /* not zero-terminated */
    size_t length;
};

struct members {
    size_t count;
    struct member_text names[MEMBERS_MOST];
    struct member_text texts[MEMBERS_MOST];
    struct doc *doc; /* NULL: what is above is all */
};

/* Reads an object; FAULT_INVALID if it is none or not JSON, as doc_parse() has it. To be closed where it is true. */
bool members_open(struct members *members, const char *bytes, size_t length, const char *where,
                  struct fault *fault) MUST_CHECK;

/* The text of that name; false, and an empty text: there is none, or it is no string. Borrowed. */
bool members_text(const struct members *members, const char *name, struct member_text *text);

/* Copies it into an array of `size` bytes. False, with an empty array: there is none, or it does not fit. */
bool members_copy(const struct members *members, const char *name, char *to, size_t size) MUST_CHECK;

/* Lets go of what members_open() made; what was borrowed of it is gone. */
void members_close(struct members *members);

#endif
