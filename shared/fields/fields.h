/* A struct described by one row per member. The same rows parse it from JSON, from text pairs, and build it again.
 * Rows are constant tables; they own nothing.
 *
 *     static const struct field job_fields[] = {
 *         FIELD_TEXT(struct job, account, FIELD_REQUIRED),
 *         FIELD_INT(struct job, attempt, 0),
 *     };
 */
#ifndef KEYTURN_FIELDS_H
#define KEYTURN_FIELDS_H

#include "doc.h"

enum field_type {
    FIELD_IS_TEXT,    /* char[size]; refused when it does not fit */
    FIELD_IS_INT,     /* int64_t */
    FIELD_IS_BOOL,    /* bool */
    FIELD_IS_NAME,    /* int, by its place in `names` */
    FIELD_IS_INSTANT, /* int64_t seconds <-> ISO 8601; 0 is left out */
};

enum { FIELD_OPTIONAL = 0, FIELD_REQUIRED = 1, FIELD_HIDDEN = 2 /* read, never printed */ };

struct field {
    const char *name; /* in JSON */
    enum field_type type;
    unsigned flags;
    size_t offset;
    size_t size;              /* of a text */
    const char *const *names; /* of a name, closed by NULL */
};

#define FIELD_TEXT(type, member, flags) \
    { #member, FIELD_IS_TEXT, flags, offsetof(type, member), sizeof(((type *)0)->member), NULL }
#define FIELD_INT(type, member, flags) \
    { #member, FIELD_IS_INT, flags, offsetof(type, member), 0, NULL }
#define FIELD_BOOL(type, member, flags) \
    { #member, FIELD_IS_BOOL, flags, offsetof(type, member), 0, NULL }
#define FIELD_NAME(type, member, flags, names) \
    { #member, FIELD_IS_NAME, flags, offsetof(type, member), 0, names }
#define FIELD_INSTANT(type, member, flags) \
    { #member, FIELD_IS_INSTANT, flags, offsetof(type, member), 0, NULL }
/* Any of the above under another JSON name. */
#define FIELD_AS(json_name, kind, type, member, flags, field_size, field_names) \
    { json_name, kind, flags, offsetof(type, member), field_size, field_names }

/* Fills the struct from an object. Unknown members are ignored (contracts grow); a missing required one, a wrong type or a
 * text that does not fit is FAULT_INVALID naming `where` and the member. Members not present keep their value. */
bool fields_read(const struct field *fields, size_t count, const struct doc *object, void *into, const char *where,
                 struct fault *fault) MUST_CHECK;

/* Sets one member per row on the object. Empty optional texts and zero instants are left out. */
void fields_write(const struct field *fields, size_t count, const void *from, struct doc *object);

/* Sets one member from text, as Redis hashes and tags hold it (instants and ints as decimal numbers).
 * False if no row has that name or the text does not fit it. */
bool fields_set(const struct field *fields, size_t count, void *into, const char *name, const char *value) MUST_CHECK;

#endif
