/* The XML that AWS answers with, as a tree of names and texts; attributes are left out. Over expat, the only place that knows it.
 * A tree is opened by xml_parse() and closed as a whole; its nodes and texts are borrowed from it. Its memory is wiped when
 * freed, since answers may hold secrets. Never resolves an entity: a document type is refused. */
#ifndef KEYTURN_XML_H
#define KEYTURN_XML_H

#include "fault.h"

enum { XML_MAX_BYTES = 32 * 1024 * 1024, XML_MAX_DEPTH = 32, XML_MAX_NODES = 1000 * 1000 };

struct xml;

/* Parses a whole document; the result is its root element. NULL and FAULT_INVALID with line and column if it is not well-formed,
 * has a document type, or exceeds a bound. `where` names the source in the fault. */
struct xml *xml_parse(const char *bytes, size_t length, const char *where, struct fault *fault);

/* Closes a tree, by its root. NULL does nothing. */
void xml_close(struct xml *root);

/* The element's name, as written. NULL for NULL. */
const char *xml_name(const struct xml *node);

/* The first element at a path of names below `node`: "ListAccessKeysResult.IsTruncated". NULL if there is none, or `node`
 * is NULL. */
const struct xml *xml_at(const struct xml *node, const char *path);

/* The text of an element without child elements, "" for an empty one. NULL for NULL and for elements with children. */
const char *xml_text(const struct xml *node);

/* The text at a path, into an array of `size` bytes: true if it is there, not empty, and fits. */
bool xml_take(const struct xml *node, const char *path, char *to, size_t size) MUST_CHECK;

/* The first child of that name, and the next sibling of the same name; NULL after the last. */
const struct xml *xml_first(const struct xml *node, const char *name);
const struct xml *xml_next(const struct xml *node);

#endif
