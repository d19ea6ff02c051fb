/* A JSON document: read by path, or built member by member; printed compact or canonical.
 * A doc owned by you is closed by doc_close(); docs got by doc_at(), doc_item() and iteration are borrowed from their parent.
 * Memory is wiped when freed, since answers may hold secrets. Over jansson, the only place that knows it. */
#ifndef KEYTURN_DOC_H
#define KEYTURN_DOC_H

#include "base.h"
#include "fault.h"
#include "text.h"

struct doc;

enum { DOC_MAX_BYTES = 4 * 1024 * 1024 };

/* Parses one JSON value (RFC 8259, duplicate members refused). NULL and FAULT_INVALID with line and column otherwise;
 * `where` names the source in the fault. The caller closes it. */
struct doc *doc_parse(const char *bytes, size_t length, const char *where, struct fault *fault);

/* An empty object, an empty array. The caller closes them. */
struct doc *doc_object(void);
struct doc *doc_array(void);

/* Closes a doc you own. NULL does nothing. */
void doc_close(struct doc *doc);

/* The member at a path of names ("VersionIdsToStages", "data.user"); NULL if it is not there, or `doc` is NULL.
 * Member names holding a dot cannot be reached by path: use doc_member(). */
const struct doc *doc_at(const struct doc *doc, const char *path);

/* The member of that very name; NULL if it is not there. */
const struct doc *doc_member(const struct doc *doc, const char *name);

/* Elements of an array or members of an object; 0 for anything else and for NULL. */
size_t doc_count(const struct doc *doc);

/* The i-th element of an array; NULL beyond it. */
const struct doc *doc_item(const struct doc *array, size_t index);

/* Calls `visit` for each member of an object, in order, until it returns false. False if one did. */
bool doc_each(const struct doc *object, bool (*visit)(const char *name, const struct doc *value, void *context),
              void *context);

/* The string itself (borrowed), or NULL if it is no string, holds a zero byte, or `doc` is NULL. */
const char *doc_text(const struct doc *doc);

/* An integer; a real is rounded down (Secrets Manager gives dates as reals). False if it is no number. */
bool doc_int(const struct doc *doc, int64_t *number) MUST_CHECK;

/* True or false. False (the result) if it is neither. */
bool doc_bool(const struct doc *doc, bool *value) MUST_CHECK;

/* Is it an object? an array? */
bool doc_is_object(const struct doc *doc);
bool doc_is_array(const struct doc *doc);

/* Sets a member of an object; a NULL string sets nothing; a string that is not UTF-8 has its bad bytes replaced by '?'. */
void doc_set_text(struct doc *object, const char *name, const char *value);
void doc_set_int(struct doc *object, const char *name, int64_t value);
void doc_set_bool(struct doc *object, const char *name, bool value);

/* Sets a member to a doc you own; it belongs to the object afterwards. */
void doc_set(struct doc *object, const char *name, struct doc *value);

/* Appends to an array, in the same way. */
void doc_add_text(struct doc *array, const char *value);
void doc_add(struct doc *array, struct doc *value);

/* Prints one string with its quotes; bytes that are no UTF-8 become '?'. False: the text overflowed. */
bool doc_print_text(const char *value, struct text *out) MUST_CHECK;

/* Appends the compact form, members sorted by name (so equal docs print equal bytes), to an open text. */
bool doc_print(const struct doc *doc, struct text *out) MUST_CHECK;

/* Appends the form people read: indented, members in the order they were set. */
bool doc_print_pretty(const struct doc *doc, struct text *out) MUST_CHECK;

#endif
