#include "lines.h"

#include "mem.h"
#include "text.h"

#include <string.h>
#include <yaml.h>

enum { PATH_CEILING = 1024, FIRST_NODES = 64 };

/* The lists and mappings around the event at hand, innermost last, and the key that waits for its value. */
struct walk {
    struct lines *lines;
    struct fault *fault;
    size_t depth;
    size_t open[LINES_MAX_DEPTH];
    struct text key;
    int key_line;
    bool has_key;
    bool begun;
};

static int line_of(const yaml_event_t *event) {
    return (int)event->start_mark.line + 1;
}

static struct line_node *innermost(struct walk *walk) {
    return walk->depth == 0 ? NULL : &walk->lines->nodes[walk->open[walk->depth - 1]];
}

static bool spell_path(struct walk *walk, struct text *path, const struct line_node *parent) {
    if (parent == NULL)
        return true;
    if (parent->kind == LINE_LIST)
        return text_format(path, "%s[%zu]", parent->path, parent->children);
    return text_format(path, "%s%s%s", parent->path, *parent->path == '\0' ? "" : ".", walk->key.bytes);
}

/* An earlier key of the same name; the number of keys is bounded, so the search is. Children follow their parent. */
static const struct line_node *twin_of(const struct walk *walk, const struct line_node *parent, const char *path) {
    const struct lines *lines = walk->lines;
    if (parent == NULL || parent->kind != LINE_MAPPING)
        return NULL;
    size_t self = (size_t)(parent - lines->nodes);
    for (size_t i = self + 1; i < lines->count; i++)
        if (lines->nodes[i].parent == self && strcmp(lines->nodes[i].path, path) == 0)
            return &lines->nodes[i];
    return NULL;
}

static bool too_many(const struct walk *walk, const struct line_node *parent) {
    return walk->lines->count >= LINES_MAX_NODES ||
           (parent != NULL && parent->kind == LINE_MAPPING && parent->children >= LINES_MAX_KEYS);
}

static void make_room(struct lines *lines) {
    if (lines->count < lines->capacity)
        return;
    lines->capacity = lines->capacity == 0 ? FIRST_NODES : lines->capacity * 2;
    lines->nodes = mem_grow(lines->nodes, lines->capacity * sizeof *lines->nodes);
}

static void keep_node(struct walk *walk, enum line_kind kind, const char *path, const char *value, int line) {
    struct lines *lines = walk->lines;
    struct line_node *parent = innermost(walk);
    struct line_node node = {.path = mem_copy(path), .line = line, .kind = kind};
    if (parent != NULL) {
        parent->children++;
        node.parent = (size_t)(parent - lines->nodes);
        node.key = parent->kind == LINE_MAPPING ? node.path + strlen(path) - walk->key.length : NULL;
    }
    node.value = value == NULL ? NULL : mem_copy(value);
    make_room(lines);
    lines->nodes[lines->count++] = node;
}

/* A mapping in block style begins on the line below its key; people look for it where the key is. */
static bool add_node(struct walk *walk, enum line_kind kind, const char *value, int start) {
    struct text path;
    const struct lines *lines = walk->lines;
    const struct line_node *parent = innermost(walk);
    int line = walk->has_key ? walk->key_line : start;
    text_open(&path, PATH_CEILING);
    bool good = spell_path(walk, &path, parent);
    const struct line_node *twin = good && !too_many(walk, parent) ? twin_of(walk, parent, path.bytes) : NULL;
    if (!good)
        lines_refuse(lines, line, walk->fault, "the keys around this value are too long");
    else if (too_many(walk, parent))
        good = lines_refuse(lines, line, walk->fault, "more values than any configuration has");
    else if (twin != NULL)
        good = lines_refuse(lines, line, walk->fault, "%s: is set twice, first on line %d; keep one of them",
                            path.bytes, twin->line);
    else
        keep_node(walk, kind, path.bytes, value, line);
    text_close(&path);
    walk->has_key = false;
    return good;
}

static bool refuse_odd(struct walk *walk, const yaml_event_t *event, const char *reason) {
    return lines_refuse(walk->lines, line_of(event), walk->fault, "%s", reason);
}

/* `null` and `~` would be read as the very words; an empty text says what is meant. */
static bool is_null_word(const yaml_event_t *event) {
    const char *value = (const char *)event->data.scalar.value;
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text_equal(value, "~") || text_equal(value, "null") || text_equal(value, "Null") ||
            text_equal(value, "NULL"));
}

