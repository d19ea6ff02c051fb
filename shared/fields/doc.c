#include "doc.h"

#include "mem.h"

#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

/* A struct doc is a json_t under our own name: the pointer is the same. */
static json_t *open_doc(struct doc *doc) {
    return (json_t *)doc;
}

static const json_t *read_doc(const struct doc *doc) {
    return (const json_t *)doc;
}

static struct doc *own(json_t *value) {
    return (struct doc *)value;
}

static const struct doc *borrow(const json_t *value) {
    return (const struct doc *)value;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void wipe_what_is_freed(void) {
    json_set_alloc_funcs(mem_alloc, mem_free);
}

struct doc *doc_parse(const char *bytes, size_t length, const char *where, struct fault *fault) {
    json_error_t error;
    pthread_once(&once, wipe_what_is_freed);
    if (length > DOC_MAX_BYTES) {
        fault_set(fault, FAULT_INVALID, where, "%zu bytes of JSON are more than the %d allowed", length,
                  (int)DOC_MAX_BYTES);
        return NULL;
    }
    json_t *value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (value == NULL)
        fault_set(fault, FAULT_INVALID, where, "not JSON at line %d, column %d: %s", error.line, error.column,
                  error.text);
    return own(value);
}

struct doc *doc_object(void) {
    pthread_once(&once, wipe_what_is_freed);
    return own(json_object());
}

struct doc *doc_array(void) {
    pthread_once(&once, wipe_what_is_freed);
    return own(json_array());
}

void doc_close(struct doc *doc) {
    json_decref(open_doc(doc));
}

const struct doc *doc_member(const struct doc *doc, const char *name) {
    return borrow(json_object_get(read_doc(doc), name));
}

const struct doc *doc_at(const struct doc *doc, const char *path) {
    char name[128];
    while (doc != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        if (length >= sizeof name)
            return NULL;
        memcpy(name, path, length);
        name[length] = '\0';
        doc = doc_member(doc, name);
        path += path[length] == '.' ? length + 1 : length;
    }
    return doc;
}

size_t doc_count(const struct doc *doc) {
    return json_is_array(read_doc(doc)) ? json_array_size(read_doc(doc)) : json_object_size(read_doc(doc));
}

const struct doc *doc_item(const struct doc *array, size_t index) {
    return borrow(json_array_get(read_doc(array), index));
}

bool doc_each(const struct doc *object, bool (*visit)(const char *name, const struct doc *value, void *context),
              void *context) {
    /* jansson's iterators take a mutable object but change nothing. */
    json_t *members = (json_t *)(uintptr_t)object;
    const char *name;
    json_t *value;
    json_object_foreach(members, name, value) {
        if (!visit(name, borrow(value), context))
            return false;
    }
    return true;
}

const char *doc_text(const struct doc *doc) {
    const char *text = json_string_value(read_doc(doc));
    return text != NULL && strlen(text) == json_string_length(read_doc(doc)) ? text : NULL;
}

bool doc_int(const struct doc *doc, int64_t *number) {
    if (json_is_integer(read_doc(doc))) {
        *number = json_integer_value(read_doc(doc));
        return true;
    }
    double real = json_real_value(read_doc(doc));
    if (!json_is_real(read_doc(doc)) || !(fabs(real) < 9e15))
        return false;
    *number = (int64_t)floor(real);
    return true;
}

bool doc_bool(const struct doc *doc, bool *value) {
    *value = json_is_true(read_doc(doc));
    return json_is_boolean(read_doc(doc));
}

bool doc_is_object(const struct doc *doc) {
    return json_is_object(read_doc(doc));
}

bool doc_is_array(const struct doc *doc) {
    return json_is_array(read_doc(doc));
}

/* jansson refuses strings that are not UTF-8; a name from outside must not make a whole event vanish. */
static json_t *string_of(const char *value) {
    json_t *string = json_string(value);
    if (string != NULL)
        return string;
    char *plain = mem_copy(value);
    for (char *c = plain; *c != '\0'; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    string = json_string(plain);
    mem_free(plain);
    return string;
}

void doc_set_text(struct doc *object, const char *name, const char *value) {
    if (value != NULL)
        json_object_set_new(open_doc(object), name, string_of(value));
}

void doc_set_int(struct doc *object, const char *name, int64_t value) {
    json_object_set_new(open_doc(object), name, json_integer(value));
}

void doc_set_bool(struct doc *object, const char *name, bool value) {
    json_object_set_new(open_doc(object), name, json_boolean(value));
}

void doc_set(struct doc *object, const char *name, struct doc *value) {
    json_object_set_new(open_doc(object), name, open_doc(value));
}

void doc_add_text(struct doc *array, const char *value) {
    json_array_append_new(open_doc(array), string_of(value));
}

void doc_add(struct doc *array, struct doc *value) {
    json_array_append_new(open_doc(array), open_doc(value));
}

static int append(const char *bytes, size_t length, void *out) {
    return text_append(out, bytes, length) ? 0 : -1;
}

bool doc_print(const struct doc *doc, struct text *out) {
    return json_dump_callback(read_doc(doc), append, out, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) == 0;
}

bool doc_print_text(const char *value, struct text *out) {
    pthread_once(&once, wipe_what_is_freed);
    struct doc *doc = own(string_of(value));
    bool printed = doc_print(doc, out);
    doc_close(doc);
    return printed;
}

bool doc_print_pretty(const struct doc *doc, struct text *out) {
    return json_dump_callback(read_doc(doc), append, out, JSON_INDENT(2) | JSON_ENCODE_ANY) == 0;
}
