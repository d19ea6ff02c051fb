#include "fields.h"

#include "instant.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static void *member(const struct field *field, void *of) {
    return (char *)of + field->offset;
}

static const void *read_member(const struct field *field, const void *of) {
    return (const char *)of + field->offset;
}

static bool name_index(const char *const *names, const char *name, int *index) {
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool read_text(const struct field *field, const struct doc *value, void *into) {
    const char *text = doc_text(value);
    return text != NULL && text_copy(member(field, into), field->size, text);
}

static bool read_int(const struct field *field, const struct doc *value, void *into) {
    return doc_int(value, member(field, into));
}

static bool read_bool(const struct field *field, const struct doc *value, void *into) {
    return doc_bool(value, member(field, into));
}

static bool read_name(const struct field *field, const struct doc *value, void *into) {
    const char *text = doc_text(value);
    return text != NULL && name_index(field->names, text, member(field, into));
}

static bool read_instant(const struct field *field, const struct doc *value, void *into) {
    const char *text = doc_text(value);
    return text != NULL && instant_parse_iso(text, member(field, into));
}

static void write_text(const struct field *field, const void *from, struct doc *object) {
    const char *text = read_member(field, from);
    if (text[0] != '\0' || (field->flags & FIELD_REQUIRED) != 0)
        doc_set_text(object, field->name, text);
}

static void write_int(const struct field *field, const void *from, struct doc *object) {
    doc_set_int(object, field->name, *(const int64_t *)read_member(field, from));
}

static void write_bool(const struct field *field, const void *from, struct doc *object) {
    doc_set_bool(object, field->name, *(const bool *)read_member(field, from));
}

static void write_name(const struct field *field, const void *from, struct doc *object) {
    doc_set_text(object, field->name, field->names[*(const int *)read_member(field, from)]);
}

static void write_instant(const struct field *field, const void *from, struct doc *object) {
    char text[INSTANT_SIZE];
    int64_t instant = *(const int64_t *)read_member(field, from);
    if (instant == 0)
        return;
    instant_iso(instant, text);
    doc_set_text(object, field->name, text);
}

static bool set_text(const struct field *field, const char *value, void *into) {
    return text_copy(member(field, into), field->size, value);
}

static bool set_number(const struct field *field, const char *value, void *into) {
    char *end;
    long long number = strtoll(value, &end, 10);
    if (end == value || *end != '\0')
        return false;
    *(int64_t *)member(field, into) = number;
    return true;
}

static bool set_bool(const struct field *field, const char *value, void *into) {
    *(bool *)member(field, into) = strcmp(value, "true") == 0;
    return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
}

static bool set_name(const struct field *field, const char *value, void *into) {
    return name_index(field->names, value, member(field, into));
}

static const struct {
    bool (*read)(const struct field *, const struct doc *, void *);
    void (*write)(const struct field *, const void *, struct doc *);
    bool (*set)(const struct field *, const char *, void *);
    const char *expected;
} types[] = {
    [FIELD_IS_TEXT] = {read_text, write_text, set_text, "a string that fits"},
    [FIELD_IS_INT] = {read_int, write_int, set_number, "a whole number"},
    [FIELD_IS_BOOL] = {read_bool, write_bool, set_bool, "true or false"},
    [FIELD_IS_NAME] = {read_name, write_name, set_name, "one of the known names"},
    [FIELD_IS_INSTANT] = {read_instant, write_instant, set_number, "an ISO 8601 instant"},
};

bool fields_read(const struct field *fields, size_t count, const struct doc *object, void *into, const char *where,
                 struct fault *fault) {
    if (!doc_is_object(object))
        return fault_set(fault, FAULT_INVALID, where, "expected a JSON object");
    for (size_t i = 0; i < count; i++) {
        const struct doc *value = doc_member(object, fields[i].name);
        if (value == NULL && (fields[i].flags & FIELD_REQUIRED) != 0)
            return fault_set(fault, FAULT_INVALID, where, "the member \"%s\" is missing", fields[i].name);
        if (value != NULL && !types[fields[i].type].read(&fields[i], value, into))
            return fault_set(fault, FAULT_INVALID, where, "the member \"%s\" is not %s", fields[i].name,
                             types[fields[i].type].expected);
    }
    return true;
}

void fields_write(const struct field *fields, size_t count, const void *from, struct doc *object) {
    for (size_t i = 0; i < count; i++)
        if ((fields[i].flags & FIELD_HIDDEN) == 0)
            types[fields[i].type].write(&fields[i], from, object);
}

bool fields_set(const struct field *fields, size_t count, void *into, const char *name, const char *value) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return types[fields[i].type].set(&fields[i], value, into);
    return false;
}