static bool on_scalar(struct walk *walk, const yaml_event_t *event) {
    const char *value = (const char *)event->data.scalar.value;
    const struct line_node *parent = innermost(walk);
    if (strlen(value) != event->data.scalar.length)
        return refuse_odd(walk, event, "a zero byte inside a value; no setting may hold one");
    if (parent != NULL && parent->kind == LINE_MAPPING && !walk->has_key) {
        text_reset(&walk->key);
        walk->key_line = line_of(event);
        walk->has_key = text_add(&walk->key, value);
        return walk->has_key || refuse_odd(walk, event, "a key of more than 1,000 characters");
    }
    if (is_null_word(event))
        return refuse_odd(walk, event, "null is no value here; leave the setting out, or write \"\" for an empty text");
    return add_node(walk, LINE_SCALAR, value, line_of(event));
}

static bool on_open(struct walk *walk, const yaml_event_t *event, enum line_kind kind) {
    const struct line_node *parent = innermost(walk);
    if (walk->depth == LINES_MAX_DEPTH)
        return refuse_odd(walk, event, "nested deeper than any setting");
    if (parent != NULL && parent->kind == LINE_MAPPING && !walk->has_key)
        return refuse_odd(walk, event, "a key must be a plain word");
    size_t index = walk->lines->count;
    if (!add_node(walk, kind, NULL, line_of(event)))
        return false;
    walk->open[walk->depth++] = index;
    return true;
}

static bool on_list(struct walk *walk, const yaml_event_t *event) {
    return on_open(walk, event, LINE_LIST);
}

static bool on_mapping(struct walk *walk, const yaml_event_t *event) {
    return on_open(walk, event, LINE_MAPPING);
}

static bool on_close(struct walk *walk, const yaml_event_t *event) {
    (void)event;
    walk->depth--;
    return true;
}

static bool on_alias(struct walk *walk, const yaml_event_t *event) {
    return refuse_odd(walk, event, "aliases (*name) are not supported; write the value out");
}

static bool on_document(struct walk *walk, const yaml_event_t *event) {
    if (walk->begun)
        return refuse_odd(walk, event, "a second document (---) in the file; keep one");
    walk->begun = true;
    return true;
}

static bool (*const on_event[])(struct walk *, const yaml_event_t *) = {
    [YAML_DOCUMENT_START_EVENT] = on_document, [YAML_ALIAS_EVENT] = on_alias,
    [YAML_SCALAR_EVENT] = on_scalar,           [YAML_SEQUENCE_START_EVENT] = on_list,
    [YAML_SEQUENCE_END_EVENT] = on_close,      [YAML_MAPPING_START_EVENT] = on_mapping,
    [YAML_MAPPING_END_EVENT] = on_close,
};

static bool handle(struct walk *walk, const yaml_event_t *event) {
    size_t type = (size_t)event->type;
    return type >= COUNT_OF(on_event) || on_event[type] == NULL || on_event[type](walk, event);
}

static bool refuse_syntax(struct walk *walk, const yaml_parser_t *parser) {
    size_t line = parser->problem_mark.line > 0 ? parser->problem_mark.line : parser->context_mark.line;
    return lines_refuse(walk->lines, (int)line + 1, walk->fault, "this is not YAML: %s%s%s",
                        parser->problem == NULL ? "unreadable" : parser->problem, parser->context == NULL ? "" : " ",
                        parser->context == NULL ? "" : parser->context);
}

static bool read_events(struct walk *walk, yaml_parser_t *parser) {
    bool more = true;
    bool good = true;
    while (good && more) {
        yaml_event_t event;
        if (yaml_parser_parse(parser, &event) != 1)
            return refuse_syntax(walk, parser);
        more = event.type != YAML_STREAM_END_EVENT;
        good = handle(walk, &event);
        yaml_event_delete(&event);
    }
    return good;
}

bool lines_open(struct lines *lines, const char *file, const char *bytes, size_t length, struct fault *fault) {
    struct walk walk = {.lines = lines, .fault = fault};
    yaml_parser_t parser;
    *lines = (struct lines){.file = file};
    if (yaml_parser_initialize(&parser) != 1)
        return lines_refuse(lines, 1, fault, "no memory for reading the file");
    text_open(&walk.key, PATH_CEILING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    bool good = read_events(&walk, &parser);
    text_close(&walk.key);
    yaml_parser_delete(&parser);
    if (good && (lines->count == 0 || lines->nodes[0].kind != LINE_MAPPING))
        return lines_refuse(lines, 1, fault, "no settings in the file; it should hold sections such as `kafka:`");
    return good;
}

void lines_close(struct lines *lines) {
    for (size_t i = 0; i < lines->count; i++) {
        mem_free(lines->nodes[i].path);
        mem_free(lines->nodes[i].value);
    }
    mem_free(lines->nodes);
    *lines = (struct lines){0};
}
