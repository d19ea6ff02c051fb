/* A JSON object without inner ones, written member by member into a text: for what is said so often that a tree (doc.h) costs too much.
 * Members stand in the order in which they are added; the caller keeps names apart. Borrows the text. */
#ifndef KEYTURN_FLAT_H
#define KEYTURN_FLAT_H

#include "text.h"

struct flat {
    struct text *out;
    size_t count;
};

/* Begins an object at the end of `out`. */
void flat_open(struct flat *flat, struct text *out);

/* Adds a member; NULL is left out. Bytes that are no UTF-8 become '?', as doc_set_text() has it. */
void flat_text(struct flat *flat, const char *name, const char *value);

/* Adds a number. */
void flat_int(struct flat *flat, const char *name, int64_t value);

/* Adds true or false. */
void flat_bool(struct flat *flat, const char *name, bool value);

/* Adds a member whose value is JSON already. */
void flat_json(struct flat *flat, const char *name, const char *json, size_t length);

/* Ends the object. False: the text overflowed its ceiling. */
bool flat_close(struct flat *flat) MUST_CHECK;

#endif
